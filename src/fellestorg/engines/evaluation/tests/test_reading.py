"""What is wrong with an evaluation is named, all of it, by its path."""

from __future__ import annotations

import json

import pytest

from fellestorg.cli import main
from fellestorg.engines.evaluation import MODELS, read_request
from fellestorg.engines.evaluation.tests.cases import four, two
from fellestorg.values import BadInput


def problems(raw):
    with pytest.raises(BadInput) as caught:
        read_request(raw)
    return [(one.where, one.code) for one in caught.value.problems]


def changed(path, value, model="proportional"):
    """The four tenders with one field set, or taken out where the value is ``...``."""
    raw = json.loads(json.dumps(four(model)))
    place = raw
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return raw


WRONG = [
    (("model",), "average", "model", "unknown_model"),
    (("model",), "rank", "model", "unknown_model"),
    (("model",), ..., "model", "missing_field"),
    (("model",), 7, "model", "unknown_model"),
    (("rule_date",), ..., "rule_date", "missing_field"),
    (("rule_date",), "20261101", "rule_date", "not_a_date"),
    (("rule_date",), "2026-02-30", "rule_date", "not_a_date"),
    (("rule_date",), "2016-01-01", "rule_date", "no_rule_version"),
    (("scale",), "0", "scale", "too_small"),
    (("scale",), 10.0, "scale", "not_a_decimal"),
    (("weighting",), "1", "weighting", "unknown_field"),
    (("criteria",), [], "criteria", "wrong_number"),
    (("criteria",), {}, "criteria", "not_a_list"),
    (("criteria", 0, "kind"), "cost", "criteria[0].kind", "unknown_kind"),
    (("criteria", 1, "kind"), "price", "criteria[1].kind", "second_price"),
    (("criteria", 0, "weight"), "0.41", "criteria", "weights_do_not_sum"),
    (("criteria", 0, "weight"), "-0.4", "criteria[0].weight", "too_small"),
    (("criteria", 0, "weight"), "40", "criteria[0].weight", "too_large"),
    (("criteria", 0, "weight"), 0.4, "criteria[0].weight", "not_a_decimal"),
    (("criteria", 0, "weight"), None, "criteria[0].weight", "missing_field"),
    (("criteria", 1, "id"), "price", "criteria[1].id", "duplicate"),
    (("criteria", 1, "id"), " ", "criteria[1].id", "not_a_name"),
    (("criteria", 1, "environment"), "yes", "criteria[1].environment", "not_a_truth"),
    (("criteria", 1, "max_value"), "-1", "criteria[1].max_value", "too_small"),
    (("criteria", 1, "weight_from"), "0.2", "criteria[1].weight_to", "missing_field"),
    (("criteria", 1, "waight"), "0.2", "criteria[1].waight", "unknown_field"),
    (("parameters",), [], "parameters", "not_an_object"),
    (("parameters", "kapa"), "1.5", "parameters.kapa", "unknown_field"),
    (("parameters", "kappa"), "2", "parameters.kappa", "out_of_range"),
    (("parameters", "kappa"), "0.9", "parameters.kappa", "out_of_range"),
    (("parameters", "reference_price"), "0", "parameters.reference_price", "too_small"),
    (("parameters", "floor"), "10", "parameters.floor", "too_large"),
    (("parameters", "normalise_points"), "false", "parameters.normalise_points", "not_a_truth"),
    (("tie_break",), "price", "tie_break", "not_a_list"),
    (("tie_break",), ["price", "prise"], "tie_break[1]", "unknown_criterion"),
    (("tie_break",), ["price", "price"], "tie_break[1]", "duplicate"),
    (("tie_break",), [["price"]], "tie_break[0]", "unknown_criterion"),
    (("environment_met_by",), "weather", "environment_met_by", "unknown_value"),
    (("tenders",), [], "tenders", "wrong_number"),
    (("tenders", 0), "A", "tenders[0]", "not_an_object"),
    (("tenders", 1, "id"), "A", "tenders[1].id", "duplicate"),
    (("tenders", 0, "price"), "0", "tenders[0].price", "too_small"),
    (("tenders", 0, "price"), "-5", "tenders[0].price", "too_small"),
    (("tenders", 0, "price"), "1e6", "tenders[0].price", "not_a_decimal"),
    (("tenders", 0, "price"), ..., "tenders[0].price", "missing_field"),
    (("tenders", 0, "discount"), "1", "tenders[0].discount", "unknown_field"),
    (("tenders", 0, "points"), ["6"], "tenders[0].points", "not_an_object"),
    (("tenders", 0, "points", "quality"), ..., "tenders[0].points.quality", "missing_points"),
    (("tenders", 0, "points", "quality"), None, "tenders[0].points.quality", "missing_points"),
    (("tenders", 0, "points", "quality"), "10.5", "tenders[0].points.quality", "too_large"),
    (("tenders", 0, "points", "quality"), "-1", "tenders[0].points.quality", "too_small"),
    (("tenders", 0, "points", "price"), "5", "tenders[0].points.price", "unknown_field"),
    (("tenders", 0, "points", "taste"), "5", "tenders[0].points.taste", "unknown_field"),
]


@pytest.mark.parametrize(("path", "value", "where", "code"), WRONG, ids=[f"{row[2]} {row[3]}" for row in WRONG])
def test_each_thing_that_is_wrong_is_named_by_its_path(path, value, where, code):
    assert (where, code) in problems(changed(path, value))


