"""The marketplace's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fellestorg.kernel.http import actor_of
from fellestorg.marketplace.doors import DOORS, ways
from fellestorg.ui.parts import Crumb

_TITLES = {
    "guidance": (gettext_lazy("Veiledning"), gettext_lazy("Fra behov til exit, steg for steg.")),
    "procurement": (gettext_lazy("Anskaffelse"), gettext_lazy("Finn tjenester, sammenlign dem, og se hva som er ute.")),
    "security": (
        gettext_lazy("Informasjonssikkerhet"),
        gettext_lazy("Hvem som har ansvar for hva, og hva du må be om."),
    ),
    "market": (
        gettext_lazy("Oversikt over markedet"),
        gettext_lazy("Hvem som tilbyr hva, og hvordan markedet endrer seg."),
    ),
}


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The four doors, each with its pages, and one box for everything public."""
    actor = actor_of(request)
    doors = [
        {
            "title": _TITLES[door][0],
            "text": _TITLES[door][1],
            "ways": [
                {"label": way.label, "text": way.text, "link": reverse(way.url_name)} for way in ways(door, actor)
            ],
        }
        for door in DOORS
    ]
    crumbs = [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"))]
    return render(request, "marketplace/front.html", {"doors": doors, "crumbs": crumbs})
