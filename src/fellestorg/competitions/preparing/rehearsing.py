"""The evaluation rehearsal: made-up or historical tenders tried under every model before anybody has tendered (W1–W7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.plan import criteria_wire
from fellestorg.engines.evaluation import DEFAULT_MODEL, read_request
from fellestorg.engines.evaluation.rehearsal import Rehearsal, Settings, rehearse
from fellestorg.engines.evaluation.rehearsal_wire import rehearsal_json
from fellestorg.values import decimal_text

SIMULATED = 60
"""Competitions simulated for each model while somebody waits for the page."""
ROWS = 8
SCALE = Decimal(10)
_SOMETHING = Decimal(1_000_000)
# Made up, in the shape of real fields: a cheap and plain tender, three in the middle, a dear and good one. Price as a
# share of the estimate, points as a share of the scale.
_EXAMPLE = (
    ("A", "0.85", "0.5"),
    ("B", "0.95", "0.7"),
    ("C", "1.00", "0.6"),
    ("D", "1.15", "0.8"),
    ("E", "1.35", "0.9"),
)


@dataclass(frozen=True, slots=True)
class TrialTender:
    """A tender to try: price in kroner without VAT and points for each criterion, as they are typed."""

    name: str
    price: str
    points: Mapping[str, str]


def example(competition: Competition) -> list[TrialTender]:
    """Five made-up tenders around the estimated value; the points lean a little differently on each criterion."""
    value = competition.estimated_value or _SOMETHING
    keys = list(competition.criteria.filter(kind="points").values_list("key", flat=True))
    rows = []
    for place, (name, price, level) in enumerate(_EXAMPLE):
        points = {
            key: decimal_text((Decimal(level) * SCALE + ((place * 2 + at) % 3 - 1) * Decimal("0.5")).normalize())
            for at, key in enumerate(keys)
        }
        rows.append(TrialTender(name, decimal_text((value * Decimal(price)).quantize(Decimal(1))), points))
    return rows


def request_wire(
    competition: Competition,
    *,
    model: str,
    scale: str,
    parameters: Mapping[str, Any],
    tie_break: Sequence[str],
    tenders: Sequence[TrialTender],
    day: date,
) -> dict[str, Any]:
    """The request as ``fellestorg evaluate`` reads it."""
    answer = getattr(competition, "environment", None)
    request: dict[str, Any] = {
        "model": model or DEFAULT_MODEL,
        "rule_date": day.isoformat(),
        "scale": scale,
        "criteria": criteria_wire(competition),
        "parameters": dict(parameters),
        "tie_break": list(tie_break),
        "tenders": [{"id": one.name, "price": one.price, "points": dict(one.points)} for one in tenders],
    }
    if answer is not None and answer.how != "weight":
        request["environment_met_by"] = answer.how
    return request


def try_out(request: Mapping[str, Any]) -> Rehearsal:
    """Every model on these tenders. Raises BadInput with everything wrong in the request."""
    return rehearse(read_request(request), Settings(simulated=SIMULATED))


def kept(request: Mapping[str, Any], rehearsal: Rehearsal) -> dict[str, Any]:
    """What is kept with the plan: what was tried and what was seen."""
    return {"request": dict(request), "answer": rehearsal_json(rehearsal)}
