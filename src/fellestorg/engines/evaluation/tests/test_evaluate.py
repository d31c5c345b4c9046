"""The evaluation engine against the worked examples: totals, ranks, ties, prices of a point, and properties of the models."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from fellestorg.engines.evaluation import (
    DEFAULT_MODEL,
    MODELS,
    answer_json,
    evaluate_json,
    warning_text,
)
from fellestorg.engines.evaluation.figures import exact_text, rounded, trimmed
from fellestorg.engines.evaluation.tests.cases import answer, four, totals, two
from fellestorg.values import canonical_json

TOTALS = [
    # model                      A          B          C          D          best
    ("proportional", "7.3000", "8.2783", "8.5571", "7.8182", "C"),
    ("linear", "7.3000", "8.2000", "8.1000", "5.2000", "B"),
    ("linear_to_highest", "7.3000", "8.3000", "8.3667", "6.0000", "C"),
    ("hybrid", "7.3000", "8.2000", "8.1000", "7.3636", "B"),
    ("linear_to_reference", "7.3000", "8.2000", "8.1000", "5.2000", "B"),
    ("priced_quality_deduction", "670000", "670000", "830000", "1600000", "A B"),
    ("priced_quality_surcharge", "1270000", "1270000", "1430000", "2200000", "A B"),
    ("conversion_factor", "1675000", "1495000", "1505000", "2200000", "B"),
    ("lowest_price", "1000000", "1150000", "1400000", "2200000", "A"),
]


@pytest.mark.parametrize(("model", "a", "b", "c", "d", "best"), TOTALS)
def test_the_four_tenders_get_the_totals_of_the_table(model, a, b, c, d, best):
    found = answer(four(model, reference_price="1000000"))
    by_name = {one.tender: one.total for one in found.ranking}
    places = 4 if "." in a else 0
    assert {name: rounded(by_name[name], places) for name in "ABCD"} == dict(zip("ABCD", (a, b, c, d), strict=True))
    first = {one.tender for one in found.ranking if one.rank == 1}
    assert first == set(best.split())
    assert (found.winner, set(found.tie)) == ((best, set()) if len(first) == 1 else (None, first))


def test_every_model_of_the_table_is_known_and_no_other():
    assert {row[0] for row in TOTALS} == set(MODELS)
    assert [one.id for one in MODELS.values() if one.needs_reason] == ["linear_to_highest"]
    assert {one.id for one in MODELS.values() if one.additive} == {
        "lowest_price",
        "priced_quality_deduction",
        "priced_quality_surcharge",
    }
    assert DEFAULT_MODEL == "priced_quality_deduction"


PRICE_POINTS = [("A", "10.0000"), ("B", "8.6957"), ("C", "7.1429"), ("D", "4.5455")]


def test_price_points_and_parts_sum_to_the_total():
    found = answer(four("proportional"))
    for name, expected in PRICE_POINTS:
        row = next(one for one in found.ranking if one.tender == name)
        parts = {part.criterion: part for part in row.parts}
        assert rounded(parts["price"].points, 4) == expected
        assert list(parts) == ["price", "quality", "environment"]
        assert sum(part.weighted for part in row.parts) == row.total


@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_every_model_sum_to_its_total(model):
    for one in answer(four(model, reference_price="1300000", floor="0")).ranking:
        assert sum(part.weighted for part in one.parts) == one.total


def test_without_the_dearest_tender_linear_to_highest_turns_upside_down():
    assert totals(four("linear_to_highest", without="D")) == {
        "A": Fraction(73, 10),
        "B": Fraction(73, 10),
        "C": Fraction(57, 10),
    }
    found = answer(four("linear_to_highest", without="D"))
    assert (found.winner, found.tie) == (None, ("A", "B"))
    assert [(one.tender, one.rank) for one in found.ranking] == [("A", 1), ("B", 1), ("C", 3)]


@pytest.mark.parametrize("model", ["proportional", "linear"])
def test_without_the_dearest_tender_models_against_the_lowest_price_stand(model):
    whole = totals(four(model))
    assert totals(four(model, without="D")) == {name: whole[name] for name in "ABC"}


EXAMPLES = [
    # name, model, price weight, tenders, totals, winner
    ("E1", "proportional", "0.5", {"A": ("100", "5"), "B": ("130", "7")}, {"A": "7.500", "B": "7.346"}, "A"),
    (
        "E1 with C",
        "proportional",
        "0.5",
        {"A": ("100", "5"), "B": ("130", "7"), "C": ("80", "2")},
        {"A": "6.500", "B": "6.577", "C": "6.000"},
        "B",
    ),
    ("E2", "linear", "0.5", {"A": ("100", "5"), "B": ("125", "8")}, {"A": "7.500", "B": "7.750"}, "B"),
    (
        "E2 with C",
        "linear",
        "0.5",
        {"A": ("100", "5"), "B": ("125", "8"), "C": ("80", "2")},
        {"A": "6.250", "B": "6.188", "C": "6.000"},
        "A",
    ),
    ("E3", "linear_to_highest", "0.5", {"A": ("100", "5"), "B": ("110", "8")}, {"A": "7.500", "B": "4.000"}, "A"),
    (
        "E3 with C",
        "linear_to_highest",
        "0.5",
        {"A": ("100", "5"), "B": ("110", "8"), "C": ("140", "2")},
        {"A": "7.500", "B": "7.750", "C": "1.000"},
        "B",
    ),
    ("X Y", "proportional", "0.5", {"X": ("1000", "7"), "Y": ("1300", "9")}, {"X": "8.500", "Y": "8.346"}, "X"),
    (
        "X Y Z",
        "proportional",
        "0.5",
        {"X": ("1000", "7"), "Y": ("1300", "9"), "Z": ("600", "0")},
        {"X": "6.500", "Y": "6.808", "Z": "5.000"},
        "Y",
    ),
    (
        "E6",
        "proportional",
        "0.5",
        {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")},
        {"A": "7.500", "B": "7.737", "C": "8.204"},
        "C",
    ),
    (
        "E6",
        "linear",
        "0.5",
        {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")},
        {"A": "7.500", "B": "7.600", "C": "7.750"},
        "C",
    ),
    (
        "E6",
        "linear_to_highest",
        "0.5",
        {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")},
        {"A": "7.500", "B": "5.929", "C": "4.500"},
        "A",
    ),
    ("E9", "linear", "0.4", {"A": ("100", "3"), "B": ("230", "10")}, {"A": "5.800", "B": "4.800"}, "A"),
]


@pytest.mark.parametrize(("name", "model", "weight", "tenders", "expected", "winner"), EXAMPLES)
def test_the_worked_examples_come_out_as_written(name, model, weight, tenders, expected, winner):
    raw = two(model, weight, tenders)
    assert {tender: rounded(total, 3) for tender, total in totals(raw).items()} == expected
    assert answer(raw).winner == winner


@pytest.mark.parametrize(
    ("worth", "winner", "a", "b"),
    [("100", "A", 50, 60), ("200", "B", 0, -10), ("150", None, 25, 25), ("150.1", "B", None, None)],
)
def test_priced_quality_turns_on_what_a_point_is_worth_and_on_nobody_else(worth, winner, a, b):
    raw = two("priced_quality_deduction", "0.5", {"A": ("100", "5"), "B": ("130", "7")}, max_value=worth)
    assert answer(raw).winner == winner
    if a is not None:
        assert totals(raw) == {"A": a, "B": b}
    hopeless = {"id": "C", "price": "300", "points": {"quality": "0"}}
    assert answer({**raw, "tenders": [*raw["tenders"], hopeless]}).winner == winner


@pytest.mark.parametrize(("each", "winner"), [("40", "A"), ("70", "A"), ("100", "C")])
def test_the_same_tenders_have_other_winners_at_other_prices_of_a_point(each, winner):
    tenders = {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")}
    assert answer(two("priced_quality_deduction", "0.5", tenders, max_value=each)).winner == winner


def test_which_weights_each_of_three_tenders_wins_with_under_linear():
    tenders = {"A": ("100", "5"), "B": ("118", "7"), "C": ("135", "9")}
    dear, cheap = answer(two("linear", "0.5", tenders)), answer(two("linear", "0.6", tenders))
    assert (dear.winner, dear.sensitivity["price"]) == ("C", (0, Fraction(8, 15)))
    assert (cheap.winner, cheap.sensitivity["price"]) == ("A", (Fraction(8, 15), 1))
    assert cheap.sensitivity["quality"] == (0, Fraction(7, 15))


def test_clamping_at_nought_removes_price_competition_above_twice_the_lowest():
    tenders = {"A": ("100", "3"), "B": ("230", "10")}
    clamped = two("linear", "0.4", tenders, parameters={"floor": "0"})
    assert answer(clamped).winner == "B"
    assert totals(clamped)["B"] == 6
    assert answer(clamped).price_of_a_point["quality"]["B"] is None


def test_normalising_widens_the_difference_in_quality():
    tenders = {"A": ("100", "8.08"), "B": ("100", "7.50")}
    raw = two("linear", "0.8", tenders)
    assert totals(raw)["A"] - totals(raw)["B"] == Fraction("0.58") / 5
    raw["parameters"] = {"normalise_points": True}
    points = {one.tender: one.parts[1].points for one in answer(raw).ranking}
    assert (points["A"], rounded(points["B"], 2)) == (10, "9.28")
    assert rounded(points["A"] - points["B"], 3) == "0.718"


def test_a_criterion_on_which_all_got_nought_is_not_normalised():
    raw = two("linear", "0.5", {"A": ("100", "0"), "B": ("110", "0")}, parameters={"normalise_points": True})
    assert answer(raw).winner == "A"


def test_equal_prices_all_get_the_whole_scale_against_the_highest():
    raw = two("linear_to_highest", "0.5", {"A": ("100", "5"), "B": ("100", "6")})
    assert totals(raw) == {"A": Fraction(15, 2), "B": 8}
    assert answer(raw).price_of_a_point["quality"] == {"A": None, "B": None}


def test_the_hybrid_is_continuous_where_it_bends():
    near = two("hybrid", "0.5", {"A": ("100", "5"), "B": ("150", "5"), "C": ("150.000001", "5")})
    found = totals(near)
    assert found["B"] == 5
    assert 0 < found["B"] - found["C"] < Fraction(1, 10**5)


def test_nothing_is_rounded_before_ranking():
    raw = two("lowest_price", "1", {"A": ("8.840", "5"), "B": ("8.835", "5")})
    raw["criteria"][1]["weight"] = "0"
    assert answer(raw).winner == "B"
    close = two("proportional", "0.5", {"A": ("100", "5.0001"), "B": ("100", "5.0002")})
    assert [one.rank for one in answer(close).ranking] == [1, 2]


# -- ties -----------------------------------------------------------------------------------------------------------

TIES = [
    ([], None, ("A", "B"), None),
    (["price"], "A", (), "price"),
    (["environment"], "B", (), "environment"),
    (["environment", "price"], "B", (), "environment"),
]


@pytest.mark.parametrize(("rule", "winner", "tie", "by"), TIES)
def test_a_tie_is_broken_only_by_the_published_rule(rule, winner, tie, by):
    found = answer({**four("priced_quality_deduction"), "tie_break": rule})
    assert (found.winner, found.tie, found.tie_broken_by) == (winner, tie, by)
    assert [(one.rank, one.total) for one in found.ranking[:2]] == [(1, 670000), (1, 670000)]
    assert any(rule.id == "EV-TIE" for rule in found.rules)


def test_a_rule_that_separates_nobody_leaves_the_tie():
    raw = two("linear", "0.5", {"A": ("100", "5"), "B": ("100", "5"), "C": ("90", "0")}, tie_break=["quality", "price"])
    raw["tenders"][2]["price"] = "200"
    found = answer(raw)
    assert (found.winner, found.tie, found.tie_broken_by) == (None, ("A", "B"), None)
    assert found.sensitivity == {"price": None, "quality": None}


def test_where_the_rule_separates_some_only_the_rest_are_drawn_among():
    raw = two(
        "priced_quality_deduction", "0.5", {"A": ("90", "4"), "B": ("100", "5"), "C": ("100", "5")}, max_value="100"
    )
    raw["tie_break"] = ["quality"]
    found = answer(raw)
    assert ([one.rank for one in found.ranking], found.winner, found.tie) == ([1, 1, 1], None, ("B", "C"))


# -- what a point costs -----------------------------------------------------------------------------------------------

POINT_PRICES = [
    ("proportional", {"A": "75000.00", "B": "99187.50", "C": "147000.00", "D": "363000.00"}),
    ("linear", dict.fromkeys("ABCD", "75000.00")),
    ("linear_to_highest", dict.fromkeys("ABCD", "90000.00")),
    ("hybrid", {"A": "75000.00", "B": "75000.00", "C": "75000.00", "D": "484000.00"}),
    ("linear_to_reference", dict.fromkeys("ABCD", "97500.00")),
    ("priced_quality_deduction", dict.fromkeys("ABCD", "30000.00")),
    ("priced_quality_surcharge", dict.fromkeys("ABCD", "30000.00")),
    ("conversion_factor", {"A": "44776.12", "B": "66346.15", "C": "97674.42", "D": "165000.00"}),
    ("lowest_price", dict.fromkeys("ABCD")),
]


@pytest.mark.parametrize(("model", "expected"), POINT_PRICES)
def test_a_point_costs_what_the_model_makes_it_cost(model, expected):
    found = answer_json(answer(four(model, reference_price="1300000")))["price_of_a_point"]
    assert found == {"quality": expected, "environment": expected}


@pytest.mark.parametrize(
    ("price", "lowest", "expected"), [("100", "100", "10"), ("100", "80", "12.5"), ("150", "80", "28.125")]
)
def test_dear_tenders_pay_less_for_being_dear_under_proportional(price, lowest, expected):
    raw = two("proportional", "0.5", {"L": (lowest, "2"), "T": (price, "5")})
    assert answer(raw).price_of_a_point["quality"]["T"] == Fraction(expected)


@pytest.mark.parametrize("model", [name for name in MODELS if name != "lowest_price"])
def test_a_point_more_is_worth_exactly_its_price(model):
    """Paying the price of a small step for it leaves the total where it was, to the first order."""
    raw = four(model, reference_price="1300000")
    raw["tenders"] = raw["tenders"][:3]
    before, rate = totals(raw), answer(raw).price_of_a_point["quality"]["B"]
    step = Fraction(1, 10**6)
    moved = four(model, reference_price="1300000")
    moved["tenders"] = moved["tenders"][:3]
    moved["tenders"][1]["price"] = str(Decimal(1150000) + Decimal(int(rate * step * 10**8)) / 10**8)
    moved["tenders"][1]["points"]["quality"] = "8.000001"
    change = abs(totals(moved)["B"] - before["B"])
    assert change < (Fraction(1, 10**10) if MODELS[model].higher_wins else Fraction(1, 1000))


# -- the wire -----------------------------------------------------------------------------------------------------------


def test_the_example_of_the_interface_is_answered_in_its_shape():
    found = evaluate_json({**four("proportional"), "tie_break": ["price", "environment"]})
    first = found["ranking"][0]
    assert (first["tender"], first["rank"], first["total"], first["exact"]) == ("C", 1, "8.5571428571", "599/70")
    assert first["parts"]["price"] == {"points": "7.1428571429", "weighted": "2.8571428571"}
    assert (found["winner"], found["tie"], found["tie_broken_by"]) == ("C", [], None)
    assert found["sensitivity"]["price"] == {"wins_from": "77/477", "wins_to": "483/983"}
    assert found["price_of_a_point"]["quality"]["A"] == "75000.00"
    assert found["price_of_a_point"]["quality"]["C"] == "147000.00"
    assert {"code": "model_decides", "evidence": {"model": "linear", "winner": "B"}} in [
        {"code": one["code"], "evidence": one["evidence"]} for one in found["warnings"]
    ]
    assert all(one["text"] for one in found["warnings"])
    assert all(set(rule) == {"id", "version", "source", "verified"} for rule in found["rules"])
    assert not found["needs_reason"]


def test_evaluated_prices_are_whole_kroner_where_they_are_whole():
    found = evaluate_json(four("priced_quality_deduction"))["ranking"][0]
    assert (found["total"], found["exact"]) == ("670000", "670000")
    assert found["parts"]["quality"] == {"points": "6", "weighted": "-180000"}
    assert found["parts"]["price"] == {"points": None, "weighted": "1000000"}


@pytest.mark.parametrize("model", MODELS)
def test_the_same_input_gives_the_same_bits_whatever_the_order_of_its_tenders(model):
    raw = four(model, reference_price="1000000")
    turned = json.loads(json.dumps(raw))
    turned["tenders"].reverse()
    assert canonical_json(evaluate_json(raw)) == canonical_json(evaluate_json(turned))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_warning_has_words_in_three_languages(language):
    raw = four("linear_to_highest")
    raw["criteria"][0] |= {"weight_from": "0.25", "weight_to": "0.50"}
    raw["criteria"][1] |= {"weight_from": "0.25", "weight_to": "0.50"}
    raw["criteria"][2]["environment"] = False
    found = {one.code: warning_text(one, language) for raw in (raw, four("linear")) for one in answer(raw).warnings}
    assert set(found) >= {"ranges_swap_rank", "environment_below_minimum", "model_depends_on_worst", "negative_points"}
    assert not any("{" in text for text in found.values())


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("1/3", 2, "0.33"),
        ("-1/3", 2, "-0.33"),
        ("1/200", 2, "0.01"),
        ("-1/200", 2, "-0.01"),
        ("5", 0, "5"),
        ("7", 2, "7.00"),
    ],
)
def test_numbers_are_rounded_half_away_from_nought(value, places, shown):
    assert rounded(Fraction(value), places) == shown


def test_numbers_that_end_are_shown_whole_and_others_as_fractions():
    assert [exact_text(Fraction(one)) for one in ("3/10", "1/8", "-7", "1/3", "0", "1/1024")] == [
        "0.3",
        "0.125",
        "-7",
        "1/3",
        "0",
        "0.0009765625",
    ]
    assert [trimmed(Fraction(one)) for one in ("100", "-1/3", "73/10")] == ["100", "-0.3333333333", "7.3"]
