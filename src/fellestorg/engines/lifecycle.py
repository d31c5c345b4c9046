"""Buy, rent, lease, as-a-service, new or used: ways to meet one need, compared over time.

Every way is a case: amounts at points in time, an amount at the end of each month, and a footprint. The present value
discounts at the effective yearly ``rate``: an amount at ``t`` years counts ``(1 + rate)^-t``; the n monthly amounts count
``sum(q^-m for m in 1..n)`` with ``q = (1 + rate)^(1/12)``. Carbon is its own part, at time 0. The equivalent yearly cost is
the even amount at the end of each year that has the same present value. What is due to us is negative.

Most of these are irrational numbers, so nothing can be added up "exactly": they are computed in as many digits as it
takes for the øre to be certain, and rounded once, half up. Ranks go by the total to the øre: equal totals share a rank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from fellestorg.values import BadInput, Problem, exact

ORE = Decimal("0.01")
ZERO = Decimal(0)
MOST_YEARS = Decimal(100)
MOST_RATE = Decimal(100)
_MONTHS = Decimal(12)
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?\Z")
# Digits, and what they leave uncertain at the very most: amounts have 20 digits, a year's share of one can be 10^12 of it.
# The first is enough for all but figures that all but hit half an øre; one that is still that near in the last lies on it.
_PASSES = ((60, Decimal("1e-12")), (240, Decimal("1e-180")))


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount in kroner without VAT, ``at`` years from the start; negative is paid to us."""

    at: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Case:
    """One way to meet the need. ``monthly`` is paid at the end of each month; ``co2e_kg`` is the whole footprint."""

    id: str
    flows: tuple[Flow, ...] = ()
    monthly: Decimal = ZERO
    co2e_kg: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cases over the same ``years`` at the same effective yearly ``rate`` (0.04 is 4 %) and price of carbon."""

    cases: tuple[Case, ...]
    rate: Decimal
    years: Decimal
    carbon_per_kg: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case comes to, each figure rounded once to the øre, half up. ``total`` = present value + carbon ranks;
    ``per_year`` spreads the present value, ``total_per_year`` the total."""

    id: str
    rank: int
    present_value: Decimal
    carbon: Decimal
    total: Decimal
    per_year: Decimal
    total_per_year: Decimal


def compare(comparison: Comparison) -> tuple[Outcome, ...]:
    """Every case priced over time, in the order given, with its rank (ties share one: 1, 1, 3)."""
    figures: dict[int, Figures] = {}
    doubtful: Sequence[int] = range(len(comparison.cases))
    for digits, noise in _PASSES:
        discounts = _Discounts(comparison.rate, comparison.years, digits)
        last = digits == _PASSES[-1][0]
        with localcontext(discounts.context):
            for at in doubtful:
                found = _figures(comparison.cases[at], comparison.carbon_per_kg, discounts, noise, last)
                if found is not None:
                    figures[at] = found
        doubtful = [at for at in doubtful if at not in figures]
        if not doubtful:
            break
    ranks: dict[Decimal, int] = {}
    for at, total in enumerate(sorted(row[2] for row in figures.values()), start=1):
        ranks.setdefault(total, at)
    return tuple(Outcome(case.id, ranks[figures[at][2]], *figures[at]) for at, case in enumerate(comparison.cases))


def course(comparison: Comparison, case: Case) -> tuple[Decimal, ...]:
    """The present value of all that has been paid after 0, 1, 2 … whole years and at the end, to the øre, without carbon.

    The last is the case's present value where nothing is paid after the end.
    """
    discount = _Discounts(comparison.rate, comparison.years, _PASSES[0][0])
    whole = int(comparison.years)
    stops = [Decimal(year) for year in range(whole + 1)]
    if comparison.years != whole:
        stops.append(comparison.years)
    paid = []
    with localcontext(discount.context):
        for stop in stops:
            months = discount.annuity(int(stop * _MONTHS))
            value = sum((one.amount * discount.at(one.at) for one in case.flows if one.at <= stop), ZERO)
            paid.append((value + case.monthly * months).quantize(ORE, rounding=ROUND_HALF_UP) + ZERO)
    return tuple(paid)


