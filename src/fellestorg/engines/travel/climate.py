"""What a journey emits, in kilograms of CO2 equivalents, by the dated factors of ``law/climate.toml``.

Distances are whole kilometres in a straight line, so that every figure can be worked out again exactly from what is
shown: kilometres times a factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

from fellestorg.law import rule_book
from fellestorg.values import RuleRef

CABINS = ("economy", "premium", "business", "first")
FUELS = ("petrol", "diesel", "hybrid", "plug_in", "electric")
TRACTIONS = ("electric", "diesel")

_EARTH_KM = 6371.0088  # mean radius (IUGG)
_GRAM = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of one rule on one day, with the version a booking or an answer has to keep beside its figure."""

    rule: RuleRef
    values: Mapping[str, Decimal]


def great_circle_km(here: tuple[float, float], there: tuple[float, float]) -> int:
    """The shortest way over the ground between two points (latitude, longitude in degrees), in whole kilometres."""
    lat, lon, lat2, lon2 = map(radians, (*here, *there))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return round(2 * _EARTH_KM * asin(min(1.0, sqrt(half))))


def flight_factors(day: date) -> Factors:
    """The factors for flights on a day (rule CO2-FLIGHT). ``BadInput`` (``no_rule_version``) for days without factors."""
    return _factors("CO2-FLIGHT", day)


def rail_factors(day: date) -> Factors:
    """The factors for trains on a day (rule CO2-RAIL), as ``flight_factors``."""
    return _factors("CO2-RAIL", day)


def car_factors(day: date) -> Factors:
    """The factors for cars on a day (rule CO2-CAR), as ``flight_factors``."""
    return _factors("CO2-CAR", day)


def hotel_factors(day: date) -> Factors:
    """The factors for hotel nights on a day (rule CO2-HOTEL), as ``flight_factors``."""
    return _factors("CO2-HOTEL", day)


def co2e_kg(km: int, cabin: str, factors: Factors) -> Decimal:
    """What one passenger's flight of so many kilometres emits in a cabin (one of ``CABINS``), to the gram.

    A cabin that has no factor of its own at that distance counts as the nearest below it: short aircraft have one cabin.
    """
    return _grams(km * flight_factor(km, cabin, factors))


def flight_factor(km: int, cabin: str, factors: Factors) -> Decimal:
    """Kilograms per passenger kilometre at this distance in this cabin. ``LookupError`` for an unknown cabin."""
    if cabin not in CABINS:
        raise LookupError(f"there is no cabin {cabin!r}; known are {', '.join(CABINS)}")
    values = factors.values
    band = "near" if km <= values["near_to_km"] else "medium" if km <= values["medium_to_km"] else "long"
    at_or_below = reversed(CABINS[: CABINS.index(cabin) + 1])
    return next(values[f"{band}_{name}"] for name in at_or_below if f"{band}_{name}" in values)


def rail_kg(km: int, traction: str, factors: Factors) -> Decimal:
    """What one passenger's train journey of so many kilometres emits (``TRACTIONS``), to the gram."""
    return _grams(km * factors.values[traction])


def car_kg(km: int, fuel: str, factors: Factors) -> Decimal:
    """What a car emits over so many kilometres on a fuel (``FUELS``), to the gram."""
    return _grams(km * factors.values[fuel])


def hotel_kg(nights: int, factors: Factors) -> Decimal:
    """What a hotel room emits over so many nights, to the gram."""
    return _grams(nights * factors.values["night"])


def _factors(rule_id: str, day: date) -> Factors:
    rule = rule_book().rule(rule_id, on=day)
    amounts = {name: Decimal(value) for name, value in rule.values.items() if not isinstance(value, str)}
    return Factors(rule.ref, MappingProxyType(amounts))


def _grams(kg: Decimal) -> Decimal:
    return kg.quantize(_GRAM, ROUND_HALF_UP)
