"""What the pages of the evaluation share: who gets in, what a lot and a tenderer are, and how a fault is shown."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation import policy
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.queries import visible_to
from fellestorg.kernel.http import actor_of
from fellestorg.organisations.models import Organisation, Person
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


def evaluation_page(competition: Competition) -> str:
    """The address of the overview."""
    return reverse("evaluation", args=[competition.number])


def problems_of(error: BadInput | Refused) -> tuple[tuple[Problem, ...], int]:
    """What went wrong, for the page, and the status it answers with."""
    if isinstance(error, BadInput):
        return error.problems, 422
    return (Problem("", error.code, error.text),), 409


def evaluated(request: HttpRequest, number: str) -> Competition:
    """A competition whose tenders the reader may see; 404 where there is none, 403 before the opening and for others."""
    found = visible_to(actor_of(request)).filter(number=number).first()
    if found is None:
        raise Http404
    if not policy.may_see_tenders(actor_of(request), found).allowed:
        raise PermissionDenied
    return found


def lot_of(competition: Competition, key: str) -> CompetitionLot:
    """A lot of a competition; 404 where there is none."""
    found = competition.lots.filter(key=key).select_related("competition__buyer", "competition__lead").first()
    if found is None:
        raise Http404
    return found


def tenderer(number: str) -> Organisation:
    """The organisation of a number that was filled in. Raises BadInput where there is none."""
    found = Organisation.objects.filter(number=number).first()
    if found is None:
        raise BadInput.of("supplier", "unknown", "expected the number of a tenderer")
    return found


def person_of(request: HttpRequest) -> Person:
    """Who is signed in."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def crumbs(competition: Competition, last: str = "", *, through: bool = True) -> list[Crumb]:
    """The way back, ending here; ``through`` the evaluation, for pages that lie in it."""
    here = [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Konkurranser"), reverse("competitions")),
        Crumb(competition.number, reverse("competition", args=[competition.number])),
    ]
    if through and last:
        here.append(Crumb(_("Evaluering"), evaluation_page(competition)))
    return [*here, Crumb(last or _("Evaluering"))]
