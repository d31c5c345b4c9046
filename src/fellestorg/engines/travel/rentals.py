"""Which rental car in a region: zero emission first where it costs little more, else under a cap on CO2, at the lowest net
price (or in the framework's rank, where the framework says so).

The net price is what the agency pays for the trip, kroner without VAT: the cheapest lawful mix of months, weeks and days,
the one-way fee, kilometres beyond those included, and the energy the car uses over the distance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from fellestorg.law import rule_book
from fellestorg.values import RuleRef, TraceStep

FUELS = ("electric", "petrol", "diesel", "hybrid", "plug_in")
ZERO_EMISSION = ("electric",)
CAR_CLASSES = ("small", "compact", "family", "suv", "van")
NET_PRICE, RANK = "net_price", "rank"
WEEK, MONTH = 7, 30
ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Car:
    """A car that a supplier rents out in a region, kroner without VAT. ``one_way`` holds the fee by where it is delivered
    (a region, or ``""`` for another station in the same one). ``rank``: the supplier's in the region."""

    key: str
    supplier: str
    rank: int
    car_class: str
    name: str
    fuel: str
    litres_100km: Decimal
    kwh_100km: Decimal
    co2_g_km: int
    day: Decimal
    week: Decimal
    month: Decimal
    km_included: int | None = None
    extra_km: Decimal = ZERO
    range_km: int | None = None
    one_way: Mapping[str, Decimal] | None = None

    @property
    def zero_emission(self) -> bool:
        return self.fuel in ZERO_EMISSION


@dataclass(frozen=True, slots=True)
class Terms:
    """How a region's suppliers are called on. ``tolerance``: the share more that a zero-emission car may cost.
    ``co2_cap``: grams a kilometre; None is no cap."""

    decides: str
    tolerance: Decimal
    co2_cap: int | None
    version: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Energy:
    """Kroner without VAT and kilograms of CO2 equivalents a litre and a kilowatt-hour, and where they come from."""

    price: Mapping[str, Decimal]
    kg: Mapping[str, Decimal]
    rule: RuleRef


