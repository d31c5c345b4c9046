"""Pages for registering what happened elsewhere: the list, the form and the sheet, the preview, and corrections."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.policy import may_register
from fellestorg.agreements.registering import registered
from fellestorg.agreements.registering.actions import problems_in, register, require_may_register, taken_references
from fellestorg.agreements.registering.correcting import correct
from fellestorg.agreements.registering.facts import Preview, preview
from fellestorg.agreements.registering.forms import CorrectionForm, FactForm, FileForm
from fellestorg.agreements.registering.registered import FactRow, fact_rows, lots_for, own_agencies
from fellestorg.agreements.registering.sheets import (
    COLUMNS,
    HEADINGS,
    ReadFacts,
    by_line,
    facts_in,
    headings,
    read_sheet_of_facts,
    template_workbook,
)
from fellestorg.agreements.words import flag_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowProblem, SheetRow
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui import formats
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_REGISTRARS = (
    RoleGrant.Role.AGREEMENT_MANAGER,
    RoleGrant.Role.SI_ADMIN,
    RoleGrant.Role.BUYER,
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER,
)
MOST_ROWS = 2000
_SHOWN_ROWS = 200
_LIST = (
    "agreement", "lot", "kind", "reference", "buyer", "buyer_name", "on", "at", "amount", "stands", "quantity",
    "breach", "note",
)  # fmt: skip


@require_safe
@for_roles(*registered.READERS)
def facts(request: HttpRequest) -> HttpResponse:
    """What is registered, with how much of it stands."""
    actor = actor_of(request)
    rows = _listed(request)
    paging = Paging.read(request.GET.dict(), rows.count(), 50)
    lots = {(one.agreement.key, one.key): one for one in lots_for(actor)}
    query = request.GET.urlencode()
    context = {
        "rows": [
            (row, _flag_words(row.flags), _may_correct(actor, row, lots))
            for row in fact_rows(rows, paging.start, paging.stop)
        ],
        "text": _text(request, "q"),
        "chosen": _text(request, "avtale"),
        "lots": _lot_choices(actor),
        "paging": paging,
        "may_register": actor.has(*_REGISTRARS),
        "downloads": [
            Download("CSV", f"{reverse('facts_csv')}?{query}", "csv"),
            Download("JSON", f"{reverse('facts_json')}?{query}", "json"),
        ],
        "crumbs": [_home(), Crumb(_title())],
    }
    return render(request, "agreements/facts.html", context)


@require_safe
@for_roles(*registered.READERS)
def facts_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    rows = fact_rows(_listed(request))
    cells = ([*(getattr(row, name) for name in _LIST), " ".join(row.flags)] for row in rows)
    return csv_answer("kjop-andre-steder", [*_LIST, "flags"], cells)


@require_safe
@for_roles(*registered.READERS)
def facts_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters."""
    rows = fact_rows(_listed(request))
    return json_answer(
        {"facts": [{**{name: getattr(row, name) for name in _LIST}, "flags": row.flags} for row in rows]}
    )


