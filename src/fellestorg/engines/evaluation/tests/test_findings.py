"""What a project lead is warned about, and when not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fellestorg.engines.evaluation import read_request
from fellestorg.engines.evaluation.findings import environment_weight
from fellestorg.engines.evaluation.tests.cases import answer, four, two


def found(raw, code):
    return [dict(one.evidence) for one in answer(raw).warnings if one.code == code]


def test_an_irrelevant_tender_decides_where_leaving_it_out_gives_another_winner():
    raw = two("proportional", "0.5", {"A": ("100", "5"), "B": ("130", "7"), "C": ("80", "2")})
    assert found(raw, "irrelevant_tender_decides") == [{"tender": "C", "winner": "A"}]
    without = {**raw, "tenders": raw["tenders"][:2]}
    assert found(without, "irrelevant_tender_decides") == []


def test_a_tie_that_leaving_out_would_make_is_no_other_winner_until_the_rule_breaks_it():
    raw = four("linear_to_highest")
    assert {one["tender"] for one in found(raw, "irrelevant_tender_decides")} == {"A"}
    raw["tie_break"] = ["price"]
    assert {"tender": "D", "winner": "A"} in found(raw, "irrelevant_tender_decides")


def test_nothing_is_said_of_who_decides_while_nobody_wins():
    codes = {one.code for one in answer(four("priced_quality_deduction")).warnings}
    assert not codes & {"irrelevant_tender_decides", "model_decides", "one_point_flips"}


def test_other_models_with_another_winner_are_named_but_not_lowest_price():
    raw = {**four("proportional"), "tie_break": ["price"]}
    assert found(raw, "model_decides") == [
        {"model": "linear", "winner": "B"},
        {"model": "hybrid", "winner": "B"},
        {"model": "priced_quality_deduction", "winner": "A"},
        {"model": "priced_quality_surcharge", "winner": "A"},
        {"model": "conversion_factor", "winner": "B"},
    ]
    raw["parameters"] = {"reference_price": "2000000"}
    assert {"model": "linear_to_reference", "winner": "C"} not in found(raw, "model_decides")


def test_models_without_their_numbers_are_not_compared():
    raw = two("proportional", "0.5", {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")})
    assert found(raw, "model_decides") == [{"model": "linear_to_highest", "winner": "A"}]


def test_weights_that_do_not_bite_are_those_far_from_what_decides():
    """Points from 9.3 to 10 where the price takes the whole scale: a criterion of 60 % decides under a tenth."""
    raw = two("linear_to_highest", "0.4", {"A": ("100", "9.3"), "B": ("200", "10")})
    effective = Fraction("0.42") / (4 + Fraction("0.42"))
    rows = {one["criterion"]: one for one in found(raw, "weights_do_not_bite")}
    assert Fraction(rows["quality"]["effective"]) == effective
    assert rows["quality"]["stated"] == "0.6"
    assert rows["price"]["effective"] == str(1 - effective)
    even = two("linear_to_highest", "0.4", {"A": ("100", "4"), "B": ("200", "10")})
    assert found(even, "weights_do_not_bite") == []


def test_tenders_that_nothing_separates_say_nothing_of_the_weights():
    assert found(two("linear", "0.4", {"A": ("100", "5"), "B": ("100", "5")}), "weights_do_not_bite") == []


RANGES = [
    # price          quality          environment     who can swap
    (("0.30", "0.50"), ("0.20", "0.45"), None, [("price", "quality"), ("quality", "environment")]),
    (("0.35", "0.45"), ("0.25", "0.35"), None, [("quality", "environment")]),
    (("0.40", "0.50"), ("0.20", "0.30"), ("0.30", "0.30"), []),
    # The ranges overlap, but the environment's fixed 0.30 leaves quality at most as much as the price.
    (("0.35", "0.50"), ("0.25", "0.45"), ("0.30", "0.30"), [("quality", "environment")]),
    (None, None, None, []),
]


@pytest.mark.parametrize(("price", "quality", "environment", "swaps"), RANGES)
def test_ranges_that_let_criteria_swap_rank_are_named(price, quality, environment, swaps):
    raw = four("linear")
    for criterion, ends in zip(raw["criteria"], (price, quality, environment), strict=True):
        if ends:
            criterion |= {"weight_from": ends[0], "weight_to": ends[1]}
    assert [(one["first"], one["second"]) for one in found(raw, "ranges_swap_rank")] == swaps
    assert ("E-2" in {rule.id for rule in answer(raw).rules}) == (price is not None)


def test_price_and_quality_both_from_forty_to_fifty_may_swap():
    raw = two("linear", "0.5", {"A": ("100", "5")})
    raw["criteria"] = [
        {"id": "price", "kind": "price", "weight": "0.45", "weight_from": "0.40", "weight_to": "0.50"},
        {"id": "quality", "kind": "points", "weight": "0.45", "weight_from": "0.40", "weight_to": "0.50"},
        {"id": "delivery", "kind": "points", "weight": "0.10", "weight_from": "0", "weight_to": "0.20"},
    ]
    raw["tenders"][0]["points"]["delivery"] = "5"
    assert found(raw, "ranges_swap_rank") == [{"first": "price", "second": "quality"}]


ENVIRONMENT = [
    # rule date     weight    is a criterion   met by         warned, regime
    ("2026-11-01", "0.30", True, None, None),
    ("2026-11-01", "0.29", True, None, "B"),
    ("2026-11-01", "0.29", True, "combination", None),
    ("2026-11-01", "0.30", False, None, "B"),
    ("2026-06-30", "0.29", True, None, "A"),
    ("2026-06-30", "0.29", True, "requirement", None),
    ("2023-12-31", "0.29", True, None, "before-2024"),
    ("2023-12-31", "0.29", False, None, None),
]


@pytest.mark.parametrize(("day", "weight", "used", "met_by", "regime"), ENVIRONMENT)
def test_the_environments_weight_is_held_to_the_rule_of_the_day(day, weight, used, met_by, regime):
    raw = two("linear", str(round(1 - float(weight), 2)), {"A": ("100", "5"), "B": ("120", "8")})
    raw |= {"rule_date": day, "environment_met_by": met_by}
    raw["criteria"][1] |= {"weight": weight, "environment": used}
    warned = found(raw, "environment_below_minimum")
    assert [one["regime"] for one in warned] == ([regime] if regime else [])
    if warned:
        assert (warned[0]["minimum"], warned[0]["weight"]) == ("0.3", weight if used else "0")
    assert ("ENV-ALT" in {rule.id for rule in answer(raw).rules}) == (met_by is not None)


PRICED = [
    # environment's value, estimated value, weight
    ("300000", None, "3/10"),
    ("299999", None, "299999/1000000"),
    ("300000", "2000000", "3/20"),
]


@pytest.mark.parametrize(("worth", "estimate", "weight"), PRICED)
def test_under_priced_quality_the_weight_is_the_value_of_the_estimate(worth, estimate, weight):
    raw = four("priced_quality_deduction", reference_price=estimate)
    raw["criteria"][2]["max_value"] = worth
    assert environment_weight(read_request(raw)) == Fraction(weight)
    warned = found(raw, "environment_below_minimum")
    assert bool(warned) == (Fraction(weight) < Fraction(3, 10))
    if warned:
        assert warned[0]["measured_by"] == "value"


def test_under_lowest_price_the_environment_weighs_nothing():
    assert found(four("lowest_price"), "environment_below_minimum")[0]["weight"] == "0"


def test_a_model_that_measures_against_the_highest_price_says_so():
    assert found(four("linear_to_highest"), "model_depends_on_worst") == [{"tender": "D", "price": "2200000"}]
    assert found(four("linear"), "model_depends_on_worst") == []


def test_cells_that_one_point_would_turn_are_named_within_the_scale():
    rows = found(four("proportional"), "one_point_flips")
    assert {(one["tender"], one["criterion"], one["change"]) for one in rows} == {
        ("B", "quality", "+1"),
        ("B", "environment", "+1"),
        ("C", "quality", "-1"),
        ("C", "environment", "-1"),
    }
    near = two("linear", "0.5", {"A": ("100", "9"), "B": ("100", "9.5")})
    assert found(near, "one_point_flips") == [
        {"tender": "A", "criterion": "quality", "change": "+1", "winner": "A"},
        {"tender": "B", "criterion": "quality", "change": "-1", "winner": "A"},
    ]
    top = two("linear", "0.5", {"A": ("100", "9.5"), "B": ("100", "9.8")})
    assert found(top, "one_point_flips")[0]["change"] == "+0.5"


def test_negative_points_for_price_are_named_unless_there_is_a_floor():
    assert found(four("linear"), "negative_points") == [{"tender": "D", "points": "-2"}]
    assert found(four("linear", floor="0"), "negative_points") == []
    assert found(four("conversion_factor"), "negative_points") == []


LOW = [
    # prices                       flagged: tender, share below the mean
    (("80", "100", "100", "100"), [("t0", "3/19")]),
    (("91", "100", "100"), []),
    (("90", "100", "100"), []),
    (("89.99", "100", "101"), [("t0", "11/100")]),
    (("100", "101", "200", "200"), [("t0", None), ("t1", None)]),
    (("50",), []),
]


@pytest.mark.parametrize(("prices", "flagged"), LOW)
def test_tenders_far_below_the_mean_or_the_next_are_to_be_explained(prices, flagged):
    raw = two("lowest_price", "1", {f"t{at}": (price, "5") for at, price in enumerate(prices)})
    raw["criteria"][1]["weight"] = "0"
    rows = found(raw, "abnormally_low")
    assert [one["tender"] for one in rows] == [name for name, _ in flagged]
    for row, (_, share) in zip(rows, flagged, strict=True):
        if share:
            mean = sum(map(Fraction, prices)) / len(prices)
            assert Fraction(row["below_mean"]) == 1 - Fraction(row["price"]) / mean
    assert ("next" in rows[0]) if rows else True
    assert all("next" not in row for row in rows[1:])
