"""Rental cars: what a rental costs, which car comes first and why, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.travel.rentals import (
    NET_PRICE,
    RANK,
    Car,
    Choice,
    Energy,
    Rental,
    Terms,
    cheapest_mix,
    choose_car,
    energy_on,
    price_car,
)
from fellestorg.engines.travel.rentals_wire import choice_json, choose_car_from
from fellestorg.values import BadInput, RuleRef

ENERGY = Energy(
    {"petrol": Decimal(20), "diesel": Decimal(18), "kwh": Decimal(5)},
    {"petrol": Decimal("2.3"), "diesel": Decimal("2.6"), "kwh": Decimal("0.02")},
    RuleRef("CAR-ENERGY", "2022-01-01", "prøve", False),
)
TERMS = Terms(NET_PRICE, Decimal("0.10"), 100, "2023-10-02", "prøve", False)


def petrol(key: str = "bensin", day: str = "500", **changes: object) -> Car:
    made = Car(key, key, 1, "compact", key, "petrol", Decimal(6), Decimal(0), 95, Decimal(day), Decimal(day) * 5,
               Decimal(day) * 15)  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def electric(key: str = "el", day: str = "500", **changes: object) -> Car:
    own = {"fuel": "electric", "litres_100km": Decimal(0), "kwh_100km": Decimal(18), "co2_g_km": 0, **changes}
    return petrol(key, day, **own)


def rental(days: int = 2, km: int = 0, **more: object) -> Rental:
    return Rental("compact", date(2023, 11, 6), days, km, **more)  # type: ignore[arg-type]


def order(found: Choice) -> list[str]:
    return [one.car.key for one in found.rows]


PERIODS = [
    # days  months, weeks, days  amount, at 500 a day, 2000 a week, 6000 a month
    (1, (0, 0, 1), 500),
    (3, (0, 0, 3), 1500),
    (4, (0, 0, 4), 2000),
    (5, (0, 1, 0), 2000),
    (7, (0, 1, 0), 2000),
    (8, (0, 1, 1), 2500),
    (21, (0, 3, 0), 6000),
    (22, (1, 0, 0), 6000),
    (31, (1, 0, 1), 6500),
]


@pytest.mark.parametrize(("days", "parts", "amount"), PERIODS)
def test_a_period_is_paid_the_cheapest_way(days: int, parts: tuple[int, int, int], amount: int) -> None:
    mix = cheapest_mix(days, Decimal(500), Decimal(2000), Decimal(6000))
    assert ((mix.months, mix.weeks, mix.days), mix.amount) == (parts, Decimal(amount))


@given(
    st.integers(1, 100), st.integers(1, 900), st.integers(1, 6000), st.integers(1, 20000), st.sampled_from([0, 1, 3])
)
def test_a_longer_rental_is_never_cheaper_and_every_mix_covers_it(
    days: int, day: int, week: int, month: int, more: int
) -> None:
    prices = (Decimal(day), Decimal(week), Decimal(month))
    mix = cheapest_mix(days, *prices)
    assert mix.months * 30 + mix.weeks * 7 + mix.days >= days
    assert mix.amount == mix.months * month + mix.weeks * week + mix.days * day
    assert mix.amount <= days * day
    assert cheapest_mix(days + more, *prices).amount >= mix.amount


def test_a_net_price_is_rent_fee_extra_kilometres_and_energy() -> None:
    car = petrol(km_included=100, extra_km=Decimal(2), one_way={"": Decimal(300)})
    found = price_car(car, rental(2, 250, one_way=""), ENERGY)
    # 15 litres at 20 kroner; 50 kilometres beyond 2 x 100
    assert [found.mix.amount, found.one_way, found.extra_km, found.energy] == [
        Decimal(one) for one in (1000, 300, 100, 300)
    ]
    assert (found.net, found.kg) == (Decimal(1700), Decimal("34.5"))


def test_a_plug_in_pays_for_both_petrol_and_electricity() -> None:
    car = petrol(fuel="plug_in", litres_100km=Decimal(3), kwh_100km=Decimal(10))
    assert price_car(car, rental(1, 100), ENERGY).energy == Decimal(3 * 20 + 10 * 5)


CHOICES = [
    # cars                                                        order              outcome
    ([petrol(), electric(day="540")], ["el", "bensin"], "zero_emission"),
    ([petrol(), electric(day="550")], ["el", "bensin"], "zero_emission"),  # the tolerance itself is within
    ([petrol(), electric(day="551")], ["bensin", "el"], "under_cap"),
    ([petrol(co2_g_km=101), electric(day="900")], ["el"], "zero_emission"),  # no other car is left
    ([petrol(co2_g_km=100)], ["bensin"], "under_cap"),
    ([petrol(co2_g_km=101)], [], "none"),
    ([petrol("dyr", "510"), petrol("billig", "490")], ["billig", "dyr"], "under_cap"),
    ([electric("b", "520"), electric("a", "520"), petrol()], ["a", "b", "bensin"], "zero_emission"),
    ([petrol(car_class="van"), petrol("liten", car_class="small")], [], "none"),
]


@pytest.mark.parametrize(("cars", "expected", "outcome"), CHOICES)
def test_zero_emission_comes_first_within_the_tolerance_and_else_the_cap_holds(
    cars: list[Car], expected: list[str], outcome: str
) -> None:
    found = choose_car(cars, rental(), TERMS, ENERGY)
    assert (order(found), found.outcome) == (expected, outcome)


def test_where_the_framework_ranks_the_rank_decides_among_equals_in_emission() -> None:
    cars = [petrol("to", "400", rank=2), petrol("en", "500", rank=1), electric("el-to", "430", rank=2)]
    found = choose_car(cars, rental(), replace(TERMS, decides=RANK), ENERGY)
    assert order(found) == ["el-to", "en", "to"]


PASSED = [
    ({"unavailable": {"el": "utsolgt"}}, {}, "unavailable"),
    ({"one_way": "NO07"}, {}, "no_one_way"),
    ({"unfit": "ingen lader"}, {}, "unfit"),
    ({"longest_leg_km": 400}, {"range_km": 350}, "range"),
]


@pytest.mark.parametrize(("asked", "car", "code"), PASSED)
def test_a_car_that_cannot_says_why(asked: dict[str, Any], car: dict[str, Any], code: str) -> None:
    other = petrol(one_way={"NO07": Decimal(1)})
    found = choose_car([electric(**car), other], rental(**asked), TERMS, ENERGY)
    assert ([one.code for one in found.passed], order(found)) == ([code], ["bensin"])


def test_the_trace_asks_of_zero_emission_first_and_of_the_cap_only_where_it_decides() -> None:
    cars = [petrol(), electric(day="551")]
    dear = choose_car(cars, rental(), TERMS, ENERGY).trace
    assert [(one.code, one.holds) for one in dear] == [
        ("zero_emission_offered", True), ("within_tolerance", False), ("under_cap", True), ("decided_by_net_price", True),
    ]  # fmt: skip
    near = choose_car([petrol(), electric()], rental(), TERMS, ENERGY).trace
    assert [one.code for one in near] == ["zero_emission_offered", "within_tolerance", "decided_by_net_price"]
    assert choose_car([], rental(unfit="tilhenger"), TERMS, ENERGY).trace[0].code == "zero_emission_fits"


cars_drawn = st.lists(st.tuples(st.booleans(), st.integers(300, 900), st.integers(60, 140)), min_size=1, max_size=6)


def fleet(drawn: list[tuple[bool, int, int]]) -> list[Car]:
    return [
        electric(f"c{at}", str(day)) if zero else petrol(f"c{at}", str(day), co2_g_km=grams)
        for at, (zero, day, grams) in enumerate(drawn)
    ]


@given(cars_drawn, st.integers(0, 40), st.integers(0, 500))
def test_the_first_car_is_always_what_the_rule_says(drawn: list[tuple[bool, int, int]], share: int, km: int) -> None:
    terms = replace(TERMS, tolerance=Decimal(share) / 100)
    found = choose_car(fleet(drawn), rental(km=km), terms, ENERGY)
    others = [one.net for one in found.rows if not one.car.zero_emission]
    zero = [one.net for one in found.rows if one.car.zero_emission]
    within = [net for net in zero if not others or net <= min(others) * (1 + terms.tolerance)]
    assert all(one.car.zero_emission or one.car.co2_g_km <= 100 for one in found.rows)
    if found.rows:
        best = min(within) if within else min(others)
        assert (found.rows[0].car.zero_emission, found.rows[0].net) == (bool(within), best)
    assert len(found.rows) + len(found.passed) == len(drawn)
    assert [one.place for one in found.rows] == list(range(1, len(found.rows) + 1))


@given(cars_drawn, st.data())
def test_a_car_that_gets_cheaper_never_falls(drawn: list[tuple[bool, int, int]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(drawn) - 1))
    cheaper = data.draw(st.integers(100, drawn[at][1]))
    before = order(choose_car(fleet(drawn), rental(), TERMS, ENERGY))
    drawn[at] = (drawn[at][0], cheaper, drawn[at][2])
    after = order(choose_car(fleet(drawn), rental(), TERMS, ENERGY))
    if f"c{at}" in before:
        assert after.index(f"c{at}") <= before.index(f"c{at}")


WIRE = {
    "rental": {"car_class": "compact", "start": "2023-11-06", "days": 2, "km": 100},
    "terms": {"tolerance": "0.10", "co2_cap": 100},
    "cars": [
        {"key": "el", "supplier": "s", "car_class": "compact", "fuel": "electric", "kwh_100km": "18", "day": "500",
         "week": "2500", "month": "7500"}
    ],
}  # fmt: skip


def test_the_wire_prices_energy_by_the_days_own_rule() -> None:
    written = choice_json(choose_car_from(WIRE))
    expected = Decimal(18) * energy_on(date(2023, 11, 6)).price["kwh"]
    assert Decimal(written["cars"][0]["energy"]) == expected
    assert [one["id"] for one in written["rules"]] == ["CAR-ENERGY"]
    assert written["rules"][0]["verified"] is False


def test_everything_wrong_on_the_wire_is_named_at_once() -> None:
    bad = {
        "rental": {"car_class": "limousine", "start": "2023-13-01", "days": 0, "km": -1},
        "terms": {"decides": "lykke", "tolerance": "3"},
        "cars": [{"key": "a", "supplier": "s", "car_class": "small", "fuel": "kull", "day": 1.5, "week": "1"}],
    }
    with pytest.raises(BadInput) as caught:
        choose_car_from(bad)
    assert {problem.where for problem in caught.value.problems} == {
        "rental.car_class", "rental.start", "rental.days", "rental.km", "terms.decides", "terms.tolerance",
        "cars[0].fuel", "cars[0].day", "cars[0].month",
    }  # fmt: skip
