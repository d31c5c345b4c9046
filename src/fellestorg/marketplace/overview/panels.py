"""What the overview of the market shows: panels of figures, each a chart or a table with its CSV and JSON.

Rooms register what makes their panels; one that has nothing to say makes none. The page never shows a sum of figures from
two makers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from fellestorg.kernel.clock import OSLO
from fellestorg.ui.charts import Chart

LONGEST_YEARS = 10
Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked for: the market as it was at the end of ``day``, and its history from ``start`` on."""

    day: date
    start: date
    language: str

    @property
    def since(self) -> datetime:
        """The first instant that counts."""
        return datetime.combine(self.start, time.min, OSLO)

    @property
    def until(self) -> datetime:
        """The first instant that no longer counts."""
        return datetime.combine(self.day + timedelta(days=1), time.min, OSLO)


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures that belong together. ``key`` stands in the address of its CSV. ``rows`` are the exact values under
    ``headings``; ``chart`` shows the same, ``tabled`` where there is none. ``source`` says where they come from."""

    key: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    lead: str = ""
    chart: Chart | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The panel for another system."""
        return {
            "key": self.key,
            "title": self.title,
            "source": self.source,
            "notes": [*self.notes, *self.warnings],
            "rows": [dict(zip(self.headings, row, strict=True)) for row in self.rows],
        }


Maker = Callable[[Asked], Iterable[Panel]]


@dataclass(frozen=True, slots=True)
class _Registered:
    kind: str
    order: int
    label: str | Promise
    make: Maker


KINDS = ("own", "studies", "survey")
_makers: dict[str, _Registered] = {}


def add_panels(kind: str, key: str, label: str | Promise, order: int, make: Maker) -> None:
    """Register what makes the panels whose keys begin with ``key`` and a hyphen. Called when a room is ready.

    ``label`` stands over them. ``kind`` is ``own`` for the house's own figures, ``studies`` for imported ones and
    ``survey`` for what agencies answered: they stand apart on the page.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    _makers[key] = _Registered(kind, order, label, make)


def panels(asked: Asked, kind: str = "") -> list[Panel]:
    """Every panel, or those of one kind, in order."""
    return [panel for one in KINDS if kind in ("", one) for _label, found in groups(asked, one) for panel in found]


def groups(asked: Asked, kind: str) -> list[tuple[str, list[Panel]]]:
    """The panels of a kind under the label of what makes them; those without any are left out."""
    makers = sorted((one for one in _makers.values() if one.kind == kind), key=lambda one: one.order)
    made = [(str(one.label), list(one.make(asked))) for one in makers]
    return [(label, found) for label, found in made if found]


def panel(key: str, asked: Asked) -> Panel | None:
    """One panel by its key; only its own maker is asked."""
    for begins, registered in _makers.items():
        if key.startswith(f"{begins}-"):
            return next((one for one in registered.make(asked) if one.key == key), None)
    return None


def read_asked(day: date, start: str, language: str) -> Asked:
    """What was asked, with a start that can be used: not after the day, at most ten years before it, and the first day of
    the year two years before where none is given."""
    first = date(day.year - 2, 1, 1)
    with suppress(ValueError):
        first = date.fromisoformat(start) if start else first
    return Asked(day, min(max(first, date(day.year - LONGEST_YEARS, 1, 1)), day), language)


def quarters(asked: Asked) -> list[tuple[str, datetime]]:
    """The quarters from the start on: ``2023-K4`` and the instant each had ended, or the day's end for the last one."""
    year, quarter = asked.start.year, (asked.start.month - 1) // 3 + 1
    found = []
    while True:
        ends = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
        over = min(datetime.combine(ends, time.min, OSLO), asked.until)
        found.append((f"{year}-K{quarter}", over))
        if over == asked.until:
            return found
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)