@pytest.mark.parametrize("raw", [None, [], "tenders", 7])
def test_what_is_no_object_is_refused(raw):
    assert problems(raw)[0] == ("", "not_an_object")


def test_everything_wrong_is_told_at_once_and_nothing_twice():
    raw = four("proportional")
    raw["modell"] = raw.pop("model")
    raw["criteria"][0]["weight"] = "0.50"
    del raw["tenders"][1]["points"]["environment"]
    raw["tenders"][3]["price"] = "two million"
    assert problems(raw) == [
        ("modell", "unknown_field"),
        ("model", "missing_field"),
        ("tenders[1].points.environment", "missing_points"),
        ("tenders[3].price", "not_a_decimal"),
        ("criteria", "weights_do_not_sum"),
    ]


NEEDS = [
    ("priced_quality_deduction", ("criteria", 1, "max_value"), "criteria[1].max_value"),
    ("priced_quality_surcharge", ("criteria", 2, "max_value"), "criteria[2].max_value"),
]


@pytest.mark.parametrize(("model", "path", "where"), NEEDS)
def test_priced_quality_needs_what_the_whole_scale_is_worth(model, path, where):
    assert problems(changed(path, ..., model)) == [(where, "missing_field")]


def test_linear_to_reference_needs_its_reference():
    assert problems(four("linear_to_reference")) == [("parameters.reference_price", "missing_field")]


def test_the_conversion_factor_needs_a_price_that_weighs():
    raw = two("conversion_factor", "0", {"A": ("100", "5")})
    assert problems(raw) == [("criteria[0].weight", "too_small")]


def test_a_free_tender_is_refused_only_where_prices_are_divided_by():
    for model in MODELS:
        raw = two(model, "0.5", {"A": ("0", "5"), "B": ("10", "5")}, max_value="100")
        raw["parameters"] = {"reference_price": "10"}
        if MODELS[model].divides:
            assert problems(raw) == [("tenders[0].price", "too_small")]
        else:
            assert read_request(raw).tenders[0].price == 0


def test_a_weight_must_lie_in_its_announced_range():
    raw = changed(("criteria", 1, "weight_from"), "0.35")
    raw["criteria"][1]["weight_to"] = "0.45"
    assert problems(raw) == [("criteria[1].weight", "outside_range")]


def test_null_is_the_same_as_left_out():
    raw = four("proportional", kappa=None, reference_price=None, floor=None, normalise_points=None)
    raw |= {"tie_break": None, "scale": None}
    assert read_request(raw) == read_request(four("proportional"))


@pytest.mark.parametrize(
    ("day", "value", "known"),
    [
        ("2026-06-30", "combination", False),
        ("2026-07-01", "combination", True),
        ("2025-01-01", "insignificant", True),
        ("2023-01-01", "insignificant", False),
    ],
)
def test_what_may_stand_in_for_the_environments_weight_follows_the_date(day, value, known):
    raw = {**four("proportional"), "rule_date": day, "environment_met_by": value}
    if known:
        assert read_request(raw).environment_met_by == value
    else:
        assert problems(raw) == [("environment_met_by", "unknown_value")]


# -- the command --------------------------------------------------------------------------------------------------------


def written(tmp_path, raw):
    path = tmp_path / "tenders.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    return str(path)


def test_the_command_prints_the_answer_as_json(tmp_path, capsys):
    assert main(["evaluate", written(tmp_path, four("proportional")), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["winner"] == "C"
    assert list(found)[2:] == [
        "ranking",
        "winner",
        "tie",
        "tie_broken_by",
        "warnings",
        "sensitivity",
        "price_of_a_point",
        "rules",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Vinner: C", "Ett poeng koster", "Miljø veier 0 prosent", "8,5571", "ikke verifisert")),
        ("nn", ("Vinnar: C", "Eitt poeng kostar", "Miljø veg 0 prosent", "8,5571", "ikkje verifisert")),
        ("en", ("Winner: C", "A point costs", "Environment weighs 0 per cent", "8.5571", "not verified")),
    ],
)
def test_the_command_prints_a_table_in_three_languages(tmp_path, capsys, language, words):
    raw = four("proportional")
    raw["criteria"][2]["environment"] = False
    assert main(["evaluate", written(tmp_path, raw), "--lang", language]) == 0
    out = capsys.readouterr().out
    assert [word for word in words if word not in out] == []


def test_the_table_names_those_who_tie_and_the_model_that_needs_a_reason(tmp_path, capsys):
    assert main(["evaluate", written(tmp_path, four("linear_to_highest", without="D"))]) == 0
    out = capsys.readouterr().out
    assert "regelen for likt skiller dem ikke: A, B" in out
    assert "krever en begrunnelse" in out


def test_the_command_names_file_and_path_and_exits_with_two(tmp_path, capsys):
    raw = changed(("tenders", 0, "points", "quality"), "11")
    raw["colour"] = "red"
    name = written(tmp_path, raw)
    assert main(["evaluate", name]) == 2
    err = capsys.readouterr().err
    assert f"{name}: tenders[0].points.quality: expected at most 10, found 11" in err
    assert "unknown field 'colour'" in err
    assert main(["evaluate", str(tmp_path / "none.json")]) == 2
    assert main(["evaluate", written(tmp_path, '{"model": ')]) == 2
