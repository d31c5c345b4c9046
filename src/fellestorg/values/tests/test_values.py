"""The ground: exact amounts, periods, canonical JSON and errors that name their place."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.values import BadInput, Money, Period, Problem, canonical_json, decimal_text, digest, exact, kroner

D = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.50", "12.50"), ("0", "0"), ("-3.1", "-3.1"), (7, "7"), ("99999999999999999999", "99999999999999999999")],
)
def test_a_decimal_string_is_read_exactly(text, value) -> None:
    assert exact(text, "amount") == D(value)


@pytest.mark.parametrize(
    "text", ["", "1,5", "1e3", "NaN", "Infinity", " 1", "1 000", "0x1", "1.", ".5", "1_0", 1.5, None, True, "٣"]
)
def test_anything_else_is_refused_by_its_place(text) -> None:
    with pytest.raises(BadInput) as caught:
        exact(text, "lines[2].quantity")
    assert caught.value.problems[0].where == "lines[2].quantity"


def test_too_small_is_refused_with_what_was_expected() -> None:
    with pytest.raises(BadInput, match=r"amount: expected 0\.01 or more, found 0"):
        exact("0", "amount", minimum=D("0.01"))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("2081", "2081.00"), ("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("1e3", "1000.00")],
)
def test_kroner_are_rounded_half_up_to_the_ore(amount, shown) -> None:
    assert kroner(D(amount)) == shown


@pytest.mark.parametrize(
    ("value", "text"), [("10.0", "10"), ("0.150", "0.15"), ("1E+3", "1000"), ("-0.0", "0"), ("0", "0")]
)
def test_quantities_are_written_short_and_without_exponents(value, text) -> None:
    assert decimal_text(D(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_what_is_written_is_read_back_equal(value) -> None:
    assert exact(decimal_text(value), "x") == value


class TestMoney:
    def test_vat_is_kept_exact(self) -> None:
        assert Money(D("99.99")).with_vat == D("124.9875")

    def test_sums_and_differences(self) -> None:
        assert Money(D(2)) + Money(D(3)) == Money(D(5))
        assert Money(D(2)) - Money(D(3)) == Money(D(-1))
        assert Money(D(2)) < Money(D(3))

    @pytest.mark.parametrize("other", [Money(D(1), "EUR"), Money(D(1), vat_rate=D("0.15"))])
    def test_unlike_amounts_never_mix(self, other) -> None:
        with pytest.raises(ValueError, match="cannot"):
            Money(D(1)) + other

    def test_currencies_are_never_compared(self) -> None:
        with pytest.raises(ValueError, match="cannot mix NOK and EUR"):
            assert Money(D(1)) < Money(D(2), "EUR")


days = st.dates(date(2016, 1, 1), date(2030, 1, 1))


class TestPeriod:
    def test_both_ends_belong(self) -> None:
        period = Period(date(2023, 3, 27), date(2025, 3, 26))
        assert date(2023, 3, 27) in period and date(2025, 3, 26) in period
        assert date(2023, 3, 26) not in period and date(2025, 3, 27) not in period

    def test_an_open_end_lasts(self) -> None:
        assert date(2999, 1, 1) in Period(date(2023, 1, 1))

    def test_it_cannot_end_before_it_starts(self) -> None:
        with pytest.raises(ValueError, match="cannot end"):
            Period(date(2023, 1, 2), date(2023, 1, 1))

    @given(days, st.none() | st.integers(0, 900), days, st.none() | st.integers(0, 900))
    def test_periods_overlap_when_a_day_lies_in_both(self, start, length, other_start, other_length) -> None:
        one = Period(start, None if length is None else start + timedelta(length))
        two = Period(other_start, None if other_length is None else other_start + timedelta(other_length))
        assert (
            one.overlaps(two)
            == two.overlaps(one)
            == (max(start, other_start) in one and max(start, other_start) in two)
        )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class TestCanonicalJson:
    @given(json_values)
    def test_it_survives_a_round_trip_and_any_order_of_keys(self, value) -> None:
        text = canonical_json(value)
        assert json.loads(text) == value and canonical_json(json.loads(text)) == text
        assert len(digest(value)) == 64

    @pytest.mark.parametrize("value", [1.0, {"a": [0, {"b": 2.5}]}, (1, 2.0)])
    def test_a_binary_float_is_refused(self, value) -> None:
        with pytest.raises(TypeError, match="binary float"):
            canonical_json(value)


def test_all_problems_are_raised_at_once() -> None:
    BadInput.raise_if([])
    with pytest.raises(BadInput) as caught:
        BadInput.raise_if(Problem(f"row {n}", "bad", "expected better") for n in (3, 7))
    assert str(caught.value) == "row 3: expected better; row 7: expected better"
