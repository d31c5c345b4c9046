"""Pages for what a lot's agreement says of options and price regulation: at once in a draft, by proposal after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import options, regulation_clause
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, attempt, lot_crumbs, managed_lot, told
from fellestorg.agreements.managing.clause_forms import ClauseForm, OptionForm, clause_initial
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import AssortmentOption, Lot
from fellestorg.agreements.proposals import Target
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import localised
from fellestorg.values import BadInput


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def options_page(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Make an option, or with ``?opsjon=`` its key change one that stands."""
    row = managed_lot(request, key, lot)
    rows = list(AssortmentOption.objects.filter(lot=row))
    wanted = request.GET.get("opsjon", "")
    one = next((option for option in rows if option.key == wanted), None)
    if wanted and one is None:
        raise Http404
    form = OptionForm(
        request.POST if request.method == "POST" else None,
        initial=options.payload_of(one) if one else {},
        categories=row.categories,
        fixed_key=one is not None,
    )

    def payload() -> dict[str, Any]:
        given = form.payload()
        if one is None and any(option.key == given["key"] for option in rows):
            raise BadInput.of("key", "exists", _("delkontrakten har alt en opsjon med denne nøkkelen"))
        return {**given, "key": one.key} if one else given

    context = {
        "heading": localised(one, "name") if one else _("Ny opsjon"),
        "lead": _("Varer som en virksomhet bare kan kjøpe når den har valgt dem."),
        "standing": [(option.key, localised(option, "name"), option.valid_to) for option in rows if option != one],
        "chosen": one,
    }
    return _answer(request, row, options.KIND, form, payload, context, _("Opsjoner"))


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def regulation_page(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Say how the lot's prices may be regulated, or change it."""
    row = managed_lot(request, key, lot)
    standing = regulation_clause.standing(row)
    form = ClauseForm(request.POST if request.method == "POST" else None, initial=clause_initial(standing))
    context = {
        "heading": _("Vilkår for prisregulering"),
        "lead": _("Skriv det avtalen sier. Uten slike vilkår står de faste prisene fast."),
        "standing": [],
    }
    return _answer(request, row, regulation_clause.KIND, form, form.payload, context, _("Vilkår for prisregulering"))


def _answer(
    request: HttpRequest,
    row: Lot,
    kind: str,
    form: OptionForm | ClauseForm,
    payload: Callable[[], dict[str, Any]],
    context: dict[str, Any],
    crumb: str,
) -> HttpResponse:
    target, keys = Target(row.agreement, row), [row.agreement.key, row.key]
    proposed = proposals.needs_second_person(kind, target)
    reason = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(kind, target, payload(), why, actor=actor_of(request), now=clock.now()))

    failed = Failed((), 200)
    if request.method == "POST":
        made = attempt(request, [form, reason] if proposed else [form], act, reverse("manage_lot", args=keys))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context |= {
        "title": localised(row, "title"),
        "form": form,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "crumbs": lot_crumbs(row, crumb),
    }
    return render(request, "agreements/manage_clause.html", context, status=failed.status)
