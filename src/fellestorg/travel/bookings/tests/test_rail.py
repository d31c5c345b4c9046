"""Where a train goes instead of a flight."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fellestorg.engines.travel.climate import TRACTIONS, co2e_kg, flight_factors
from fellestorg.travel.bookings import rail
from fellestorg.travel.flights.airports import airports, km_between

DAY = date(2023, 11, 1)


@pytest.mark.parametrize(("origin", "destination"), [("OSL", "TRD"), ("TRD", "OSL")])
def test_the_train_goes_both_ways_with_hours_and_emissions(origin: str, destination: str) -> None:
    found = rail.alternative(origin, destination, DAY)
    assert found is not None
    assert (found.hours, found.minutes, found.co2e_kg) == (6, 40, Decimal("5.530"))
    assert found.connection.source and not found.connection.verified


def test_where_no_train_goes_there_is_none_and_none_before_it_was_known() -> None:
    assert rail.alternative("OSL", "TOS", DAY) is None
    assert rail.alternative("OSL", "OSL", DAY) is None
    assert rail.alternative("OSL", "TRD", date(2017, 6, 1)) is None


def test_every_connection_joins_known_airports_and_emits_less_than_the_flight() -> None:
    for one in rail.connections():
        here, there = one.ends
        assert here in airports() and there in airports() and one.traction in TRACTIONS
        found = rail.alternative(here, there, DAY)
        assert found is not None
        assert found.co2e_kg < co2e_kg(km_between(here, there), "economy", flight_factors(DAY))
