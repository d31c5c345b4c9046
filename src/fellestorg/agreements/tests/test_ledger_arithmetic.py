"""The arithmetic of the ceiling ledger (design 2.4, FA-3)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.agreements.rules import Draw, Entry, forecast_exhaustion, percent_reached, post

D = Decimal


@pytest.mark.parametrize(
    ("entries", "used", "reserved"),
    [
        ([("commit", 100)], 100, 0),
        ([("commit", 100), ("release", 40)], 60, 0),
        ([("commit", 100), ("actual", 70)], 100, 0),
        ([("commit", 100), ("release", 60), ("actual", 70)], 70, 0),
        ([("commit", 100), ("actual", 130)], 130, 0),
        ([("opening", 500)], 500, 0),
        ([("reserve", 100)], 0, 100),
        ([("reserve", 100), ("release-reserve", 100), ("commit", 100)], 100, 0),
    ],
)
def test_a_draw_is_the_larger_of_what_is_committed_and_what_it_became(entries, used, reserved) -> None:
    draw = Draw()
    for kind, amount in entries:
        draw = post(draw, Entry(kind.removesuffix("-reserve"), D(amount), of_reserve=kind.endswith("-reserve")))
    assert (draw.used, draw.reserved) == (used, reserved)


def test_nobody_releases_more_than_is_committed_or_held() -> None:
    with pytest.raises(ValueError, match="cannot release"):
        post(Draw(committed=D(10)), Entry("release", D(11)))
    with pytest.raises(ValueError, match="cannot release"):
        post(Draw(reserved=D(10)), Entry("release", D(11), of_reserve=True))


@pytest.mark.parametrize(
    ("used", "level"), [("49.99", 0), ("50", 50), ("74.99", 50), ("75", 75), ("90", 90), ("120", 90)]
)
def test_warning_levels_are_reached_exactly(used, level) -> None:
    assert percent_reached(D(used), D(100)) == level


def test_the_forecast_goes_on_as_the_last_months_went() -> None:
    monthly = [(date(2023, month, 1), D(3100)) for month in range(1, 11)]
    # 31,000 over 304 days (1 Jan to 31 Oct): 10,000 more last 98.06 days, so it is spent on the 99th day.
    assert forecast_exhaustion(monthly, D(31000), D(41000), date(2023, 10, 31)) == date(2024, 2, 7)
    assert forecast_exhaustion([], D(0), D(100), date(2023, 10, 31)) is None
    assert forecast_exhaustion(monthly, D(100), D(100), date(2023, 10, 31)) == date(2023, 10, 31)


def test_what_was_drawn_after_the_day_asked_about_foretells_nothing() -> None:
    assert forecast_exhaustion([(date(2023, 11, 1), D(3960))], D(0), D(220_000_000), date(2022, 6, 1)) is None


@given(
    st.lists(st.tuples(st.sampled_from(["commit", "actual", "opening", "reserve"]), st.integers(0, 10**9)), max_size=12)
)
def test_facts_never_lower_what_is_used(entries) -> None:
    draw = Draw()
    for kind, amount in entries:
        after = post(draw, Entry(kind, D(amount)))
        assert after.used >= draw.used and after.reserved >= draw.reserved
        draw = after
