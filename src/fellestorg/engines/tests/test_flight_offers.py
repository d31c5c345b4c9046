"""Offers of flights: what the discount leaves, what is on the agreement, and what is highlighted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.travel.climate import flight_factors
from fellestorg.engines.travel.fares import net_ore
from fellestorg.engines.travel.flights import Area, Offer, Ranked, Terms, rank_offers

DAY = date(2023, 11, 20)
SAS, NORWEGIAN, WIDEROE = "111", "222", "333"
TERMS = Terms(
    km=1114,
    areas=(
        Area(SAS, 1, {"flex": Decimal("0.12"), "basic": Decimal("0.05")}),
        Area(NORWEGIAN, 2, {"flex": Decimal("0.03")}),
        Area(WIDEROE, 3, {"flex": Decimal("0.20")}),
    ),
    airlines={"SK": SAS, "DY": NORWEGIAN, "WF": WIDEROE},
    factors=flight_factors(DAY),
    highlight=3,
    within=Decimal("0.20"),
    least_airlines=2,
)


def offer(airline: str, published: str, fare_class: str = "flex", **other: object) -> Offer:
    return replace(Offer(airline, f"{airline}123", fare_class, Decimal(published), DAY), **other)  # type: ignore[arg-type]


def codes(one: Ranked) -> list[str]:
    return [reason.code for reason in one.reasons]


def test_five_percent_off_a_cheap_fare_beats_twenty_off_a_dear_one() -> None:
    first, second = rank_offers([offer("WF", "2500.00"), offer("DY", "1900.00")], TERMS)
    assert (first.supplier, first.net, first.rank) == (NORWEGIAN, Decimal("1843.00"), 1)
    assert (second.supplier, second.net, second.saved) == (WIDEROE, Decimal("2000.00"), Decimal("500.00"))


@pytest.mark.parametrize(
    ("terms", "given_offer", "code"),
    [
        (TERMS, offer("LH", "900.00"), "airline_without_agreement"),
        (replace(TERMS, areas=TERMS.areas[1:]), offer("SK", "900.00"), "supplier_not_on_route"),
        (replace(TERMS, areas=(replace(TERMS.areas[0], valid=False),)), offer("SK", "900.00"), "outside_validity"),
        (
            replace(TERMS, areas=(replace(TERMS.areas[0], closed_from=DAY, closed_reason="Slutt"),)),
            offer("SK", "900.00"),
            "route_closed",
        ),
    ],
)
def test_an_offer_outside_the_agreement_says_why_and_is_never_highlighted(
    terms: Terms, given_offer: Offer, code: str
) -> None:
    (one,) = rank_offers([given_offer], terms)
    assert codes(one) == [code]
    assert (one.rank, one.highlighted, one.net) == (None, False, Decimal("900.00"))


def test_a_route_is_open_until_the_day_it_closes() -> None:
    terms = replace(TERMS, areas=(replace(TERMS.areas[0], closed_from=date(2024, 2, 1), closed_reason="Slutt"),))
    before, after = (rank_offers([offer("SK", "900.00", departs=day)], terms)[0]
                     for day in (date(2024, 1, 31), date(2024, 2, 1)))  # fmt: skip
    assert before.on_agreement
    assert not after.on_agreement


def test_a_class_without_discount_is_on_the_agreement_at_the_published_fare() -> None:
    (one,) = rank_offers([offer("DY", "900.00", "basic")], TERMS)
    assert codes(one)[:2] == ["on_agreement", "class_without_discount"]
    assert (one.rank, one.net) == (1, Decimal("900.00"))


def test_a_cheaper_offer_outside_the_agreement_comes_after_those_on_it() -> None:
    ranked = rank_offers([offer("LH", "100.00"), offer("SK", "3000.00")], TERMS)
    assert [one.offer.airline for one in ranked] == ["SK", "LH"]


def test_two_airlines_are_highlighted_so_that_they_compete() -> None:
    sas = [offer("SK", f"{1000 + place}.00") for place in range(4)]
    ranked = rank_offers([*sas, offer("DY", "5000.00")], TERMS)
    assert [one.highlighted for one in ranked] == [True, True, True, False, True]
    assert "competition" in codes(ranked[4])


def test_what_is_far_from_the_best_is_not_highlighted() -> None:
    ranked = rank_offers([offer("SK", "1000.00"), offer("DY", "1000.00"), offer("WF", "4000.00")], TERMS)
    assert [one.highlighted for one in ranked] == [True, True, False]


def test_carbon_ranks_only_where_the_policy_says_so() -> None:
    offers = [offer("SK", "1000.00", cabin="business"), offer("SK", "1001.00")]
    assert [one.offer.cabin for one in rank_offers(offers, TERMS)] == ["business", "economy"]
    carbon = replace(TERMS, carbon_per_kg=Decimal("1.50"))
    assert [one.offer.cabin for one in rank_offers(offers, carbon)] == ["economy", "business"]


@given(
    st.lists(st.tuples(st.sampled_from(["SK", "DY", "WF", "LH"]), st.integers(100, 900_000), st.booleans()), max_size=8)
)
def test_every_offer_is_answered_once_and_in_order(given_offers: list[tuple[str, int, bool]]) -> None:
    offers = [
        offer(airline, str(Decimal(amount) / 100), "flex" if flex else "business")
        for airline, amount, flex in given_offers
    ]
    ranked = rank_offers(offers, TERMS)
    assert sorted(map(repr, (one.offer for one in ranked))) == sorted(map(repr, offers))
    on = [one for one in ranked if one.on_agreement]
    assert [one.rank for one in on] == list(range(1, len(on) + 1))
    assert [one.total for one in on] == sorted(one.total for one in on)
    airlines = {one.supplier for one in on}
    assert len({one.supplier for one in on if one.highlighted}) >= min(2, len(airlines))
    assert not any(one.highlighted for one in ranked if not one.on_agreement)


@pytest.mark.parametrize(
    ("published", "rate", "net"), [(100, 0, 100), (1, 5000, 1), (3, 5000, 2), (199_900, 1250, 174_913)]
)
def test_half_an_ore_is_rounded_up(published: int, rate: int, net: int) -> None:
    assert net_ore(published, rate) == net