@dataclass(frozen=True, slots=True)
class Rental:
    """A need of a car. ``one_way``: None returns it where it was fetched, otherwise a key of ``Car.one_way``.
    ``unfit``: why a zero-emission car cannot do the trip, in the buyer's words; empty where it can. ``unavailable``:
    reason by supplier."""

    car_class: str
    start: date
    days: int
    km: int
    one_way: str | None = None
    longest_leg_km: int = 0
    unfit: str = ""
    unavailable: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """How a period is paid for: months, weeks and days, and what they come to."""

    months: int
    weeks: int
    days: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """A car's place. ``way``: ``zero_emission`` (first, within the tolerance) or ``under_cap``. ``place`` is 0 before
    they are put in order."""

    place: int
    car: Car
    mix: Mix
    one_way: Decimal
    extra_km: Decimal
    energy: Decimal
    net: Decimal
    kg: Decimal
    way: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A car of the wanted class that got no place: ``unavailable``, ``no_one_way``, ``range`` (a leg is longer
    than it goes on a charge), ``unfit`` (zero emission, and the buyer says why it cannot), ``over_cap``."""

    car: Car
    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """The cars in order, those without a place, and the way there. ``outcome``: ``zero_emission``, ``under_cap`` or
    ``none``."""

    rental: Rental
    terms: Terms
    outcome: str
    rows: tuple[Priced, ...]
    passed: tuple[Passed, ...]
    trace: tuple[TraceStep, ...]
    rules: tuple[RuleRef, ...]


def choose_car(cars: Sequence[Car], rental: Rental, terms: Terms, energy: Energy) -> Choice:
    """Put the region's cars of the wanted class in order, with every question that was asked.

    A zero-emission car comes first where its net price is at most ``1 + tolerance`` times that of the cheapest other car
    under the cap; where no other car is left, always. The rest follow by net price, or by rank and then net price, and
    equal ones by rank and key. A car over the cap is passed.
    """
    passed: list[Passed] = []
    priced: list[Priced] = []
    for car in cars:
        if car.car_class != rental.car_class:
            continue
        stopped = _stopped(car, rental, terms)
        if stopped is not None:
            passed.append(stopped)
        else:
            priced.append(price_car(car, rental, energy))
    others = [one.net for one in priced if not one.car.zero_emission]
    limit = min(others) * (1 + terms.tolerance) if others else None
    rows = [
        _with(
            one, way="zero_emission" if one.car.zero_emission and (limit is None or one.net <= limit) else "under_cap"
        )
        for one in priced
    ]
    rows.sort(key=lambda one: _order(one, terms))
    placed = tuple(_with(one, place=number) for number, one in enumerate(rows, 1))
    outcome = placed[0].way if placed else "none"
    trace = _trace(placed, passed, rental, terms, limit)
    passed.sort(key=lambda one: (one.code, one.car.rank, one.car.key))
    return Choice(rental, terms, outcome, placed, tuple(passed), trace, (energy.rule,))


def price_car(car: Car, rental: Rental, energy: Energy) -> Priced:
    """What the rental costs with this car, part by part; unplaced."""
    mix = cheapest_mix(rental.days, car.day, car.week, car.month)
    one_way = (car.one_way or {})[rental.one_way] if rental.one_way is not None else ZERO
    beyond = ZERO if car.km_included is None else Decimal(max(0, rental.km - car.km_included * rental.days))
    extra = beyond * car.extra_km
    used = consumption(car, rental.km)
    cost = sum((amount * energy.price[kind] for kind, amount in used.items()), ZERO)
    kg = sum((amount * energy.kg[kind] for kind, amount in used.items()), ZERO)
    return Priced(0, car, mix, one_way, extra, cost, mix.amount + one_way + extra + cost, kg, "under_cap")


def consumption(car: Car, km: int) -> dict[str, Decimal]:
    """Litres of ``petrol`` or ``diesel`` and ``kwh`` over a distance."""
    return consumed(car.fuel, car.litres_100km, car.kwh_100km, km)


def consumed(fuel: str, litres_100km: Decimal, kwh_100km: Decimal, km: int) -> dict[str, Decimal]:
    """The same by what a car uses over 100 kilometres; hybrids burn petrol."""
    liquid = "diesel" if fuel == "diesel" else "petrol"
    used = {liquid: litres_100km * km / _HUNDRED, "kwh": kwh_100km * km / _HUNDRED}
    return {kind: amount for kind, amount in used.items() if amount}


@lru_cache(maxsize=4096)
def cheapest_mix(days: int, day: Decimal, week: Decimal, month: Decimal) -> Mix:
    """The cheapest months (30 days), weeks and days that cover so many days; at the same price the fewest days over, then
    the longest periods. A longer period may cover a shorter one: six days are paid as a week where that is cheaper."""
    found: list[tuple[Decimal, int, int, int, int]] = []
    for months in range(-(-days // MONTH) + 1):
        left = max(0, days - months * MONTH)
        for weeks in range(-(-left // WEEK) + 1):
            rest = max(0, left - weeks * WEEK)
            covered = months * MONTH + weeks * WEEK + rest
            found.append((months * month + weeks * week + rest * day, covered, -months, -weeks, rest))
    amount, _covered, months, weeks, rest = min(found)
    return Mix(-months, -weeks, rest, amount)


def energy_on(day: date) -> Energy:
    """Energy prices and factors on a day (rule CAR-ENERGY). ``BadInput`` for days nobody has them for."""
    rule = rule_book().rule("CAR-ENERGY", on=day)
    kinds = ("petrol", "diesel", "kwh")
    return Energy(
        {kind: rule.amount(f"{kind}_price") for kind in kinds},
        {kind: rule.amount(f"{kind}_kg") for kind in kinds},
        rule.ref,
    )


def _stopped(car: Car, rental: Rental, terms: Terms) -> Passed | None:
    reasons = rental.unavailable or {}
    if car.supplier in reasons:
        return Passed(car, "unavailable", {"reason": reasons[car.supplier]})
    if rental.one_way is not None and rental.one_way not in (car.one_way or {}):
        return Passed(car, "no_one_way", {})
    if car.zero_emission and rental.unfit:
        return Passed(car, "unfit", {"reason": rental.unfit})
    if car.range_km is not None and rental.longest_leg_km > car.range_km:
        return Passed(car, "range", {"range": str(car.range_km), "leg": str(rental.longest_leg_km)})
    if not car.zero_emission and terms.co2_cap is not None and car.co2_g_km > terms.co2_cap:
        return Passed(car, "over_cap", {"grams": str(car.co2_g_km), "cap": str(terms.co2_cap)})
    return None


def _order(one: Priced, terms: Terms) -> tuple[bool, Decimal, Decimal, int, str]:
    first = Decimal(one.car.rank) if terms.decides == RANK else ZERO
    return (one.way != "zero_emission", first, one.net, one.car.rank, one.car.key)


def _trace(
    rows: Sequence[Priced], passed: Sequence[Passed], rental: Rental, terms: Terms, limit: Decimal | None
) -> tuple[TraceStep, ...]:
    """The questions in the order they are asked: can a zero-emission car do it, does it cost too much, is anything left."""
    zero = [one for one in rows if one.car.zero_emission]
    steps = []
    if rental.unfit:
        steps.append(TraceStep("zero_emission_fits", False, params={"reason": rental.unfit}))
    else:
        steps.append(TraceStep("zero_emission_offered", bool(zero), params={"count": len(zero)}))
    if zero and limit is not None:
        cheapest = min(one.net for one in zero)
        facts = {"net": str(cheapest), "limit": str(limit), "tolerance": str(terms.tolerance)}
        steps.append(TraceStep("within_tolerance", cheapest <= limit, params=facts))
    if not any(one.way == "zero_emission" for one in rows):
        over = [one for one in passed if one.code == "over_cap"]
        if terms.co2_cap is not None:
            facts = {"cap": str(terms.co2_cap), "left": str(len(rows)), "over": str(len(over))}
            steps.append(TraceStep("under_cap", bool(rows), params=facts))
    if rows:
        steps.append(TraceStep(f"decided_by_{terms.decides}", True, params={"car": rows[0].car.key}))
    return tuple(steps)


def _with(one: Priced, **changes: object) -> Priced:
    values = {name: getattr(one, name) for name in one.__slots__}
    return Priced(**{**values, **changes})
