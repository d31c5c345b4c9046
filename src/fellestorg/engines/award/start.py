"""A first award for problems too large for the own search: somewhere for the solvers to start, checked like any other."""

from __future__ import annotations

from fellestorg.engines.award.instance import Bid, Instance
from fellestorg.engines.award.search import dual_prices


def greedy(instance: Instance) -> tuple[int, ...] | None:
    """A permitted award, the cheapest of one try for each bidder at most, or ``None`` where none of them keeps the limits.

    Bids are taken in the order of what they cost beyond the dual prices of their lots. Every try after the first
    shuts out the winner that took least: fewer winners cost less, and fuller hands bring better packages.
    """
    prices = dual_prices(instance)
    over = [bid.price - sum(prices[lot] for lot in bid.lots) for bid in instance.bids]
    order = sorted(range(len(over)), key=lambda at: (over[at] / len(instance.bids[at].lots), at))
    # The share of what all lots cost at least: near enough to keep a bidder from taking too much.
    most = None if instance.share is None else int(instance.share * sum(prices))
    order = [at for at in order if not _dearer_than_left(instance, instance.bids[at])]
    shut: set[int] = set()
    best: tuple[int, tuple[int, ...]] | None = None
    for _ in range(instance.bidders):
        award = _fill(instance, order, most, shut)
        total = instance.total(award)
        if total is not None and (best is None or total < best[0]):
            best = total, award
        taken: dict[int, int] = {}
        for at in award:
            bid = instance.bids[at]
            taken[bid.bidder] = taken.get(bid.bidder, 0) + len(bid.lots)
        if len(taken) <= max(instance.min_winners, 1):
            break
        shut.add(min(taken, key=lambda bidder: (taken[bidder], bidder)))
    return None if best is None else best[1]


def _fill(instance: Instance, order: list[int], most: int | None, shut: set[int]) -> tuple[int, ...]:
    """Take what fits, best first; then whatever covers what is left, of those shut out too where nobody else can."""
    free = set(range(len(instance.reserves)))
    lots = [0] * instance.bidders
    value = [0] * instance.bidders
    groups: set[int] = set()
    chosen: list[int] = []
    for closed in (shut, set[int]()):
        for at in order:
            bid = instance.bids[at]
            if bid.bidder in closed or not free.issuperset(bid.lots):
                continue
            if instance.cap is not None and lots[bid.bidder] + len(bid.lots) > instance.cap:
                continue
            if most is not None and value[bid.bidder] + bid.price > most:
                continue
            if any(group in groups for group in bid.groups):
                continue
            free.difference_update(bid.lots)
            lots[bid.bidder] += len(bid.lots)
            value[bid.bidder] += bid.price
            groups.update(bid.groups)
            chosen.append(at)
    return tuple(sorted(chosen))


def _dearer_than_left(instance: Instance, bid: Bid) -> bool:
    """Whether its lots cost less when nobody gets them."""
    kept = [instance.reserves[lot] for lot in bid.lots]
    known = [reserve for reserve in kept if reserve is not None]
    return len(known) == len(kept) and bid.price > sum(known)
