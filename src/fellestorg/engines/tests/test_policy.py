"""The policy language: what it accepts, what it refuses and by which words, and that every need has exactly one answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.policy import parse_policy
from fellestorg.engines.reach import unreachable_steps
from fellestorg.engines.steps import NeedFacts, deciding_step
from fellestorg.values import BadInput

MINI = {"when": {}, "mechanism": "mini_competition"}


def policy(*steps: dict, **more: object) -> dict:
    return {"steps": list(steps), "tie_rule": "rank", **more}


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "policy"),
        ({}, "policy.steps"),
        (policy(), "policy.steps"),
        (policy({"when": {"amount_below": "1"}, "mechanism": "rank"}), "policy.steps[0].when"),
        (policy({"when": {}, "mechanism": "free_choice"}), "policy.steps[0].mechanism"),
        (policy({"when": {"amount_below": 1.5}, "mechanism": "rank"}, MINI), "policy.steps[0].when.amount_below"),
        (policy({"when": {"colour": "red"}, "mechanism": "rank"}, MINI), "policy.steps[0].when.colour"),
        (
            policy({"when": {"standard_assortment": "yes"}, "mechanism": "rank"}, MINI),
            "policy.steps[0].when.standard_assortment",
        ),
        (policy({"when": {"category": []}, "mechanism": "rank"}, MINI), "policy.steps[0].when.category"),
        (policy({"when": {}, "mechanism": "rank", "max_suppliers": 2}), "policy.steps[0].max_suppliers"),
        (policy({"when": {}, "mechanism": "refuse"}), "policy.steps[0].reason"),
        (policy(MINI, tie_rule="coin"), "policy.tie_rule"),
        (policy(MINI, decides=["price"]), "policy.decides"),
        (policy(MINI, owner="x"), "policy.owner"),
    ],
)
def test_a_policy_that_is_not_whole_is_refused_by_its_place(document, where) -> None:
    with pytest.raises(BadInput) as caught:
        parse_policy(document)
    assert where in [problem.where for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("steps", "unreachable"),
    [
        ([MINI], []),
        ([{"when": {"amount_below": "100"}, "mechanism": "rank"}, MINI], []),
        ([MINI, {"when": {}, "mechanism": "rank"}], [1]),
        (
            [
                {"when": {"amount_below": "100"}, "mechanism": "rank"},
                {"when": {"amount_below": "50", "standard_assortment": True}, "mechanism": "mini_competition"},
                MINI,
            ],
            [1],
        ),
        (
            [
                {"when": {"category": ["a", "b"]}, "mechanism": "rank"},
                {"when": {"category": ["b"]}, "mechanism": "mini_competition"},
                MINI,
            ],
            [1],
        ),
    ],
)
def test_a_step_that_can_never_decide_is_pointed_out(steps, unreachable) -> None:
    assert unreachable_steps(parse_policy(policy(*steps))) == unreachable


conditions = st.fixed_dictionaries(
    {},
    optional={
        "amount_below": st.integers(0, 300).map(str),
        "amount_from": st.integers(0, 300).map(str),
        "standard_assortment": st.booleans(),
        "category": st.lists(st.sampled_from("abc"), min_size=1, max_size=2),
        "region": st.lists(st.sampled_from(["NO0", "NO08", "NO081", "NO0A1"]), min_size=1, max_size=2),
    },
)
needs = st.builds(
    NeedFacts,
    st.integers(0, 300).map(Decimal),
    st.booleans(),
    st.frozensets(st.sampled_from("abc"), min_size=1, max_size=2),
    st.sampled_from(["NO081", "NO082", "NO0A1", ""]),
)


@given(st.lists(conditions, max_size=5), needs)
def test_every_need_is_decided_by_exactly_one_reachable_step(whens, need) -> None:
    read = parse_policy(policy(*({"when": when, "mechanism": "rank"} for when in whens), MINI))
    chosen, looked_at = deciding_step(read, need)
    assert [index for index, _ in looked_at] == list(range(chosen + 1))
    assert all(all(holds for _, holds in answers) == (index == chosen) for index, answers in looked_at)
    assert chosen not in unreachable_steps(read)
