"""Airports by their codes: names, and where they lie. Facts of geography, in ``travel/airports.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType

from fellestorg.engines.travel.climate import great_circle_km


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport: IATA code, name, country (ISO 3166) and position in degrees."""

    code: str
    name: str
    country: str
    latitude: Decimal
    longitude: Decimal

    @property
    def position(self) -> tuple[float, float]:
        return float(self.latitude), float(self.longitude)


@cache
def airports() -> Mapping[str, Airport]:
    """Every airport that is known, by its code."""
    text = resources.files("fellestorg.travel").joinpath("airports.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return MappingProxyType(
        {
            row["iata"]: Airport(
                row["iata"], row["name"], row["country"], Decimal(row["latitude"]), Decimal(row["longitude"])
            )
            for row in rows
        }
    )


def airport_name(code: str) -> str:
    """``Tromsø Langnes (TOS)``; the code alone where it is not known."""
    found = airports().get(code)
    return f"{found.name} ({code})" if found else code


def km_between(one: str, other: str) -> int:
    """Whole kilometres in a straight line between two known airports. ``KeyError`` for one that is not known."""
    return great_circle_km(airports()[one].position, airports()[other].position)
