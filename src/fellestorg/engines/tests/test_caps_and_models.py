"""Price caps on a unit, and price models, in a decision."""

from __future__ import annotations

from typing import Any

import pytest

from fellestorg.engines.policy import mechanism_rules, parse_policy
from fellestorg.engines.routing import decide
from fellestorg.engines.tests.test_routing import CHEAPEST, facts, line, supplier
from fellestorg.values import BadInput, canonical_json

RENT = {"model": "rent", "terms": {"monthly": "250", "months": "24"}}


def decided(caps: dict[str, str], steps: Any = None, **changes: Any) -> dict[str, Any]:
    made = facts(**changes)
    document = made["policy"]["document"]
    made["policy"]["document"] = {**document, "price_caps": caps, **({"steps": steps} if steps else {})}
    for rule in ("CAP", "PM"):
        made["rules"][rule] = {"version": "2017-01-01", "source": "s", "verified": True}
    answer = decide(made)
    assert canonical_json(decide(made)) == canonical_json(answer)
    return answer


def step(answer: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in answer["trace"] if one["code"] == code)


def test_an_offer_above_the_cap_is_left_out_and_the_next_is_chosen() -> None:
    answer = decided({"pc": "99.99"})
    assert (answer["outcome"], answer["orders"][0]["supplier"]) == ("direct", "2")
    assert answer["offers"][0]["excluded_because"] == "over_price_cap"
    asked = step(answer, "within_price_cap")
    assert asked["holds"] and asked["params"]["over"] == [{"supplier": "1", "item": "A", "unit_price": "100"}]


@pytest.mark.parametrize(("cap", "first"), [("100", "1"), ("99.9999", "2")])
def test_the_cap_itself_is_within_the_cap(cap: str, first: str) -> None:
    assert decided({"pc": cap})["orders"][0]["supplier"] == first


def test_where_every_offer_is_above_the_cap_the_answer_says_the_lowest_price_and_the_cap() -> None:
    answer = decided({"pc": "80"})
    assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "within_price_cap")
    assert answer["reason"]["params"]["blocked"] == [{"item": "A", "lowest": "90", "cap": "80"}]
    assert answer["contract_value"] == "0.00"


def test_the_cheapest_cover_never_uses_an_offer_above_the_cap() -> None:
    suppliers = [supplier("1", 1, {"0": "100", "1": "40"}), supplier("2", 2, {"0": "40", "1": "50"})]
    lines = [line(), line("B", category="screen")]
    answer = decided({"screen": "45"}, CHEAPEST, suppliers=suppliers, need__lines=lines)
    assert answer["best"]["assignment"] == {"0": "2", "1": "1"}  # without the cap all of it would go to 2


def test_a_tier_may_bring_a_unit_under_the_cap() -> None:
    tiered = supplier("1", 1, {"0": "100"})
    tiered["offers"][0]["tiers"] = [{"from": "10", "unit_price": "80"}]
    assert decided({"pc": "90"}, suppliers=[tiered])["outcome"] == "direct"


def test_a_cap_on_another_category_asks_nothing() -> None:
    assert not [one for one in decided({"phone": "1"})["trace"] if one["code"] == "within_price_cap"]


def test_a_period_counts_whole_in_the_contract_value_and_the_trace_tells_the_model() -> None:
    rented = supplier("1", 1, {"0": "6000"})
    rented["offers"][0]["model"] = RENT
    answer = decided({}, suppliers=[rented], ceiling__limit="100000.00")
    assert answer["contract_value"] == "60000.00"
    assert step(answer, "price_by_model")["params"]["lines"] == [
        {"supplier": "1", "item": "A", "unit_price": "6000", **RENT}
    ]
    assert answer["orders"][0]["order_lines"][0]["model"] == RENT
    assert "PM" in [rule["id"] for rule in answer["rules"]]


def test_what_is_paid_back_lowers_neither_net_price_nor_draw() -> None:
    shared = supplier("1", 1, {"0": "100"})
    plain = decided({}, suppliers=[shared])
    shared["offers"][0]["model"] = {"model": "revenue_share", "terms": {"return_rate": "0.6"}}
    answer = decided({}, suppliers=[shared])
    assert (answer["contract_value"], answer["offers"][0]["net"]) == (
        plain["contract_value"],
        plain["offers"][0]["net"],
    )


@pytest.mark.parametrize(
    ("caps", "where", "code"),
    [
        ([], "policy.price_caps", "not_an_object"),
        ({"Phone!": "1"}, "policy.price_caps.Phone!", "unknown"),
        ({"phone": "0"}, "policy.price_caps.phone", "too_small"),
        ({"phone": 9.5}, "policy.price_caps.phone", "not_a_decimal"),
    ],
)
def test_a_cap_that_cannot_be_read_is_named(caps: Any, where: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_policy({"steps": [{"mechanism": "rank"}], "tie_rule": "rank", "price_caps": caps})
    assert [(problem.where, problem.code) for problem in caught.value.problems] == [(where, code)]


def test_a_policy_with_caps_names_the_rule_they_rest_on() -> None:
    document = {"steps": [{"mechanism": "rank"}], "tie_rule": "rank", "price_caps": {"phone": "9000"}}
    assert mechanism_rules(document) == ["CAP"]
    assert parse_policy(document).price_caps == {"phone": 9000}
