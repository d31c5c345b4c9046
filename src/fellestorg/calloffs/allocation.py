"""The facts that mechanisms which allocate look at: quotas, coverage, and admissions to a purchasing system.

One source for all three, so that a lot whose policy asks for none of them costs one look at its policy and no more.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from fellestorg.agreements.admissions.queries import admitted_on
from fellestorg.agreements.models import Lot
from fellestorg.agreements.quotas.queries import assignments_on, balance
from fellestorg.calloffs.coverage.models import CoverageCase
from fellestorg.calloffs.coverage.units import expected_from, units_of, wanted_units
from fellestorg.calloffs.facts import policy_on
from fellestorg.calloffs.needs import Need
from fellestorg.catalogues.models import Item
from fellestorg.kernel import clock
from fellestorg.law import rule_book
from fellestorg.law.deadlines import compute_deadline, kinds
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.values import decimal_text

_TENDER = "dps_tender"


def allocation_source(
    need: Need, lot: Lot, buyer: Organisation | None, at: datetime
) -> tuple[dict[str, Any], list[Rule]]:
    """What the lot's policy asks for, by mechanism (``calloffs.sources``)."""
    steps = policy_on(lot, clock.local_day(at)).document["steps"]
    measures = {step["mechanism"]: step.get("measure", "") for step in steps}
    found: dict[str, Any] = {}
    if "assigned" in measures:
        found["quota"] = quota_facts(lot, buyer, at)
    if "secondary" in measures:
        found["coverage"] = coverage_facts(need, lot, buyer, at, measures["secondary"])
    if "dps_invitation" in measures:
        found["dps"] = dps_facts(need, lot, buyer, at)
    return found, []  # the rules come with the mechanisms


def quota_facts(lot: Lot, buyer: Organisation | None, at: datetime) -> dict[str, Any]:
    """Whom the buyer is assigned to, and where every supplier stands."""
    day = clock.local_day(at)
    now = balance(lot, day)
    mine = assignments_on(lot, day).filter(organisation=buyer).first() if buyer else None
    return {
        "measure": now.measure,
        "assigned": mine.supplier.number if mine else None,
        "since": mine.valid_from.isoformat() if mine else None,
        "standing": [
            {
                "supplier": one.supplier,
                "low": decimal_text(one.low),
                "high": decimal_text(one.high),
                "share": decimal_text(one.share),
            }
            for one in now.standings
        ],
    }


def coverage_facts(need: Need, lot: Lot, buyer: Organisation | None, at: datetime, measure: str) -> dict[str, Any]:
    """The case the need names, where it is the buyer's own, and the units counted live. Read under the lot's lock by a
    commitment, so that no two together pass the cap."""
    counted = units_of(lot, at, measure)
    awaited = expected_from(lot, clock.local_day(at))
    return {
        "case": _case(need.stated.coverage_case, lot, buyer),
        "measure": measure,
        "units": {one.supplier: decimal_text(one.units) for one in counted},
        "total": decimal_text(sum((one.units for one in counted), Decimal(0))),
        "wanted": decimal_text(wanted_units(need, lot, measure)) if need.lines else None,
        "expected_from": {number: day.isoformat() for number, day in awaited.items()},
    }


def dps_facts(need: Need, lot: Lot, buyer: Organisation | None, at: datetime) -> dict[str, Any]:
    """Everybody admitted in the need's category and region at this moment, and the earliest deadline for tenders."""
    day = clock.local_day(at)
    category = need.category or _one_category(need, lot)
    kind = kinds()[_TENDER]
    region = buyer.region if buyer else ""
    return {
        "category": category or None,
        "admitted": [
            {"supplier": one.supplier.number, "since": one.valid_from.isoformat()}
            for one in admitted_on(lot, day, category=category, region=region)
        ],
        "days": rule_book().rule(kind.rule, on=day).count(kind.value),
        "due": compute_deadline(_TENDER, day).due.isoformat(),
    }


def _case(named: str, lot: Lot, buyer: Organisation | None) -> dict[str, Any] | None:
    if not named.isdecimal() or len(named) > 18 or buyer is None:
        return None
    case = CoverageCase.objects.filter(pk=int(named), lot=lot, buyer=buyer).first()
    if case is None:
        return None
    return {
        "id": str(case.pk),
        "place": case.place,
        "date": case.failed_from.isoformat(),
        "documented": case.state == CoverageCase.State.DOCUMENTED,
    }


def _one_category(need: Need, lot: Lot) -> str:
    """The category of all lines; nothing where they are in several, which are invited each for itself."""
    numbers = [line.item for line in need.lines]
    found = set(Item.objects.filter(lot=lot, number__in=numbers).values_list("category", flat=True))
    return found.pop() if len(found) == 1 else ""
