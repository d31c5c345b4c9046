"""Pages for changing what a lot is called, what it covers, how much may be bought under it and from whom."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import lot as kinds
from fellestorg.agreements.changes import positions
from fellestorg.agreements.managing import editing
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, attempt, lot_crumbs, managed_lot, told
from fellestorg.agreements.managing.editing import LOT_TEXTS
from fellestorg.agreements.managing.editing_forms import CeilingForm, LotTextsForm, RankingForm, ScopeForm
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import SupplierPosition
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.queries import ceiling_view
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import in_language, localised
from fellestorg.ui import formats


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def edit_lot(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Change names at once, and propose another scope or maximum. ``do`` says which form was posted."""
    row, do = managed_lot(request, key, lot), request.POST.get("do", "")
    actor, now, target = actor_of(request), clock.now(), Target(row.agreement, row)
    proposed = proposals.needs_second_person(kinds.CEILING, target)
    texts = LotTextsForm(
        request.POST if do == "texts" else None,
        initial={name: getattr(row, name) for name in LOT_TEXTS} | {"estimated_value": _typed(row.estimated_value)},
    )
    scope = ScopeForm(request.POST if do == "scope" else None, initial=kinds.scope_payload(row))
    bases = [(rule.id, in_language(rule.title)) for rule in kinds.modification_bases(clock.today())]
    ceiling = CeilingForm(
        request.POST if do == "ceiling" else None,
        initial={"max_value": _typed(row.max_value), "max_quantity": _typed(row.max_quantity)},
        bases=bases if proposed else (),
    )
    reason = ReasonForm(request.POST if do in ("scope", "ceiling") else None)

    def why() -> str:
        return reason.cleaned_data["reason"] if proposed else ""

    def change_texts() -> str:
        editing.edit_lot(row, texts.cleaned_data, actor=actor, now=now)
        return _("Tekstene er lagret.")

    def change_scope() -> str:
        return told(proposals.change(kinds.SCOPE, target, scope.cleaned_data, why(), actor=actor, now=now))

    def change_ceiling() -> str:
        given = ceiling.cleaned_data
        basis, note = given.get("basis", ""), given.get("basis_note", "")
        payload = kinds.ceiling_payload(given["max_value"], given["max_quantity"], basis, note, given["below_used"])
        return told(proposals.change(kinds.CEILING, target, payload, why(), actor=actor, now=now))

    forms = {"texts": (texts, change_texts), "scope": (scope, change_scope), "ceiling": (ceiling, change_ceiling)}
    failed = Failed((), 200)
    if do in forms:
        form, act = forms[do]
        asked = [form, reason] if proposed and do != "texts" else [form]
        made = attempt(request, asked, act, reverse("manage_lot", args=[key, lot]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    view = ceiling_view(row, clock.today())
    used = view.used + view.reserved
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "texts": texts,
        "scope": scope,
        "ceiling": ceiling,
        "reason": reason,
        "do": do,
        "proposed": proposed,
        "ceiling_now": view,
        "effect": _effect(ceiling, row.max_value, used),
        "bases": [
            (in_language(one.title), in_language(one.text), one.source)
            for one in kinds.modification_bases(clock.today())
        ],
        "problems": failed.problems,
        "crumbs": lot_crumbs(row, _("Rediger")),
    }
    return render(request, "agreements/edit_lot.html", context, status=failed.status)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def ranking(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Propose who delivers and in which order, from a day on: add, end, change places."""
    row, now, today = managed_lot(request, key, lot), clock.now(), clock.today()
    target = Target(row.agreement, row)
    rows = list(SupplierPosition.objects.filter(lot=row).select_related("supplier").order_by("rank", "valid_from"))
    present = positions.present_ranking(rows, today)
    names = {one.supplier.number: one.supplier.name for one in rows}
    data = request.POST if request.method == "POST" else None
    form = RankingForm(
        data,
        initial={"on": today, **{f"rank_{number}": rank for rank, number in present}},
        suppliers=[(number, names[number]) for _rank, number in present],
    )
    reason = ReasonForm(data)

    def change() -> str:
        payload = positions.positions_payload(form.ranking(), form.cleaned_data["on"])
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(positions.KIND, target, payload, why, actor=actor_of(request), now=now))

    proposed = proposals.needs_second_person(positions.KIND, target)
    failed = Failed((), 200)
    if data is not None:
        asked = [form, reason] if proposed else [form]
        made = attempt(request, asked, change, reverse("manage_lot", args=[key, lot]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "form": form,
        "reason": reason,
        "proposed": proposed,
        "planned": [one for one in rows if one.valid_from > today],
        "problems": failed.problems,
        "crumbs": lot_crumbs(row, _("Leverandører")),
    }
    return render(request, "agreements/ranking.html", context, status=failed.status)


def _typed(amount: Decimal | None) -> str:
    """An amount as people type it."""
    return "" if amount is None else formats.number(amount, code="nb")


def _effect(form: CeilingForm, old: Decimal, used: Decimal) -> tuple[str, str] | None:
    """The used share before and after a maximum that has been filled in; None where none can be read."""
    if not form.is_bound:
        return None
    try:
        # From what was typed: an amount that is refused has an effect worth seeing too.
        wanted = decimal_in(str(form["max_value"].value() or ""), places=2, minimum=Decimal("0.01"))
    except RowError:
        return None
    return kinds.used_share(used, old), kinds.used_share(used, wanted)
