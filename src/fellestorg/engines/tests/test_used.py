"""Used units (rule USED): only with a visual grade, proof of erasure and security updates that still come."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fellestorg.engines.routing import decide
from fellestorg.engines.tests.test_routing import CHEAPEST, facts, line, supplier
from fellestorg.engines.used import missing_proof, stores_data
from fellestorg.values import canonical_json

PROOF = {"visual_grade": "A", "erasure_proof": "sertifikat 12", "updates_until": "2025-01-01"}
KEPT = json.loads(Path(__file__).with_name("decisions_before_used.json").read_text())


def used_supplier(number: str, rank: int, prices: dict[str, str], proof: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A supplier whose first line is a used unit with this proof."""
    made = supplier(number, rank, prices, **more)
    made["offers"][0]["used"] = proof
    return made


def with_rule(made: dict[str, Any]) -> dict[str, Any]:
    made["rules"]["USED"] = {"version": "2017-01-01", "source": "s", "verified": False}
    return made


def step(answer: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in answer["trace"] if one["code"] == "used_units_proved")


@pytest.mark.parametrize(
    ("grade", "erasure", "until", "lacking"),
    [
        ("A", "sertifikat", date(2023, 11, 1), ()),
        ("C", "sertifikat", date(2030, 1, 1), ()),
        ("D", "sertifikat", date(2030, 1, 1), ("visual_grade",)),
        ("", "sertifikat", date(2030, 1, 1), ("visual_grade",)),
        ("A", "  ", date(2030, 1, 1), ("erasure_proof",)),
        ("A", "sertifikat", date(2023, 10, 31), ("updates_until",)),
        ("A", "sertifikat", None, ("updates_until",)),
        ("", "", None, ("visual_grade", "erasure_proof", "updates_until")),
    ],
)
def test_what_a_used_unit_lacks(grade: str, erasure: str, until: date | None, lacking: tuple[str, ...]) -> None:
    assert missing_proof(grade, erasure, until, date(2023, 11, 1)) == lacking


@pytest.mark.parametrize(
    ("grade", "lacking"), [("B", ()), ("", ("visual_grade",))], ids=["with a grade", "without a grade"]
)
def test_what_stores_no_data_needs_a_grade_alone(grade: str, lacking: tuple[str, ...]) -> None:
    assert missing_proof(grade, "", None, date(2023, 11, 1), stores_data=False) == lacking
    chair = {"visual_grade": grade, "erasure_proof": "", "updates_until": None, "stores_data": False}
    answer = decide(with_rule(facts(suppliers=[used_supplier("1", 1, {"0": "50"}, chair)])))
    assert answer["offers"][0]["excluded_because"] == ("used_without_proof" if lacking else None)


@pytest.mark.parametrize(
    ("cpv", "stores"),
    [("30213100", True), ("32250000", True), ("39112000", False), ("", True)],
    ids=["laptop", "phone", "chair", "unknown"],
)
def test_what_stores_data_is_told_by_its_division(cpv: str, stores: bool) -> None:
    assert stores_data(cpv, "30 32") is stores


@pytest.mark.parametrize(
    ("field", "value"),
    [("visual_grade", ""), ("erasure_proof", ""), ("updates_until", None), ("updates_until", "2023-10-31")],
)
def test_an_offer_without_proof_is_left_out_and_the_trace_says_why(field: str, value: str | None) -> None:
    bad = {**PROOF, field: value}
    suppliers = [used_supplier("1", 1, {"0": "50"}, bad), used_supplier("2", 2, {"0": "90"}, PROOF)]
    answer = decide(with_rule(facts(suppliers=suppliers)))
    assert answer["outcome"] == "direct" and [one["supplier"] for one in answer["orders"]] == ["2"]
    assert [one["excluded_because"] for one in answer["offers"]] == ["used_without_proof", None]
    assert answer["offers"][0]["missing"] == ["A"] and answer["offers"][0]["net"] is None
    assert step(answer)["holds"] is False and step(answer)["rule"] == "USED"
    assert step(answer)["params"] == {"without": [{"supplier": "1", "item": "A", "lacks": [field]}]}
    assert "USED" in {rule["id"] for rule in answer["rules"]}
    assert answer["orders"][0]["order_lines"][0]["used"] == PROOF


def test_nobody_with_proof_refuses_the_need() -> None:
    answer = decide(with_rule(facts(suppliers=[used_supplier("1", 1, {"0": "50"}, {**PROOF, "erasure_proof": ""})])))
    assert (answer["outcome"], answer["reason"]["code"], answer["orders"]) == ("refused", "somebody_can_deliver", [])


def test_the_cheapest_cover_takes_the_used_line_from_whom_has_proof_and_the_rest_from_whom_has_not() -> None:
    suppliers = [
        used_supplier("1", 1, {"0": "10", "1": "10"}, {**PROOF, "visual_grade": ""}),
        used_supplier("2", 2, {"0": "90", "1": "500"}, PROOF),
    ]
    policy = {"steps": CHEAPEST, "tie_rule": "rank"}
    answer = decide(
        with_rule(facts(need__lines=[line("A"), line("B")], suppliers=suppliers, policy__document=policy))
    )  # fmt: skip
    assert answer["best"]["assignment"] == {"0": "2", "1": "1"}


def test_a_need_of_new_units_is_not_asked_about_proof() -> None:
    answer = decide(with_rule(facts()))
    assert "used_units_proved" not in {one["code"] for one in answer["trace"]}
    assert "USED" not in {rule["id"] for rule in answer["rules"]}


@pytest.mark.parametrize("kept", KEPT, ids=[one["answer"]["outcome"] for one in KEPT])
def test_decisions_kept_before_the_rule_replay_bit_for_bit(kept: dict[str, Any]) -> None:
    frozen = copy.deepcopy(kept["facts"])
    assert canonical_json(decide(kept["facts"])) == canonical_json(kept["answer"])
    assert kept["facts"] == frozen
