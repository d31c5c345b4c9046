"""Ways over the years: what is bought again, sold and repaired, and what sets the cheapest apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.alternatives import PARTS, Way, case_of, difference, weigh
from fellestorg.engines.lifecycle import Flow

NEW = Way("new", price=Decimal(12000), residual=Decimal(1200), repair=Decimal(300), co2e_kg=Decimal(240))
USED = Way("used", price=Decimal(6000), lifetime=Decimal(2), repair=Decimal(500), co2e_kg=Decimal(20))
RENT = Way("rent", monthly=Decimal(310), co2e_kg=Decimal(240))


def flows(way: Way, years: str) -> list[tuple[str, str]]:
    return [(str(flow.at), str(flow.amount)) for flow in case_of(way, Decimal(years)).flows]


def test_what_wears_out_is_bought_again_and_each_is_sold():
    way = Way("a", price=Decimal(100), residual=Decimal(10), lifetime=Decimal(2))
    assert flows(way, "4") == [("0", "100"), ("2", "-10"), ("2", "100"), ("4", "-10")]


def test_the_last_unit_is_sold_for_its_price_less_the_wear():
    way = Way("a", price=Decimal(100), residual=Decimal(20), lifetime=Decimal(4))
    assert case_of(way, Decimal(3)).flows == (Flow(Decimal(0), Decimal(100)), Flow(Decimal(3), Decimal(-40)))


@pytest.mark.parametrize(("years", "repairs"), [("2", ["30", "30"]), ("1.5", ["30", "15.0"])])
def test_repairs_come_at_the_end_of_each_year_and_of_a_part_by_its_length(years, repairs):
    assert [amount for _at, amount in flows(Way("a", repair=Decimal(30)), years)] == repairs


@pytest.mark.parametrize(("lifetime", "carbon"), [("4", "240"), ("8", "120"), ("2", "480")])
def test_a_long_life_spreads_the_carbon(lifetime, carbon):
    way = Way("a", price=Decimal(1), lifetime=Decimal(lifetime), co2e_kg=Decimal(240))
    assert case_of(way, Decimal(4)).co2e_kg == Decimal(carbon)


def test_without_interest_the_year_costs_what_is_paid_divided_by_the_years():
    (one,) = weigh([NEW], Decimal(0), Decimal(4), Decimal("1.50"))
    assert one.parts == {"device": 2700, "monthly": 0, "repair": 300, "carbon": 90}
    assert one.outcome.total_per_year == 3090
    assert one.course == (12000, 12300, 12600, 12900, 12000)


def test_the_cheapest_comes_first_and_the_parts_say_why():
    ways = weigh([NEW, USED, RENT], Decimal("0.04"), Decimal(4), Decimal("1.50"))
    assert [one.way.id for one in ways] == ["new", "used", "rent"]
    told = difference(ways)
    assert (told.first, told.second) == ("new", "used")
    assert [name for name, _kroner in told.because] == ["repair", "device"]
    assert [name for name, _kroner in told.against] == ["carbon"]


def test_one_way_alone_has_nothing_to_differ_from():
    assert difference(weigh([NEW], Decimal("0.04"), Decimal(4), Decimal(0))) is None


money = st.decimals("0", "20000", places=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(money, money, st.integers(1, 6)), min_size=2, max_size=4), st.integers(1, 6))
def test_the_parts_add_up_to_the_year_but_for_their_rounding(rows, years):
    ways = [
        Way(str(at), price=price, monthly=monthly, lifetime=Decimal(life), co2e_kg=Decimal(10))
        for at, (price, monthly, life) in enumerate(rows)
    ]
    weighed = weigh(ways, Decimal("0.03"), Decimal(years), Decimal("1.50"))
    for one in weighed:
        assert abs(sum(one.parts.values()) - one.outcome.total_per_year) <= Decimal("0.02")
        assert one.parts.keys() == set(PARTS)
    totals = [one.outcome.total for one in weighed]
    assert totals == sorted(totals)
