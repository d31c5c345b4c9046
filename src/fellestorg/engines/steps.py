"""Which step of a policy decides a need, with every question that was asked on the way.

A policy is prepared once and then decides any number of needs. Everything a step may answer is known beforehand: each of
its conditions holds or does not. So the answers are made once for each way they can turn out, and a decision's trace is
a row of references to them; nothing is written anew, and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from fellestorg.engines.policy import Conditions, Policy

# The index of a step, and each of its conditions with whether it held.
LookedAt = tuple[int, tuple[tuple[str, bool], ...]]


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What the conditions look at. All but ``coverage_case`` and ``terms_needed``, which a need states, are derived from
    its lines and its buyer."""

    amount: Decimal
    all_standard: bool
    categories: frozenset[str]
    region: str
    coverage_case: bool = False
    terms_needed: bool = False
    all_services: bool = False


Test = Callable[[NeedFacts], bool]


class Prepared:
    """A policy made ready to decide many needs."""

    __slots__ = ("_steps", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._steps = tuple(_prepared(index, step.when) for index, step in enumerate(policy.steps))

    def step_for(self, need: NeedFacts) -> tuple[int, tuple[LookedAt, ...]]:
        """The index of the first step that holds, and every step looked at, the last of them the one that decides."""
        looked_at = []
        for tests, answers in self._steps:
            # Each answer doubles the place and adds itself: 0 where none of the conditions holds, the last where all do.
            place = 0
            for test in tests:
                place += place + test(need)
            looked_at.append(answers[place])
            if place == len(answers) - 1:
                return len(looked_at) - 1, tuple(looked_at)
        raise AssertionError("the last step of a policy has no condition")


def deciding_step(policy: Policy, need: NeedFacts) -> tuple[int, tuple[LookedAt, ...]]:
    """:meth:`Prepared.step_for`, for a policy that decides one need."""
    return Prepared(policy).step_for(need)


@dataclass(frozen=True, slots=True)
class Interval:
    """The amounts from ``start`` up to, but not including, ``end`` (``None``: without end), and the step that decides."""

    start: Decimal
    end: Decimal | None
    step: int


def intervals(policy: Policy, alike: NeedFacts) -> tuple[Interval, ...]:
    """Which step decides at every amount from 0 up, for needs that are ``alike`` in all else. Exact: cut at the policy's
    own thresholds; neighbours with the same step are one."""
    prepared = Prepared(policy)
    cuts = [Decimal(0), *(one for one in policy.thresholds if one > 0)]
    found: list[Interval] = []
    for start, end in zip_longest(cuts, cuts[1:]):
        step, _looked_at = prepared.step_for(replace(alike, amount=start))
        if found and found[-1].step == step:
            start = found.pop().start
        found.append(Interval(start, end, step))
    return tuple(found)


def _prepared(index: int, when: Conditions) -> tuple[tuple[Test, ...], tuple[LookedAt, ...]]:
    """A step's conditions as tests, and what it answers for each way they can turn out, by place."""
    named = list(_tests(when))
    count = len(named)
    answers = tuple(
        (index, tuple((name, bool(place >> (count - 1 - number) & 1)) for number, (name, _test) in enumerate(named)))
        for place in range(2**count)
    )
    return tuple(test for _name, test in named), answers


def _tests(when: Conditions) -> Iterator[tuple[str, Test]]:
    below, least = when.amount_below, when.amount_from
    standard, category, region = when.standard_assortment, when.category, when.region
    case, terms, service = when.coverage_case, when.terms_needed, when.service
    if below is not None:
        yield "amount_below", lambda need: need.amount < below
    if least is not None:
        yield "amount_from", lambda need: need.amount >= least
    if standard is not None:
        yield "standard_assortment", lambda need: need.all_standard is standard
    if category is not None:
        yield "category", lambda need: bool(need.categories) and need.categories <= category
    if region is not None:
        # A NUTS code names everything under it: NO0 holds NO081.
        codes = tuple(region)
        yield "region", lambda need: need.region.startswith(codes)
    if case is not None:
        yield "coverage_case", lambda need: need.coverage_case is case
    if terms is not None:
        yield "terms_needed", lambda need: need.terms_needed is terms
    if service is not None:
        yield "service", lambda need: need.all_services is service