def parse_comparison(data: object) -> Comparison:
    """Read the wire shape. Raises ``BadInput`` with every problem found, each with its path; unknown fields are refused
    by name, and ``null`` in an optional field is the same as leaving it out."""
    problems: list[Problem] = []
    record = _record(data, "", ("rate", "years", "cases"), ("carbon_per_kg",), problems)
    rate = _amount(record, "rate", "", problems, least=ZERO, most=MOST_RATE)
    years = _amount(record, "years", "", problems, least=ZERO, most=MOST_YEARS)
    if years == 0 and "years" in record and not any(problem.where == "years" for problem in problems):
        problems.append(Problem("years", "too_small", f"expected more than 0, found {record['years']}"))
    carbon = _amount(record, "carbon_per_kg", "", problems, least=ZERO)
    raw = record.get("cases", ())
    if "cases" in record and (not isinstance(raw, list) or not raw):
        problems.append(Problem("cases", "not_a_list", "expected a list of at least one case"))
        raw = ()
    cases = tuple(_case(one, f"cases[{at}]", problems) for at, one in enumerate(raw))
    seen: dict[str, int] = {}
    for at, case in enumerate(cases):
        if case.id and seen.setdefault(case.id, at) != at:
            text = f"{case.id!r} is already the id of cases[{seen[case.id]}]"
            problems.append(Problem(f"cases[{at}].id", "not_unique", text))
    BadInput.raise_if(problems)
    return Comparison(cases, rate, years, carbon)


