"""The policy language: what it accepts, what it refuses and by which words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fellestorg.engines.policy import MECHANISMS, condition_json, is_service, mechanism_rules, parse_policy
from fellestorg.values import BadInput

MINI = {"when": {}, "mechanism": "mini_competition"}
SECONDARY = {"mechanism": "secondary", "rank": 2, "max_share": "0.15", "measure": "subscriptions"}


def policy(*steps: dict, **more: object) -> dict:
    return {"steps": list(steps), "tie_rule": "rank", **more}


def when(**conditions: object) -> dict:
    return policy({"when": conditions, "mechanism": "rank"}, MINI)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "policy"),
        ({}, "policy.steps"),
        (policy(), "policy.steps"),
        (policy({"when": {"amount_below": "1"}, "mechanism": "rank"}), "policy.steps[0].when"),
        (policy({"when": {}, "mechanism": "free_choice"}), "policy.steps[0].mechanism"),
        (policy({"when": {}, "mechanism": ["rank"]}), "policy.steps[0].mechanism"),
        (when(amount_below=1.5), "policy.steps[0].when.amount_below"),
        (when(colour="red"), "policy.steps[0].when.colour"),
        (when(standard_assortment="yes"), "policy.steps[0].when.standard_assortment"),
        (when(coverage_case="C-1"), "policy.steps[0].when.coverage_case"),
        (when(terms_needed=1), "policy.steps[0].when.terms_needed"),
        (when(service=None), "policy.steps[0].when.service"),
        (when(category=[]), "policy.steps[0].when.category"),
        (policy({"when": {}, "mechanism": "rank", "max_suppliers": 2}), "policy.steps[0].max_suppliers"),
        (policy({"when": {}, "mechanism": "rank", "only_rank": 0}), "policy.steps[0].only_rank"),
        (policy({"when": {}, "mechanism": "cascade", "hours": 8, "only_rank": 1}), "policy.steps[0].only_rank"),
        (policy({"when": {}, "mechanism": "refuse"}), "policy.steps[0].reason"),
        (policy({"mechanism": "cascade"}), "policy.steps[0].hours"),
        (policy({"mechanism": "cascade", "hours": 0}), "policy.steps[0].hours"),
        (policy({"mechanism": "cascade", "hours": True}), "policy.steps[0].hours"),
        (policy({"mechanism": "rank", "hours": 8}), "policy.steps[0].hours"),
        (policy({"mechanism": "assigned"}), "policy.steps[0].measure"),
        (policy({"mechanism": "assigned", "measure": "kilos"}), "policy.steps[0].measure"),
        (policy({**SECONDARY, "max_share": "0"}), "policy.steps[0].max_share"),
        (policy({**SECONDARY, "max_share": "1.01"}), "policy.steps[0].max_share"),
        (policy({**SECONDARY, "max_share": "0.12345"}), "policy.steps[0].max_share"),
        (policy({**SECONDARY, "max_share": 0.15}), "policy.steps[0].max_share"),
        (policy({"mechanism": "secondary", "rank": 2, "measure": "subscriptions"}), "policy.steps[0].max_share"),
        (policy({"mechanism": "table", "table": "seat"}), "policy.steps[0].table"),
        (policy({"mechanism": "dps_invitation", "table": "route"}), "policy.steps[0].table"),
        (policy(MINI, tie_rule="coin"), "policy.tie_rule"),
        (policy(MINI, decides=["price"]), "policy.decides"),
        (policy(MINI, owner="x"), "policy.owner"),
    ],
)
def test_a_policy_that_is_not_whole_is_refused_by_its_place(document, where) -> None:
    with pytest.raises(BadInput) as caught:
        parse_policy(document)
    assert where in [problem.where for problem in caught.value.problems]


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        parse_policy(policy({"mechanism": "cascade", "when": {"service": "x"}}, {"mechanism": "table"}, tie_rule="x"))
    assert [problem.where for problem in caught.value.problems] == [
        "policy.steps[0].hours",
        "policy.steps[0].when.service",
        "policy.steps[1].table",
        "policy.tie_rule",
    ]


def test_what_a_mechanism_needs_is_read_and_the_rest_is_empty() -> None:
    secondary, cascade, table = parse_policy(
        policy(
            {"when": {"coverage_case": True}, **SECONDARY},
            {"when": {"service": False}, "mechanism": "cascade", "hours": 16},
            {"mechanism": "table", "table": "location"},
        )
    ).steps
    assert (secondary.rank, secondary.max_share, secondary.measure) == (2, Decimal("0.15"), "subscriptions")
    assert (cascade.hours, cascade.rank, cascade.table) == (16, 0, "")
    assert (table.table, table.measure, table.hours) == ("location", "", 0)


def test_conditions_are_written_as_they_were_read() -> None:
    written = {
        "amount_below": "250000",
        "amount_from": "100.5",
        "standard_assortment": False,
        "category": ["a", "b"],
        "region": ["NO0"],
        "coverage_case": True,
        "terms_needed": False,
        "service": True,
    }
    assert condition_json(parse_policy(when(**written)).steps[0].when) == written


@pytest.mark.parametrize(
    ("cpv", "service"), [("50312600", True), ("98000000", True), ("30213100", False), ("48000000", False),
                         ("45000000", False), ("", False), ("x9", False)]
)  # fmt: skip
def test_a_service_is_told_by_its_cpv_division(cpv: str, service: bool) -> None:
    assert is_service(cpv) is service


def test_the_rules_of_a_policy_s_mechanisms_are_known() -> None:
    assert mechanism_rules(policy(MINI)) == []
    assert mechanism_rules(policy(SECONDARY, {"mechanism": "dps_invitation"}, SECONDARY)) == [
        "COVERAGE",
        "DPS-6",
        "DPS-7",
    ]
    assert len(MECHANISMS) == 10
