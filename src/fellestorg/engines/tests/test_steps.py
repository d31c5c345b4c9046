"""Every need has exactly one deciding step, the trace says why, and steps that no need reaches are found."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.policy import Conditions, parse_policy
from fellestorg.engines.reach import Unreachable, unreachable, unreachable_steps
from fellestorg.engines.steps import NeedFacts, Prepared, intervals, route_of

MINI = {"when": {}, "mechanism": "mini_competition"}
CATEGORIES = ("a", "b", "c")
REGIONS = ("NO0", "NO08", "NO081", "NO0A1")


def steps(*whens: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [*({"when": one, "mechanism": "rank"} for one in whens), MINI], "tie_rule": "rank"}


conditions = st.fixed_dictionaries(
    {},
    optional={
        "amount_below": st.integers(0, 300).map(str),
        "amount_from": st.integers(0, 300).map(str),
        "standard_assortment": st.booleans(),
        "category": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2),
        "region": st.lists(st.sampled_from(REGIONS), min_size=1, max_size=2),
        "coverage_case": st.booleans(),
        "terms_needed": st.booleans(),
        "service": st.booleans(),
    },
)
needs = st.builds(
    NeedFacts,
    st.integers(0, 300).map(Decimal),
    st.booleans(),
    st.frozensets(st.sampled_from(CATEGORIES), max_size=2),
    st.sampled_from(["NO081", "NO082", "NO0A1", "NO0", ""]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def holds(when: Conditions, name: str, need: NeedFacts) -> bool:
    """What a condition means, said once more and in another way."""
    asked = getattr(when, name)
    return {
        "amount_below": lambda: need.amount - asked < 0,
        "amount_from": lambda: not need.amount < asked,
        "standard_assortment": lambda: need.all_standard == asked,
        "category": lambda: len(need.categories) > 0 and all(one in asked for one in need.categories),
        "region": lambda: any(need.region[: len(code)] == code for code in asked),
        "coverage_case": lambda: need.coverage_case == asked,
        "terms_needed": lambda: need.terms_needed == asked,
        "service": lambda: need.all_services == asked,
    }[name]()


@settings(max_examples=60, deadline=None)
@given(st.lists(conditions, max_size=5), st.lists(needs, min_size=1, max_size=4))
def test_every_need_is_decided_by_one_step_and_the_trace_implies_it(whens, several) -> None:
    policy = parse_policy(steps(*whens))
    prepared = Prepared(policy)
    for need in several:
        route = prepared.route(need)
        assert [index for index, _ in route.looked_at] == list(range(route.step + 1))
        for index, answers in route.looked_at:
            when = policy.steps[index].when
            asked = [name for name in Conditions.__slots__ if getattr(when, name) is not None]
            assert answers == tuple((name, holds(when, name, need)) for name in asked)
            assert all(held for _, held in answers) == (index == route.step)
        assert route == route_of(policy, need)
        assert route.step not in unreachable_steps(policy)


@settings(max_examples=60, deadline=None)
@given(st.lists(conditions, max_size=4), needs)
def test_intervals_say_what_the_route_says(whens, need) -> None:
    policy = parse_policy(steps(*whens))
    (here,) = [
        one
        for one in intervals(policy, need)
        if one.start <= need.amount and (one.end is None or need.amount < one.end)
    ]
    assert here.step == route_of(policy, need).step


@settings(max_examples=30, deadline=None)
@given(st.lists(conditions, max_size=4))
def test_a_step_is_unreachable_only_where_no_need_in_a_whole_world_of_them_reaches_it(whens) -> None:
    policy = parse_policy(steps(*whens))
    prepared = Prepared(policy)
    cuts = [Decimal(0), *policy.thresholds]
    kinds = [frozenset(), *map(frozenset, ("a", "b", "c", "d", "ab", "bc", "ac"))]
    truths = (False, True)
    named = {name for one in whens for name in one}
    world = product(
        cuts,
        truths if "standard_assortment" in named else [False],
        kinds if "category" in named else kinds[:1],
        ("", "NO0", "NO08", "NO081", "NO082", "NO0A1") if "region" in named else [""],
        *(truths if name in named else [False] for name in ("coverage_case", "terms_needed", "service")),
    )
    reached = {prepared.route(NeedFacts(*one)).step for one in world}
    assert reached == set(range(len(policy.steps))) - set(unreachable_steps(policy))


@pytest.mark.parametrize(
    ("whens", "found"),
    [
        ([], []),
        ([{"amount_below": "100"}], []),
        ([{}, {"service": True}], [(1, (0,)), (2, (0,))]),
        ([{"amount_below": "100"}, {"amount_below": "50", "standard_assortment": True}], [(1, (0,))]),
        ([{"category": ["a", "b"]}, {"category": ["b"]}], [(1, (0,))]),
        ([{"region": ["NO0"]}, {"region": ["NO081"]}], [(1, (0,))]),
        ([{"region": ["NO081"]}, {"region": ["NO0"]}], []),
        ([{"amount_from": "100", "amount_below": "100"}], [(0, ())]),
        ([{"standard_assortment": True}, {"standard_assortment": False}], [(2, (0, 1))]),
        ([{"amount_below": "100"}, {"amount_from": "50"}], [(2, (0, 1))]),
        ([{"amount_below": "100"}, {"amount_from": "100.01"}], []),
        ([{"coverage_case": True}, {"coverage_case": True, "amount_below": "9"}], [(1, (0,))]),
        ([{"terms_needed": True}, {"terms_needed": False, "service": True}, {"service": True}], [(2, (0, 1))]),
    ],
)
def test_a_step_that_can_never_decide_is_pointed_out_with_those_that_take_its_needs(whens, found) -> None:
    assert unreachable(parse_policy(steps(*whens))) == [Unreachable(step, by) for step, by in found]
