"""The wire shapes of the award and its command: what is refused, how answers are written, exit codes."""

from __future__ import annotations

import copy
import json
import subprocess
import sys

import pytest

from fellestorg.cli import main
from fellestorg.engines.award import answer_json, read_problem, solve
from fellestorg.values import BadInput

EXAMPLE = {
    "lots": [{"id": "1", "reserve": "500000"}, {"id": "2"}],
    "tenders": [{"id": "t1", "bidder": "A", "lots": ["1", "2"], "price": "900000"}],
    "limits": {"max_lots_per_bidder": 2, "min_winners": 1, "max_value_share": None, "cost_per_winner": "0"},
}


def test_the_interface_example():
    answer = answer_json(solve(read_problem(EXAMPLE)))
    assert {name: answer[name] for name in ("awards", "uncovered", "total", "proved", "bound", "ties")} == {
        "awards": [{"tender": "t1", "bidder": "A", "lots": ["1", "2"], "price": "900000.00"}],
        "uncovered": [],
        "total": "900000.00",
        "proved": True,
        "bound": "900000.00",
        "ties": [],
    }
    assert answer["lot_by_lot_total"] is None
    assert answer["gap"] == "0"
    assert all(rule.keys() == {"id", "version", "source", "verified"} for rule in answer["rules"])


def test_limits_may_be_left_out_and_an_uncovered_lot_is_named():
    answer = answer_json(solve(read_problem({"lots": [{"id": "1", "reserve": "5"}], "tenders": []})))
    assert (answer["awards"], answer["uncovered"], answer["total"]) == ([], ["1"], "5.00")


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (("lots",), [], "lots", "empty"),
        (("lots",), "1", "lots", "not_a_list"),
        (("lots", 0, "id"), "", "lots[0].id", "not_a_name"),
        (("lots", 1, "id"), "1", "lots[1].id", "duplicate"),
        (("lots", 0, "reserve"), 5.5, "lots[0].reserve", "not_a_decimal"),
        (("lots", 0, "reserve"), "-1", "lots[0].reserve", "too_small"),
        (("lots", 0, "resreve"), "1", "lots[0].resreve", "unknown_field"),
        (("tenders", 0, "lots"), [], "tenders[0].lots", "empty"),
        (("tenders", 0, "lots"), ["1", "1"], "tenders[0].lots[1]", "duplicate"),
        (("tenders", 0, "lots"), ["3"], "tenders[0].lots[0]", "unknown_lot"),
        (("tenders", 0, "lots"), [1], "tenders[0].lots[0]", "unknown_lot"),
        (("tenders", 0, "price"), "12.345", "tenders[0].price", "below_ore"),
        (("tenders", 0, "price"), "cheap", "tenders[0].price", "not_a_decimal"),
        (("tenders", 0, "exclusive"), 7, "tenders[0].exclusive", "not_a_name"),
        (("tenders", 0, "exclusive"), ["x", ""], "tenders[0].exclusive[1]", "not_a_name"),
        (("tenders", 0), 7, "tenders[0]", "not_an_object"),
        (("limits", "max_lots_per_bidder"), 0, "limits.max_lots_per_bidder", "not_a_count"),
        (("limits", "min_winners"), "1", "limits.min_winners", "not_a_count"),
        (("limits", "min_winners"), True, "limits.min_winners", "not_a_count"),
        (("limits", "max_value_share"), "1.2", "limits.max_value_share", "not_a_share"),
        (("limits", "max_value_share"), "0", "limits.max_value_share", "not_a_share"),
        (("limits", "cost_per_winner"), "0.001", "limits.cost_per_winner", "below_ore"),
        (("limits", "min_value_share"), "-1", "limits.min_value_share", "too_small"),
        (("limits", "winners_in"), [{"lots": [], "min_winners": 2}], "limits.winners_in[0].lots", "empty"),
        (("limits", "winners_in"), [{"lots": ["7"], "min_winners": 1}], "limits.winners_in[0].lots[0]", "unknown_lot"),
        (
            ("limits", "winners_in"),
            [{"lots": ["1"], "min_winners": 0}],
            "limits.winners_in[0].min_winners",
            "not_a_count",
        ),
        (("limits", "max_winners"), 3, "limits.max_winners", "unknown_field"),
        (("seed",), 3, "seed", "unknown_field"),
    ],
)
def test_bad_input_is_refused_by_path(path, value, where, code):
    raw = copy.deepcopy(EXAMPLE)
    inner = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(BadInput) as caught:
        read_problem(raw)
    assert (where, code) in [(one.where, one.code) for one in caught.value.problems]


def test_all_problems_are_named_at_once():
    with pytest.raises(BadInput) as caught:
        read_problem({"lots": [{}], "tenders": [{"id": "t", "bidder": "", "lots": ["9"], "price": 1.5}], "x": 1})
    assert [one.where for one in caught.value.problems] == [
        "x",
        "lots[0].id",
        "tenders[0].lots[0]",
        "tenders[0].bidder",
        "tenders[0].price",
    ]


def test_the_command_prints_a_table_and_json(tmp_path, capsys):
    file = tmp_path / "lots.json"
    raw = copy.deepcopy(EXAMPLE)
    raw["tenders"] += [
        {"id": "t2", "bidder": "B", "lots": ["2"], "price": "400000"},
        {"id": "t3", "bidder": "A", "lots": ["1", "2"], "price": "910000"},
    ]
    file.write_text(json.dumps(raw))
    assert main(["award", str(file)]) == 0
    out = capsys.readouterr().out
    assert "Lowest total: 900000.00 kroner without VAT (proved lowest)" in out
    assert "1 other awards cost the same; the documents' own rule must choose:\n  t2\n" in out
    assert "t3 costs more than the same bidder's t1." in out
    assert main(["award", str(file), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert written["ties"] == [["t2"]]
    assert written["lot_by_lot_total"] == "900000.00"


def test_an_impossible_award_exits_with_1_and_the_reason(tmp_path, capsys):
    file = tmp_path / "lots.json"
    raw = copy.deepcopy(EXAMPLE)
    raw["limits"]["max_lots_per_bidder"] = 1
    file.write_text(json.dumps(raw))
    assert main(["award", str(file)]) == 1
    out = capsys.readouterr().out
    assert "No award: no combination of tenders keeps the limits." in out
    assert "Possible without the limit max_lots_per_bidder." in out
    assert main(["award", str(file), "--json"]) == 1
    written = json.loads(capsys.readouterr().out)
    assert written["refused"]["code"] == "limits"
    assert written["total"] is None
    assert not written["proved"]


def test_bad_input_exits_with_2_and_names_file_and_path(tmp_path, capsys):
    file = tmp_path / "lots.json"
    file.write_text('{"lots": [{"id": "1"}], "tenders": [{"id": "t", "bidder": "A", "lots": ["2"], "price": "1"}]}')
    assert main(["award", str(file)]) == 2
    assert f"{file}: tenders[0].lots[0]: expected the id of a lot in lots, found '2'" in capsys.readouterr().err


def test_a_small_award_loads_no_solver():
    code = (
        "import sys; from fellestorg.engines.award import read_problem, solve;"
        f"solve(read_problem({EXAMPLE!r})); print([m for m in sys.modules if m.split('.')[0] in ('ortools', 'numpy')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
