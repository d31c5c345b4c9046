"""The call-off engine: from recorded facts to the lawful way of calling off. Tables of cases are the specification."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.routing import decide
from fellestorg.values import BadInput, canonical_json

RULES = [
    "FA-2",
    "FA-3",
    "FA-4",
    "FA-5",
    "FA-6",
    "FA-8",
    "FA-10",
    "FA-13",
    "BDM",
    "LEDGER",
    "NP-1",
    "POL",
    "TIE",
    "COST-HANDLING",
    "COST-CARBON",
]
STANDARD_FIRST = [
    {"when": {"standard_assortment": True}, "mechanism": "rank"},
    {"when": {}, "mechanism": "mini_competition"},
]
UNDER_250 = [
    {"when": {"amount_below": "250000"}, "mechanism": "rank"},
    {"when": {}, "mechanism": "mini_competition"},
]
CHEAPEST = [{"when": {}, "mechanism": "lowest_net_price", "max_suppliers": 2}]


def supplier(number: str, rank: int, prices: dict[str, str], **more: Any) -> dict[str, Any]:
    terms = {"id": rank, "min_order": "0", "small_order_fee": "0", "freight": "0", "free_freight_from": None}
    return {
        "supplier": number,
        "rank": rank,
        "suspended_because": more.get("suspended"),
        "terms": {**terms, "spend_discounts": [], **more.get("terms", {})},
        "offers": [
            {
                "line": line,
                "price_line": rank * 10 + int(line),
                "unit_price": price,
                "tiers": [],
                "co2e_kg": more.get("co2"),
            }
            for line, price in prices.items()
        ],
    }


def line(item: str = "A", quantity: str = "10", **more: Any) -> dict[str, Any]:
    return {
        "item": item,
        "quantity": quantity,
        "category": "pc",
        "cpv": "30213100",
        "standard": True,
        "in_lot": True,
    } | more


TWO_LINES = [supplier("1", 1, {"0": "100", "1": "100"}), supplier("2", 2, {"0": "90", "1": "90"})]


def facts(**changes: Any) -> dict[str, Any]:
    """A need of ten standard items at 100 kroner, in force, listed, inside the scope; ``changes`` by dotted path."""
    base: dict[str, Any] = {
        "engine": "routing 1",
        "request_id": "r-1",
        "date": "2023-11-01",
        "buyer": {"number": "986252932", "listed": True, "from": "2023-03-27", "ground": "obligatory"},
        "agreement": {"key": "pc-utstyr", "starts": "2023-03-27", "ends": "2025-03-26"},
        "lot": {"key": "pc", "regions": [], "categories": ["pc"]},
        "policy": {"version": 1, "document": {"steps": STANDARD_FIRST, "tie_rule": "rank"}},
        "need": {"lines": [line()], "amount": None, "category": "", "region": "NO081", "changed_terms": []},
        "suppliers": [supplier("1", 1, {"0": "100"}), supplier("2", 2, {"0": "90"}), supplier("3", 3, {"0": "95"})],
        "costs": {"order_handling": "350.00", "carbon_per_kg": "1.50"},
        "ceiling": {
            "limit": "10000.00", "used": "0.00", "reserved": "0.00",
            "max_quantity": None, "quantity_used": "0", "exhausted_on": None,
        },
        "recent": [],
        "authority": {"limit": None},
        "rules": {rule: {"version": "2017-01-01", "source": "s", "verified": True} for rule in RULES},
    }  # fmt: skip
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = base
        for name in parents:
            place = place[name]
        place[last] = value
    return base


def steps(answer: dict[str, Any]) -> dict[str, bool]:
    return {step["code"]: step["holds"] for step in answer["trace"]}


@pytest.mark.parametrize(
    ("changes", "outcome", "who"),
    [
        ({}, "direct", ["1"]),
        ({"need__lines": [line(quantity="90")]}, "direct", ["1"]),  # whatever the amount
        ({"need__lines": [line(standard=False)]}, "mini_competition", ["1", "2", "3"]),
        ({"need__lines": [line(), line(standard=False)], "suppliers": TWO_LINES}, "mini_competition", ["1", "2"]),
        ({"policy__document__steps": UNDER_250, "ceiling__limit": "900000"}, "direct", ["1"]),
        ({"policy__document__steps": CHEAPEST}, "direct", ["2"]),
        ({"authority__limit": "1000.00"}, "direct", ["1"]),
        ({"authority__limit": "999.99"}, "needs_approval", ["1"]),
    ],
)
def test_the_policy_decides_the_route(changes, outcome, who) -> None:
    answer = decide(facts(**changes))
    assert answer["outcome"] == outcome
    assert ([order["supplier"] for order in answer["orders"]] or answer["invitees"]) == who


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [
        ("180000.00", "direct"),
        ("249999.99", "direct"),
        ("250000.00", "mini_competition"),
        ("900000.00", "mini_competition"),
    ],
)
def test_under_the_limit_is_direct_and_at_the_limit_is_a_competition(amount, outcome) -> None:
    answer = decide(
        facts(
            policy__document__steps=UNDER_250,
            need__lines=[],
            need__amount=amount,
            need__category="pc",
            ceiling__limit="9000000.00",
            suppliers=[supplier("1", 1, {}), supplier("2", 2, {})],
        )
    )
    assert answer["outcome"] == outcome
    assert answer["contract_value"] == (amount if outcome == "direct" else "0.00")


@pytest.mark.parametrize(
    ("changes", "reason", "rule"),
    [
        ({"date": "2023-03-26"}, "agreement_in_force", "FA-4"),
        ({"date": "2025-03-27"}, "agreement_in_force", "FA-4"),
        ({"buyer__listed": False}, "buyer_listed", "FA-2"),
        ({"need__lines": [line(in_lot=False)]}, "within_scope", "FA-5"),
        ({"lot__regions": ["NO0A"]}, "within_scope", "FA-5"),
        ({"need__changed_terms": ["60 dagers kreditt"]}, "terms_unchanged", "FA-6"),
        ({"ceiling__used": "9000.01"}, "room_under_ceiling", "FA-3"),
        ({"ceiling__used": "9000.00", "ceiling__reserved": "0.01"}, "room_under_ceiling", "FA-3"),
        ({"ceiling__max_quantity": "12", "ceiling__quantity_used": "3"}, "room_under_maximum_quantity", "FA-3"),
        ({"suppliers": []}, "somebody_can_deliver", "POL"),
        ({"suppliers": [supplier("1", 1, {"0": "1"}, suspended="konkurs")]}, "somebody_can_deliver", "POL"),
    ],
)
def test_a_guard_refuses_by_its_rule(changes, reason, rule) -> None:
    answer = decide(facts(**changes))
    assert (answer["outcome"], answer["reason"]["code"]) == ("refused", reason)
    assert answer["orders"] == [] and answer["contract_value"] == "0.00"
    assert rule in {one["id"] for one in answer["rules"]}
    assert next(step for step in answer["trace"] if step["code"] == reason)["rule"] == rule


def test_the_last_krone_under_the_ceiling_may_be_used() -> None:
    answer = decide(facts(ceiling__used="9000.00"))
    assert answer["outcome"] == "direct" and answer["ceiling"]["share_after"] == "1"


def test_a_region_names_everything_under_it() -> None:
    assert decide(facts(lot__regions=["NO0A", "NO08"]))["outcome"] == "direct"


def test_a_suspended_first_rank_is_passed_by_and_named() -> None:
    suppliers = [supplier("1", 1, {"0": "100"}, suspended="mislighold"), supplier("2", 2, {"0": "110"})]
    answer = decide(facts(suppliers=suppliers))
    assert [order["supplier"] for order in answer["orders"]] == ["2"]
    assert answer["offers"][0]["excluded_because"] == "suspended"


def test_rank_never_splits_a_need_and_passes_by_who_lacks_a_line() -> None:
    need = [line("A"), line("B")]
    suppliers = [supplier("1", 1, {"0": "1"}), supplier("2", 2, {"0": "50", "1": "50"}), supplier("3", 3, {"1": "1"})]
    answer = decide(facts(need__lines=need, suppliers=suppliers))
    assert [order["supplier"] for order in answer["orders"]] == ["2"]
    assert [offer["excluded_because"] for offer in answer["offers"]] == ["lacks_lines", None, "lacks_lines"]
    chosen = next(step for step in answer["trace"] if step["code"] == "first_rank_chosen")
    assert chosen["params"]["passed"] == [{"supplier": "1", "rank": 1, "because": "lacks_lines"}]


def test_lowest_net_price_splits_when_that_is_cheaper_and_draws_without_handling_and_carbon() -> None:
    need = [line("A"), line("B")]
    suppliers = [
        supplier("1", 1, {"0": "100", "1": "500"}, co2="2"),
        supplier("2", 2, {"0": "500", "1": "100"}, co2="2"),
    ]
    document = {"steps": CHEAPEST, "tie_rule": "rank"}
    answer = decide(facts(need__lines=need, suppliers=suppliers, policy__document=document))
    assert answer["best"]["assignment"] == {"0": "1", "1": "2"}
    # Goods 2 x 1,000; handling 2 x 350 and carbon 40 kg x 1.50 are shown and never drawn.
    assert answer["contract_value"] == "2000.00" and answer["best"]["net"] == "2760.00"


def test_only_the_parts_the_framework_announced_decide() -> None:
    suppliers = [
        supplier("1", 1, {"0": "100"}, co2="0"),
        supplier("2", 2, {"0": "99"}, co2="90"),
    ]
    every_part = {"steps": [{"when": {}, "mechanism": "lowest_net_price"}], "tie_rule": "rank"}
    goods_only = {**every_part, "decides": ["goods"]}
    assert decide(facts(suppliers=suppliers, policy__document=every_part))["orders"][0]["supplier"] == "1"
    assert decide(facts(suppliers=suppliers, policy__document=goods_only))["orders"][0]["supplier"] == "2"


@pytest.mark.parametrize(("tie_rule", "winner"), [("rank", "1"), ("lowest_carbon", "2")])
def test_the_policys_tie_rule_settles_equal_covers(tie_rule, winner) -> None:
    suppliers = [supplier("1", 1, {"0": "100"}, co2="5"), supplier("2", 2, {"0": "100"}, co2="4")]
    document = {
        "steps": [{"when": {}, "mechanism": "lowest_net_price"}],
        "decides": ["goods", "discount", "small_order_fee", "freight"],
        "tie_rule": tie_rule,
    }
    answer = decide(facts(suppliers=suppliers, policy__document=document))
    assert answer["orders"][0]["supplier"] == winner
    assert steps(answer)["tie_broken"]


def test_a_draw_is_settled_by_the_request_and_can_be_repeated() -> None:
    document = {"steps": [{"when": {}, "mechanism": "lowest_net_price"}], "tie_rule": "draw"}
    suppliers = [supplier("1", 1, {"0": "100"}), supplier("2", 2, {"0": "100"})]

    def winner(request: str) -> str:
        answer = decide(facts(suppliers=suppliers, policy__document=document, request_id=request))
        return str(answer["orders"][0]["supplier"])

    drawn = {request: winner(request) for request in map(str, range(40))}
    assert set(drawn.values()) == {"1", "2"}
    assert {request: winner(request) for request in drawn} == drawn


def test_an_unstated_footprint_counts_as_the_highest_stated() -> None:
    suppliers = [supplier("1", 1, {"0": "100"}), supplier("2", 2, {"0": "100"}, co2="4")]
    answer = decide(facts(suppliers=suppliers))
    assert [offer["parts"]["carbon"] for offer in answer["offers"]] == ["60.00", "60.00"]
    assert [offer["carbon_estimated"] for offer in answer["offers"]] == [True, False]
    assert answer["orders"][0]["order_lines"][0]["co2e_estimated"]


@pytest.mark.parametrize(
    ("earlier", "warned"), [([], False), (["95000.00"], False), (["95000.00", "95000.00", "95000.00"], True)]
)
def test_call_offs_that_together_pass_the_limit_are_warned_of(earlier, warned) -> None:
    recent = [{"number": f"SI-{n}", "date": "2023-10-20", "amount": amount} for n, amount in enumerate(earlier)]
    answer = decide(
        facts(
            policy__document__steps=UNDER_250,
            need__lines=[],
            need__amount="95000.00",
            need__category="pc",
            recent=recent,
            ceiling__limit="9000000.00",
            suppliers=[supplier("1", 1, {})],
        )
    )
    assert answer["outcome"] == "direct"
    assert [warning["code"] for warning in answer["warnings"]] == (["may_be_split"] if warned else [])


def test_an_amount_without_lines_cannot_be_ranked_on_net_price() -> None:
    answer = decide(
        facts(policy__document__steps=CHEAPEST, need__lines=[], need__amount="5000.00", need__category="pc")
    )
    assert answer["reason"]["code"] == "lines_given"


def test_a_policy_can_refuse_with_its_own_words() -> None:
    words = {"nb": "Bruk KGV", "nn": "Bruk KGV", "en": "Use the tool"}
    document = {"steps": [{"when": {}, "mechanism": "refuse", "reason": words}], "tie_rule": "rank"}
    answer = decide(facts(policy__document=document))
    assert answer["reason"] == {"code": "policy_allows", "params": {"text": words}}


def test_a_policy_that_cannot_be_read_is_bad_input() -> None:
    with pytest.raises(BadInput, match="last step"):
        decide(
            facts(
                policy__document={"steps": [{"when": {"amount_below": "1"}, "mechanism": "rank"}], "tie_rule": "rank"}
            )
        )


prices = st.lists(st.integers(0, 500), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(prices, min_size=1, max_size=3),
    st.sampled_from([STANDARD_FIRST, UNDER_250, CHEAPEST]),
    st.integers(0, 11_000),
    st.booleans(),
)
def test_an_answer_replays_bit_for_bit_and_never_passes_the_ceiling(table, policy, used, standard) -> None:
    lines = max(map(len, table))
    given_facts = facts(
        need__lines=[line(str(n), "3", standard=standard) for n in range(lines)],
        suppliers=[
            supplier(str(n), n + 1, {str(place): str(price) for place, price in enumerate(row)})
            for n, row in enumerate(table)
        ],
        policy__document__steps=policy,
        ceiling__used=f"{used}.00",
    )
    kept = copy.deepcopy(given_facts)
    answer = decide(given_facts)
    assert given_facts == kept, "deciding changes no fact"
    assert canonical_json(decide(json.loads(canonical_json(kept)))) == canonical_json(answer)
    if answer["outcome"] in ("direct", "needs_approval"):
        assert Decimal(answer["ceiling"]["after"]) <= Decimal("10000.00")
        covered = sorted(place["line"] for order in answer["orders"] for place in order["order_lines"])
        assert covered == sorted(str(n) for n in range(lines))
    else:
        assert answer["orders"] == []
