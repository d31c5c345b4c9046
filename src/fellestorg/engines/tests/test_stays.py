"""Hotels: what is compared, what an offer is worth against the agreement, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.travel.stays import (
    LRA,
    PERCENTAGE_OFF,
    Hotel,
    Offer,
    Point,
    Ranking,
    Rate,
    Stay,
    Terms,
    check_offers,
    kilometres,
    rank_stays,
)
from fellestorg.engines.travel.stays_wire import rank_stays_from, ranking_json
from fellestorg.values import BadInput

VAT = Decimal("0.12")
CENTRE = Point("Sentrum", Decimal("67.2804"), Decimal("14.4049"))
TERMS = Terms(Decimal(40), Decimal("0.5"), Decimal("0.05"), Decimal(120), "2023-01-01", "prøve", False)


def rate(amount: str = "1120", **changes: object) -> Rate:
    made = Rate("standard", LRA, VAT, date(2023, 1, 1), None, Decimal(amount))
    return replace(made, **changes)  # type: ignore[arg-type]


def superior(discount: str = "0.10") -> Rate:
    return Rate("superior", PERCENTAGE_OFF, VAT, date(2023, 1, 1), None, discount=Decimal(discount))


def hotel(key: str, *rates: Rate, north: str = "0", ecolabel: str = "") -> Hotel:
    at = Point("", CENTRE.latitude + Decimal(north), CENTRE.longitude)
    return Hotel(key, key, key, at, ecolabel, rates or (rate(),))


def stay(nights: int = 1, room: str = "standard", arrival: date = date(2023, 11, 6)) -> Stay:
    return Stay(arrival, nights, room, CENTRE)


def order(found: Ranking) -> list[str]:
    return [one.hotel.key for one in found.rows]


def test_a_price_with_vat_is_compared_without() -> None:
    row = rank_stays([hotel("a")], stay(2), TERMS).rows[0]
    assert (row.net, row.total, row.total_with_vat) == (Decimal(1000), Decimal(2000), Decimal(2240))


WEIGHED = [
    # what the other hotel has                                  first   why the second is second
    ([hotel("b", rate("1130"))], "a", "dearer"),
    ([hotel("b", rate("1100"))], "b", "dearer"),
    # 0.02 degrees is 2.2 km; beyond the free half kilometre that is 68 kroner at 40 a kilometre
    ([hotel("b", rate("1100"), north="0.02")], "a", "farther"),
    ([hotel("b", rate("1000"), north="0.02")], "b", "dearer"),
    # an ecolabel takes 5 % off
    ([hotel("b", rate("1150"), ecolabel="Svanemerket")], "b", "no_ecolabel"),
    ([hotel("b", rate("1200"), ecolabel="Svanemerket")], "a", "dearer"),
    # a breakfast is worth 120
    ([hotel("b", rate("1000", breakfast=False))], "a", "compared"),
    ([hotel("b")], "a", "tie"),
]


@pytest.mark.parametrize(("others", "first", "reason"), WEIGHED)
def test_price_distance_ecolabel_and_breakfast_decide_together(others: list[Hotel], first: str, reason: str) -> None:
    found = rank_stays([*others, hotel("a")], stay(), TERMS)
    assert (order(found)[0], found.rows[1].reason) == (first, reason)
    for row in found.rows:
        assert row.compared == row.net + row.distance_cost - row.ecolabel_deduction + row.breakfast_cost


def test_each_night_has_its_seasons_price() -> None:
    low = rate("1120", valid_to=date(2023, 11, 6), season="lav")
    high = rate("2240", valid_from=date(2023, 11, 7), season="høy")
    row = rank_stays([hotel("a", low, high)], stay(3), TERMS).rows[0]
    assert (row.total_with_vat, row.seasons) == (Decimal(1120 + 2 * 2240), ("lav", "høy"))


def test_a_night_without_a_rate_gives_no_place() -> None:
    found = rank_stays([hotel("a", rate(valid_to=date(2023, 11, 6)))], stay(2), TERMS)
    assert (found.rows, [one.code for one in found.passed]) == ((), ["no_rate"])


def test_a_better_room_is_ranked_by_what_it_costs_and_not_by_the_discount() -> None:
    hotels = [hotel("dear", superior("0.20")), hotel("cheap", superior("0.05")), hotel("unknown", superior("0.15"))]
    offers = [
        Offer("dear", "superior", Decimal(1600), Decimal(2000)),
        Offer("cheap", "superior", Decimal(1425), Decimal(1500)),
    ]
    found = rank_stays(hotels, stay(room="superior"), TERMS, offers)
    assert order(found) == ["cheap", "dear"]
    assert [(one.code, one.discount) for one in found.passed] == [("price_unknown", Decimal("0.15"))]


CHECKS = [
    # room, offered, price of the day      said                breach
    ([("standard", "1120", None)], "lra_held", False),
    ([("standard", "1121", None)], "lra_broken", True),
    ([("standard", "1000", None)], "cheaper", False),
    ([("standard", None, None)], "sold_out", False),
    ([("standard", None, None), ("superior", "1800", None)], "lra_refused", True),
    ([("standard", None, None), ("superior", None, None)], "sold_out", False),
    ([("superior", "1800", "2000")], "discount_held", False),
    ([("superior", "1801", "2000")], "discount_short", True),
    ([("superior", "1500", "2000")], "cheaper", False),
    ([("superior", "1800", None)], "unchecked", False),
    ([("superior", None, "2000")], "sold_out", False),
]


@pytest.mark.parametrize(("offered", "code", "breach"), CHECKS)
def test_an_offer_is_held_against_the_agreement(
    offered: list[tuple[str, str | None, str | None]], code: str, breach: bool
) -> None:
    offers = [
        Offer("a", room, None if nightly is None else Decimal(nightly), None if day is None else Decimal(day))
        for room, nightly, day in offered
    ]
    check = check_offers(hotel("a", rate(), superior()), stay(), offers)[0]
    assert (check.code, check.breach) == (code, breach)


def test_a_dearer_offer_never_moves_a_hotel_and_a_cheaper_one_does() -> None:
    hotels = [hotel("a"), hotel("b", rate("1200"))]
    assert order(rank_stays(hotels, stay(), TERMS, [Offer("a", "standard", Decimal(9999))])) == ["a", "b"]
    assert order(rank_stays(hotels, stay(), TERMS, [Offer("b", "standard", Decimal(900))])) == ["b", "a"]


def test_a_hotel_that_refuses_its_fixed_rate_has_no_place_and_is_to_be_reported() -> None:
    offers = [Offer("a", "standard", None), Offer("a", "superior", Decimal(1900), Decimal(2000))]
    found = rank_stays([hotel("a", rate(), superior())], stay(), TERMS, offers)
    assert [one.code for one in found.passed] == ["refused"]


def test_the_distance_is_told_to_a_hundred_metres() -> None:
    oslo, bergen = Point("", Decimal("59.91"), Decimal("10.75")), Point("", Decimal("60.39"), Decimal("5.32"))
    assert (kilometres(oslo, oslo), kilometres(oslo, bergen)) == (Decimal("0.0"), Decimal("305.1"))


amounts = st.decimals(Decimal(500), Decimal(3000), places=2)
hotels_of = st.builds(
    lambda amount, north, ecolabel, breakfast: (amount, north, ecolabel, breakfast),
    amounts,
    st.integers(0, 50),
    st.sampled_from(["", "Svanemerket"]),
    st.booleans(),
)


@given(st.lists(hotels_of, min_size=2, max_size=6), st.data())
def test_a_hotel_that_gets_cheaper_never_falls(
    drawn: list[tuple[Decimal, int, str, bool]], data: st.DataObject
) -> None:
    def made(at: int, amount: Decimal) -> Hotel:
        _amount, north, ecolabel, breakfast = drawn[at]
        own = rate(str(amount), breakfast=breakfast)
        return hotel(f"h{at}", own, north=f"0.{north:03}", ecolabel=ecolabel)

    hotels = [made(at, one[0]) for at, one in enumerate(drawn)]
    at = data.draw(st.integers(0, len(hotels) - 1))
    cheaper = data.draw(st.decimals(Decimal(100), drawn[at][0], places=2))
    before = order(rank_stays(hotels, stay(), TERMS)).index(f"h{at}")
    hotels[at] = made(at, cheaper)
    assert order(rank_stays(hotels, stay(), TERMS)).index(f"h{at}") <= before


@given(amounts, amounts, st.integers(0, 50), st.sampled_from(["", "Svanemerket"]))
def test_of_two_hotels_equal_but_for_the_price_the_cheaper_is_never_below(
    one: Decimal, other: Decimal, north: int, ecolabel: str
) -> None:
    pair = [
        hotel("one", rate(str(one)), north=f"0.{north:03}", ecolabel=ecolabel),
        hotel("other", rate(str(other)), north=f"0.{north:03}", ecolabel=ecolabel),
    ]
    if one != other:
        assert order(rank_stays(pair, stay(), TERMS))[0] == ("one" if one < other else "other")


WIRE = {
    "stay": {"arrival": "2023-11-06", "nights": 2, "point": {"name": "S", "latitude": "67.28", "longitude": "14.4"}},
    "terms": {"per_km": "40", "ecolabel_share": "0.05"},
    "hotels": [
        {
            "key": "fjord",
            "latitude": "67.28",
            "longitude": "14.4",
            "rates": [{"room": "standard", "amount": "1120", "vat_rate": "0.12", "valid_from": "2023-01-01"}],
        }
    ],
}


def test_the_wire_gives_amounts_as_texts() -> None:
    written = ranking_json(rank_stays_from(WIRE))
    row = written["hotels"][0]
    assert (row["net"], row["total"], row["place"], row["reason"]) == ("1000.00", "2000.00", 1, "first")


def test_everything_wrong_on_the_wire_is_named_at_once() -> None:
    bad = {
        "stay": {"arrival": "i morgen", "nights": 0, "room": "suite", "point": {"latitude": 67.2, "longitude": "14"}},
        "terms": {"per_km": "-1", "ecolabel_share": "2", "vekt": "1"},
        "hotels": [{"key": "a", "latitude": "91", "longitude": "0", "rates": [{"room": "standard"}]}],
        "offers": [{"hotel": "b", "nightly": "100"}],
    }
    with pytest.raises(BadInput) as caught:
        rank_stays_from(bad)
    assert {problem.where for problem in caught.value.problems} == {
        "stay.arrival", "stay.nights", "stay.room", "stay.point.latitude", "terms.per_km", "terms.ecolabel_share",
        "terms.vekt", "hotels[0].latitude", "hotels[0].rates[0]", "offers[0].hotel",
    }  # fmt: skip
