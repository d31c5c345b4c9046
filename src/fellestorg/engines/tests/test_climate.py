"""What a journey emits: the factors of the day, exactly, and distances that hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.travel import climate
from fellestorg.values import BadInput

OSL, TOS, TRD, JFK = (60.1939, 11.1004), (69.6833, 18.9189), (63.4578, 10.9240), (40.6398, -73.7789)
DAY = date(2023, 11, 1)
places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("here", "there", "km"), [(OSL, TOS, 1113), (OSL, TRD, 363), (OSL, JFK, 5917), (OSL, OSL, 0)])
def test_the_shortest_way_over_the_ground(here: tuple[float, float], there: tuple[float, float], km: int) -> None:
    assert abs(climate.great_circle_km(here, there) - km) <= 5


@given(places, places)
def test_the_way_back_is_as_long_and_never_longer_than_half_the_earth(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    km = climate.great_circle_km(here, there)
    assert km == climate.great_circle_km(there, here)
    assert 0 <= km <= 20_016


CASES = [
    # day          km    cabin       kilograms: km times the factor of the day
    (DAY, 363, "economy", "98.943"),
    (DAY, 700, "economy", "190.799"),
    (DAY, 701, "economy", "128.192"),
    (DAY, 1118, "business", "306.667"),
    (DAY, 5902, "economy", "1181.049"),
    (DAY, 5902, "premium", "1889.584"),
    (DAY, 5902, "first", "4723.961"),
    (date(2022, 12, 31), 363, "economy", "89.251"),
    (DAY, 0, "first", "0.000"),
]


@pytest.mark.parametrize(("day", "km", "cabin", "kg"), CASES)
def test_a_flight_emits_its_kilometres_times_the_factor(day: date, km: int, cabin: str, kg: str) -> None:
    assert climate.co2e_kg(km, cabin, climate.flight_factors(day)) == Decimal(kg)


def test_a_cabin_that_a_short_flight_lacks_counts_as_the_one_below() -> None:
    factors = climate.flight_factors(DAY)
    assert climate.co2e_kg(363, "business", factors) == climate.co2e_kg(363, "economy", factors)
    assert climate.co2e_kg(1118, "first", factors) == climate.co2e_kg(1118, "business", factors)


@given(st.integers(0, 15_000), st.sampled_from(climate.CABINS[1:]))
def test_a_better_cabin_never_emits_less(km: int, cabin: str) -> None:
    factors, below = climate.flight_factors(DAY), climate.CABINS[climate.CABINS.index(cabin) - 1]
    assert climate.co2e_kg(km, cabin, factors) >= climate.co2e_kg(km, below, factors)


def test_trains_cars_and_nights_have_factors_of_their_own() -> None:
    assert climate.rail_kg(550, "electric", climate.rail_factors(DAY)) == Decimal("5.500")
    assert climate.car_kg(100, "diesel", climate.car_factors(DAY)) == Decimal("17.000")
    assert climate.hotel_kg(3, climate.hotel_factors(DAY)) == Decimal("21.000")
    fuels = climate.car_factors(DAY).values
    assert set(climate.FUELS) == set(fuels)


def test_every_factor_names_its_version_and_source_and_is_not_called_verified() -> None:
    for factors in (climate.flight_factors(DAY), climate.rail_factors(DAY), climate.car_factors(DAY)):
        assert factors.rule.source
        assert not factors.rule.verified
    assert climate.flight_factors(date(2022, 6, 1)).rule.version == "2017-01-01"
    assert climate.flight_factors(DAY).rule.version == "2023-01-01"


def test_days_without_factors_and_unknown_cabins_are_refused() -> None:
    with pytest.raises(BadInput, match="2016"):
        climate.flight_factors(date(2016, 12, 31))
    with pytest.raises(LookupError, match="hammock"):
        climate.co2e_kg(100, "hammock", climate.flight_factors(DAY))
