"""The wire shapes of the net price and its command: what is refused, how answers are written, exit codes."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys

import pytest

from fellestorg.engines.commands import netprice
from fellestorg.engines.netprice import answer_json, parse_basket, solve
from fellestorg.values import BadInput

EXAMPLE = {
    "need": [{"id": "paper", "quantity": "120"}, {"id": "toner", "quantity": "4"}],
    "costs": {"order_handling": "350.00", "carbon_per_kg": "1.50"},
    "limits": {"max_suppliers": 2},
    "suppliers": [
        {
            "id": "S1",
            "min_order": "500",
            "small_order_fee": "150",
            "freight": "99",
            "free_freight_from": "1000",
            "spend_discounts": [{"from": "10000", "rate": "0.02"}],
            "offers": [
                {
                    "line": "paper",
                    "unit_price": "12.50",
                    "tiers": [{"from": "100", "unit_price": "11.90"}],
                    "co2e_kg": "0.4",
                },
                {"line": "toner", "unit_price": "700", "co2e_kg": "2"},
            ],
        },
        {"id": "S2", "freight": "20", "offers": [{"line": "toner", "unit_price": "500"}]},
    ],
}


def test_the_interface_example_with_a_second_supplier():
    answer = answer_json(solve(parse_basket(EXAMPLE)))
    assert answer["single"][0] == {
        "supplier": "S1",
        "rank": 1,
        "net": "4662.00",
        "deciding": "4662.00",
        "parts": {
            "goods": "4228.00",
            "discount": "0.00",
            "small_order_fee": "0.00",
            "freight": "0.00",
            "handling": "350.00",
            "carbon": "84.00",
        },
        "missing": [],
        "estimated": [],
    }
    assert answer["single"][1]["rank"] is None
    assert answer["single"][1]["missing"] == ["paper"]
    best = answer["best"]
    assert best["net"] == best["bound"] == "4232.00"  # 1428 + 350 + 72, and 2000 + 20 + 350 + 12
    assert best["assignment"] == {"paper": "S1", "toner": "S2"}
    assert best["proved"] is True
    assert best["ties"] == []
    assert best["estimated"] == ["toner"]
    assert answer["uncovered"] == []
    assert answer["rules"][0].keys() == {"id", "version", "source", "verified"}


def changed(path: str, value: object) -> dict:
    """The example with the value at a dotted path set, or the key taken out when the value is ``...``."""
    data = copy.deepcopy(EXAMPLE)
    at: object = data
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        ("foo", 1, "foo", "unknown_field"),
        ("need.0.note", "x", "need[0].note", "unknown_field"),
        ("costs.tax", "1", "costs.tax", "unknown_field"),
        ("limits.min_suppliers", 1, "limits.min_suppliers", "unknown_field"),
        ("suppliers.1.name", "x", "suppliers[1].name", "unknown_field"),
        ("suppliers.0.offers.1.price", "1", "suppliers[0].offers[1].price", "unknown_field"),
        ("suppliers.0.offers.0.tiers.0.to", "1", "suppliers[0].offers[0].tiers[0].to", "unknown_field"),
        ("suppliers.0.spend_discounts.0.to", "1", "suppliers[0].spend_discounts[0].to", "unknown_field"),
        ("need", ..., "need", "missing_field"),
        ("suppliers", ..., "suppliers", "missing_field"),
        ("need.1.quantity", ..., "need[1].quantity", "missing_field"),
        ("suppliers.0.offers", ..., "suppliers[0].offers", "missing_field"),
        ("suppliers.0.offers.0.unit_price", ..., "suppliers[0].offers[0].unit_price", "missing_field"),
        ("suppliers.0.offers.0.tiers.0.from", ..., "suppliers[0].offers[0].tiers[0].from", "missing_field"),
        ("need", [], "need", "empty"),
        ("need", {}, "need", "not_a_list"),
        ("need", None, "need", "not_a_list"),
        ("suppliers", "S1", "suppliers", "not_a_list"),
        ("suppliers.0.offers", None, "suppliers[0].offers", "not_a_list"),
        ("suppliers.0", "S1", "suppliers[0]", "not_an_object"),
        ("costs", [], "costs", "not_an_object"),
        ("limits", 2, "limits", "not_an_object"),
        ("need.0.id", "", "need[0].id", "not_a_name"),
        ("need.0.id", 7, "need[0].id", "not_a_name"),
        ("need.0.id", None, "need[0].id", "not_a_name"),
        ("need.1.id", "paper", "need[1].id", "duplicate"),
        ("suppliers.1.id", "S1", "suppliers[1].id", "duplicate"),
        ("suppliers.0.offers.1.line", "paper", "suppliers[0].offers[1].line", "duplicate"),
        ("suppliers.0.offers.1.line", "ink", "suppliers[0].offers[1].line", "unknown_line"),
        (
            "suppliers.0.offers.0.tiers",
            [{"from": "10", "unit_price": "1"}, {"from": "10.0", "unit_price": "2"}],
            "suppliers[0].offers[0].tiers[1].from",
            "duplicate",
        ),
        ("need.0.quantity", "0", "need[0].quantity", "too_small"),
        ("need.0.quantity", "-1", "need[0].quantity", "too_small"),
        ("need.0.quantity", 1.5, "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", "1e3", "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", "1 000", "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", "1,5", "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", None, "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", True, "need[0].quantity", "not_a_decimal"),
        ("need.0.quantity", "NaN", "need[0].quantity", "not_a_decimal"),
        ("costs.order_handling", "-1", "costs.order_handling", "too_small"),
        ("costs.carbon_per_kg", "free", "costs.carbon_per_kg", "not_a_decimal"),
        ("suppliers.0.min_order", "-500", "suppliers[0].min_order", "too_small"),
        ("suppliers.0.freight", 99.5, "suppliers[0].freight", "not_a_decimal"),
        ("suppliers.0.free_freight_from", "x", "suppliers[0].free_freight_from", "not_a_decimal"),
        ("suppliers.0.spend_discounts.0.rate", "2", "suppliers[0].spend_discounts[0].rate", "too_large"),
        ("suppliers.0.spend_discounts.0.rate", "-0.1", "suppliers[0].spend_discounts[0].rate", "too_small"),
        ("suppliers.0.offers.0.unit_price", "-1", "suppliers[0].offers[0].unit_price", "too_small"),
        ("suppliers.0.offers.0.co2e_kg", "-1", "suppliers[0].offers[0].co2e_kg", "too_small"),
        ("limits.max_suppliers", 0, "limits.max_suppliers", "not_a_count"),
        ("limits.max_suppliers", "2", "limits.max_suppliers", "not_a_count"),
        ("limits.max_suppliers", True, "limits.max_suppliers", "not_a_count"),
        ("decides", [], "decides", "not_a_list"),
        ("decides", "goods", "decides", "not_a_list"),
        ("decides", ["goods", "net"], "decides[1]", "unknown_part"),
        ("decides", ["goods", "goods"], "decides[1]", "duplicate"),
        ("decides", [["goods"]], "decides[0]", "unknown_part"),
        ("currency", "kroner", "currency", "not_a_currency"),
    ],
)
def test_what_cannot_be_read_is_refused_by_path(path, value, where, code):
    with pytest.raises(BadInput) as caught:
        parse_basket(changed(path, value))
    assert (where, code) in [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("data", [None, [], "basket", 7])
def test_a_basket_that_is_no_object_is_refused(data):
    with pytest.raises(BadInput):
        parse_basket(data)


def test_all_problems_are_named_at_once():
    data = changed("need.0.quantity", "x")
    data["foo"] = 1
    data["suppliers"][0]["freight"] = "-1"
    with pytest.raises(BadInput) as caught:
        parse_basket(data)
    assert [p.where for p in caught.value.problems] == ["foo", "need[0].quantity", "suppliers[0].freight"]


def test_null_in_an_optional_field_is_the_same_as_leaving_it_out():
    data = copy.deepcopy(EXAMPLE)
    data |= {"costs": None, "limits": None, "decides": None, "currency": None}
    data["suppliers"][1] |= {"min_order": None, "free_freight_from": None, "spend_discounts": None}
    data["suppliers"][1]["offers"][0] |= {"tiers": None, "co2e_kg": None}
    assert parse_basket(data).limits.max_suppliers is None


def test_whole_numbers_may_be_written_without_quotes():
    assert parse_basket(changed("need.0.quantity", 120)) == parse_basket(EXAMPLE)


def test_amounts_are_shown_half_up_to_the_ore():
    data = {
        "need": [{"id": "a", "quantity": "1"}],
        "suppliers": [{"id": "S", "offers": [{"line": "a", "unit_price": "0.125"}]}],
    }
    answer = answer_json(solve(parse_basket(data)))
    assert answer["single"][0]["net"] == answer["best"]["net"] == answer["best"]["bound"] == "0.13"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = netprice(list(words))
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out


def test_the_command_prints_json_or_a_table(tmp_path, capsys):
    file = tmp_path / "basket.json"
    file.write_text(json.dumps(EXAMPLE))
    code, out = run(capsys, str(file), "--json")
    assert code == 0
    assert json.loads(out) == answer_json(solve(parse_basket(EXAMPLE)))
    code, table = run(capsys, str(file))
    assert code == 0
    assert "Best cover: 4232.00 (proved lowest)" in table
    assert "lacks paper" in table
    assert "Carbon is estimated for toner." in table


def test_the_table_names_ties_limits_and_what_nobody_offers(tmp_path, capsys):
    file = tmp_path / "basket.json"
    data = {
        "need": [{"id": "a", "quantity": "1"}, {"id": "odd", "quantity": "1"}],
        "decides": ["goods"],
        "suppliers": [{"id": s, "offers": [{"line": "a", "unit_price": "1"}]} for s in ("A", "B")],
    }
    file.write_text(json.dumps(data))
    code, table = run(capsys, str(file))
    assert code == 0
    assert "1 other cover costs the same:\n  a B" in table
    assert "Offered by nobody: odd" in table
    assert "Ranked by goods only." in table


def test_standard_input_is_read_for_a_dash(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(EXAMPLE).encode())))
    code, out = run(capsys, "-", "--json")
    assert code == 0
    assert json.loads(out)["best"]["net"] == "4232.00"


def test_a_basket_that_cannot_be_covered_exits_1_and_the_answer_says_why(tmp_path, capsys):
    file = tmp_path / "basket.json"
    data = copy.deepcopy(EXAMPLE)
    data["limits"]["max_suppliers"] = 1
    del data["suppliers"][0]["offers"][1]
    file.write_text(json.dumps(data))
    code, out = run(capsys, str(file), "--json")
    assert code == 1
    assert json.loads(out)["best"] is None
    assert json.loads(out)["refused"]["code"] == "max_suppliers"
    code, table = run(capsys, str(file))
    assert code == 1
    assert "No cover: no set of suppliers" in table


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"{", ":1:2"),
        (b'{\n "need": [,]}', ":2:11"),
        (b"\xff\xfe", ""),
        (b'{"need": [], "need": []}', ""),
        (b"[" * 100_000, ""),
        (b"[1" + b"0" * 5000 + b"]", ""),
        (b"{}", ": need"),
        (b"null", ""),
    ],
)
def test_a_file_that_is_no_basket_is_refused_with_its_place(tmp_path, content, where):
    file = tmp_path / "basket.json"
    file.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        netprice([str(file)])
    assert caught.value.problems[0].where == f"{file}{where}"


def test_a_missing_file_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        netprice([str(tmp_path / "none.json")])


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_limit_that_is_no_time_is_refused(seconds, capsys):
    with pytest.raises(SystemExit) as caught:
        netprice(["basket.json", "--time-limit", seconds])
    assert caught.value.code == 2
    assert "--time-limit" in capsys.readouterr().err


def test_starting_the_command_loads_no_solver():
    code = "import sys, fellestorg.engines.commands; sys.exit(any(m in sys.modules for m in ('ortools', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
