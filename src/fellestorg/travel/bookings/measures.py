"""One booking measured: on or off agreement and why, what the agreement's price was, and what the journey emitted.

Pure: what the agreements say of a place comes in as :class:`Place`, whatever kind of travel it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fellestorg.engines.travel import climate
from fellestorg.engines.travel.climate import Factors
from fellestorg.engines.travel.fares import hundredths, net_ore, ore
from fellestorg.engines.travel.rentals import cheapest_mix

# Off agreement although somebody on the agreement could have been used.
LEAKS = ("other_supplier", "closed")
REASONS = ("no_agreement", "outside_period", "not_participant", "all_closed", *LEAKS)
_ORE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Price:
    """What a seat costs in a class, from a day to a day; an empty class is every class. ``figures`` by ``kind``:
    ``discount``, a share off the published price; ``night``, kroner with VAT, and ``night_untaxed`` outside the VAT area;
    ``rental``, kroner a day, week and month."""

    fare_class: str
    valid_from: date
    valid_to: date | None
    kind: str
    figures: tuple[Decimal, ...]

    def holds(self, fare_class: str, day: date) -> bool:
        if self.fare_class and self.fare_class != fare_class:
            return False
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Seen:
    """A published price that was seen on a day, in a class."""

    fare_class: str
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who may be used at a place: an airline on a route, a hotel, a rental firm in a region."""

    name: str
    valid_from: date
    valid_to: date | None
    closed_from: date | None
    prices: tuple[Price, ...] = ()
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A route, location or region under an agreement (``agreement``, its id), and those who may be used there."""

    agreement: int
    starts: date
    ends: date
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """What was bought, as far as the agreements care. ``on`` is the day whose prices hold; ``units`` are nights or days, None
    where nobody told; ``vat_rate`` is what prices with VAT hold."""

    supplier: str
    on: date
    travels: date
    fare_class: str
    units: int | None
    published: Decimal | None
    vat_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """On agreement where ``reason`` is empty. ``expected`` is the agreement's price with the one that was used, ``best`` the
    lowest agreement price of all who were open; None where it is not known."""

    agreement: int | None
    reason: str
    expected: Decimal | None = None
    best: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Emission:
    """Kilograms with the factor and its source; or ``missing``, what nobody told."""

    kg: Decimal | None
    factor: Decimal | None = None
    rule: str = ""
    source: str = ""
    verified: bool = False
    missing: str = ""


def judge(bought: Bought, places: Sequence[Place], participates: frozenset[int]) -> Verdict:
    """Where a booking stands. ``places`` are the same route, location or region under one or more agreements, of which the
    one in force on the day counts; ``participates`` are the ids of the agreements that the agency may use that day."""
    if not places:
        return Verdict(None, "no_agreement")
    place = next((one for one in places if one.starts <= bought.on <= one.ends), None)
    if place is None:
        return Verdict(places[-1].agreement, "outside_period")
    seats = [one for one in place.seats if one.valid_from <= bought.on and (one.valid_to or bought.on) >= bought.on]
    if not seats:
        return Verdict(place.agreement, "outside_period")
    if place.agreement not in participates:
        return Verdict(place.agreement, "not_participant")
    opened = [one for one in seats if one.closed_from is None or bought.travels < one.closed_from]
    used = next((one for one in seats if one.name == bought.supplier), None)
    prices = [price for one in opened if (price := _price(one, bought, used=one is used)) is not None]
    best = min(prices, default=None)
    if used in opened and used is not None:
        return Verdict(place.agreement, "", _price(used, bought, used=True), best)
    if not opened:
        return Verdict(place.agreement, "all_closed")
    return Verdict(place.agreement, "other_supplier" if used is None else "closed", None, best)


def flight_emission(km: int | None, cabin: str, day: date) -> Emission:
    """Of one flight; without the distance or the cabin there is no figure."""
    if km is None or not cabin:
        return Emission(None, missing="distance" if km is None else "cabin")
    factors = climate.flight_factors(day)
    return _emission(climate.co2e_kg(km, cabin, factors), climate.flight_factor(km, cabin, factors), factors)


def stay_emission(nights: int | None, day: date) -> Emission:
    """Of a room; without nights there is no figure."""
    if nights is None:
        return Emission(None, missing="nights")
    factors = climate.hotel_factors(day)
    return _emission(climate.hotel_kg(nights, factors), factors.values["night"], factors)


def drive_emission(km: int | None, fuel: str, day: date) -> Emission:
    """Of a rented car; without kilometres or fuel there is no figure."""
    if km is None or not fuel:
        return Emission(None, missing="km" if km is None else "fuel")
    factors = climate.car_factors(day)
    return _emission(climate.car_kg(km, fuel, factors), factors.values[fuel], factors)


def _emission(kg: Decimal, factor: Decimal, factors: Factors) -> Emission:
    rule = factors.rule
    return Emission(kg, factor, f"{rule.id} {rule.version}", rule.source, rule.verified)


def _price(seat: Seat, bought: Bought, *, used: bool) -> Decimal | None:
    """What a seat would have cost without VAT: the published price that was booked, or for others the latest seen by that
    day, less the discount; or the agreed price of the nights or days."""
    price = next((one for one in seat.prices if one.holds(bought.fare_class, bought.on)), None)
    if price is None:
        return None
    if price.kind == "discount":
        published = bought.published if used else _seen(seat, bought)
        rate = hundredths(price.figures[0])
        return None if published is None else Decimal(net_ore(ore(published), rate)) / 100
    if not bought.units:
        return None
    if price.kind != "rental":
        vat = bought.vat_rate if price.kind == "night" else Decimal(0)
        return (price.figures[0] * bought.units / (1 + vat)).quantize(_ORE, ROUND_HALF_UP)
    return cheapest_mix(bought.units, *price.figures).amount


def _seen(seat: Seat, bought: Bought) -> Decimal | None:
    fits = [
        one for one in seat.seen if one.fare_class.casefold() == bought.fare_class.casefold() and one.on <= bought.on
    ]
    return max(fits, key=lambda one: one.on).amount if fits else None
