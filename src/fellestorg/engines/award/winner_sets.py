"""A search over who may win, for problems where winners cost, must be several, or must take a share.

With the set of winners decided, what is left is nearly a linear program; so only the winners are branched on. Every node
is a linear program that starts from the basis of the last one, and a node's two sides are solved at the same time. Its
prices are rounded to whole numbers, and the bound that they prove is computed from the rows themselves, without rounding:
what the solver says is never relied on. A set of winners that no bound shuts out is settled by CP-SAT on what is left of
its tenders, also in whole numbers.
"""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fellestorg.engines.award.rows import Row, Rows
from fellestorg.engines.award.whole import search_whole

#: Prices are whole multiples of one part in this many.
_FINE = 1 << 40
#: Nearer to a whole number than this, the linear program has decided.
_NEAR = 1e-5
#: A lot without any tender, or a rule broken, costs this many times the dearest amount: dearer than any award.
_ELASTIC = 20

#: Bids of an award, a bound in units, whether it is done, and whether there is no award.
Say = Callable[[tuple[int, ...] | None, float | None, bool, bool], None]


@dataclass(order=True, slots=True)
class _Node:
    """Some winners decided (``open`` and ``shut``). ``bound`` in units holds for every award that agrees with them."""

    bound: int
    number: int
    open: frozenset[int] = field(compare=False)
    shut: frozenset[int] = field(compare=False)
    wins: dict[int, float] = field(compare=False)


class _Raised:
    """How much bounds rose when winners were decided one way, for each whole share that it moved them."""

    def __init__(self) -> None:
        self.by_winner: dict[int, list[float]] = defaultdict(list)

    def add(self, winner: int, raised: float) -> None:
        self.by_winner[winner].append(raised)

    def likely(self, winner: int) -> float:
        """The winner's own average; that of all where it has none."""
        rises = self.by_winner.get(winner) or [one for each in self.by_winner.values() for one in each]
        return sum(rises) / len(rises) if rises else 1.0


