"""The award with the lowest total: split into parts, searched or raced, put together, and proved anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from itertools import product
from typing import TYPE_CHECKING

from fellestorg.engines.award.check import broken_rules, lot_by_lot, total_of
from fellestorg.engines.award.instance import Instance, make_instance, parts
from fellestorg.engines.award.problem import (
    LIMITS,
    ZERO,
    AwardAnswer,
    AwardProblem,
    Limits,
    Progress,
    SolverReport,
)
from fellestorg.engines.award.rows import build
from fellestorg.engines.award.search import MAX_TIES, Found, search
from fellestorg.engines.award.start import greedy
from fellestorg.values import RuleRef

if TYPE_CHECKING:
    from fellestorg.engines.award.race import Race

#: How many steps the own search may take in one part before the solvers are asked.
OWN_NODES = 60_000
#: The solvers that race. HiGHS only finds awards: ortools 9.15's has called awards optimal that were up to 0.4 % too dear
#: (three of ten small competitions), so its bound neither proves nor is compared.
RACERS = ("highs_awards", "cp_sat", "gscip")
#: Who races where the winners are what is hard: so few that each has a core of its own on a small machine at first.
SET_RACERS = ("winner_sets", "gscip", "cp_sat_later")
#: As many tenders make a problem one for them.
_MANY = 1000

_SOURCE = "fellestorg interfaces/award"
LOWEST_TOTAL = RuleRef("AW-1", "2023-01-01", _SOURCE, True)
LIMITS_KEPT = RuleRef("AW-2", "2023-01-01", _SOURCE, True)
TIES_NAMED = RuleRef("AW-3", "2023-01-01", _SOURCE, True)


@dataclass(slots=True)
class _Solved:
    """One part, or all of them: the total in øre, equal awards as places of tenders in the problem, what is proved."""

    total: int | None = None
    awards: list[tuple[int, ...]] = field(default_factory=list)
    bound: int | None = None
    proved: bool = False
    impossible: bool = False
    all_ties: bool = True
    agreed: bool = True
    reports: list[SolverReport] = field(default_factory=list)


def solve(
    problem: AwardProblem,
    *,
    deadline_seconds: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
    gap: float = 0.0,
    racers: Sequence[str] | None = None,
    own_nodes: int = OWN_NODES,
    look_for_ties: bool = True,
    seed: int = 0,
) -> AwardAnswer:
    """The award with the lowest total over all permitted combinations, with what is proved about it.

    Small problems are looked through by the own search at once. What is too large for it goes to solvers in processes
    of their own, for at most ``deadline_seconds`` altogether; ``progress`` is called from this thread as they go.
    ``gap`` above 0 lets them stop earlier, and the answer is then proved only if the gap happens to be closed.
    ``racers`` are the solvers that race, by default those that fit the problem. ``own_nodes`` 0 sends every part to the
    solvers. ``seed`` steers chance inside the solvers; the answer of a proved problem does not depend on it.
    """
    started = time.monotonic()
    whole, set_aside = make_instance(problem)
    lots = _lots_without(problem)
    solved = _Solved(impossible=True, proved=True)
    if not lots:
        solved = _together(
            [
                _solve_part(
                    part,
                    at,
                    started,
                    deadline_seconds,
                    progress,
                    gap,
                    racers,
                    own_nodes,
                    look_for_ties,
                    seed,
                )
                for at, part in enumerate(parts(whole))
            ]
        )
    single, single_total = lot_by_lot(problem)
    answer = AwardAnswer(
        problem=problem,
        awarded=None,
        uncovered=(),
        total=None,
        proved=False,
        bound=None,
        gap=None,
        agreed=solved.agreed,
        ties=(),
        ties_complete=False,
        lot_by_lot=single,
        lot_by_lot_total=single_total,
        reason="no_tender" if lots else "limits" if solved.impossible else "not_found",
        lots=lots,
        loosen=(),
        set_aside=set_aside,
        solvers=tuple(solved.reports),
        seconds=time.monotonic() - started,
        rules=(LOWEST_TOTAL,),
    )
    if solved.total is None:
        if answer.reason == "limits":
            left = max(deadline_seconds - (time.monotonic() - started), 1.0)
            answer = replace(answer, loosen=_loosen(problem, left, own_nodes))
        return answer
    return _prove(answer, solved)


def _prove(answer: AwardAnswer, solved: _Solved) -> AwardAnswer:
    """Everything said is computed anew in Decimal; what does not agree to the øre is an error in this program."""
    problem = answer.problem
    with localcontext() as exact:
        exact.prec = 60
        awards = [tuple(problem.tenders[at] for at in award) for award in solved.awards]
        totals = {total_of(problem, award) for award in awards}
        if any(broken_rules(problem, award) for award in awards) or len(totals) != 1:
            raise ArithmeticError("the award found does not keep the rules when they are checked anew")
        total = totals.pop()
        if total != _kroner(solved.total):
            raise ArithmeticError("the award found does not cost what the search says when it is added up anew")
        bound = _kroner(solved.bound)
        proved = solved.proved and bound == total
        given = {lot for tender in awards[0] for lot in tender.lots}
        rules = [LOWEST_TOTAL]
        if problem.limits != Limits():
            rules.append(LIMITS_KEPT)
        if len(awards) > 1:
            rules.append(TIES_NAMED)
        return replace(
            answer,
            awarded=awards[0],
            uncovered=tuple(lot.id for lot in problem.lots if lot.id not in given),
            total=total,
            proved=proved,
            bound=bound,
            gap=None if bound is None else ZERO if total == bound else (total - bound) / total,
            ties=tuple(tuple(tender.id for tender in award) for award in awards[1:]),
            ties_complete=proved and solved.all_ties,
            reason=None,
            rules=tuple(rules),
        )


def _kroner(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-2)


def _lots_without(problem: AwardProblem) -> tuple[str, ...]:
    offered = {lot for tender in problem.tenders for lot in tender.lots}
    return tuple(lot.id for lot in problem.lots if lot.reserve is None and lot.id not in offered)


def _loosen(problem: AwardProblem, seconds: float, own_nodes: int) -> tuple[str, ...]:
    """The limits whose removal alone makes an award possible."""
    found = []
    for name in LIMITS[:-1]:
        if (without := without_limit(problem, name)) is None:
            continue
        whole, _ = make_instance(without)
        started = time.monotonic()
        solved = [
            _solve_part(part, at, started, seconds, None, 1.0, None, own_nodes, False, 0)
            for at, part in enumerate(parts(whole))
        ]
        if all(one.total is not None for one in solved):
            found.append(name)
    return tuple(found)


def without_limit(problem: AwardProblem, name: str) -> AwardProblem | None:
    """The same problem without one limit, or ``None`` where it has no such limit."""
    none = getattr(Limits(), name)
    if getattr(problem.limits, name) == none:
        return None
    return replace(problem, limits=replace(problem.limits, **{name: none}))


def _solve_part(
    part: Instance,
    at: int,
    started: float,
    deadline: float,
    progress: Callable[[Progress], None] | None,
    gap: float,
    racers: Sequence[str] | None,
    own_nodes: int,
    look_for_ties: bool,
    seed: int,
) -> _Solved:
    begun = time.monotonic()
    found = search(part, own_nodes)
    if found.complete:
        seconds = time.monotonic() - begun
        report = SolverReport("own search", "", at, _kroner(found.total), _kroner(found.total), True, seconds)
        return _Solved(
            found.total, _places(part, found), found.total, True, found.total is None, found.all_ties, reports=[report]
        )

    from fellestorg.engines.award.race import race

    def tell(_: float, total: int | None, bound: int | None, solver: str) -> None:
        if progress is not None:
            progress(Progress(time.monotonic() - started, _kroner(total), _kroner(bound), solver))

    def left() -> float:
        return max(deadline - (time.monotonic() - started), 1.0)

    hint = found.awards[0] if found.awards else greedy(part)
    model = build(part, best=None if hint is None else part.total(hint))
    if racers is None:
        racers = SET_RACERS if model.winners and model.bids >= _MANY else RACERS
    raced = race(part, model, seconds=left(), gap=gap, names=racers, hint=hint, seed=seed, progress=tell)
    reports = _reports(raced, at)
    if raced.total is None or raced.award is None:
        return _Solved(
            bound=raced.bound,
            proved=raced.proved,
            impossible=raced.impossible,
            agreed=raced.consistent,
            reports=reports,
        )
    known = Found(raced.total, [raced.award])
    all_ties = False
    if look_for_ties and raced.proved and raced.bound == raced.total:
        while len(known.awards) <= MAX_TIES and time.monotonic() - started < deadline:
            rows = build(part, cut_off=known.awards, best=raced.total, at_most=raced.total)
            again = race(part, rows, seconds=left(), names=racers, seed=seed, progress=tell)
            reports += _reports(again, at)
            if again.award is None or again.total is None:
                all_ties = again.impossible and again.consistent
                break
            if again.total < raced.total:
                # Somebody proved what is not so. The better award is shown, and nothing is called proved.
                better = Found(again.total, [again.award])
                return _Solved(again.total, _places(part, better), agreed=False, all_ties=False, reports=reports)
            known.offer(again.total, again.award)
        known.awards.sort()
    return _Solved(
        raced.total,
        _places(part, known),
        raced.bound,
        raced.proved,
        all_ties=all_ties,
        agreed=raced.consistent,
        reports=reports,
    )


def _reports(raced: Race, at: int) -> list[SolverReport]:
    from fellestorg.engines.award.solvers import version

    return [
        SolverReport(
            runner.name, version(), at, _kroner(runner.total), _kroner(runner.bound), runner.claims, runner.seconds
        )
        for runner in raced.runners
    ]


def _places(part: Instance, found: Found) -> list[tuple[int, ...]]:
    return [tuple(part.bids[bid].at for bid in award) for award in found.awards]


def _together(solved: list[_Solved]) -> _Solved:
    """Add the parts up. Equal awards of the parts multiply; the first in the order of the tenders comes first."""
    reports = [report for one in solved for report in one.reports]
    agreed = all(one.agreed for one in solved)
    if any(one.total is None for one in solved):
        impossible = any(one.impossible for one in solved)
        return _Solved(impossible=impossible, proved=impossible, agreed=agreed, reports=reports)
    awards: list[tuple[int, ...]] = []
    all_ties = all(one.all_ties for one in solved)
    for combination in product(*(one.awards for one in solved)):
        if len(awards) > MAX_TIES:
            all_ties = False
            break
        awards.append(tuple(sorted(at for award in combination for at in award)))
    bounds = [one.bound for one in solved]
    return _Solved(
        total=sum(one.total or 0 for one in solved),
        awards=sorted(awards),
        bound=None if None in bounds else sum(bound or 0 for bound in bounds),
        proved=all(one.proved for one in solved),
        all_ties=all_ties,
        agreed=agreed,
        reports=reports,
    )
