"""Tenders taken out, and an evaluation written back for replay."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.evaluation import (
    MODELS,
    Tender,
    answer_json,
    basis_json,
    evaluate,
    evaluate_json,
    read_request,
    request_json,
    without,
)
from fellestorg.engines.evaluation.tests.cases import four
from fellestorg.values import BadInput, canonical_json, digest


def test_taking_out_a_rejected_tender_shows_both_tables_and_that_the_order_turned():
    found = without(read_request({**four("linear_to_highest"), "tie_break": ["price"]}), ["D"])
    assert (found.before.winner, found.after.winner, found.order_changed) == ("C", "A", True)
    assert [one.tender for one in found.after.ranking] == ["A", "B", "C"]


def test_under_priced_quality_taking_one_out_never_changes_the_order_of_the_rest():
    for name in "ABCD":
        assert not without(read_request(four("priced_quality_deduction")), [name]).order_changed


def test_a_tie_that_opens_or_closes_is_a_changed_order():
    assert without(read_request(four("linear_to_highest")), ["D"]).order_changed


@pytest.mark.parametrize(("names", "code"), [(["E"], "unknown_tender"), (["A", "B", "C", "D"], "none_left")])
def test_unknown_tenders_and_all_of_them_are_refused(names, code):
    with pytest.raises(BadInput) as caught:
        without(read_request(four("linear")), names)
    assert caught.value.problems[0].code == code


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(MODELS)),
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 1000)), min_size=1, max_size=4),
    st.sampled_from(["", "combination"]),
)
def test_an_exported_evaluation_gives_the_same_answer_bit_for_bit(model, rows, met_by):
    raw = four(model, reference_price="1000000.55", floor="-3", kappa="1.25")
    raw |= {"tie_break": ["price"], "environment_met_by": met_by or None}
    raw["criteria"][1] |= {"weight_from": "0.20", "weight_to": "0.40"}
    raw["tenders"] = [
        {"id": f"t{at}", "price": f"{price / 100:.2f}", "points": {"quality": f"{p / 100:.2f}", "environment": "5"}}
        for at, (price, p) in enumerate(rows)
    ]
    request = read_request(raw)
    exported = request_json(request)
    assert read_request(exported) == request
    assert canonical_json(evaluate_json(exported)) == canonical_json(answer_json(evaluate(request)))


def test_what_must_be_fixed_before_opening_has_one_digest_whatever_is_tendered():
    request = read_request(four("linear"))
    fewer = read_request(four("linear", without="C"))
    other = read_request(four("linear", floor="0"))
    assert digest(basis_json(request)) == digest(basis_json(fewer)) != digest(basis_json(other))


def test_a_number_that_is_no_decimal_cannot_be_exported():
    request = read_request(four("linear"))
    third = Tender("T", Fraction(1, 3), {"quality": Fraction(5), "environment": Fraction(5)})
    with pytest.raises(ValueError, match="no decimal"):
        request_json(replace(request, tenders=(third,)))