def answer_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The wire shape of an answer: amounts as decimal strings to the øre."""
    return {
        "cases": [
            {
                "id": one.id,
                "rank": one.rank,
                "present_value": str(one.present_value),
                "carbon": str(one.carbon),
                "total": str(one.total),
                "per_year": str(one.per_year),
            }
            for one in outcomes
        ]
    }


class _Discounts:
    """Discount factors in a number of digits, each computed once."""

    def __init__(self, rate: Decimal, years: Decimal, digits: int) -> None:
        self.context = Context(digits, ROUND_HALF_EVEN, MIN_EMIN, MAX_EMAX)
        self.rate = rate
        self.years = years
        self.known: dict[Decimal, Decimal] = {}
        self._month: Decimal | None = None
        self._spread: tuple[Decimal, Decimal] | None = None

    def at(self, years: Decimal) -> Decimal:
        factor = self.known.get(years)
        if factor is None:
            factor = self.known[years] = self._at(years) if self.rate else Decimal(1)
        return factor

    def _at(self, years: Decimal) -> Decimal:
        months = years * _MONTHS
        if years == int(years) or months != int(months):
            # Whole years are a power and one division, so that what is a finite decimal stays one.
            return 1 / (1 + self.rate) ** years
        return 1 / self.month**months

    @property
    def month(self) -> Decimal:
        """What one krone grows to in a month; a root, the one costly thing here."""
        if self._month is None:
            self._month = (1 + self.rate) ** (1 / _MONTHS)
        return self._month

    def annuity(self, months: int) -> Decimal:
        """The present value of 1 at the end of each of so many months."""
        if not self.rate or not months:
            return Decimal(months)
        return (1 - self.at(Decimal(months) / _MONTHS)) / (self.month - 1)

    @property
    def spread(self) -> tuple[Decimal, Decimal]:
        """The present value of 1 a month over the whole time, and what one krone at the start is per year."""
        if self._spread is None:
            months = self.annuity(int(self.years * _MONTHS))
            per_year = self.rate / (1 - self.at(self.years)) if self.rate else 1 / self.years
            self._spread = (months, per_year)
        return self._spread


Figures = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]


def _figures(case: Case, carbon_per_kg: Decimal, discounts: _Discounts, noise: Decimal, last: bool) -> Figures | None:
    """Present value, carbon, total, and the first and last per year, to the øre; None where the noise could turn one,
    but for the last pass, which then has it on half an øre."""
    months, per_year = discounts.spread
    value = case.monthly * months
    for flow in case.flows:
        value += flow.amount * discounts.at(flow.at)
    carbon = case.co2e_kg * carbon_per_kg
    total = value + carbon
    rounded = []
    for one in (value, carbon, total, value * per_year, total * per_year):
        outward = one + noise if one >= 0 else one - noise
        ore = outward.quantize(ORE, rounding=ROUND_HALF_UP)
        if not last and ore != (one - noise if one >= 0 else one + noise).quantize(ORE, rounding=ROUND_HALF_UP):
            return None
        rounded.append(ore + ZERO)  # adding zero turns "-0.00" into "0.00"
    a, b, c, d, e = rounded
    return a, b, c, d, e


def _case(raw: object, where: str, problems: list[Problem]) -> Case:
    record = _record(raw, where, ("id",), ("flows", "monthly", "co2e_kg"), problems)
    name = record.get("id", "")
    if "id" in record and (not isinstance(name, str) or not name):
        problems.append(Problem(f"{where}.id", "not_a_name", f"expected a name, found {name!r}"))
        name = ""
    flows = record.get("flows")
    if flows is None:
        flows = ()
    elif not isinstance(flows, list):
        problems.append(Problem(f"{where}.flows", "not_a_list", "expected a list of amounts in time"))
        flows = ()
    return Case(
        name if isinstance(name, str) else "",
        tuple([_flow(one, where, at, problems) for at, one in enumerate(flows)]),
        _amount(record, "monthly", where, problems),
        _amount(record, "co2e_kg", where, problems, least=ZERO),
    )


def _flow(raw: object, case: str, index: int, problems: list[Problem]) -> Flow:
    if (
        # The common, faultless row: read straight away.
        type(raw) is dict
        and len(raw) == 2
        and type(at := raw.get("at")) is type(amount := raw.get("amount")) is str
        and _DECIMAL.match(at)
        and _DECIMAL.match(amount)
        and ZERO <= (years := Decimal(at)) <= MOST_YEARS
    ):
        return Flow(years, Decimal(amount))
    where = f"{case}.flows[{index}]"
    record = _record(raw, where, ("at", "amount"), (), problems)
    return Flow(
        _amount(record, "at", where, problems, least=ZERO, most=MOST_YEARS),
        _amount(record, "amount", where, problems),
    )


def _amount(
    record: Mapping[str, Any],
    field: str,
    where: str,
    problems: list[Problem],
    *,
    least: Decimal | None = None,
    most: Decimal | None = None,
) -> Decimal:
    raw = record.get(field)
    if raw is None:
        return ZERO
    place = f"{where}.{field}" if where else field
    try:
        value = exact(raw, place, minimum=least)
    except BadInput as error:
        problems += error.problems
        return ZERO
    if most is not None and value > most:
        problems.append(Problem(place, "too_large", f"expected at most {most}, found {raw}"))
        return ZERO
    return value


def _record(
    raw: object, where: str, needed: Sequence[str], optional: Sequence[str], problems: list[Problem]
) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        problems.append(Problem(where, "not_an_object", f"expected an object with {', '.join(needed)}"))
        return {}
    before = f"{where}." if where else ""
    for name in raw:
        if name not in needed and name not in optional:
            known = ", ".join((*needed, *optional))
            problems.append(Problem(f"{before}{name}", "unknown_field", f"there is no such field; expected {known}"))
    problems += [Problem(f"{before}{name}", "missing", "expected a value") for name in needed if raw.get(name) is None]
    return {name: value for name, value in raw.items() if value is not None}
