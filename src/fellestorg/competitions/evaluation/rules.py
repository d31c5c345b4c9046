"""What follows from rows that are only added to: which score holds, what is missing, what `evaluate` is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from fellestorg.values import decimal_text

Cell = tuple[str, str]  # supplier's number, criterion's key


class ScoreRow(Protocol):
    """One row of scores, in the order they were made."""

    @property
    def cell(self) -> Cell: ...
    @property
    def evaluator(self) -> str | None: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Given:
    """A score as it was given. ``evaluator`` None: what they agreed on."""

    cell: Cell
    evaluator: str | None
    points: Decimal
    reason: str


def standing(rows: Iterable[ScoreRow]) -> dict[tuple[Cell, str | None], ScoreRow]:
    """The row that holds for each cell and evaluator: the newest."""
    return {(row.cell, row.evaluator): row for row in rows}


def agreed(rows: Iterable[ScoreRow]) -> dict[Cell, ScoreRow]:
    """The consensus of each cell that has one."""
    return {cell: row for (cell, evaluator), row in standing(rows).items() if evaluator is None}


def missing(
    rows: Iterable[ScoreRow], evaluators: Sequence[str], suppliers: Sequence[str], criteria: Sequence[str]
) -> list[tuple[Cell, str | None]]:
    """Every cell that lacks an evaluator's own score (None: the consensus), in reading order."""
    held = standing(rows)
    return [
        ((supplier, criterion), who)
        for supplier in suppliers
        for criterion in criteria
        for who in (*evaluators, None)
        if ((supplier, criterion), who) not in held
    ]


def evaluate_request(
    plan: Mapping[str, Any],
    prices: Mapping[str, Decimal],
    points: Mapping[Cell, Decimal],
    *,
    rule_date: str,
) -> dict[str, Any]:
    """What `fellestorg evaluate` is asked: the plan as it was fixed, and the tenders in the order of their numbers.

    ``plan`` has ``model``, ``scale``, ``criteria``, ``parameters`` and ``tie_break`` in the shapes of the command.
    """
    quality = [one["id"] for one in plan["criteria"] if one["kind"] == "points"]
    return {
        "model": plan["model"],
        "scale": plan["scale"],
        "rule_date": rule_date,
        "criteria": list(plan["criteria"]),
        "parameters": dict(plan["parameters"]),
        "tie_break": list(plan["tie_break"]),
        "tenders": [
            {
                "id": supplier,
                "price": decimal_text(prices[supplier]),
                "points": {key: decimal_text(points[supplier, key]) for key in quality},
            }
            for supplier in sorted(prices)
        ],
    }


def totals(prices: Mapping[str, Decimal], quantities: Mapping[str, Decimal]) -> Decimal:
    """A tender's evaluated price in a lot: the sum of quantity times unit price, exact. ``KeyError`` names a line that
    is not priced."""
    return sum((quantity * prices[line] for line, quantity in quantities.items()), Decimal(0))
