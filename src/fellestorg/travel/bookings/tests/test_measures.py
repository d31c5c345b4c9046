"""One booking against the agreements: on or off and why, and what the agreement's price was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.travel.bookings import measures
from fellestorg.travel.bookings.measures import Bought, Place, Price, Seat, Seen, Verdict, judge

START, END, DAY = date(2022, 6, 13), date(2024, 6, 12), date(2023, 9, 1)


def seat(name: str, rate: str, seen: str = "", closed: date | None = None, until: date | None = None) -> Seat:
    prices = (Price("standard", START, None, "discount", (Decimal(rate),)),)
    fares = (Seen("standard", date(2023, 8, 1), Decimal(seen)),) if seen else ()
    return Seat(name, START, until, closed, prices, fares)


def place(*seats: Seat) -> Place:
    return Place(7, START, END, seats)


BOUGHT = Bought("SK", DAY, date(2023, 9, 10), "standard", 1, Decimal("1500"))
HERE = place(seat("SK", "0.10"), seat("DY", "0.05", "1200"))
IN = frozenset({7})
CASES = {
    "on agreement": (BOUGHT, [HERE], IN, Verdict(7, "", Decimal("1350.00"), Decimal("1140.00"))),
    "nobody else was seen": (
        BOUGHT, [place(seat("SK", "0.10"), seat("DY", "0.05"))], IN,
        Verdict(7, "", Decimal("1350.00"), Decimal("1350.00")),
    ),
    "another airline": (replace(BOUGHT, supplier="QR"), [HERE], IN, Verdict(7, "other_supplier", None, Decimal("1140.00"))),
    "no agreement on the route": (BOUGHT, [], IN, Verdict(None, "no_agreement")),
    "before the agreement": (replace(BOUGHT, on=date(2022, 6, 12)), [HERE], IN, Verdict(7, "outside_period")),
    "after the agreement": (replace(BOUGHT, on=date(2024, 6, 13)), [HERE], IN, Verdict(7, "outside_period")),
    "its seat had ended": (BOUGHT, [place(seat("SK", "0.10", until=date(2023, 8, 31)))], IN, Verdict(7, "outside_period")),
    "does not take part": (BOUGHT, [HERE], frozenset({8}), Verdict(7, "not_participant")),
    "closed on the day of travel": (
        BOUGHT, [place(seat("SK", "0.10", closed=date(2023, 9, 10)), seat("DY", "0.05", "1200"))], IN,
        Verdict(7, "closed", None, Decimal("1140.00")),
    ),
    "closes the day after": (
        BOUGHT, [place(seat("SK", "0.10", closed=date(2023, 9, 11)))], IN,
        Verdict(7, "", Decimal("1350.00"), Decimal("1350.00")),
    ),
    "all are closed": (BOUGHT, [place(seat("SK", "0.10", closed=DAY))], IN, Verdict(7, "all_closed")),
    "a class without discount": (replace(BOUGHT, fare_class="flex"), [HERE], IN, Verdict(7, "")),
    "the later of two agreements": (
        BOUGHT, [replace(HERE, agreement=1, ends=date(2022, 12, 31)), HERE], IN,
        Verdict(7, "", Decimal("1350.00"), Decimal("1140.00")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_where_a_booking_stands(case: str) -> None:
    bought, places, participates, verdict = CASES[case]
    assert judge(bought, places, participates) == verdict


def test_nights_are_counted_without_vat_except_where_there_is_none() -> None:
    bought = Bought("fjord", DAY, DAY, "standard", 2, None, Decimal("0.12"))
    for kind, amount in (("night", "2142.86"), ("night_untaxed", "2400.00")):
        hotel = Seat("fjord", START, None, None, (Price("standard", START, None, kind, (Decimal(1200),)),))
        assert judge(bought, [place(hotel)], IN).expected == Decimal(amount)
    assert judge(replace(bought, units=None), [place(hotel)], IN).expected is None


def test_a_rental_costs_the_cheapest_mix_of_days_weeks_and_months() -> None:
    figures = (Decimal(400), Decimal(2000), Decimal(6000))
    firm = Seat("fjordbil", START, None, None, (Price("small", START, None, "rental", figures),))
    bought = Bought("fjordbil", DAY, DAY, "small", 8, None)
    assert judge(bought, [place(firm)], IN).expected == Decimal(2400)


@given(
    st.integers(0, 10**7), st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["SK", "DY", "QR"]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_a_verdict_holds_together(ore: int, one: int, two: int, who: str, member: bool, closed: bool) -> None:
    here = place(
        seat("SK", str(Decimal(one) / 10_000), closed=DAY if closed else None),
        seat("DY", str(Decimal(two) / 10_000), "1200"),
    )
    bought = replace(BOUGHT, supplier=who, published=Decimal(ore) / 100)
    verdict = judge(bought, [here], IN if member else frozenset())
    assert (verdict.expected is not None) <= (verdict.reason == "")
    if verdict.expected is not None and verdict.best is not None:
        assert verdict.best <= verdict.expected <= Decimal(ore) / 100
    if verdict.reason in measures.LEAKS:
        assert verdict.best is not None


def test_an_emission_has_its_factor_or_says_what_is_missing() -> None:
    told = measures.flight_emission(363, "economy", DAY)
    assert (told.kg, told.factor, told.rule) == (Decimal("98.943"), Decimal("0.27257"), "CO2-FLIGHT 2023-01-01")
    assert told.source and not told.verified
    missing = [
        measures.flight_emission(None, "economy", DAY),
        measures.flight_emission(363, "", DAY),
        measures.stay_emission(None, DAY),
        measures.drive_emission(None, "diesel", DAY),
        measures.drive_emission(10, "", DAY),
    ]
    assert [one.missing for one in missing] == ["distance", "cabin", "nights", "km", "fuel"]
    assert all(one.kg is None and one.rule == "" for one in missing)
