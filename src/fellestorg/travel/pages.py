"""The front page of travel."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.kernel.http import actor_of
from fellestorg.travel.doors import doors_for
from fellestorg.ui.parts import Crumb


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Fly, stay, rent a car: where to go from here."""
    doors = [(door, reverse(door.url_name)) for door in doors_for(actor_of(request))]
    crumbs = [Crumb(_("Forsiden"), reverse("front")), Crumb(_("Reiser"))]
    return render(request, "travel/front.html", {"doors": doors, "crumbs": crumbs})
