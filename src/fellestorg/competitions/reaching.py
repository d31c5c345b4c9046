"""The way in to every page of a competition: what one may not see is not there, what one may not change is refused; and what
those pages share: who is signed in, the way back, and how a fault is shown."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions import queries
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.kernel.http import actor_of
from fellestorg.organisations.models import Person
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


def seen_or_404(request: HttpRequest, number: str) -> Competition:
    """The competition, for those who may see it."""
    # Few are made under a purchasing system; those look their agreement up themselves.
    rows = queries.visible_to(actor_of(request)).select_related(None).select_related("buyer", "lead")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def led_or_403(request: HttpRequest, number: str) -> Competition:
    """The competition, for those who lead it."""
    found = seen_or_404(request, number)
    if not may_lead(actor_of(request), found).allowed:
        raise PermissionDenied
    return found


def inside_or_403(request: HttpRequest, number: str) -> Competition:
    """The competition, for its team, administrators and auditors."""
    found = seen_or_404(request, number)
    if not may_see_inside(actor_of(request), found).allowed:
        raise PermissionDenied
    return found


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in. Refused for anybody else."""
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is None:
        raise PermissionDenied
    return person


def crumbs(competition: Competition, *more: Crumb) -> list[Crumb]:
    """The path to a page of a competition."""
    home = [Crumb(_("Forsiden"), "/"), Crumb(_("Konkurranser"), reverse("competitions"))]
    return [*home, Crumb(competition.number, reverse("competition", args=[competition.number])), *more]


def problems_of(error: BadInput | Refused) -> tuple[tuple[Problem, ...], int]:
    """What went wrong, for the page, and the status it answers with."""
    if isinstance(error, BadInput):
        return error.problems, 422
    return (Problem("", error.code, error.text),), 409
