"""Settlements of a lot: the figures with their chart, the list, and bringing them in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.managing.attempts import placed
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.calloffs.reuse import actions
from fellestorg.calloffs.reuse.actions import Brought
from fellestorg.calloffs.reuse.custody.queries import steps
from fellestorg.calloffs.reuse.forms import SettlementFileForm, SettlementForm
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.panel import figures_shown
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL, may_settle
from fellestorg.calloffs.reuse.queries import figures, reuse_lot, settlements
from fellestorg.calloffs.reuse.routines.queries import overdue
from fellestorg.calloffs.reuse.rules import COLUMNS
from fellestorg.calloffs.reuse.words import KIND_NAMES, LABELS
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import SheetRow
from fellestorg.kernel.text import localised
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

READERS = (*AGENCY, *SEES_ALL, RoleGrant.Role.SUPPLIER)
_COLUMNS = (
    "reference", "agency", "agency_name", "supplier", "call_off", "kind", "picked_up_on", "wiped_on", "settled_on",
    "certificate", "received", "wiped", "resold", "recycled", "fees", "resale", "return_rate", "paid_back", "co2e_kg",
    "factor_version",
)  # fmt: skip
_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*READERS)
def reuse(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """What somebody may see of a lot's settlements; for its supplier and SI's manager also the form and the sheet."""
    row, actor = reuse_lot(key, lot), actor_of(request)
    may = _may_settle(actor, row)
    if request.method == "POST" and not may:
        raise PermissionDenied
    forms: tuple[SettlementForm, SettlementFileForm] = (SettlementForm(), SettlementFileForm())
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        forms, made, problems, status = _posted(request, row, actor)
        if made is not None:
            told = _("Registrert: {new} nye, {corrected} rettet, {unchanged} uendret.")
            messages.success(request, told.format(new=made.new, corrected=made.corrected, unchanged=made.unchanged))
            return HttpResponseRedirect(reverse("reuse", args=[key, lot]))
    rows = settlements(row, actor)
    chained = {(one.agency.number, one.reference) for one in steps(row, actor)}
    paging = Paging.read(request.GET.dict(), len(rows), _PAGE)
    addresses = {name: reverse(f"reuse_{name}", args=[key, lot]) for name in ("csv", "json")}
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "overdue": overdue(row.agreement, actor, clock.today()),
        "sees_routines": actor.has(*AGENCY, *SEES_ALL),
        "figures": figures_shown(figures(rows)) if rows else None,
        "csv": addresses["csv"],
        "rows": [
            (one, str(KIND_NAMES[one.kind]), (one.agency.number, one.reference) in chained)
            for one in rows[paging.start : paging.stop]
        ],
        "paging": paging,
        "may_settle": may,
        "form": forms[0],
        "file_form": forms[1],
        "problems": problems,
        "downloads": [Download(name.upper(), address, name) for name, address in addresses.items()],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Avtaler"), reverse("agreements")),
            Crumb(localised(row.agreement, "title"), reverse("agreement", args=[key])),
            Crumb(localised(row, "title"), reverse("lot", args=[key, lot])),
            Crumb(_("Ombruk og oppgjør")),
        ],
    }
    return render(request, "calloffs/reuse/settlements.html", context, status=status)


@require_safe
@for_roles(*READERS)
def reuse_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one) for one in settlements(reuse_lot(key, lot), actor_of(request)))
    return csv_answer(f"ombruk-{key}-{lot}", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*READERS)
def reuse_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as JSON, with the sums."""
    rows = settlements(reuse_lot(key, lot), actor_of(request))
    found = figures(rows)
    sums = {name: getattr(found, name) for name in ("received", "wiped", "resold", "recycled", "fees", "resale",
                                                    "paid_back", "net", "co2e_kg")}  # fmt: skip
    return json_answer({"agreement": key, "lot": lot, "sums": sums, "settlements": [_flat(one) for one in rows]})


@require_safe
@for_roles(*READERS)
def reuse_template(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """An empty sheet with its headings."""
    reuse_lot(key, lot)
    notes = [str(LABELS[name]) for name in COLUMNS]
    content = workbook_of(_("Oppgjør"), [others[0] for others in COLUMNS.values()], [], notes)
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = 'attachment; filename="oppgjor.xlsx"'
    return answer


def _posted(
    request: HttpRequest, lot: Lot, actor: Actor
) -> tuple[tuple[SettlementForm, SettlementFileForm], Brought | None, list[Problem], int]:
    now = clock.now()
    by_file = "file" in request.FILES or request.POST.get("what") == "file"
    form = SettlementForm() if by_file else SettlementForm(request.POST)
    file_form = SettlementFileForm(request.POST, request.FILES) if by_file else SettlementFileForm()
    forms = (form, file_form)
    asked = file_form if by_file else form
    if not asked.is_valid():
        return forms, None, [], 422
    try:
        if by_file:
            made = actions.bring_in(file_form.cleaned_data["file"].read(), lot, actor=actor, now=now)
        else:
            made = actions.settle([SheetRow(1, form.cells())], lot, actor=actor, now=now)
    except BadInput as error:
        return forms, None, list(error.problems), 422
    except Refused as refused:
        return forms, None, [Problem("", refused.code, refused.text)], 409
    if not made.rejected:
        return forms, made, [], 200
    if by_file:
        problems = [_at_row(one.row, one.field, one.code, one.text) for one in made.rejected[:200]]
    else:
        problems = placed([form], [Problem(one.field, one.code, one.text) for one in made.rejected])
    return forms, None, problems, 422


def _at_row(row: int, field: str, code: str, text: str) -> Problem:
    where = _("Linje %(number)d") % {"number": row}
    return Problem(f"{where}, {str(LABELS[field]).lower()}" if field in LABELS else where, code, text)


def _may_settle(actor: Actor, lot: Lot) -> bool:
    numbers = SupplierPosition.objects.filter(lot=lot).values_list("supplier__number", flat=True)
    return any(may_settle(actor, lot, number).allowed for number in numbers)


def _flat(one: ReuseSettlement) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in _COLUMNS if hasattr(one, name)}
    return {**told, "agency": one.agency.number, "agency_name": one.agency.name, "supplier": one.supplier.number}