class Tree:
    """Best bound first, on the winner whose two sides are likely to raise the bound most."""

    def __init__(
        self, rows: Rows, hint: Sequence[int] | None, gap: float, seconds: float, stop: threading.Event, say: Say
    ) -> None:
        self.rows, self.gap, self.stop, self.say = rows, gap, stop, say
        self.ends = time.monotonic() + seconds
        self.best = None if hint is None else sum(c * v for c, v in zip(rows.costs, hint, strict=True))
        self.award = None if hint is None else tuple(at for at in range(rows.bids) if hint[at])
        self.bids_of: dict[int, list[int]] = defaultdict(list)
        self.cliques = frozenset(rows.cliques)
        self.others = [at for at in range(len(rows.rows)) if at not in self.cliques]
        for at in rows.cliques:
            *bids, (winner, _) = rows.rows[at].terms
            self.bids_of[winner] += [bid for bid, _ in bids]
        self.nothing = sum(rows.costs) + 1
        self.pruned: int | None = None
        self.settled: dict[frozenset[int], int | None] = {}
        self.raised = {True: _Raised(), False: _Raised()}

    def run(self) -> None:
        """Search until nothing is left, the time is up or somebody says stop; ``say`` what is known on the way."""
        if not self.rows.winners:
            return
        solved = Relaxation(self.rows, self.bids_of).solve(frozenset(), frozenset(), warm=False)
        bound = self.bound(solved.prices, frozenset(), frozenset())
        self.say(None, bound, False, False)
        kept = [at for at in range(len(self.rows.rows)) if at not in self.cliques or at in solved.prices]
        with ThreadPoolExecutor(2) as pool:
            # One for each side: the solvers let go of Python while they work, so two threads use two processors.
            sides = [pool.submit(Relaxation, self.rows, self.bids_of, kept) for _ in range(2)]
            for near in (0.5, 0.3):
                self.settle(frozenset(winner for winner, share in solved.wins.items() if share > near))
            first = _Node(bound, 0, frozenset(), frozenset(), solved.wins)
            self.branch([first], [side.result() for side in sides], pool)

    def branch(self, waiting: list[_Node], sides: Sequence[Relaxation], pool: ThreadPoolExecutor) -> None:
        """Branch until no node waits, and say the last word."""
        numbers = 0
        while waiting and not self.over():
            node = heapq.heappop(waiting)
            if self.shut_out(node.bound):
                continue
            self.say(None, self.low(node.bound), False, False)
            winner = self.next_winner(node)
            if winner is None:
                continue
            more = frozenset((winner,))
            decided = [(node.open | more, node.shut), (node.open, node.shut | more)]
            # Where the winner is wholly in already, the open side is the node itself.
            same = node.wins[winner] > 1 - _NEAR
            asked = [
                None if same and side == 0 else pool.submit(sides[side].solve, *decided[side]) for side in range(2)
            ]
            for (open_, shut), told in zip(decided, asked, strict=True):
                wins, proved = node.wins, node.bound
                if told is not None:
                    wins = told.result().wins
                    proved = max(node.bound, self.bound(told.result().prices, open_, shut))
                    opened = winner in open_
                    moved = 1 - node.wins[winner] if opened else node.wins[winner]
                    self.raised[opened].add(winner, (proved - node.bound) / max(moved, _NEAR))
                numbers += 1
                if not self.shut_out(proved):
                    heapq.heappush(waiting, _Node(proved, numbers, open_, shut, wins))
            if self.over():
                heapq.heappush(waiting, node)
        self.finish(waiting)

    def finish(self, waiting: list[_Node]) -> None:
        """The last word: done when no node waits and none was left unsettled."""
        if not waiting and self.best is None and (self.pruned or self.nothing) >= self.nothing:
            self.say(None, None, True, True)
            return
        known = [each for each in (*(node.bound for node in waiting[:1]), self.pruned, self.best) if each is not None]
        target = self.target()
        self.say(self.award, min(known), target is not None and min(known) >= target, False)

    def next_winner(self, node: _Node) -> int | None:
        """Whom to branch on; where all are decided by themselves that set is settled first. ``None``: nothing is left."""
        undecided = [winner for winner in self.rows.winners if winner not in node.open | node.shut]
        split = [at for at in undecided if _NEAR < node.wins[at] < 1 - _NEAR]
        if split:
            return max(split, key=lambda at: (self.worth(at, node.wins[at]), -at))
        chosen = node.open | {at for at in undecided if node.wins[at] > 0.5}
        least = self.settle(chosen)
        if undecided:
            return max(undecided, key=lambda at: (node.wins[at], at))
        self.note(node.bound if least is None else max(least, node.bound))
        return None

    def worth(self, winner: int, share: float) -> float:
        """How much branching on a winner is likely to raise the bounds of both sides, by what it did before."""
        opened = self.raised[True].likely(winner) * (1 - share)
        shut = self.raised[False].likely(winner) * share
        return max(opened, 1.0) * max(shut, 1.0)

    def over(self) -> bool:
        """Whether somebody said stop or the time is up."""
        return self.stop.is_set() or time.monotonic() > self.ends

    def target(self) -> int | None:
        """The lowest total that is not worth looking for."""
        return None if self.best is None else math.ceil(self.best - self.gap * self.best)

    def shut_out(self, bound: int) -> bool:
        """Whether nothing worth looking for is left at this bound; if so it is part of what is proved."""
        target = self.target()
        if target is None or bound < target:
            return False
        self.note(bound)
        return True

    def note(self, bound: int | None) -> None:
        if bound is not None:
            self.pruned = bound if self.pruned is None else min(self.pruned, bound)

    def low(self, bound: int) -> int:
        """What holds altogether while the lowest waiting node has this bound."""
        return min(each for each in (bound, self.pruned, self.best) if each is not None)

    def prove(self, total: int, reduced: Sequence[int], opened: frozenset[int], shut: frozenset[int]) -> int:
        """The bound that whole prices on the rows prove, in the fine parts: weak duality, whatever the prices are."""
        gone = {bid for winner in shut for bid in self.bids_of[winner]} | shut | {self.rows.spend}
        for at, cost in enumerate(reduced):
            if at in opened or (cost < 0 and at not in gone):
                total += cost
        return total

    def bound(self, prices: Mapping[int, int], opened: frozenset[int], shut: frozenset[int]) -> int:
        """The same in units; a total is a whole number of them."""
        return -(-self.prove(*reduced_costs(self.rows, prices), opened, shut) // _FINE)

    def settle(self, winners: frozenset[int]) -> int | None:
        """A bound for exactly this set of winners that leaves nothing worth looking for; ``None`` if time ran out."""
        if winners in self.settled:
            return self.settled[winners]
        shut = frozenset(self.rows.winners) - winners
        gone = {bid for winner in shut for bid in self.bids_of[winner]}
        solved = Relaxation(self.rows, self.bids_of, self.others, gone).solve(winners, shut, warm=False)
        total, reduced = reduced_costs(self.rows, solved.prices)
        fine = self.prove(total, reduced, winners, shut)
        least: int | None = -(-fine // _FINE)
        target = self.target()
        if target is None or (least is not None and least < target):
            most = None if target is None else (target - 1) * _FINE - fine
            kept = [at not in gone and (most is None or reduced[at] <= most) for at in range(self.rows.bids)]
            least = self._search(winners, kept, target, solved.award)
        self.settled[winners] = least
        return least

    def _search(
        self, winners: frozenset[int], kept: Sequence[bool], target: int | None, near: Sequence[int]
    ) -> int | None:
        known = {at: 0 for at, keep in enumerate(kept) if not keep} | {
            at: int(at in winners) for at in self.rows.winners
        }
        # Without the cliques: each lot goes to one tender anyhow, and those of the others are out.
        rows = [self.rows.rows[at] for at in self.others]
        if target is not None:
            rows.append(Row(tuple(enumerate(self.rows.costs)), None, target - 1))
        found = search_whole(
            self.rows, rows, known, near, gap=self.gap / 4, seconds=max(self.ends - time.monotonic(), 0.1)
        )
        if found.award is not None and (self.best is None or found.total < self.best):
            self.best, self.award = found.total, found.award
            self.say(found.award, None, False, False)
        return (target or self.nothing) if found.impossible else found.bound


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A linear program's answer: the winners' shares, whole prices on the rows, and the bids it takes whole."""

    wins: dict[int, float]
    prices: dict[int, int]
    award: tuple[int, ...]


class Relaxation:
    """Some of the rows as a linear program. Every row is scaled by a power of two, so nothing is rounded."""

    def __init__(
        self,
        rows: Rows,
        bids_of: Mapping[int, Sequence[int]],
        kept: Sequence[int] | None = None,
        gone: Container[int] = (),
    ) -> None:
        from ortools.math_opt.python import mathopt

        self.rows, self.bids_of = rows, bids_of
        self.money = _power(max(rows.costs))
        model = mathopt.Model()
        self.variables = {
            at: model.add_variable(lb=0.0, ub=math.inf if at == rows.spend else 1.0)
            for at in range(len(rows.costs))
            if at not in gone
        }
        for at, variable in self.variables.items():
            model.objective.set_linear_coefficient(variable, math.ldexp(rows.costs[at], -self.money))
        self.constraints: dict[int, tuple[Any, int]] = {}
        for at in range(len(rows.rows)) if kept is None else kept:
            row = rows.rows[at]
            money = 1 << self.money
            factors = [
                (one, factor * money if one == rows.spend else factor) for one, factor in row.terms if one not in gone
            ]
            scale = _power(max((abs(factor) for _, factor in factors), default=1))
            made = model.add_linear_constraint(
                lb=-math.inf if row.low is None else math.ldexp(row.low, -scale),
                ub=math.inf if row.high is None else math.ldexp(row.high, -scale),
            )
            for one, factor in factors:
                made.set_coefficient(self.variables[one], math.ldexp(factor, -scale))
            if row.low is not None and not row.low == row.high == 0:
                elastic = model.add_variable(lb=0.0)
                made.set_coefficient(elastic, 1.0)
                model.objective.set_linear_coefficient(elastic, float(_ELASTIC))
            self.constraints[at] = made, scale
        winners = [self.variables[at] for at in rows.winners]
        self.about = mathopt.ModelSolveParameters(
            variable_values_filter=mathopt.VariableFilter(filtered_items=None if gone else winners),
            reduced_costs_filter=mathopt.VariableFilter(filtered_items=[]),
        )
        self.model = model
        self.solver: Any = None
        self.open: frozenset[int] = frozenset()
        self.shut: frozenset[int] = frozenset()

    def solve(self, opened: frozenset[int], shut: frozenset[int], *, warm: bool = True) -> Relaxed:
        """Solve with these winners decided; ``warm`` goes on from the last basis, otherwise HiGHS is quicker. Neither is
        relied on: what counts is the bound that the prices prove."""
        from ortools.math_opt.python import mathopt

        for winner in (self.shut - shut) | (shut - self.shut):
            for at in (winner, *self.bids_of[winner]):
                if at in self.variables:
                    self.variables[at].upper_bound = 0.0 if winner in shut else 1.0
        for winner in (self.open - opened) | (opened - self.open):
            self.variables[winner].lower_bound = 1.0 if winner in opened else 0.0
        self.open, self.shut = opened, shut
        if warm:
            self.solver = self.solver or mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
            how = mathopt.SolveParameters(lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX, presolve=mathopt.Emphasis.OFF)
            result = self.solver.solve(params=how, model_params=self.about)
        else:
            result = mathopt.solve(self.model, mathopt.SolverType.HIGHS, model_params=self.about)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return Relaxed(
                {at: float(at in opened) if at in opened | shut else 0.5 for at in self.rows.winners}, {}, ()
            )
        values = result.variable_values()
        duals = result.dual_values()
        prices = {}
        for at, (made, scale) in self.constraints.items():
            price = round(math.ldexp(duals.get(made, 0.0), self.money - scale) * _FINE)
            row = self.rows.rows[at]
            if price and (row.low is not None or price < 0) and (row.high is not None or price > 0):
                prices[at] = price
        wins = {at: values.get(self.variables[at], 0.0) for at in self.rows.winners}
        bids = [at for at in range(self.rows.bids) if at in self.variables]
        return Relaxed(wins, prices, tuple(at for at in bids if values.get(self.variables[at], 0.0) > 1 - _NEAR))


def reduced_costs(rows: Rows, prices: Mapping[int, int]) -> tuple[int, list[int]]:
    """What the rows' right sides are worth at these prices, and what each variable then costs; in fine parts of a unit.

    The sum of awarded prices has no upper end, so the price of the row that defines it is what leaves it costing nothing.
    """
    prices = dict(prices)
    if rows.spend is not None:
        defines = next(at for at, row in enumerate(rows.rows) if (rows.spend, -1) in row.terms and row.low == row.high)
        prices[defines] = 0
        prices[defines] = sum(
            price * factor
            for at, price in prices.items()
            for one, factor in rows.rows[at].terms[-2:]
            if one == rows.spend
        )
    total = 0
    reduced = [cost * _FINE for cost in rows.costs]
    for at, price in prices.items():
        row = rows.rows[at]
        total += price * ((row.low or 0) if price > 0 else (row.high or 0))
        for one, factor in row.terms:
            reduced[one] -= price * factor
    return total, reduced


def _power(value: int) -> int:
    return max(abs(value), 1).bit_length() - 1
