"""A search over who may win, for problems where winners cost, must be several, or must take a share.

With the set of winners decided, what is left is nearly a linear program; so only the winners are branched on. Every node
is a linear program that starts from the basis of the last one, and takes in the rows it is found to break. The bound that
its prices prove is computed from all rows in whole numbers: what the solver says is never relied on. A set of winners that
no bound shuts out is settled by CP-SAT on what is left of its tenders, also in whole numbers, while the search goes on.
"""

from __future__ import annotations

import heapq
import importlib
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from fellestorg.engines.award.duality import Duality, Proved
from fellestorg.engines.award.relaxation import Relaxation, Relaxed, Scaled
from fellestorg.engines.award.rows import Row, Rows
from fellestorg.engines.award.whole import Whole, search_whole

#: Nearer to a whole number than this, the linear program has decided.
_NEAR = 1e-5
#: Shares of a winner that are rounded up to find a first award.
_ROUNDED_UP = (0.5, 0.4, 0.3, 0.2)
#: How far above a set's bound its best award is looked for first: the nearer, the fewer tenders are left.
_ROOM = (Fraction(2, 1000), Fraction(2, 100))
#: How long to listen for a set that is being settled before looking whether somebody said stop.
_LISTEN_SECONDS = 0.1

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

    @property
    def split(self) -> list[int]:
        """Winners that win in part only."""
        return [winner for winner, share in self.wins.items() if _NEAR < share < 1 - _NEAR]


