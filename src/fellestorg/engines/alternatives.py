"""Ways to have the same thing over some years, as cases for :mod:`fellestorg.engines.lifecycle`, and what sets them apart.

A way is bought, used for its lifetime and sold for its residual value, or paid by the month; repairs come at the end of
each year. What wears out before the years have gone is bought again. The last unit is sold at the end for its price less
the wear: straight down from the price to the residual value over its lifetime. A unit's carbon counts by the share of its
lifetime that is used, so that a long life is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fellestorg.engines.lifecycle import ZERO, Case, Comparison, Flow, Outcome, compare, course

PARTS = ("device", "monthly", "repair", "carbon")


@dataclass(frozen=True, slots=True)
class Way:
    """One way. Kroner without VAT: ``price`` at the start, ``monthly`` at the end of each month, ``residual`` after
    ``lifetime`` years, ``repair`` a year. ``co2e_kg`` is of one unit over its lifetime."""

    id: str
    price: Decimal = ZERO
    monthly: Decimal = ZERO
    residual: Decimal = ZERO
    repair: Decimal = ZERO
    lifetime: Decimal = Decimal(4)
    co2e_kg: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Weighed:
    """A way with what it comes to; ``parts`` are kroner a year (device, monthly, repair, carbon), ``course`` what has been
    paid at the start and after each year at today's value."""

    way: Way
    outcome: Outcome
    parts: dict[str, Decimal]
    course: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How much cheaper the first of two ways is a year, and the parts that make it so, the weightiest first;
    ``against`` are those that pull the other way. Parts with their kroner a year."""

    first: str
    second: str
    per_year: Decimal
    because: tuple[tuple[str, Decimal], ...]
    against: tuple[tuple[str, Decimal], ...]


def case_of(way: Way, years: Decimal) -> Case:
    """The way as a case over ``years``."""
    return Case(way.id, (*_device(way, years), *_repairs(way, years)), way.monthly, _carbon(way, years))


def weigh(ways: Sequence[Way], rate: Decimal, years: Decimal, carbon_per_kg: Decimal) -> list[Weighed]:
    """Every way priced over the years, cheapest first; equal ones in the order given."""
    whole = Comparison(tuple(case_of(way, years) for way in ways), rate, years, carbon_per_kg)
    apart = [case for way in ways for case in _parts(way, years)]
    parts = compare(Comparison(tuple(apart), rate, years, carbon_per_kg))
    weighed = [
        Weighed(
            way,
            outcome,
            {name: parts[at * len(PARTS) + place].total_per_year for place, name in enumerate(PARTS)},
            course(whole, case),
        )
        for at, (way, outcome, case) in enumerate(zip(ways, compare(whole), whole.cases, strict=True))
    ]
    return sorted(weighed, key=lambda one: one.outcome.rank)


def difference(weighed: Sequence[Weighed]) -> Difference | None:
    """What sets the cheapest apart from the next; None where there is only one."""
    if len(weighed) < 2:
        return None
    first, second = weighed[0], weighed[1]
    gaps = [(name, second.parts[name] - first.parts[name]) for name in PARTS]
    ordered = sorted(gaps, key=lambda gap: -abs(gap[1]))
    return Difference(
        first.way.id,
        second.way.id,
        second.outcome.total_per_year - first.outcome.total_per_year,
        tuple((name, gap) for name, gap in ordered if gap > 0),
        tuple((name, -gap) for name, gap in ordered if gap < 0),
    )


def _device(way: Way, years: Decimal) -> list[Flow]:
    if not way.price and not way.residual:
        return []
    flows, at = [], ZERO
    while at < years:
        flows.append(Flow(at, way.price))
        ends = at + way.lifetime
        if ends <= years:
            flows.append(Flow(ends, -way.residual))
        else:
            worn = (way.price - way.residual) * (years - at) / way.lifetime
            flows.append(Flow(years, worn - way.price))
        at = ends
    return flows


def _repairs(way: Way, years: Decimal) -> list[Flow]:
    if not way.repair:
        return []
    whole = int(years)
    flows = [Flow(Decimal(year), way.repair) for year in range(1, whole + 1)]
    if years != whole:
        flows.append(Flow(years, way.repair * (years - whole)))
    return flows


def _carbon(way: Way, years: Decimal) -> Decimal:
    return way.co2e_kg * years / way.lifetime


def _parts(way: Way, years: Decimal) -> list[Case]:
    return [
        Case("device", tuple(_device(way, years))),
        Case("monthly", monthly=way.monthly),
        Case("repair", tuple(_repairs(way, years))),
        Case("carbon", co2e_kg=_carbon(way, years)),
    ]
