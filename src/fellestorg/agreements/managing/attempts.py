"""What the pages for those who manage agreements share: who gets in, and trying an action with its problems at the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.agreements import directory
from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement, Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel.http import actor_of
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
_OPTION = re.compile(r"options\[(\d+)\]\Z")


@dataclass(frozen=True, slots=True)
class Failed:
    """An action that was not done: what belongs to no control of the form, and the status the page answers with."""

    problems: tuple[Problem, ...]
    status: int


def managed_agreement(request: HttpRequest, key: str) -> FrameworkAgreement:
    """The agreement's row, for whoever manages it; 404 where there is none, 403 for others."""
    row = FrameworkAgreement.objects.select_related("owner", "manager").filter(key=key).first()
    if row is None:
        raise Http404
    _require(request, row)
    return row


def managed_lot(request: HttpRequest, key: str, lot: str) -> Lot:
    """The lot's row with its agreement, for whoever manages it; 404 where there is none, 403 for others."""
    row = directory.find_lot(key, lot)
    if row is None:
        raise Http404
    _require(request, row.agreement)
    return row


def attempt(request: HttpRequest, forms: Sequence[Form], act: Callable[[], str], back: str) -> HttpResponse | Failed:
    """Run an action when all forms are valid and go to ``back`` with what it says; otherwise what was wrong, each problem
    at its control (422), or that a rule says no (409)."""
    wrong = [one for one in forms if not one.is_valid()]
    if wrong:
        return Failed((), 422)
    try:
        text = act()
    except BadInput as error:
        return Failed(tuple(placed(forms, error.problems)), 422)
    except Refused as refused:
        return Failed((Problem("", refused.code, refused.text),), 409)
    messages.success(request, text)
    return HttpResponseRedirect(back)


def placed(forms: Sequence[Form], problems: Iterable[Problem]) -> list[Problem]:
    """Put each problem at its control where one of the forms has it, and return the others."""
    rest = []
    for problem in problems:
        option = _OPTION.match(problem.where)
        name = f"option_{option[1]}_starts" if option else problem.where.rpartition(".")[2]
        form = next((one for one in forms if name in one.fields), None)
        if form is not None:
            form.add_error(name, problem.text)
        else:
            rest.append(Problem("", problem.code, problem.text))
    return rest


def told(proposal: ChangeProposal | None) -> str:
    """What whoever made a change is told: that it is done, or that somebody else decides."""
    if proposal is None:
        return _("Endringen er lagret.")
    return _("Forslaget er sendt. En annen må godkjenne det før det gjelder.")


def lot_crumbs(lot: Lot, *more: str) -> list[Crumb]:
    """The path to a page under a lot's management."""
    keys = [lot.agreement.key, lot.key]
    return [
        *agreement_path(lot.agreement),
        Crumb(localised(lot, "title"), reverse("lot", args=keys)),
        Crumb(_("Forvalt"), reverse("manage_lot", args=keys)),
        *(Crumb(one) for one in more),
    ]


def agreement_path(row: FrameworkAgreement, *more: str) -> list[Crumb]:
    """The path to a page under an agreement."""
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Avtaler"), reverse("agreements")),
        Crumb(localised(row, "title"), reverse("agreement", args=[row.key])),
        *(Crumb(one) for one in more),
    ]


def _require(request: HttpRequest, agreement: FrameworkAgreement) -> None:
    if not may_manage(actor_of(request), agreement).allowed:
        raise PermissionDenied