@dataclass(frozen=True, slots=True)
class _Settled:
    """A set of winners: no award of exactly these costs less than ``least``, and the best one met, if any."""

    winners: frozenset[int]
    least: int
    total: int = 0
    award: tuple[int, ...] | None = None


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
        self.duality = Duality(rows)
        self.scaled = Scaled(self.duality)
        self.others = np.flatnonzero(~self.duality.cliques).tolist()
        self.nothing = (sum(rows.costs) if rows.at_most is None else rows.at_most) + 1
        self.pruned: int | None = None
        self.waiting: list[_Node] = []
        self.decided: list[tuple[int, frozenset[int]]] = []
        self.looked: dict[frozenset[int], _Settled] = {}  # the helper's own
        self.settling: list[Future[_Settled]] = []
        self.asked: set[frozenset[int]] = set()
        self.settled: dict[frozenset[int], int] = {}
        self.raised = {True: _Raised(), False: _Raised()}
        self.numbers = 0

    def run(self) -> None:
        """Search until nothing is left, the time is up or somebody says stop; ``say`` what is known on the way."""
        if not self.rows.winners:
            return
        with ThreadPoolExecutor(1) as helper:
            helper.submit(importlib.import_module, "ortools.sat.python.cp_model")  # long, and wanted next
            none = frozenset[int]()
            solved = Relaxation(self.scaled, range(len(self.rows.rows))).solve_anew()
            bound = self.duality.prove(solved.prices, none, none).bound
            self.say(None, bound, False, False)
            root = _Node(bound, 0, none, none, self.wins(solved, none, none))
            self.waiting.append(root)
            self.settling.append(helper.submit(self.look_around, root))
            kept = np.flatnonzero(~self.duality.cliques | (solved.prices != 0)).tolist()
            self.search(Relaxation(self.scaled, kept), helper)
            self.finish()
            helper.shutdown(wait=False, cancel_futures=True)

    def search(self, relaxation: Relaxation, helper: ThreadPoolExecutor) -> None:
        """Branch until no node waits and every set of winners asked for is settled."""
        while not self.over():
            self.take_over()
            if self.waiting:
                node = heapq.heappop(self.waiting)
                if not self.shut_out(node.bound):
                    self.say(None, self.low(node.bound), False, False)
                    self.branch(node, relaxation, helper)
            elif self.settling:
                wait(self.settling, _LISTEN_SECONDS, FIRST_COMPLETED)
            else:
                return

    def branch(self, node: _Node, relaxation: Relaxation, helper: ThreadPoolExecutor) -> None:
        """Put the two sides of a node in its place. Where its winners are decided by themselves, they are settled."""
        if split := node.split:
            winner = max(split, key=lambda at: (self.worth(at, node.wins[at]), -at))
        else:
            chosen = frozenset(at for at, share in node.wins.items() if share > 0.5)
            self.settle(chosen, helper)
            free = [at for at in self.rows.winners if at not in node.open | node.shut]
            if not free:
                self.decided.append((node.bound, chosen))
                return
            winner = max(free, key=lambda at: (node.wins[at], at))
        more, share = frozenset((winner,)), node.wins[winner]
        for opened, moved in ((True, 1 - share), (False, share)):
            self.numbers += 1
            open_, shut = (node.open | more, node.shut) if opened else (node.open, node.shut | more)
            side = _Node(node.bound, self.numbers, open_, shut, node.wins)
            # Where the winner is wholly in already, the open side is the node itself.
            if moved > _NEAR:
                side = self.solve(side, relaxation)
                self.raised[opened].add(winner, (side.bound - node.bound) / moved)
            if not self.shut_out(side.bound):
                heapq.heappush(self.waiting, side)

    def solve(self, node: _Node, relaxation: Relaxation) -> _Node:
        """The node with the bound that its linear program proves, and with what follows from it decided."""
        target = self.target()
        limit: int | None = target
        while True:
            solved = relaxation.solve(node.open, node.shut, limit)
            proved = self.duality.prove(solved.prices, node.open, node.shut)
            bound = max(node.bound, proved.bound)
            if bound >= target:
                return _Node(bound, node.number, node.open, node.shut, node.wins)
            if solved.shares is None and limit is not None:
                limit = None  # it stopped a hair before what whole prices prove
            elif solved.shares is None or not relaxation.add_broken(solved.shares):
                opened, shut = self.follows(proved, node, target)
                return _Node(bound, node.number, opened, shut, self.wins(solved, opened, shut))

    def follows(self, proved: Proved, node: _Node, target: int) -> tuple[frozenset[int], frozenset[int]]:
        """Whoever must win, and whoever must not, because the other way leaves nothing worth looking for."""
        room = proved.beyond(target)
        free = [at for at in self.rows.winners if at not in node.open and at not in node.shut]
        must = [at for at in free if -int(proved.reduced[at]) >= room]
        must_not = [at for at in free if int(proved.reduced[at]) >= room]
        if must or must_not:
            self.note(target)
        return node.open.union(must), node.shut.union(must_not)

    def wins(self, solved: Relaxed, opened: frozenset[int], shut: frozenset[int]) -> dict[int, float]:
        """How much of a winner each is; where no answer came, those not decided are taken for half."""
        if solved.shares is None:
            return {at: float(at in opened) if at in opened | shut else 0.5 for at in self.rows.winners}
        return {at: float(solved.shares[at]) for at in self.rows.winners}

    def worth(self, winner: int, share: float) -> float:
        """How much branching on a winner is likely to raise the bounds of both sides, by what it did before."""
        opened = self.raised[True].likely(winner) * (1 - share)
        shut = self.raised[False].likely(winner) * share
        return max(opened, 1.0) * max(shut, 1.0)

    def over(self) -> bool:
        """Whether somebody said stop or the time is up."""
        return self.stop.is_set() or time.monotonic() > self.ends

    def target(self) -> int:
        """The lowest total that is not worth looking for."""
        return self.nothing if self.best is None else min(self.nothing, self.best - int(self.gap * self.best))

    def shut_out(self, bound: int) -> bool:
        """Whether nothing worth looking for is left at this bound; if so it is part of what is proved."""
        if bound < self.target():
            return False
        self.note(bound)
        return True

    def note(self, bound: int) -> None:
        """Something is left alone at this bound."""
        self.pruned = bound if self.pruned is None else min(self.pruned, bound)

    def low(self, bound: int) -> int:
        """What holds altogether while the lowest waiting node has this bound."""
        left = [max(least, self.settled.get(winners, 0)) for least, winners in self.decided]
        return min(each for each in (bound, *left, self.pruned, self.best) if each is not None)

    def finish(self) -> None:
        """The last word: done when no node waits and none was left unsettled."""
        bound = self.low(min((node.bound for node in self.waiting), default=self.nothing))
        done = bound >= self.target()
        if done and self.best is None:
            self.say(None, None, True, True)
        else:
            self.say(self.award, bound, done, False)

    def settle(self, winners: frozenset[int], helper: ThreadPoolExecutor) -> None:
        """Have a bound found for exactly this set of winners that leaves nothing worth looking for."""
        if winners not in self.asked:
            self.asked.add(winners)
            self.settling.append(helper.submit(self.look_into, winners))

    def take_over(self) -> None:
        """Make what was settled in the meantime known."""
        for future in [future for future in self.settling if future.done()]:
            self.settling.remove(future)
            found = future.result()
            self.settled[found.winners] = found.least
            if found.award is not None and (self.best is None or found.total < self.best):
                self.best, self.award = found.total, found.award
                self.say(found.award, None, False, False)

    def look_around(self, node: _Node) -> _Settled:
        """Look into the set with the lowest bound of those that a node's shares make when they are rounded."""
        sets = {frozenset(at for at, share in node.wins.items() if share > least) for least in _ROUNDED_UP}
        return self.look_into(min(sets, key=lambda winners: (self.exactly(winners)[0].bound, sorted(winners))))

    def exactly(self, winners: frozenset[int]) -> tuple[Proved, list[int]]:
        """What is proved of awards of exactly these winners, and the bids that the linear program takes whole."""
        shut = frozenset(self.rows.winners) - winners
        solved = Relaxation(self.scaled, self.others, winners, shut).solve_anew()
        whole = [] if solved.shares is None else np.flatnonzero(solved.shares[: self.rows.bids] > 1 - _NEAR).tolist()
        return self.duality.prove(solved.prices, winners, shut), whole

    def look_into(self, winners: frozenset[int]) -> _Settled:
        """The best award of exactly these winners, as far as it is worth looking for and time allows."""
        if winners in self.looked:
            return self.looked[winners]
        proved, near = self.exactly(winners)
        least = proved.bound
        for room in (*_ROOM, None):
            target = self.target()
            if self.over() or least >= target:
                break
            below = target if room is None else min(target, math.ceil(least * (1 + room)))
            kept = self.duality.within(proved, below, frozenset(self.rows.winners) - winners)
            found = self.search_whole(winners, kept[: self.rows.bids].tolist(), below, near)
            if found.award is not None:
                least = max(least, min(found.bound or 0, below))
                self.looked[winners] = _Settled(winners, least, found.total, found.award)
                break
            if not found.impossible:
                break  # time ran out
            least = below
        return self.looked.setdefault(winners, _Settled(winners, least))

    def search_whole(self, winners: frozenset[int], kept: Sequence[bool], below: int, near: Sequence[int]) -> Whole:
        """CP-SAT on the tenders kept, for an award of exactly these winners that costs less than ``below``."""
        known = {at: 0 for at, keep in enumerate(kept) if not keep} | {
            at: int(at in winners) for at in self.rows.winners
        }
        # Without the cliques: each lot goes to one tender anyhow, and those of the others are out.
        rows = [self.rows.rows[at] for at in self.others]
        rows.append(Row(tuple(enumerate(self.rows.costs)), None, below - 1))
        left = max(self.ends - time.monotonic(), 0.1)
        return search_whole(self.rows, rows, known, near, gap=self.gap / 4, seconds=left)
