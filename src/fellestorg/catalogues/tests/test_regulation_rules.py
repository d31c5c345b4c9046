"""The arithmetic and the calendar of price regulation, by tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.rules import Terms
from fellestorg.law.indexes import price_index
from fellestorg.values import BadInput

TERMS = Terms(date(2023, 3, 1), 30, None)


@pytest.mark.parametrize(
    ("base", "value", "cap", "exact", "capped"),
    [
        ("100.0", "105.8", None, Fraction(529, 500), False),
        ("105.8", "109.4", None, Fraction(547, 529), False),
        ("100.0", "105.8", "0.05", Fraction(21, 20), True),
        ("100.0", "105.0", "0.05", Fraction(21, 20), False),
        ("100.0", "100.0", "0.05", Fraction(1), False),
        ("105.8", "103.1", "0.05", Fraction(1031, 1058), False),
        ("105.8", "103.1", None, Fraction(1031, 1058), False),
        ("100.0", "100.1", "0", Fraction(1), True),
    ],
)
def test_a_rise_is_held_to_the_cap_and_a_fall_comes_through(
    base: str, value: str, cap: str | None, exact: Fraction, capped: bool
) -> None:
    found = rules.factor(Decimal(base), Decimal(value), None if cap is None else Decimal(cap))
    assert (found.exact, found.capped) == (exact, capped)


@pytest.mark.parametrize(
    ("price", "factor", "places", "after"),
    [
        ("47.00", "1.058", 2, "49.73"),
        ("6.50", "1.058", 2, "6.88"),  # 6.877
        ("12.50", "1.058", 2, "13.23"),  # 13.225 goes up
        ("12.50", "1.058", 4, "13.2250"),
        ("12.50", "1.058", 0, "13"),
        ("0.00", "1.058", 2, "0.00"),
        ("100.00", "0.99995", 2, "100.00"),  # 99.995 goes up
        ("99999999999999.9999", "1.058", 2, "105800000000000.00"),
    ],
)
def test_prices_are_rounded_half_up_once(price: str, factor: str, places: int, after: str) -> None:
    assert str(rules.regulated(Decimal(price), Fraction(factor), places)) == after


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(min_value=0, max_value=8))
def test_rounding_is_never_off_by_more_than_half(value: Fraction, places: int) -> None:
    found = rules.rounded(value, places)
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**places)
    assert -found.as_tuple().exponent == places


@pytest.mark.parametrize(
    ("used", "today", "first"),
    [
        ((), date(2022, 6, 1), date(2023, 3, 1)),
        ((), date(2023, 1, 30), date(2023, 3, 1)),
        ((), date(2023, 1, 31), date(2023, 3, 2)),
        ((2023,), date(2023, 11, 1), date(2024, 3, 1)),
        ((2023,), date(2024, 2, 10), date(2024, 3, 11)),
        ((2023, 2024), date(2024, 2, 10), date(2025, 3, 1)),
        ((2023,), date(2023, 3, 2), date(2024, 3, 1)),
    ],
)
def test_the_first_lawful_day_leaves_room_for_notice_and_for_one_regulation_a_year(
    used: tuple[int, ...], today: date, first: date
) -> None:
    assert rules.first_lawful(TERMS, frozenset(used), today) == first


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2023, 2, 28), None), (date(2023, 3, 1), 2023), (date(2024, 2, 29), 2023), (date(2024, 3, 1), 2024)],
)
def test_a_regulation_year_begins_on_the_clauses_day(day: date, year: int | None) -> None:
    assert rules.regulation_year(TERMS.first_on, day) == year


def test_a_clause_of_29_february_counts_from_the_28_in_other_years() -> None:
    assert rules.anniversary(date(2024, 2, 29), 2025) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2023, 1, 9), date(2022, 11, 1)), (date(2023, 1, 10), date(2022, 12, 1)), (date(2018, 2, 9), None)],
)
def test_a_month_counts_from_the_day_it_is_published(day: date, month: date | None) -> None:
    index = price_index("KPI")
    assert rules.latest_published(index.values, index.published_on_day, day) == month


def test_the_series_that_comes_with_the_product_says_it_is_synthetic() -> None:
    index = price_index("KPI")
    assert not index.verified
    assert "syntetisk" in index.source
    assert len(index.values) == 9 * 12
    assert index.values[date(2022, 12, 1)] / index.values[date(2021, 12, 1)] == Decimal("1.058")


def test_a_series_is_found_by_the_statistics_bureaus_name_for_it() -> None:
    assert price_index("total  totalindeks").key == "KPI"
    with pytest.raises(BadInput, match="there is no index"):
        price_index("BKI")
