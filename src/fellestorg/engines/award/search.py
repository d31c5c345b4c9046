"""The own search: exact, in whole numbers, without any solver, for problems small enough to be looked through.

Lots are decided one by one, hardest first. A dual price per lot (no tender is cheaper than the prices of its lots)
bounds what the undecided lots must cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fellestorg.engines.award.instance import Instance

#: At most this many equal awards are named beside the first.
MAX_TIES = 20
#: Beyond this the search does not start: it descends one level for each lot.
MAX_LOTS = 200


@dataclass(slots=True)
class Found:
    """The lowest total and the awards that have it, as sorted places of bids; ``complete`` when nothing is unseen.

    Without awards and complete: no combination keeps the limits.
    """

    total: int | None = None
    awards: list[tuple[int, ...]] = field(default_factory=list)
    complete: bool = False
    all_ties: bool = True

    def offer(self, total: int, award: tuple[int, ...]) -> None:
        if self.total is None or total < self.total:
            self.total, self.awards, self.all_ties = total, [award], True
        elif total == self.total and award not in self.awards:
            if len(self.awards) <= MAX_TIES:
                self.awards.append(award)
            else:
                self.all_ties = False


def search(
    instance: Instance, max_nodes: int, value: Callable[[tuple[int, ...]], int | None] | None = None, below: int = 0
) -> Found:
    """Look through every combination that may have the lowest total; stop unfinished after ``max_nodes``.

    ``value`` may put something else in the total's place (``None``: not permitted), if it is never less than the total
    minus ``below``.
    """
    found = Found()
    if len(instance.reserves) <= MAX_LOTS:
        _Search(instance, found, max_nodes, value or instance.total, below).run()
        found.awards.sort()
    return found


def dual_prices(instance: Instance) -> list[int]:
    """A price per lot such that no bid costs less than its lots and no reserve less than its lot, as high as we get."""
    covering: list[list[int]] = [[] for _ in instance.reserves]
    for at, bid in enumerate(instance.bids):
        for lot in bid.lots:
            covering[lot].append(at)
    bids = instance.bids
    prices = []
    for lot, reserve in enumerate(instance.reserves):
        shares = [bids[at].price // len(bids[at].lots) for at in covering[lot]]
        prices.append(min(shares + ([] if reserve is None else [reserve]), default=0))
    slack = [bid.price - sum(prices[lot] for lot in bid.lots) for bid in bids]
    for lot, reserve in enumerate(instance.reserves):
        room = min(
            [slack[at] for at in covering[lot]] + ([] if reserve is None else [reserve - prices[lot]]), default=0
        )
        prices[lot] += room
        for at in covering[lot]:
            slack[at] -= room
    return prices


class _Search:
    def __init__(
        self,
        instance: Instance,
        found: Found,
        max_nodes: int,
        value: Callable[[tuple[int, ...]], int | None],
        below: int,
    ) -> None:
        self.instance, self.found, self.left, self.value = instance, found, max_nodes, value
        prices = dual_prices(instance)
        self.reduced = [bid.price - sum(prices[lot] for lot in bid.lots) for bid in instance.bids]
        self.masks = [sum(1 << lot for lot in bid.lots) for bid in instance.bids]
        self.covering: list[list[int]] = [[] for _ in instance.reserves]
        for at in sorted(range(len(instance.bids)), key=lambda at: (self.reduced[at], at)):
            for lot in instance.bids[at].lots:
                self.covering[lot].append(at)
        self.order = sorted(range(len(prices)), key=lambda lot: (len(self.covering[lot]), lot))
        self.base = sum(prices) - below
        self.over = [None if r is None else r - p for r, p in zip(instance.reserves, prices, strict=True)]
        self.lots = [0] * instance.bidders
        self.groups: set[int] = set()
        self.chosen: list[int] = []

    def run(self) -> None:
        try:
            self.decide(0, 0, self.base)
        except _OutOfNodesError:
            return
        self.found.complete = True

    def decide(self, level: int, covered: int, bound: int) -> None:
        """``bound``: the dual prices of all lots and what everything decided costs beyond them, less ``below``."""
        best = self.found.total
        if best is not None and (bound > best or (bound == best and not self.found.all_ties)):
            return
        self.left -= 1
        if self.left < 0:
            raise _OutOfNodesError
        while level < len(self.order) and covered >> self.order[level] & 1:
            level += 1
        if level == len(self.order):
            award = tuple(sorted(self.chosen))
            total = self.value(award)
            if total is not None:
                self.found.offer(total, award)
            return
        lot = self.order[level]
        bids, cap = self.instance.bids, self.instance.cap
        over = self.over[lot]
        options = [at for at in self.covering[lot] if not self.masks[at] & covered]
        stop = len(options) if over is None else sum(self.reduced[at] <= over for at in options)
        for at in [*options[:stop], *(() if over is None else (-1,)), *options[stop:]]:
            if at == -1:
                assert over is not None
                self.decide(level + 1, covered | 1 << lot, bound + over)
                continue
            bid = bids[at]
            if cap is not None and self.lots[bid.bidder] + len(bid.lots) > cap:
                continue
            if any(group in self.groups for group in bid.groups):
                continue
            new = not self.lots[bid.bidder]
            self.lots[bid.bidder] += len(bid.lots)
            self.groups.update(bid.groups)
            self.chosen.append(at)
            self.decide(
                level + 1, covered | self.masks[at], bound + self.reduced[at] + (self.instance.cost if new else 0)
            )
            self.chosen.pop()
            self.groups.difference_update(bid.groups)
            self.lots[bid.bidder] -= len(bid.lots)


class _OutOfNodesError(Exception):
    """The search has looked at as much as it may."""
