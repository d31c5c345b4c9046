"""Pages for those who manage an agreement. Each calls one action; a refusal shows beside the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.agreements import actions, directory, proposals
from fellestorg.agreements.changes import views as proposal_views
from fellestorg.agreements.forms import SuspensionForm
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.shown import shown_lot
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)


@require_safe
@for_roles(*_MANAGERS)
def manage(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Everything one may do with a lot: where to change it, what waits to be decided, and suspension, which acts at once."""
    return _page(request, key, lot, {})


@require_POST
@for_roles(*_MANAGERS)
def suspend(request: HttpRequest, key: str, lot: str, position: int) -> HttpResponse:
    """Take a supplier out of the ranking for a time."""
    form = SuspensionForm(request.POST)

    def act(row: Lot) -> str:
        given = form.cleaned_data
        found = _position(row, position)
        now = clock.now()
        actions.suspend(found, given["start"], given["end"], given["reason"], actor=actor_of(request), now=now)
        return _("%(supplier)s er suspendert.") % {"supplier": found.supplier.name}

    return _act(request, key, lot, f"suspension-{position}", form, act)


@require_POST
@for_roles(*_MANAGERS)
def lift(request: HttpRequest, key: str, lot: str, position: int) -> HttpResponse:
    """Let a suspended supplier back in."""

    def act(row: Lot) -> str:
        found = _position(row, position)
        actions.lift_suspension(found, actor=actor_of(request), now=clock.now())
        return _("%(supplier)s er med igjen.") % {"supplier": found.supplier.name}

    return _act(request, key, lot, "", None, act)


def _act(
    request: HttpRequest, key: str, lot: str, name: str, form: Form | None, act: Callable[[Lot], str]
) -> HttpResponse:
    """Run one action on the lot and go back; what is wrong shows beside the form (422), a refusal too (409)."""
    row = directory.find_lot(key, lot)
    if row is None:
        raise Http404
    if form is not None and not form.is_valid():
        return _page(request, key, lot, {name: form}, status=422)
    try:
        messages.success(request, act(row))
    except BadInput as error:
        return _page(request, key, lot, {name: form}, _problems(form, error.problems), status=422)
    except Refused as refused:
        return _page(request, key, lot, {name: form}, [Problem("", refused.code, refused.text)], status=409)
    return HttpResponseRedirect(reverse("manage_lot", args=[key, lot]))


def _page(
    request: HttpRequest,
    key: str,
    lot: str,
    forms: dict[str, Any],
    problems: Iterable[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    found, view, row = lot_or_404(key, lot)
    if not may_manage(actor_of(request), row.agreement).allowed:
        raise PermissionDenied
    today = clock.today()
    shown = shown_lot(view)
    context = {
        "agreement": found,
        "lot": shown,
        "draft": proposals.is_draft(Target(row.agreement, row)),
        "proposed": [
            one for one in proposal_views.listed(actor_of(request), state="proposed", agreement=key) if one.lot == lot
        ],
        "positions": [
            (
                one,
                forms.get(f"suspension-{one.id}")
                or SuspensionForm(initial={"start": today}, auto_id=f"id_{one.id}_%s"),
            )
            for one in view.suppliers
        ],
        "problems": list(problems),
        "crumbs": [*agreement_crumbs(found, view, last=False), Crumb(_("Forvalt"))],
    }
    return render(request, "agreements/manage.html", context, status=status)


def _problems(form: Form | None, problems: Iterable[Problem]) -> list[Problem]:
    """Put each problem at its field where the form has one, and return the others."""
    rest = []
    for problem in problems:
        field = problem.where.rpartition(".")[2]
        if form is not None and field in form.fields:
            form.add_error(field, problem.text)
        else:
            rest.append(problem)
    return rest


def _position(row: Lot, key: int) -> SupplierPosition:
    found = SupplierPosition.objects.select_related("supplier", "lot__agreement").filter(pk=key, lot=row).first()
    if found is None:
        raise Http404
    return found
