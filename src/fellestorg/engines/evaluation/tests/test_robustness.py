"""Winner shares over draws of the weights: the same winners as a plain loop, and as the exact intervals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.bench.robust import plain_winners
from fellestorg.engines.evaluation import read_request
from fellestorg.engines.evaluation.robustness import (
    BLOCK,
    box_draws,
    contenders,
    robustness,
    score_table,
    simplex_draws,
    winner_counts,
)
from fellestorg.engines.evaluation.sensitivity import weight_intervals
from fellestorg.engines.evaluation.tests.cases import four, two

tables = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=7)


@settings(max_examples=40, deadline=None)
@given(st.lists(tables, min_size=1, max_size=3), st.integers(0, 5))
def test_winners_are_those_of_a_plain_loop_with_equal_tenders_to_the_first(scores, seed):
    draws = simplex_draws(3, 200, seed)
    arrays = [np.array(table, dtype=float) for table in scores]
    for table, count in zip(arrays, winner_counts(arrays, draws), strict=True):
        assert count.tolist() == plain_winners(table.tolist(), draws.T.tolist())


def test_more_draws_than_a_block_are_all_counted():
    draws = simplex_draws(2, BLOCK + 5, 1)
    (count,) = winner_counts([np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])], draws)
    assert count.sum() == BLOCK + 5
    assert count[2] == 0


def test_draws_in_which_tenders_are_exactly_equal_go_to_the_first():
    draws = np.full((2, 10), 0.5)
    (count,) = winner_counts([np.array([[0.0, 2.0], [2.0, 0.0], [1.0, 0.5]])], draws)
    assert count.tolist() == [10, 0, 0]


def test_tenders_that_another_beats_everywhere_are_no_contenders():
    table = np.array([[1.0, 5.0], [1.0, 5.0], [0.0, 5.0], [5.0, 1.0], [0.5, 4.0]])
    assert contenders(table) == [0, 3]


def test_draws_sum_to_one_and_stay_in_their_box():
    boxed = box_draws((0.4, 0.3, 0.05, 0.25), 0.1, 500, 3)
    assert boxed.shape == (4, 500)
    assert np.allclose(boxed.sum(axis=0), 1)
    assert (boxed >= np.array([[0.3], [0.2], [0.0], [0.15]]) - 1e-12).all()
    assert (boxed <= np.array([[0.5], [0.4], [0.15], [0.35]]) + 1e-12).all()
    with pytest.raises(ValueError, match="read-only"):
        boxed[0, 0] = 1


def test_a_box_that_no_weights_fit_in_is_refused():
    with pytest.raises(ArithmeticError):
        box_draws((0.1, 0.1), 0.05, 10, 1)


def test_shares_are_the_same_for_the_same_seed_and_named_by_tender():
    request = read_request(four("proportional"))
    first, second = (robustness(request, ["linear", "proportional"], draws=2000, seed=4) for _ in range(2))
    assert first == second
    assert [(one.model, one.winner) for one in first] == [("linear", "B"), ("proportional", "C")]
    for one in first:
        assert sum(one.in_box.values()) == pytest.approx(1)
        assert sum(one.anywhere.values()) == pytest.approx(1)
        assert one.same_winner == one.in_box[one.winner]
    assert first[1].same_winner > 0.9 > 0.75 > first[0].same_winner


def test_equal_tenders_go_to_the_one_that_the_tie_rule_prefers():
    raw = two("linear", "0.5", {"A": ("100", "5"), "B": ("100", "5")}, tie_break=["price"])
    table, names = score_table(read_request(raw), "linear")
    assert (names, contenders(table)) == (["A", "B"], [0])


def test_models_that_weigh_nothing_have_no_shares_and_a_single_criterion_none_at_all():
    request = read_request(four("priced_quality_deduction"))
    assert "priced_quality_deduction" not in {one.model for one in robustness(request, draws=100)}
    raw = two("lowest_price", "1", {"A": ("100", "5")})
    raw["criteria"].pop()
    raw["tenders"][0]["points"] = {}
    assert robustness(read_request(raw)) == ()


# -- exact intervals ----------------------------------------------------------------------------------------------------


def test_a_single_weight_can_only_be_one():
    assert weight_intervals([[Fraction(1)], [Fraction(2)]], [Fraction(1)], 1) == [(1, 1)]


def test_where_a_weight_is_one_the_others_share_what_is_left_equally():
    columns = [[Fraction(5), Fraction(0), Fraction(0)], [Fraction(4), Fraction(3), Fraction(5)]]
    found = weight_intervals(columns, [Fraction(1), Fraction(0), Fraction(0)], 0)
    # 5v against 4v + 4(1 - v)
    assert found == [(Fraction(4, 5), 1), (0, Fraction(1, 4)), (0, Fraction(1, 6))]


def test_tenders_that_are_level_everywhere_do_not_narrow_the_interval():
    rows = [[Fraction(5), Fraction(1)], [Fraction(5), Fraction(1)]]
    assert weight_intervals(rows, [Fraction(1, 2), Fraction(1, 2)], 0) == [(0, 1), (0, 1)]


def test_crossings_that_round_to_the_same_float_are_told_apart():
    near = Fraction(1, 10**30)
    rows = [[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)], [Fraction(1) + near, Fraction(0)]]
    for order in ([0, 1, 2], [0, 2, 1]):
        found = weight_intervals([rows[at] for at in order], [Fraction(1, 4), Fraction(3, 4)], 0)
        assert found[0] == (0, 1 / (2 + near))
