"""Ways to meet a need over time: against closed formulas, ranks, ties and every kind of bad input."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.commands import lifecycle
from fellestorg.engines.lifecycle import Case, Comparison, Flow, answer_json, compare, course, parse_comparison
from fellestorg.values import BadInput

EXAMPLE = {
    "rate": "0.04",
    "years": "4",
    "carbon_per_kg": "1.50",
    "cases": [
        {
            "id": "buy",
            "flows": [{"at": "0", "amount": "12000"}, {"at": "4", "amount": "-1500"}],
            "monthly": "0",
            "co2e_kg": "220",
        },
        {"id": "rent", "monthly": "310"},
    ],
}

rates = st.decimals("0", "0.5", places=4)
amounts = st.decimals("-1000000", "1000000", places=2)


def ore(value: Fraction) -> Decimal:
    """Half up to the øre, exactly."""
    cents, half = abs(value) * 100, Fraction(1, 2)
    whole = (cents + half).__floor__()
    return Decimal(whole if value >= 0 else -whole).scaleb(-2) + Decimal(0)


def one(case: Case, rate: str = "0.04", years: str = "4", carbon: str = "0"):
    return compare(Comparison((case,), Decimal(rate), Decimal(years), Decimal(carbon)))[0]


def test_the_example_of_the_interface_is_priced_over_four_years():
    bought, rented = compare(parse_comparison(EXAMPLE))
    assert bought.present_value == ore(12000 - 1500 / Fraction(104, 100) ** 4)
    assert (bought.carbon, bought.total) == (Decimal("330.00"), bought.present_value + 330)
    assert (bought.rank, rented.rank) == (1, 2)
    assert rented.carbon == 0


@settings(max_examples=60, deadline=None)
@given(rates, st.integers(1, 12), st.lists(st.tuples(st.integers(0, 12), amounts), max_size=6))
def test_amounts_at_whole_years_are_the_rational_sum(rate, years, flows):
    answer = one(Case("a", tuple(Flow(Decimal(at), amount) for at, amount in flows)), str(rate), str(years))
    grows = 1 + Fraction(rate)
    value = sum((Fraction(amount) / grows**at for at, amount in flows), Fraction(0))
    assert answer.present_value == ore(value)
    factor = Fraction(rate) / (1 - grows**-years) if rate else Fraction(1, years)
    assert answer.per_year == ore(value * factor)


@settings(max_examples=60, deadline=None)
@given(rates, st.integers(1, 40), st.decimals("0", "100000", places=2))
def test_a_monthly_amount_is_the_annuity_and_the_sum_of_its_months(rate, quarters, monthly):
    years = Decimal(quarters) / 4
    answer = one(Case("a", monthly=monthly), str(rate), str(years))
    with localcontext(prec=80):
        q = (1 + rate) ** (Decimal(1) / 12)
        summed = monthly * sum((q**-month for month in range(1, quarters * 3 + 1)), Decimal(0))
        assert answer.present_value == summed.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if rate:
            annuity = monthly * (1 - (1 + rate) ** -years) / (q - 1)
            assert abs(annuity - summed) < Decimal("1e-50")


@settings(max_examples=40, deadline=None)
@given(rates, st.integers(1, 10), st.lists(amounts, min_size=1, max_size=5), st.decimals("0", "5", places=2))
def test_ranks_follow_the_totals_and_equal_totals_share_one(rate, years, buys, carbon):
    cases = tuple(
        Case(str(at), (Flow(Decimal(0), amount),), co2e_kg=Decimal(at)) for at, amount in enumerate([*buys, *buys])
    )
    outcomes = compare(Comparison(cases, rate, Decimal(years), carbon))
    assert [outcome.id for outcome in outcomes] == [case.id for case in cases]
    for outcome in outcomes:
        assert outcome.rank == 1 + sum(other.total < outcome.total for other in outcomes)
        assert outcome.total == outcome.present_value + outcome.carbon


@pytest.mark.parametrize(
    ("flow", "rate", "shown"),
    [
        (("0", "0.005"), "0", "0.01"),
        (("0", "-0.005"), "0", "-0.01"),
        (("0", "-0.004"), "0", "0.00"),
        (("0", "0.004999999999"), "0", "0.00"),
        (("1", "0.00625"), "0.25", "0.01"),  # 0.005 to the last digit, after a division
        (("2", "0.0078125"), "0.25", "0.01"),
        (("1", "0.006249999999"), "0.25", "0.00"),
    ],
)
def test_half_an_ore_is_rounded_up_and_never_by_noise(flow, rate, shown):
    at, amount = map(Decimal, flow)
    assert str(one(Case("a", (Flow(at, amount),)), rate, "1").present_value) == shown


def test_large_amounts_keep_their_ore_beside_small_ones():
    answer = one(Case("a", (Flow(Decimal(0), Decimal("99999999999999999999.99")), Flow(Decimal(3), Decimal("-1")))))
    assert answer.present_value == ore(Fraction("99999999999999999999.99") - 1 / Fraction(104, 100) ** 3)


def test_months_that_have_not_ended_are_not_paid():
    assert one(Case("a", monthly=Decimal(100)), "0", "0.49").present_value == 500
    assert one(Case("a", monthly=Decimal(100)), "0", "0.5").present_value == 600


def test_the_course_ends_at_the_present_value():
    comparison = parse_comparison(EXAMPLE)
    bought, rented = (course(comparison, case) for case in comparison.cases)
    assert len(bought) == 5
    assert bought[:4] == (Decimal("12000.00"),) * 4
    assert (bought[4], rented[4]) == tuple(outcome.present_value for outcome in compare(comparison))
    assert rented[0] == 0 < rented[1] < rented[2]


def test_a_part_of_a_year_has_a_stop_of_its_own():
    comparison = Comparison((Case("a", monthly=Decimal(10)),), Decimal(0), Decimal("1.5"))
    assert course(comparison, comparison.cases[0]) == (0, 120, 180)


def test_left_out_and_null_are_the_same():
    bare = {"rate": "0", "years": "1", "cases": [{"id": "a"}]}
    full = {"rate": "0", "years": "1", "carbon_per_kg": None,
            "cases": [{"id": "a", "flows": None, "monthly": None, "co2e_kg": None}]}  # fmt: skip
    assert parse_comparison(bare) == parse_comparison(full)
    assert answer_json(compare(parse_comparison(bare)))["cases"] == [
        {"id": "a", "rank": 1, "present_value": "0.00", "carbon": "0.00", "total": "0.00", "per_year": "0.00"}
    ]


def test_everything_wrong_is_named_at_once_with_its_place():
    wrong = {
        "rate": "-0.01",
        "years": "0",
        "inflation": "0.02",
        "carbon_per_kg": "-1",
        "cases": [
            {"id": "a", "flows": [{"at": "-1", "amount": "x", "when": "now"}], "residual": "5"},
            {"id": "a", "flows": {}, "monthly": 1.5, "co2e_kg": "-1"},
            {"flows": ["1"]},
            "case",
        ],
    }
    with pytest.raises(BadInput) as caught:
        parse_comparison(wrong)
    assert {(problem.where, problem.code) for problem in caught.value.problems} == {
        ("rate", "too_small"),
        ("years", "too_small"),
        ("inflation", "unknown_field"),
        ("carbon_per_kg", "too_small"),
        ("cases[0].residual", "unknown_field"),
        ("cases[0].flows[0].at", "too_small"),
        ("cases[0].flows[0].amount", "not_a_decimal"),
        ("cases[0].flows[0].when", "unknown_field"),
        ("cases[1].id", "not_unique"),
        ("cases[1].flows", "not_a_list"),
        ("cases[1].monthly", "not_a_decimal"),
        ("cases[1].co2e_kg", "too_small"),
        ("cases[2].id", "missing"),
        ("cases[2].flows[0]", "not_an_object"),
        ("cases[3]", "not_an_object"),
    }


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"rate": None}, "rate", "missing"),
        ({"years": "101"}, "years", "too_large"),
        ({"rate": "101"}, "rate", "too_large"),
        ({"cases": []}, "cases", "not_a_list"),
        ({"cases": "buy"}, "cases", "not_a_list"),
        ({"cases": [{"id": ""}]}, "cases[0].id", "not_a_name"),
        ({"cases": [{"id": ["a"]}]}, "cases[0].id", "not_a_name"),
        ({"cases": [{"id": "a", "flows": [{"at": "1"}]}]}, "cases[0].flows[0].amount", "missing"),
        ({"cases": [{"id": "a", "flows": [{"at": "100.5", "amount": "1"}]}]}, "cases[0].flows[0].at", "too_large"),
        ({"cases": [{"id": "a", "flows": [{"at": "1e3", "amount": "1"}]}]}, "cases[0].flows[0].at", "not_a_decimal"),
    ],
)
def test_one_fault_is_named(change, where, code):
    with pytest.raises(BadInput) as caught:
        parse_comparison({**EXAMPLE, **change})
    assert [(problem.where, problem.code) for problem in caught.value.problems] == [(where, code)]


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_what_is_not_an_object_is_refused(data):
    with pytest.raises(BadInput):
        parse_comparison(data)


def test_the_command_prints_json_or_a_table_cheapest_first(tmp_path, capsys):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(EXAMPLE))
    assert lifecycle([str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == answer_json(compare(parse_comparison(EXAMPLE)))
    assert lifecycle([str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "Over 4 years at 4 % a year" in shown[0]
    assert [line.split()[:2] for line in shown[2:4]] == [["buy", "1"], ["rent", "2"]]


def test_the_command_says_in_which_file_the_fault_is(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text('{"rate": "0.04", "years": "4", "cases": [{"id": "a", "price": "1"}]}')
    with pytest.raises(BadInput, match=r"cases\.json: cases\[0\]\.price: there is no such field"):
        lifecycle([str(path)])
