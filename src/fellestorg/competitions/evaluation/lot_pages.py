"""A lot's pages in the evaluation: an evaluator's own points, what they agreed on, the ranking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions.evaluation import actions, policy, queries
from fellestorg.competitions.evaluation.entrance import evaluated, lot_of, overview_crumb, tenderer
from fellestorg.competitions.evaluation.reading import FilledCell, filled_cells
from fellestorg.competitions.evaluation.shown import ranking_view, score_sheets
from fellestorg.competitions.evaluation.studies import command_line, study
from fellestorg.competitions.models import CompetitionLot, TeamMember
from fellestorg.competitions.policy import has_task
from fellestorg.competitions.reaching import crumbs, person_of, problems_of
from fellestorg.competitions.words import reason_text
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations.models import Organisation, Person
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def scoring(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """An evaluator's own sheet of a lot. No prices stand here (E-6)."""
    competition = evaluated(request, number)
    allowed = policy.may_score(actor_of(request), competition)
    if not has_task(actor_of(request), competition, TeamMember.Task.EVALUATOR).allowed:
        raise PermissionDenied
    return _sheet(request, lot_of(competition, lot), person_of(request), allowed.allowed, reason_text(allowed))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def consensus(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """Everybody's points side by side, and what was agreed on."""
    competition = evaluated(request, number)
    allowed = policy.may_agree(actor_of(request), competition)
    return _sheet(request, lot_of(competition, lot), None, allowed.allowed, reason_text(allowed))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def ranking(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """Prices and quality together: the ranking, what it rests on, and its warnings."""
    competition = evaluated(request, number)
    row = lot_of(competition, lot)
    actor = actor_of(request)
    seen = policy.prices_may_be_seen(actor, row)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            made = actions.rank(row, actor=actor, person=person_of(request))
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            messages.success(request, _("Rangering %(n)s er laget.") % {"n": made.version})
            return HttpResponseRedirect(reverse("ranking", args=[number, lot]))
    newest = queries.newest_ranking(row) if seen.allowed else None
    names = dict(Organisation.objects.values_list("number", "name")) if seen.allowed and not newest else {}
    context = {
        "competition": competition,
        "lot": row,
        "closed_because": "" if seen.allowed else reason_text(seen),
        "view": ranking_view(newest) if newest else None,
        "study": study(newest) if newest else None,
        "command": command_line(f"rangering-{number}-{lot}"),
        "prices": [(names[key], price) for key, price in queries.prices(row).items()]
        if seen.allowed and not newest
        else [],
        "may_rank": seen.allowed and policy.may_decide(actor, competition).allowed,
        "versions": list(row.rankings.values_list("version", flat=True)) if newest else [],
        "downloads": [
            Download("JSON", reverse("ranking_json", args=[number, lot]), "json"),
            Download("CSV", reverse("ranking_csv", args=[number, lot]), "csv"),
        ]
        if newest
        else [],
        "problems": problems,
        "crumbs": crumbs(competition, overview_crumb(competition), Crumb(_("Rangering"))),
    }
    return render(request, "competitions/evaluation/ranking.html", context, status=status)


@require_safe
@for_roles()
def ranking_json(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """The request as `fellestorg evaluate` reads it: the command gives the same ranking again, bit for bit."""
    return json_answer(_newest(request, number, lot).decision.facts)


@require_safe
@for_roles()
def ranking_csv(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """The ranking as a sheet."""
    view = ranking_view(_newest(request, number, lot))
    headings = ["rank", "supplier", "name", "price", *view.criteria, "total", "exact"]
    rows = ([one.rank, one.supplier, one.name, one.price, *one.points, one.total, one.exact] for one in view.rows)
    return csv_answer(f"rangering-{number}-{lot}", headings, rows)


def _sheet(
    request: HttpRequest, lot: CompetitionLot, person: Person | None, allowed: bool, because: str
) -> HttpResponse:
    competition = lot.competition
    sheets = score_sheets(lot, person)
    problems: tuple[Problem, ...] = ()
    status = 200
    filled: dict[str, Any] = {}
    if request.method == "POST":
        try:
            saved = _scored(request, lot, person, sheets)
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
            filled = request.POST.dict()
        else:
            messages.success(request, _("%(n)s poeng er lagret.") % {"n": saved})
            return HttpResponseRedirect(request.path)
    context = {
        "competition": competition,
        "lot": lot,
        "own": person is not None,
        "sheets": [
            (
                sheet.criterion,
                [
                    (
                        cell,
                        filled.get(f"points-{cell.name}", cell.points),
                        filled.get(f"reason-{cell.name}", cell.reason),
                    )
                    for cell in sheet.cells
                ],
            )
            for sheet in sheets
        ],
        "scale": queries.plan_of(competition).scale.normalize(),
        "allowed": allowed and not queries.is_closed(lot),
        "because": because if not allowed else "",
        "closed": queries.is_closed(lot),
        "problems": problems,
        "crumbs": crumbs(
            competition, overview_crumb(competition), Crumb(_("Dine poeng") if person else _("Omforente poeng"))
        ),
    }
    return render(request, "competitions/evaluation/sheet.html", context, status=status)


def _scored(request: HttpRequest, lot: CompetitionLot, person: Person | None, sheets: list[Any]) -> int:
    cells = {cell.name: (sheet.criterion, cell) for sheet in sheets for cell in sheet.cells}
    names = {f"points-{name}": _cell_name(*cell) for name, cell in cells.items()}
    try:
        changed = filled_cells(
            request.POST.dict(), {name: (cell.points, cell.reason) for name, (_c, cell) in cells.items()}
        )
    except BadInput as error:
        raise BadInput(*(Problem(names[one.where], one.code, one.text) for one in error.problems)) from None
    act = actions.agree_score if person is None else actions.give_score
    # All or nothing: somebody who must mend one reason finds the whole sheet as they filled it in.
    with transaction.atomic():
        for one in changed:
            _save_cell(request, lot, act, *cells[one.name], one)
    return len(changed)


def _save_cell(
    request: HttpRequest, lot: CompetitionLot, act: Callable[..., object], criterion: Any, cell: Any, one: FilledCell
) -> None:
    supplier = tenderer(cell.tender.supplier_number)
    try:
        act(lot, criterion, supplier, one.points, one.reason, actor=actor_of(request), person=person_of(request))
    except BadInput as error:
        name = _cell_name(criterion, cell)
        raise BadInput(*(Problem(name, fault.code, fault.text) for fault in error.problems)) from None


def _cell_name(criterion: Any, cell: Any) -> str:
    return f"{criterion.title}, {cell.tender.supplier.name}"


def _newest(request: HttpRequest, number: str, lot: str) -> Any:
    row = lot_of(evaluated(request, number), lot)
    newest = queries.newest_ranking(row) if policy.prices_may_be_seen(actor_of(request), row).allowed else None
    if newest is None:
        raise Http404
    return newest
