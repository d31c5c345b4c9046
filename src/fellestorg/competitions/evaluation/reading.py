"""Reads what was filled in on the pages of the evaluation. Every fault is named with its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from fellestorg.kernel.clock import OSLO
from fellestorg.values import BadInput, Problem

_DUE = time(12)


@dataclass(frozen=True, slots=True)
class FilledCell:
    """Points and reason for one cell, as filled in."""

    name: str
    points: Decimal
    reason: str


def filled_cells(data: Mapping[str, str], before: Mapping[str, tuple[str, str]]) -> list[FilledCell]:
    """The cells that were changed: those filled in otherwise than ``before`` (name -> points, reason). An empty cell is
    left alone. Raises BadInput with every cell whose points are no number."""
    problems, cells = [], []
    for name, (points, reason) in before.items():
        given, why = data.get(f"points-{name}", "").strip(), data.get(f"reason-{name}", "").strip()
        if (given, why) == (points, reason) or not given:
            continue
        try:
            cells.append(FilledCell(name, Decimal(given.replace(",", ".")), why))
        except InvalidOperation:
            problems.append(
                Problem(f"points-{name}", "not_a_number", _("«%(given)s» er ikke et tall.") % {"given": given})
            )
    BadInput.raise_if(problems)
    return cells


def due_day(data: Mapping[str, str]) -> datetime:
    """The day somebody must answer by, at noon in Norway. Raises BadInput where it is no day."""
    try:
        day = parse_date(data.get("due", ""))
    except ValueError:
        day = None
    if day is None:
        raise BadInput.of("due", "not_a_day", _("Oppgi en dag."))
    return datetime.combine(day, _DUE, OSLO)
