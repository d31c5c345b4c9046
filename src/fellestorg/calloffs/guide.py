"""The guided first call-off: a few words at the top of each page on the way, for whoever asked for them.

It lives in the session, changes nothing of what the pages do, and ends when a call-off is made or when told to.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.calloffs.queries import visible_to
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.ui.parts import Crumb

_KEY = "guide"
_PLACES = ("need", "answer", "made")


@dataclass(frozen=True, slots=True)
class Guide:
    """Where somebody is on the way: the names of the steps, which one this is (from 1), and what to do here."""

    steps: tuple[str, ...]
    current: int
    title: str
    paragraphs: tuple[str, ...]


def at(request: HttpRequest, place: str) -> Guide | None:
    """What to say at a place (``need``, ``answer``, ``made``) to whoever is being guided; None to everybody else."""
    if not request.session.get(_KEY):
        return None
    titles = {
        "need": _("Steg 1: Si hva du trenger"),
        "answer": _("Steg 2: Les svaret"),
        "made": _("Steg 3: Ferdig"),
    }
    texts = {
        "need": (
            _("Skriv hva du trenger med vanlige ord, for eksempel «2 bærbare PC-er», og trykk «Finn avtale og pris»."),
            _("Ingenting blir bestilt av å spørre."),
        ),
        "answer": (
            _("Øverst står hvordan du lovlig bestiller, og hvorfor. Hvert steg bak svaret viser regel og kilde."),
            _(
                "Tabellen viser nettoprisen hos hver leverandør, og hvilke deler som avgjør. Under står taket før og etter."
            ),
            _("Er du enig, trykk på knappen. Først da er noe bestilt. Trenger du noe annet, endre behovet nederst."),
        ),
        "made": (
            _("Avropet står i regnskapet, og de som skal ha beskjed, har fått det."),
            _("Last ned protokollen og bestillingen under «Dokumenter». Du finner avropet igjen i lista «Avrop»."),
            _("Var det feil, eller bare en prøve? Kanseller med en grunn, så blir beløpet ledig igjen under taket."),
        ),
    }
    if place == "made":
        del request.session[_KEY]
    return Guide((_("Behov"), _("Svar"), _("Avrop")), _PLACES.index(place) + 1, titles[place], texts[place])


def offered_to(request: HttpRequest) -> bool:
    """Whether the first page should offer the guide: to a buyer who has not made a call-off yet."""
    actor = actor_of(request)
    return actor.has("buyer") and not visible_to(actor).filter(requested_by=request.person).exists()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles("buyer", "approver")
def guide(request: HttpRequest) -> HttpResponse:
    """What the guide is, and the buttons that start and end it."""
    if request.method == "POST":
        if "end" in request.POST:
            request.session.pop(_KEY, None)
            return HttpResponseRedirect("/")
        request.session[_KEY] = True
        return HttpResponseRedirect(reverse("new_call_off"))
    crumbs = [Crumb(_("Forsiden"), "/"), Crumb(_("Veiledet første avrop"))]
    return render(request, "calloffs/guide_start.html", {"crumbs": crumbs, "guided": bool(request.session.get(_KEY))})
