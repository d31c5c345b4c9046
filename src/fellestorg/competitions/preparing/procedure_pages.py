"""The procedures: one table that decides what may be done, drawn for those who want to see the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.competitions.preparing.diagram import OUTSIDE, diagram, drawn_moves
from fellestorg.competitions.preparing.words import GUARD_NAMES
from fellestorg.kernel.http import csv_answer, json_answer
from fellestorg.kernel.text import in_language
from fellestorg.law import procedures as law
from fellestorg.law import rule_book
from fellestorg.law.deadlines import kinds
from fellestorg.ui.parts import Crumb, Download

_ROW = ("procedure", "move", "title", "from", "to", "after", "guards", "law")


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure, with its steps in short."""
    rows = [
        (key, in_language(one.title), one.law, len(drawn_moves(one)), _standstill(one.standstill))
        for key, one in law.procedures().items()
    ]
    context = {
        "rows": rows,
        "downloads": [
            Download("CSV", reverse("procedures_csv"), "csv"),
            Download("JSON", reverse("procedures_json"), "json"),
        ],
        "crumbs": [*_home(), Crumb(_("Prosedyrer"))],
    }
    return render(request, "competitions/preparing/procedures.html", context)


@require_safe
def procedures_csv(request: HttpRequest) -> HttpResponse:
    """Every move of every procedure as CSV."""
    return csv_answer("prosedyrer", _ROW, ([row[name] for name in _ROW] for row in _rows()))


@require_safe
def procedures_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return json_answer({"moves": list(_rows())})


@require_safe
def procedure(request: HttpRequest, kind: str) -> HttpResponse:
    """One procedure: the drawing, the same as a table, and the deadlines that belong to it."""
    found = law.procedures().get(kind)
    if found is None:
        raise Http404
    dates = {row.field: in_language(row.title) for row in found.dates}
    moves = [
        (
            number,
            in_language(move.title),
            [_stage(stage) for stage in move.sources],
            _stage(move.target),
            dates.get(move.after, ""),
            [str(GUARD_NAMES[name]) for name in move.guards if name in GUARD_NAMES],
            move.law,
        )
        for number, move in enumerate(drawn_moves(found), 1)
    ]
    cancel = next((move for move in found.moves if move.target == OUTSIDE), None)
    context = {
        "title": in_language(found.title),
        "procedure": found,
        "drawing": diagram(found),
        "moves": moves,
        "cancelled_from": [_stage(stage) for stage in cancel.sources if stage in found.reachable()] if cancel else [],
        "dates": [(in_language(row.title), _days(row.rule), row.rule) for row in found.dates],
        "standstill": _standstill(found.standstill),
        "crumbs": [*_home(), Crumb(_("Prosedyrer"), reverse("procedures")), Crumb(in_language(found.title))],
    }
    return render(request, "competitions/preparing/procedure.html", context)


def _rows() -> Iterator[dict[str, Any]]:
    for key, one in law.procedures().items():
        for move in one.moves:
            yield {
                "procedure": key,
                "move": move.key,
                "title": in_language(move.title),
                "from": " ".join(move.sources),
                "to": move.target,
                "after": move.after,
                "guards": " ".join(move.guards),
                "law": move.law,
            }


def _days(name: str) -> str:
    """How long the law asks for, from the newest version of its rule."""
    if not name:
        return _("rimelig tid; loven gir ikke noe tall")
    kind = kinds()[name]
    rule = rule_book().versions(kind.rule)[-1]
    days = rule.count(kind.value)
    return _("minst %(days)s dager (%(rule)s)") % {"days": days, "rule": rule.id}


def _stage(stage: str) -> str:
    return in_language(law.stage_title(stage))


def _standstill(kind: str) -> str:
    return {
        "required": _("Karensperiode"),
        "voluntary": _("Frivillig karensperiode"),
        "none": _("Ingen karensperiode"),
    }[kind]


def _home() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Konkurranser"), reverse("competitions"))]
