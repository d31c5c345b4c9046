from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.competitions.selecting.rules import Criterion, Placed, announced_problems, place

TWO = (Criterion("a", "A", Decimal("0.7")), Criterion("b", "B", Decimal("0.3")))
POINTS = {
    "first": {"a": Decimal(8), "b": Decimal(2)},
    "second": {"a": Decimal(6), "b": Decimal("6.6")},
    "third": {"a": Decimal(8), "b": Decimal(1)},
}


def goes_on(placed: list[Placed]) -> list[str]:
    return sorted(one.supplier for one in placed if one.goes_on)


def test_the_weighted_sum_decides_exactly() -> None:
    placed = place(POINTS, TWO, ranked=False, most=1)
    assert [(one.supplier, one.total) for one in placed] == [
        ("first", Decimal("6.2")),
        ("second", Decimal("6.18")),
        ("third", Decimal("5.9")),
    ]
    assert goes_on(placed) == ["first"]


def test_in_order_of_priority_the_next_criterion_decides_only_where_the_first_is_equal() -> None:
    placed = place(POINTS, TWO, ranked=True, most=2)
    assert [(one.supplier, one.place) for one in placed] == [("first", 1), ("third", 2), ("second", 3)]
    assert goes_on(placed) == ["first", "third"]


def test_whoever_ties_with_the_last_place_goes_on_too() -> None:
    tied = {**POINTS, "fourth": POINTS["second"]}
    placed = place(tied, TWO, ranked=False, most=2)
    assert [one.place for one in placed] == [1, 2, 2, 4]
    assert goes_on(placed) == ["first", "fourth", "second"]


def test_nobody_needs_points_where_nobody_is_left_out_and_all_need_them_where_somebody_is() -> None:
    without = {name: {} for name in POINTS}
    assert goes_on(place(without, TWO, ranked=False, most=3)) == sorted(POINTS)
    assert goes_on(place(without, TWO, ranked=False, most=None)) == sorted(POINTS)
    with pytest.raises(KeyError):
        place(without, TWO, ranked=False, most=2)


@pytest.mark.parametrize(
    ("criteria", "ranked", "minimum", "maximum", "codes"),
    [
        ((), False, 1, None, []),
        (TWO, False, 5, 5, []),
        (TWO, False, 4, 5, ["minimum_below_the_law"]),
        ((), False, 5, 8, ["no_selection_criteria"]),
        (TWO[:1], False, 5, 8, ["selection_weights_do_not_sum"]),
        (TWO[:1], True, 5, 8, []),
        ((), True, 3, 3, ["minimum_below_the_law", "no_selection_criteria"]),
    ],
    ids=["all are invited", "in order", "below the law", "no criteria", "weights", "ranked", "two faults"],
)
def test_what_the_notice_must_say(
    criteria: tuple[Criterion, ...], ranked: bool, minimum: int, maximum: int | None, codes: list[str]
) -> None:
    found = announced_problems(criteria, ranked=ranked, minimum=minimum, maximum=maximum, law_minimum=5)
    assert [one.reason for one in found] == codes


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8),
    st.integers(1, 9),
    st.booleans(),
)
def test_no_one_left_out_stands_before_one_who_goes_on(drawn: list[tuple[int, int]], most: int, ranked: bool) -> None:
    points = {f"s{at}": {"a": Decimal(a) / 4, "b": Decimal(b) / 4} for at, (a, b) in enumerate(drawn)}
    placed = place(points, TWO, ranked, most)
    on, out = [one.place for one in placed if one.goes_on], [one.place for one in placed if not one.goes_on]
    assert len(on) >= min(most, len(drawn))
    assert not out or max(on) < min(out)
