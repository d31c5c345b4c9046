"""Which step of a policy decides a need, with every question that was asked on the way.

A policy is prepared once and then decides any number of needs. Each condition holds or does not, so the ways through a
policy are few: a decision keeps the whole way it went by keeping the one that all needs with the same answers share.
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


@dataclass(frozen=True, slots=True)
class Route:
    """The step that decides, and every step looked at with what it answered; the last of them is the one that decides."""

    step: int
    looked_at: tuple[LookedAt, ...]


class Prepared:
    """A policy made ready to decide many needs.

    The answers along the way are one number: it begins at 1, and each answer doubles it and adds itself. Needs that
    answer alike share one route, written out when the first of them comes.
    """

    __slots__ = ("_routes", "_steps", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        named = [tuple(_tests(step.when)) for step in policy.steps]
        self._steps = tuple((tuple(test for _name, test in step), 2 ** len(step) - 1) for step in named)
        self._routes: dict[int, Route] = {}

    def route(self, need: NeedFacts) -> Route:
        """The way to the first step that holds."""
        path = 1
        for tests, all_hold in self._steps:
            for test in tests:
                path += path + test(need)
            if path & all_hold == all_hold:
                return self._routes.get(path) or self._written_out(path)
        raise AssertionError("the last step of a policy has no condition")

    def _written_out(self, path: int) -> Route:
        answers = iter(f"{path:b}"[1:])
        looked_at: list[LookedAt] = []
        for index, step in enumerate(self.policy.steps):
            asked = tuple((name, next(answers) == "1") for name, _test in _tests(step.when))
            looked_at.append((index, asked))
            if all(holds for _name, holds in asked):
                break
        return self._routes.setdefault(path, Route(len(looked_at) - 1, tuple(looked_at)))


def route_of(policy: Policy, need: NeedFacts) -> Route:
    """:meth:`Prepared.route`, for a policy that decides one need."""
    return Prepared(policy).route(need)


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
        step = prepared.route(replace(alike, amount=start)).step
        if found and found[-1].step == step:
            start = found.pop().start
        found.append(Interval(start, end, step))
    return tuple(found)


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
