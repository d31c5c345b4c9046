"""Where a train goes: shown beside flights with hours and emissions, never imposed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from fellestorg.engines.travel.climate import rail_factors, rail_kg
from fellestorg.values import RuleRef


@dataclass(frozen=True, slots=True)
class Connection:
    """The fastest daily connection between two cities, named by their airports, while it is known to be so."""

    ends: tuple[str, str]
    names: tuple[str, str]
    minutes: int
    km: int
    traction: str
    valid_from: date
    valid_to: date | None
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """A train instead: how long from centre to centre, what it emits, and what that rests on."""

    connection: Connection
    co2e_kg: Decimal
    rule: RuleRef

    @property
    def hours(self) -> int:
        """Whole hours of the journey; ``minutes`` are those beyond them."""
        return self.connection.minutes // 60

    @property
    def minutes(self) -> int:
        return self.connection.minutes % 60


def alternative(origin: str, destination: str, day: date) -> Alternative | None:
    """The train between two airports' cities (IATA codes, either way) on a day, or None where there is none in the data."""
    for one in connections():
        if {origin, destination} == set(one.ends) and one.valid_from <= day <= (one.valid_to or day):
            factors = rail_factors(day)
            return Alternative(one, rail_kg(one.km, one.traction, factors), factors.rule)
    return None


@cache
def connections() -> tuple[Connection, ...]:
    """Every connection in the data."""
    text = resources.files("fellestorg.travel.bookings").joinpath("rail_connections.toml").read_text(encoding="utf-8")
    return tuple(
        Connection(
            (row["ends"][0], row["ends"][1]),
            (row["names"][0], row["names"][1]),
            row["minutes"],
            row["km"],
            row["traction"],
            row["valid_from"],
            row.get("valid_to"),
            row["source"],
            row["verified"],
        )
        for row in tomllib.loads(text)["connections"]
    )
