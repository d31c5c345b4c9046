"""``bench policy``: route decisions by the policy language beside an if-chain written by hand for the same agreement.

One core, the pure engine: no facts gathered, nothing saved. Each decision keeps its whole trace, every step looked at with
the answer to each of its conditions; the if-chain keeps nothing. Both are timed on the same needs, best of three.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from fellestorg.bench import keep
from fellestorg.engines.policy import parse_policy
from fellestorg.engines.steps import NeedFacts, Prepared, Route

Answer = TypeVar("Answer")
_FULL, _QUICK = 300_000, 5_000
_TIMES = 3

PHONES: dict[str, Any] = {
    "steps": [{"when": {"amount_below": "250000"}, "mechanism": "rank"}, {"mechanism": "mini_competition"}],
    "tie_rule": "rank",
}
# Every condition of the language at least once, and seven steps.
ALL_SORTS: dict[str, Any] = {
    "steps": [
        {
            "when": {"coverage_case": True},
            "mechanism": "secondary",
            "rank": 2,
            "max_share": "0.15",
            "measure": "subscriptions",
        },
        {"when": {"service": True, "amount_below": "100000"}, "mechanism": "service_order"},
        {"when": {"standard_assortment": True, "category": ["laptop", "monitor"]}, "mechanism": "rank"},
        {"when": {"region": ["NO0A", "NO071"], "amount_from": "500000"}, "mechanism": "mini_competition"},
        {"when": {"terms_needed": True}, "mechanism": "mini_competition"},
        {"when": {"amount_below": "250000"}, "mechanism": "cascade", "hours": 8},
        {"mechanism": "mini_competition"},
    ],
    "tie_rule": "rank",
}


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 if any decision or trace is wrong."""
    parser = argparse.ArgumentParser("fellestorg bench policy", description="Route decisions beside an if-chain.")
    parser.add_argument("--needs", type=int, help=f"how many needs; default {_FULL}")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} needs")
    arguments = parser.parse_args(argv)
    needs = make_needs(arguments.needs or (_QUICK if arguments.quick else _FULL))
    figures: dict[str, Any] = {"needs": len(needs)}
    wrong = 0
    for name, document, chain in (("phones", PHONES, phones), ("all sorts", ALL_SORTS, all_sorts)):
        prepared = Prepared(parse_policy(document))
        routes, seconds = _timed(prepared.route, needs)
        steps, chain_seconds = _timed(chain, needs)
        differ = sum(route.step != step for route, step in zip(routes, steps, strict=True))
        differ += sum(not _is_whole(route, len(document["steps"])) for route in routes)
        wrong += differ
        figures[name] = {
            "decisions_per_second": round(len(needs) / seconds),
            "if_chain_per_second": round(len(needs) / chain_seconds),
            "times_the_if_chain": round(seconds / chain_seconds, 1),
            "different_traces": len(set(map(id, routes))),
            "differ": differ,
        }
        told = figures[name]
        print(
            f"{name}: {told['decisions_per_second']:,} decisions per CPU second, each with its trace; the if-chain "
            f"{told['if_chain_per_second']:,}; ours takes {told['times_the_if_chain']} times its time"
        )
    figures["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10), 1)
    path = keep("policy", figures)
    verdict = f"{wrong} DECISIONS DIFFER" if wrong else "all decisions equal, every trace whole"
    print(f"peak memory {figures['peak_memory_mb']} MB; {verdict}; kept in {path}")
    return 1 if wrong else 0


def make_needs(count: int, seed: int = 1) -> list[NeedFacts]:
    """Needs of all sizes and kinds, some of them on a threshold."""
    chance = random.Random(seed)  # noqa: S311 - an example, no secret
    edges = [Decimal(one) for one in ("100000", "249999.99", "250000", "500000")]
    return [
        NeedFacts(
            chance.choice(edges) if chance.random() < 0.05 else Decimal(chance.randrange(100, 80_000_000)) / 100,
            chance.random() < 0.5,
            frozenset(chance.sample(["laptop", "monitor", "phone", "desk"], chance.choice((1, 1, 2)))),
            chance.choice(("NO081", "NO071", "NO0A1", "NO060")),
            chance.random() < 0.1,
            chance.random() < 0.2,
            chance.random() < 0.2,
        )
        for _ in range(count)
    ]


_100, _250, _500 = Decimal(100_000), Decimal(250_000), Decimal(500_000)
_SCREENS = frozenset(["laptop", "monitor"])


def phones(need: NeedFacts) -> int:
    """The step of ``PHONES`` that decides, as one would write it by hand."""
    if need.amount < _250:
        return 0
    return 1


def all_sorts(need: NeedFacts) -> int:
    """The step of ``ALL_SORTS`` that decides, as one would write it by hand."""
    if need.coverage_case:
        return 0
    if need.all_services and need.amount < _100:
        return 1
    if need.all_standard and need.categories and need.categories <= _SCREENS:
        return 2
    if need.amount >= _500 and need.region.startswith(("NO0A", "NO071")):
        return 3
    if need.terms_needed:
        return 4
    if need.amount < _250:
        return 5
    return 6


def _timed(decide: Callable[[NeedFacts], Answer], needs: Sequence[NeedFacts]) -> tuple[list[Answer], float]:
    """Every answer, and the CPU seconds of the quickest time through."""
    best = float("inf")
    for _ in range(_TIMES):
        started = time.process_time()
        answers = [decide(need) for need in needs]
        best = min(best, time.process_time() - started)
    return answers, max(best, 1e-9)


def _is_whole(route: Route, steps: int) -> bool:
    """Whether a trace has every step up to the one that decides, and says no of all but that one."""
    if [index for index, _answers in route.looked_at] != list(range(route.step + 1)) or route.step >= steps:
        return False
    return all(all(held for _, held in answers) == (index == route.step) for index, answers in route.looked_at)
