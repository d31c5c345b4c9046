"""Shares and quotas as arithmetic: what breaks them, and the distribution that holds them with the fewest moves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.agreements.quotas.distributing import distribute
from fellestorg.agreements.quotas.rules import Buyer, Quota, assigned, broken, propose, standings, whole

TWO = (Quota("a", Decimal("0.55"), Decimal("0.70")), Quota("b", Decimal("0.30"), Decimal("0.45")))


def buyers(*rows: tuple[int, str]) -> tuple[Buyer, ...]:
    return tuple(Buyer(f"{index:03}", weight, supplier) for index, (weight, supplier) in enumerate(rows))


@pytest.mark.parametrize(
    ("a", "b", "free", "states"),
    [
        (60, 40, 0, ("inside", "inside")),
        (70, 30, 0, ("inside", "inside")),
        (71, 29, 0, ("over", "out_of_reach")),
        (55, 45, 0, ("inside", "inside")),
        (54, 46, 0, ("out_of_reach", "over")),
        (0, 0, 100, ("filling", "filling")),
        (40, 20, 40, ("filling", "filling")),
        (71, 0, 29, ("over", "out_of_reach")),
    ],
)
def test_a_supplier_stands_inside_over_filling_or_out_of_reach(a: int, b: int, free: int, states: object) -> None:
    found = standings(TWO, buyers((a, "a"), (b, "b"), (free, "")))
    assert tuple(one.state for one in found) == states


def test_the_share_counts_those_without_a_supplier_too() -> None:
    first, _second = standings(TWO, buyers((50, "a"), (25, "b"), (25, "")))
    assert (first.share, first.reach, first.units) == (Decimal("0.5000"), Decimal("0.7500"), 50)


def test_nobody_weighs_anything_and_nothing_is_broken_above() -> None:
    assert [one.over for one in standings(TWO, buyers((0, "a"), (0, "")))] == [0, 0]


@pytest.mark.parametrize(
    ("before", "move", "bad"),
    [
        (((60, "a"), (30, "b"), (10, "")), {"002": "a"}, []),  # exactly 70 %
        (((60, "a"), (29, "b"), (11, "")), {"002": "a"}, ["a", "b"]),  # 71 %, and b cannot reach 30 %
        (((50, "a"), (40, "b"), (10, "")), {"002": "b"}, ["a", "b"]),  # b 50 %, a cannot reach 55 %
        (((71, "a"), (24, "b"), (5, "")), {"002": "a"}, ["a", "b"]),  # worse than it was
        (((71, "a"), (24, "b"), (5, "")), {"002": "b"}, []),  # still over, but not more
    ],
)
def test_only_what_breaks_a_quota_or_breaks_it_further_is_found(
    before: Sequence[tuple[int, str]], move: dict[str, str], bad: list[str]
) -> None:
    now = buyers(*before)
    assert [would.supplier for _was, would in broken(TWO, now, assigned(now, move))] == bad


def test_drifted_shares_come_back_with_one_move_and_the_lightest_that_does_it() -> None:
    now = buyers((50, "a"), (12, "a"), (7, "a"), (2, "a"), (29, "b"))
    found = propose(TWO, now)
    assert found is not None
    assert [(one.weight, one.before, one.after) for one in found.moves] == [(2, "a", "b")]
    assert (found.moved, [one.state for one in found.after]) == (1, ["inside", "inside"])


def test_everybody_without_a_supplier_gets_one_as_near_the_middle_as_can_be() -> None:
    found = propose(TWO, buyers(*[(weight, "") for weight in (30, 20, 20, 10, 10, 5, 3, 2)]))
    assert found is not None and found.moved == 0
    # The middle of 55-70 % of 100 is 62.5.
    assert found.after[0].units in (62, 63)


def test_what_cannot_be_shared_is_answered_with_none() -> None:
    assert propose(TWO, buyers((90, ""), (10, ""))) is None
    assert propose((), buyers((90, ""))) is None
    assert propose((Quota("a", Decimal(0), Decimal("0.4")), Quota("b", Decimal(0), Decimal("0.4"))), TEN) is None


TEN = buyers(*[(10, "")] * 10)


def test_those_whose_supplier_has_no_quota_any_more_are_shared_anew() -> None:
    found = propose(TWO, buyers((60, "gone"), (40, "b")))
    assert found is not None
    assert [(one.before, one.after) for one in found.moves] == [("gone", "a")]


def test_three_suppliers_are_shared_too() -> None:
    three = tuple(Quota(key, Decimal("0.3"), Decimal("0.4")) for key in "abc")
    found = propose(three, buyers(*[(10, "a")] * 8, (10, "b"), (10, "b")))
    assert found is not None
    assert (found.moved, [one.state for one in found.after]) == (4, ["inside"] * 3)


def test_amounts_with_ore_lose_nothing() -> None:
    assert whole([Decimal("10.25"), Decimal(3)]) == [102_500, 30_000]
    assert whole([Decimal("4.0"), Decimal(3)]) == [4, 3]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from([None, 0, 1, -1])), min_size=1, max_size=5),
    st.integers(0, 30),
    st.integers(0, 15),
)
@settings(max_examples=50, deadline=None)
def test_no_distribution_moves_fewer_or_less_than_the_one_that_is_found(
    rows: list[tuple[int, int | None]], low: int, width: int
) -> None:
    weights, here = [weight for weight, _ in rows], [place for _, place in rows]
    total = sum(weights)
    windows = [(low, low + width), (0, total)]

    def cost(places: Sequence[int]) -> tuple[int, int]:
        moved = [w for w, now, then in zip(weights, here, places, strict=True) if now in (0, 1) and now != then]
        return len(moved), sum(moved)

    def load(places: Sequence[int]) -> int:
        return sum(weight for weight, place in zip(weights, places, strict=True) if place == 0)

    every = [one for one in product((0, 1), repeat=len(rows)) if low <= load(one) <= low + width]
    found = distribute(windows, weights, here)
    if not every:
        assert found is None
    else:
        assert found is not None and low <= load(found) <= low + width
        assert cost(found) == min(map(cost, every))
