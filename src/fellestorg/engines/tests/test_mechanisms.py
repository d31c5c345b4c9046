"""What each mechanism comes to on its facts, and why; and that no facts are without an answer."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.policy import MECHANISMS, mechanism_rules
from fellestorg.engines.routing import decide
from fellestorg.engines.tests.test_routing import facts, line, supplier
from fellestorg.values import canonical_json

CASE = {"id": "C-1", "place": "Vardø", "date": "2023-10-01", "documented": True}
SECONDARY = {"mechanism": "secondary", "rank": 2, "max_share": "0.15", "measure": "subscriptions"}
REASON = {"nb": "Nei", "nn": "Nei", "en": "No"}
STEPS: dict[str, dict[str, Any]] = {
    "rank": {},
    "lowest_net_price": {},
    "mini_competition": {},
    "cascade": {"hours": 8},
    "assigned": {"measure": "employees"},
    "secondary": SECONDARY,
    "table": {"table": "route"},
    "dps_invitation": {},
    "service_order": {},
    "refuse": {"reason": REASON},
}


def asked(mechanism: str, **changes: Any) -> dict[str, Any]:
    """The facts of a need that meets one mechanism alone; ``changes`` by dotted path."""
    document = {"steps": [{"mechanism": mechanism, **STEPS[mechanism]}], "tie_rule": "rank"}
    made = facts(policy__document=document, **{"need__coverage_case": "", **changes})
    made["rules"] |= {one: {"version": "2017-01-01", "source": "s", "verified": False}
                      for one in mechanism_rules(document)}  # fmt: skip
    return made


def told(answer: dict[str, Any], code: str) -> dict[str, Any]:
    (step,) = [one for one in answer["trace"] if one["code"] == code]
    return dict(step)


def coverage(units: str = "100", total: str = "1000", wanted: str = "1", **more: Any) -> dict[str, Any]:
    return {"case": CASE, "measure": "subscriptions", "units": {"2": units}, "total": total, "wanted": wanted,
            "expected_from": {}, **more}  # fmt: skip


def table(*rows: dict[str, Any], key: str | None = "OSL-TOS") -> dict[str, Any]:
    return {"kind": "route", "key": key, "rows": list(rows)}


def row(number: str, rank: int, closed: str | None = None) -> dict[str, Any]:
    shut = {"from": closed, "reason": "Flyr ikke lenger"} if closed else None
    return {"supplier": number, "rank": rank, "closed": shut, "basis": {"discount": "0.10"}}


class TestOnlyOneRank:
    def only(self, rank: int, **changes: Any) -> dict[str, Any]:
        made = asked("rank", **changes)
        made["policy"]["document"]["steps"][0]["only_rank"] = rank
        return decide(made)

    @pytest.mark.parametrize(("rank", "chosen"), [(1, "1"), (2, "2")])
    def test_the_supplier_of_that_rank_gets_it(self, rank: int, chosen: str) -> None:
        suppliers = [supplier("1", 1, {"0": "100"}), supplier("2", 2, {"0": "90"})]
        answer = self.only(rank, suppliers=suppliers)
        assert (answer["outcome"], answer["orders"][0]["supplier"]) == ("direct", chosen)

    @pytest.mark.parametrize(
        ("first", "because"),
        [
            ([supplier("1", 1, {"0": "100"}, suspended="konkurs")], "suspended"),
            ([supplier("1", 1, {})], "lacks_lines"),
            ([], "not_in_position"),
        ],
    )
    @pytest.mark.parametrize("lines", [True, False], ids=["items", "an amount"])
    def test_nobody_steps_in_for_it(self, first: list[dict[str, Any]], because: str, lines: bool) -> None:
        amount = {} if lines else {"need__lines": [], "need__amount": "500.00"}
        suppliers = [*first, supplier("2", 2, {"0": "90"})]
        answer = self.only(1, suppliers=suppliers, **amount)
        if because == "lacks_lines" and not lines:
            assert answer["outcome"] == "direct"
            return
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "supplier_of_rank_can_deliver")
        assert answer["orders"] == [] and answer["reason"]["params"]["because"] == because
        plain = decide(asked("rank", suppliers=suppliers, **amount))
        assert plain["orders"][0]["supplier"] == "2", "without it the next in rank gets the order"


class TestCascade:
    def test_all_who_can_deliver_are_in_the_queue_by_rank_at_frozen_prices(self) -> None:
        suppliers = [supplier("1", 1, {}), supplier("3", 3, {"0": "95"}), supplier("2", 2, {"0": "90"})]
        answer = decide(asked("cascade", suppliers=suppliers))
        assert answer["outcome"] == "ranked_offers" and answer["hours"] == 8 and answer["orders"] == []
        assert [(one["supplier"], one["order"]["contract_value"]) for one in answer["queue"]] == [
            ("2", "900.00"),
            ("3", "950.00"),
        ]
        assert answer["contract_value"] == "950.00", "the dearest is held, so that there is room whoever says yes"
        assert told(answer, "offered_in_rank")["rule"] == "CASCADE"

    def test_the_ceiling_must_have_room_for_the_dearest(self) -> None:
        answer = decide(asked("cascade", ceiling__used="9050.00"))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "room_under_ceiling")
        assert "queue" not in answer

    def test_above_ones_authority_somebody_approves_before_anybody_is_asked(self) -> None:
        answer = decide(asked("cascade", authority__limit="10.00"))
        assert answer["outcome"] == "needs_approval" and len(answer["queue"]) == 3

    def test_an_amount_is_offered_as_it_is_stated(self) -> None:
        answer = decide(asked("cascade", need__lines=[], need__amount="500.00", suppliers=[supplier("1", 1, {})]))
        assert answer["contract_value"] == "500.00" and answer["queue"][0]["order"]["net"] == "500.00"


class TestAssigned:
    STANDING = [{"supplier": "2", "low": "0.30", "high": "0.45", "share": "0.45"}]

    def quota(self, **more: Any) -> dict[str, Any]:
        return {"measure": "employees", "assigned": "2", "since": "2023-01-01", "standing": self.STANDING, **more}

    def test_the_assigned_supplier_gets_the_order_whatever_its_rank_and_price(self) -> None:
        answer = decide(asked("assigned", quota=self.quota()))
        assert answer["outcome"] == "direct" and answer["orders"][0]["supplier"] == "2"
        assert told(answer, "share_within_quota")["holds"]

    @pytest.mark.parametrize("quota", [{}, {"quota": None}, {"quota": {"assigned": None, "standing": []}}])
    def test_without_an_assignment_it_refuses(self, quota: dict[str, Any]) -> None:
        answer = decide(asked("assigned", **quota))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "supplier_assigned")
        assert "QUOTA" in {one["id"] for one in answer["rules"]}

    def test_a_share_outside_the_quota_is_seen_and_refuses_nothing(self) -> None:
        standing = [{**self.STANDING[0], "share": "0.4501"}]
        answer = decide(asked("assigned", quota=self.quota(standing=standing)))
        assert answer["outcome"] == "direct" and not told(answer, "share_within_quota")["holds"]

    @pytest.mark.parametrize(
        ("assigned", "because"), [("9", "not_in_position"), ("1", "suspended"), ("3", "lacks_lines")]
    )
    def test_nobody_else_steps_in(self, assigned: str, because: str) -> None:
        suppliers = [
            supplier("1", 1, {"0": "1"}, suspended="konkurs"),
            supplier("2", 2, {"0": "90"}),
            supplier("3", 3, {}),
        ]
        answer = decide(asked("assigned", suppliers=suppliers, quota=self.quota(assigned=assigned)))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "supplier_can_deliver")
        assert told(answer, "supplier_can_deliver")["params"]["because"] in (because, "not_in_position")


class TestSecondary:
    @pytest.mark.parametrize(
        ("units", "total", "wanted", "outcome"),
        [
            ("0", "0", "0", "direct"),
            ("149", "999", "1", "direct"),  # 150 of 1,000: 15 % exactly
            ("150", "999", "1", "refused"),  # 151 of 1,000: 15.1 %
            ("0", "0", "1", "refused"),
            ("147", "1000", "2", "direct"),
        ],
    )
    def test_the_share_counts_what_is_wanted_now(self, units: str, total: str, wanted: str, outcome: str) -> None:
        answer = decide(asked("secondary", need__coverage_case="C-1", coverage=coverage(units, total, wanted)))
        assert answer["outcome"] == outcome
        if outcome == "refused":
            assert answer["reason"]["code"] == "secondary_share_kept"
        else:
            assert answer["orders"][0]["supplier"] == "2"

    @pytest.mark.parametrize(
        ("named", "case", "found"),
        [("", None, False), ("C-9", None, False), ("C-1", {**CASE, "documented": False}, True)],
    )
    def test_without_a_documented_case_it_refuses(self, named: str, case: dict[str, Any] | None, found: bool) -> None:
        answer = decide(asked("secondary", need__coverage_case=named, coverage=coverage(case=case)))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "coverage_documented")
        assert told(answer, "coverage_documented")["params"]["found"] is found

    @pytest.mark.parametrize(
        ("expected", "outcome"), [("2023-11-02", "refused"), ("2023-11-01", "direct"), (None, "direct")]
    )
    def test_before_the_secondary_starts_it_refuses_and_says_when(self, expected: str | None, outcome: str) -> None:
        given_coverage = coverage(expected_from={"2": expected})
        answer = decide(asked("secondary", need__coverage_case="C-1", coverage=given_coverage))
        assert answer["outcome"] == outcome
        assert told(answer, "secondary_started")["params"]["expected"] == expected

    def test_a_secondary_without_a_position_is_named_by_the_day_it_is_expected(self) -> None:
        alone = [supplier("1", 1, {"0": "100"})]
        awaited = coverage(expected_from={"2": "2023-12-01"})
        answer = decide(asked("secondary", need__coverage_case="C-1", suppliers=alone, coverage=awaited))
        assert answer["reason"]["code"] == "secondary_started"
        assert answer["reason"]["params"] == {"supplier": "2", "expected": "2023-12-01", "rank": 2}


class TestTable:
    def test_the_first_in_the_table_gets_it_whatever_its_rank_in_the_lot(self) -> None:
        answer = decide(asked("table", table=table(row("1", 2), row("3", 1))))
        assert answer["outcome"] == "direct" and answer["orders"][0]["supplier"] == "3"
        assert answer["reason"]["params"]["basis"] == {"discount": "0.10"}

    def test_sold_out_goes_to_the_second_with_the_reason(self) -> None:
        rows = table(row("1", 1), row("2", 2), row("3", 3))
        answer = decide(asked("table", table=rows, need__unavailable=[{"supplier": "1", "reason": "sold_out"}]))
        assert answer["orders"][0]["supplier"] == "2"
        assert told(answer, "table_supplier_chosen")["params"]["passed"] == [
            {"supplier": "1", "rank": 1, "because": "sold_out"}
        ]

    @pytest.mark.parametrize(("closed", "chosen"), [("2023-11-01", "2"), ("2023-10-01", "2"), ("2023-11-02", "1")])
    def test_a_closed_row_is_passed_over_from_its_day(self, closed: str, chosen: str) -> None:
        answer = decide(asked("table", table=table(row("1", 1, closed), row("2", 2))))
        assert answer["orders"][0]["supplier"] == chosen

    @pytest.mark.parametrize(
        ("given_table", "code"),
        [
            (None, "table_place_given"),
            (table(key=None), "table_place_given"),
            (table(), "table_has_suppliers"),
            (table(row("9", 1), row("1", 2, "2023-01-01")), "table_supplier_available"),
        ],
    )
    def test_it_refuses_and_says_what_is_missing(self, given_table: dict[str, Any] | None, code: str) -> None:
        answer = decide(asked("table", table=given_table))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", code)

    def test_all_that_were_passed_over_are_told_with_why(self) -> None:
        suspended = [supplier("1", 1, {"0": "1"}, suspended="x"), supplier("2", 2, {"0": "1"}), supplier("3", 3, {})]
        rows = table(row("1", 1), row("2", 2, "2023-01-01"), row("3", 3))
        answer = decide(asked("table", table=rows, suppliers=suspended))
        passed = told(answer, "table_supplier_available")["params"]["passed"]
        assert [one["because"] for one in passed] == ["not_in_position", "closed", "lacks_lines"]
        assert passed[1]["text"] == "Flyr ikke lenger"


class TestPurchasingSystem:
    DPS = {"category": "course_day", "days": 10, "due": "2023-11-11",
           "admitted": [{"supplier": "7", "since": "2023-01-01"}, {"supplier": "8", "since": "2023-11-01"},
                        {"supplier": "9", "since": "2023-11-02"}]}  # fmt: skip

    def test_all_who_are_admitted_that_day_are_invited_and_nothing_is_drawn(self) -> None:
        answer = decide(asked("dps_invitation", dps=self.DPS))
        assert answer["outcome"] == "dps_invitation"
        assert answer["invitees"] == ["7", "8"] and answer["due"] == "2023-11-11"
        assert answer["contract_value"] == "0.00"
        assert {"DPS-6", "DPS-7"} <= {one["id"] for one in answer["rules"]}

    @pytest.mark.parametrize(
        ("dps", "code"),
        [
            (None, "dps_category_given"),
            ({**DPS, "category": None}, "dps_category_given"),
            ({**DPS, "admitted": []}, "dps_somebody_admitted"),
        ],
    )
    def test_it_refuses_without_a_category_or_anybody_in_it(self, dps: dict[str, Any] | None, code: str) -> None:
        answer = decide(asked("dps_invitation", dps=dps))
        assert (answer["outcome"], answer["reason"]["code"]) == ("refused", code)
        assert "due" not in answer and answer["invitees"] == []


def test_a_service_is_ordered_by_rank_and_told_as_a_service() -> None:
    document = {"steps": [{"when": {"service": True}, "mechanism": "service_order"}, {"mechanism": "mini_competition"}],
                "tie_rule": "rank"}  # fmt: skip
    services = [line(cpv="50312600")]
    answer = decide(facts(policy__document=document, need__lines=services))
    assert (answer["outcome"], answer["reason"]["code"]) == ("direct", "service_order")
    both = [supplier("1", 1, {"0": "100", "1": "100"})]
    mixed = decide(facts(policy__document=document, need__lines=[*services, line("B", "1")], suppliers=both))
    assert mixed["outcome"] == "mini_competition"
    stated = {"need__lines": [], "need__amount": "500.00", "suppliers": [supplier("1", 1, {})]}
    assert decide(facts(policy__document=document, **stated))["outcome"] == "mini_competition"
    assert decide(facts(policy__document=document, lot__services=True, **stated))["outcome"] == "direct"


@pytest.mark.parametrize(("terms", "outcome"), [([], "direct"), (["Databehandleravtale"], "mini_competition")])
def test_terms_that_the_framework_has_not_fixed_lead_to_their_own_step(terms: list[str], outcome: str) -> None:
    document = {"steps": [{"when": {"terms_needed": True}, "mechanism": "mini_competition"}, {"mechanism": "rank"}],
                "tie_rule": "rank"}  # fmt: skip
    assert decide(facts(policy__document=document, need__terms=terms))["outcome"] == outcome


numbers = st.sampled_from("1234")
days = st.sampled_from(["2023-01-01", "2023-11-01", "2023-12-01"])
shares = st.integers(0, 100).map(lambda hundredths: str(Decimal(hundredths) / 100))
counts = st.integers(0, 30).map(str)


def maybe(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | what


shut = st.fixed_dictionaries({"from": days, "reason": st.just("Stengt")})
worlds = st.fixed_dictionaries(
    {
        "quota": maybe(
            st.fixed_dictionaries(
                {
                    "measure": st.just("employees"),
                    "assigned": maybe(numbers),
                    "since": maybe(days),
                    "standing": st.lists(
                        st.fixed_dictionaries({"supplier": numbers, "low": shares, "high": shares, "share": shares}),
                        max_size=2,
                    ),
                }
            )
        ),
        "coverage": maybe(
            st.fixed_dictionaries(
                {
                    "case": maybe(st.just(CASE) | st.just({**CASE, "documented": False})),
                    "measure": st.just("subscriptions"),
                    "units": st.dictionaries(numbers, counts, max_size=2),
                    "total": counts,
                    "wanted": counts,
                    "expected_from": st.dictionaries(numbers, maybe(days), max_size=2),
                }
            )
        ),
        "table": maybe(
            st.fixed_dictionaries(
                {
                    "kind": st.just("route"),
                    "key": maybe(st.just("OSL-TOS")),
                    "rows": st.lists(
                        st.fixed_dictionaries(
                            {
                                "supplier": numbers,
                                "rank": st.integers(1, 3),
                                "closed": maybe(shut),
                                "basis": st.just({}),
                            }
                        ),
                        max_size=3,
                    ),
                }
            )
        ),
        "dps": maybe(
            st.fixed_dictionaries(
                {
                    "category": maybe(st.just("course_day")),
                    "admitted": st.lists(st.fixed_dictionaries({"supplier": numbers, "since": days}), max_size=2),
                    "days": st.just(10),
                    "due": st.just("2023-11-11"),
                }
            )
        ),
    }
)
stated = st.fixed_dictionaries(
    {},
    optional={
        "coverage_case": st.just("C-1"),
        "terms": st.just(["Databehandleravtale"]),
        "unavailable": st.lists(
            st.fixed_dictionaries({"supplier": numbers, "reason": st.just("sold_out")}), max_size=2
        ),
    },
)
truths = st.fixed_dictionaries(
    {}, optional={name: st.booleans() for name in ("coverage_case", "terms_needed", "service", "standard_assortment")}
)
policies = st.lists(st.tuples(truths, st.sampled_from(MECHANISMS)), max_size=3).flatmap(
    lambda some: st.sampled_from(MECHANISMS).map(lambda last: [*some, ({}, last)])
)
OUTCOMES = {"direct", "needs_approval", "ranked_offers", "mini_competition", "dps_invitation", "refused"}


@settings(max_examples=80, deadline=None)
@given(policies, worlds, stated, st.lists(st.sampled_from(["", "50", "90", "x"]), max_size=3), st.booleans())
def test_no_facts_are_without_an_answer_and_each_replays_bit_for_bit(
    chosen: list[tuple[dict[str, bool], str]],
    world: dict[str, Any],
    said: dict[str, Any],
    offered: list[str],
    standard: bool,
) -> None:
    document = {"steps": [{"when": when, "mechanism": one, **STEPS[one]} for when, one in chosen], "tie_rule": "rank"}
    suppliers = [
        supplier(str(n), n, {} if price in ("", "x") else {"0": price}, suspended="x" if price == "x" else None)
        for n, price in enumerate(offered, 1)
    ]
    given_facts = facts(policy__document=document, suppliers=suppliers, need__lines=[line(standard=standard)])
    given_facts |= world
    given_facts["need"] |= said
    given_facts["rules"] |= {
        one: {"version": "v", "source": "s", "verified": False} for one in mechanism_rules(document)
    }
    kept = copy.deepcopy(given_facts)
    answer = decide(given_facts)
    assert given_facts == kept, "deciding changes no fact"
    assert canonical_json(decide(json.loads(canonical_json(kept)))) == canonical_json(answer)
    assert answer["outcome"] in OUTCOMES
    refusals = [step for step in answer["trace"] if step["code"] == answer["reason"]["code"] and not step["holds"]]
    assert bool(refusals) == (answer["outcome"] == "refused"), (
        "a refusal, and only that, rests on a question answered no"
    )
    assert bool(answer["orders"]) == (answer["outcome"] in ("direct", "needs_approval") and "queue" not in answer)
    assert bool(answer["invitees"]) == (answer["outcome"] in ("mini_competition", "dps_invitation"))
    assert ("queue" in answer) == (bool(answer.get("queue")))
    asked_steps = [step for step in answer["trace"] if step["code"] == "policy_step"]
    for step in asked_steps:
        assert step["holds"] == all(one["holds"] for one in step["params"]["answers"])
    assert [step["holds"] for step in asked_steps] == [False] * (len(asked_steps) - 1) + [True] * bool(asked_steps)
    assert {one["id"] for one in answer["rules"]} >= {step["rule"] for step in answer["trace"]}