@require_safe
@for_roles(*_REGISTRARS)
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """An empty workbook to fill in, in the reader's language."""
    response = HttpResponse(
        template_workbook(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="kjop-mal.xlsx"'
    return response


@require_safe
@for_roles(*_REGISTRARS)
def template_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV: the headings alone."""
    return csv_answer("kjop-mal", headings(), ())


@require_http_methods(["GET", "POST"])
@for_roles(*_REGISTRARS)
def register_facts(request: HttpRequest) -> HttpResponse:
    """One fact by form or many by sheet; then a preview of what they do, and nothing written until it is confirmed."""
    actor = actor_of(request)
    if request.method == "GET":
        return _form_page(request, _fact_form(actor, initial=_initial(request)), FileForm())
    if request.POST.get("step") == "file":
        return _from_file(request, actor)
    form = _fact_form(actor, request.POST)
    if not form.is_valid():
        return _form_page(request, form, FileForm(), status=422)
    rows = [SheetRow(0, form.cells())]
    shown = _considered(rows, actor)
    if isinstance(shown, _Faults):
        rest = []
        for problem in shown.rows:
            if problem.field in form.fields:
                form.add_error(problem.field, problem.text)
            else:
                rest.append(Problem(problem.field, problem.code, problem.text))
        return _form_page(request, form, FileForm(), problems=[*rest, *shown.refused], status=shown.status)
    return _preview_page(request, rows, shown)


@require_POST
@for_roles(*_REGISTRARS)
def confirm_facts(request: HttpRequest) -> HttpResponse:
    """Write what was previewed. It is read and judged again: the page that comes back is not trusted."""
    actor = actor_of(request)
    rows = _carried(request.POST.get("rows", ""))
    found = _considered(rows, actor)
    if isinstance(found, _Faults):
        return _form_page(request, _fact_form(actor), FileForm(), faults=found, status=found.status)
    try:
        posted = register(found.facts, actor=actor, now=clock.now())
    except BadInput as error:
        lines = [row.number for row in rows]
        faults = _Faults(tuple(by_line(problem, lines) for problem in error.problems), (), 422)
        return _form_page(request, _fact_form(actor), FileForm(), faults=faults, status=422)
    count = len(found.facts)
    messages.success(request, ngettext("%(n)s kjøp er registrert.", "%(n)s kjøp er registrert.", count) % {"n": count})
    if any(entry.breach for one in posted for entry in one.entries):
        messages.warning(request, _("Taket er brutt. Avtaleforvalteren har fått beskjed."))
    return HttpResponseRedirect(reverse("facts"))


@require_http_methods(["GET", "POST"])
@for_roles(*_REGISTRARS)
def correct_fact(request: HttpRequest, draw: int) -> HttpResponse:
    """Take back all or part of one registration, with a reason."""
    actor = actor_of(request)
    row = registered.visible_to(actor).filter(pk=draw).select_related("lot__agreement").first()
    if row is None:
        raise Http404
    shown = fact_rows(registered.visible_to(actor).filter(pk=draw))[0]
    lots = {(row.lot.agreement.key, row.lot.key): row.lot}
    if not _may_correct(actor, shown, lots, stands=False):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, counted=shown.quantity > 0)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            amount, quantity = form.taken()
            try:
                correct(
                    row.lot,
                    shown.kind,
                    shown.reference,
                    form.cleaned_data["reason"],
                    amount=amount,
                    quantity=quantity,
                    actor=actor,
                    now=clock.now(),
                )
            except BadInput as error:
                for problem in error.problems:
                    form.add_error(problem.where if problem.where in form.fields else None, problem.text)
            except Refused as refused:
                problems, status = [Problem("", refused.code, refused.text)], 409
            else:
                messages.success(request, _("Kjøpet er rettet. Rettelsen står i taket ved siden av det den retter."))
                return HttpResponseRedirect(f"{reverse('facts')}?avtale={shown.agreement}/{shown.lot}")
    context = {
        "fact": shown,
        "form": form,
        "problems": problems,
        "crumbs": [_home(), Crumb(_title(), reverse("facts")), Crumb(_("Rett"))],
    }
    return render(request, "agreements/correct_fact.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Faults:
    """Why rows cannot be registered: their own faults, or that the actor may not."""

    rows: tuple[RowProblem, ...]
    refused: tuple[Problem, ...]
    status: int


def _considered(rows: list[SheetRow], actor: Actor) -> Preview | _Faults:
    """Read the rows and look at what registering them would do, or at everything that is wrong with them."""
    own = own_agencies(actor)
    read: ReadFacts = facts_in(rows, own[0] if len(own) == 1 else None)
    if read.problems:
        return _Faults(read.problems, (), 422)
    try:
        require_may_register(read.facts, actor)
    except Refused as refused:
        return _Faults((), (Problem("", refused.code, refused.text),), 409)
    wrong = problems_in(read.facts, clock.today()) or taken_references(read.facts)
    if wrong:
        return _Faults(tuple(by_line(problem, read.lines) for problem in wrong), (), 422)
    return preview(read.facts)


def _from_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, _fact_form(actor, initial={}), form, status=422)
    try:
        rows = read_sheet_of_facts(form.cleaned_data["file"].read())
        if not rows:
            raise BadInput.of("file", "no_rows", _("fila har ingen rader under overskriften"))
        if len(rows) > MOST_ROWS:
            text = _("fila har over %(most)s rader; del den opp, eller bruk kommandolinjen")
            raise BadInput.of("file", "too_many_rows", text % {"most": MOST_ROWS})
    except BadInput as error:
        return _form_page(request, _fact_form(actor, initial={}), form, problems=error.problems, status=422)
    found = _considered(rows, actor)
    if isinstance(found, _Faults):
        return _form_page(request, _fact_form(actor, initial={}), form, faults=found, status=found.status)
    return _preview_page(request, rows, found)


def _preview_page(request: HttpRequest, rows: list[SheetRow], shown: Preview) -> HttpResponse:
    looked_at = [
        (row.number, fact, _flag_words(flags), ", ".join(alike[:5]))
        for row, fact, flags, alike in zip(rows, shown.facts, shown.flags, shown.alike, strict=True)
    ]
    context = {
        "effects": [
            {
                "effect": one,
                "title": f"{localised(one.lot.agreement, 'title')}: {localised(one.lot, 'title')}",
                "past": max(one.after - one.lot.max_value, Decimal(0)),
                "crossed": ", ".join(formats.share(Decimal(level) / 100) for level in one.crossed),
                "counted": one.lot.max_quantity is not None,
            }
            for one in shown.effects
        ],
        "facts": looked_at[:_SHOWN_ROWS],
        "more": max(0, len(looked_at) - _SHOWN_ROWS),
        "warned": sum(1 for _number, _fact, flags, alike in looked_at if flags or alike),
        "count": len(looked_at),
        "carried": json.dumps([[row.number, dict(row.cells)] for row in rows]),
        "crumbs": _register_crumbs(),
    }
    return render(request, "agreements/facts_preview.html", context)


def _carried(text: str) -> list[SheetRow]:
    """The rows that a preview carried along. What no preview could have made is not found."""
    try:
        given = json.loads(text)
        rows = [
            SheetRow(int(number), {str(field): str(cell) for field, cell in cells.items() if field in COLUMNS})
            for number, cells in given
        ]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Http404 from None
    if not 0 < len(rows) <= MOST_ROWS:
        raise Http404
    return rows


def _form_page(
    request: HttpRequest,
    form: FactForm,
    file: FileForm,
    *,
    faults: _Faults | None = None,
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "file": file,
        "problems": [*problems, *(faults.refused if faults else ())],
        "faults": list(faults.rows if faults else ())[:500],
        "fault_count": len(faults.rows) if faults else 0,
        "columns": [(str(name), str(note)) for name, note in HEADINGS.values()],
        "templates": [
            Download(_("Mal som regneark (XLSX)"), reverse("facts_template_xlsx")),
            Download(_("Mal som CSV"), reverse("facts_template_csv"), "csv"),
        ],
        "balances": "kind" in form.fields,
        "crumbs": _register_crumbs(),
    }
    return render(request, "agreements/register_facts.html", context, status=status)


def _fact_form(actor: Actor, data: Any = None, initial: dict[str, str] | None = None) -> FactForm:
    return FactForm(
        data,
        initial=initial,
        lots=_lot_choices(actor),
        agencies=[(one.number, one.name) for one in own_agencies(actor)],
        balances=registered.manages_any(actor),
    )


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"lot": _text(request, "avtale"), "kind": "elsewhere"}


def _lot_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(str(lot), f"{localised(lot.agreement, 'title')}: {localised(lot, 'title')}") for lot in lots_for(actor)]


def _may_correct(actor: Actor, row: FactRow, lots: dict[tuple[str, str], Any], *, stands: bool = True) -> bool:
    lot = lots.get((row.agreement, row.lot))
    if lot is None or (stands and not row.stands and not row.quantity):
        return False
    return may_register(actor, lot.agreement, row.kind, row.buyer).allowed


def _listed(request: HttpRequest) -> Any:
    agreement, _slash, lot = _text(request, "avtale").partition("/")
    rows: Any = registered.visible_to(actor_of(request))
    return registered.matching(rows, agreement=agreement, lot=lot, text=_text(request, "q"))


def _flag_words(flags: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(flag, flag_name(flag)) for flag in flags]


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def _title() -> str:
    return _("Kjøp gjort et annet sted")


def _home() -> Crumb:
    return Crumb(_("Forsiden"), "/")


def _register_crumbs() -> list[Crumb]:
    return [_home(), Crumb(_title(), reverse("facts")), Crumb(_("Registrer"))]
