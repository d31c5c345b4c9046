"""What the pages of the evaluation share: who gets in, and what a lot and a tenderer are."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation import policy
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.reaching import seen_or_404
from fellestorg.kernel.http import actor_of
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput


def evaluation_page(competition: Competition) -> str:
    """The address of the overview."""
    return reverse("evaluation", args=[competition.number])


def overview_crumb(competition: Competition) -> Crumb:
    """The overview, on the way to a page that lies in the evaluation."""
    return Crumb(_("Evaluering"), evaluation_page(competition))


def evaluated(request: HttpRequest, number: str) -> Competition:
    """A competition whose tenders the reader may see; 404 where there is none, 403 before the opening and for others."""
    found = seen_or_404(request, number)
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
        raise BadInput.of("supplier", "unknown", _("Velg en av tilbyderne."))
    return found
