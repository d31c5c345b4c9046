"""Which steps of a policy can never decide, and why: pointed out when a policy is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from fellestorg.engines.policy import Policy, Step
from fellestorg.engines.steps import NeedFacts, Prepared

# Stands for a category, and a place within any region, that no step names.
_OTHER = "~"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A step that can never decide: the earlier steps that take every need it would have. None: it contradicts itself."""

    step: int
    taken_by: tuple[int, ...]


def unreachable(policy: Policy) -> list[Unreachable]:
    """The steps that no need can reach. Exact for needs whose facts are free of each other: each step is tried with the
    needs that hold for it and are hardest for earlier steps to take."""
    prepared = Prepared(policy)
    found = []
    for index, step in enumerate(policy.steps):
        taken_by = {prepared.route(need).step for need in _hardest(policy, step)}
        if index not in taken_by:
            found.append(Unreachable(index, tuple(sorted(one for one in taken_by if one < index))))
    return found


def unreachable_steps(policy: Policy) -> list[int]:
    """The indexes of the steps that can never decide."""
    return [one.step for one in unreachable(policy)]


def _hardest(policy: Policy, step: Step) -> Iterator[NeedFacts]:
    """Needs that hold for a step. If earlier steps take all of these, they take every need that holds for it.

    An amount counts by the threshold it has reached. More categories satisfy fewer conditions, so the hardest need has
    all that the step names; a place that lies deeper satisfies no other regions than the one it lies in.
    """
    when = step.when
    reached = [Decimal(0), *policy.thresholds]
    amounts = [
        one
        for one in dict.fromkeys(reached)
        if (when.amount_below is None or one < when.amount_below)
        and (when.amount_from is None or one >= when.amount_from)
    ]
    for amount, standard, region, case, terms, service in product(
        amounts,
        _either(when.standard_assortment),
        [_OTHER] if when.region is None else [code + _OTHER for code in sorted(when.region)],
        _either(when.coverage_case),
        _either(when.terms_needed),
        _either(when.service),
    ):
        yield NeedFacts(amount, standard, when.category or frozenset([_OTHER]), region, case, terms, service)


def _either(asked: bool | None) -> tuple[bool, ...]:
    return (False, True) if asked is None else (asked,)
