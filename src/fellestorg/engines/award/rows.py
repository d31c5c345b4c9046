"""One row builder for every solver: a binary per tender, per uncovered lot and per winner; whole numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fellestorg.engines.award.instance import Instance


@dataclass(frozen=True, slots=True)
class Row:
    """``low <= sum of coefficient x variable <= high``; ``None`` is no limit on that side."""

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """The model: the cost of every variable in ``unit`` øre (the smallest step of the totals), and the rows.

    The first ``bids`` variables are the bids. ``winners`` are the variables that say whether a bidder wins anything: the
    ones worth branching on first.
    ``spend`` is the one variable that is no binary: the sum of the awarded prices, in units.
    ``left`` are the variables of the lots left uncovered, by lot; ``wins`` pairs each bidder with its winner variable.
    """

    unit: int
    costs: tuple[int, ...]
    rows: tuple[Row, ...]
    bids: int
    winners: tuple[int, ...]
    spend: int | None = None
    left: tuple[int | None, ...] = ()
    wins: tuple[tuple[int, int], ...] = ()


def build(instance: Instance, *, cliques: bool = True, cut_off: Sequence[tuple[int, ...]] = ()) -> Rows:
    """The rows of an instance. ``cut_off`` are awards that must not come again (to look for ties).

    With ``cliques``, a bidder that takes any tender on a lot is a winner: one row per lot and bidder, much tighter than
    one row per tender, which is what you get without (``performance.md``: "plain rows").
    """
    bids = instance.bids
    unit = instance.step
    costs = [bid.price // unit for bid in bids]
    rows: list[Row] = []
    by_lot: list[list[int]] = [[] for _ in instance.reserves]
    by_bidder: dict[int, list[int]] = defaultdict(list)
    by_group: dict[int, list[int]] = defaultdict(list)
    for at, bid in enumerate(bids):
        by_bidder[bid.bidder].append(at)
        for lot in bid.lots:
            by_lot[lot].append(at)
        for group in bid.groups:
            by_group[group].append(at)
    left: list[int | None] = []
    for lot, reserve in enumerate(instance.reserves):
        terms = [(at, 1) for at in by_lot[lot]]
        left.append(None if reserve is None else len(costs))
        if reserve is not None:
            terms.append((len(costs), 1))
            costs.append(reserve // unit)
        rows.append(Row(tuple(terms), 1, 1))
    rows += [Row(tuple((at, 1) for at in group), None, 1) for group in by_group.values()]
    wins: dict[int, int] = {}
    if instance.cost or instance.min_winners:
        for bidder, mine in by_bidder.items():
            wins[bidder] = len(costs)
            costs.append(instance.cost // unit)
            rows += _winning(instance, mine, wins[bidder], cliques)
    spend = None
    if instance.share is not None:
        spend = len(costs)
        costs.append(0)
        rows.append(Row((*((at, costs[at]) for at in range(len(bids))), (spend, -1)), 0, 0))
    for bidder, mine in by_bidder.items():
        if instance.cap is not None:
            terms = [(at, len(bids[at].lots)) for at in mine]
            if bidder in wins:
                rows.append(Row((*terms, (wins[bidder], -instance.cap)), None, 0))
            elif sum(count for _, count in terms) > instance.cap:
                rows.append(Row(tuple(terms), None, instance.cap))
        if spend is not None and instance.share is not None:
            terms = [(at, costs[at] * instance.share.denominator) for at in mine]
            rows.append(Row((*terms, (spend, -instance.share.numerator)), None, 0))
    if instance.min_winners:
        rows.append(Row(tuple((at, 1) for at in wins.values()), instance.min_winners, None))
    for award in cut_off:
        taken = set(award)
        rows.append(Row(tuple((at, 1 if at in taken else -1) for at in range(len(bids))), None, len(taken) - 1))
    return Rows(
        unit, tuple(costs), tuple(rows), len(bids), tuple(wins.values()), spend, tuple(left), tuple(wins.items())
    )


def values(instance: Instance, rows: Rows, award: Sequence[int]) -> tuple[int, ...]:
    """Every variable's value when these bids are awarded: where a solver may start without completing anything."""
    value = [0] * len(rows.costs)
    for at in award:
        value[at] = 1
    covered = {lot for at in award for lot in instance.bids[at].lots}
    for lot, variable in enumerate(rows.left):
        if variable is not None:
            value[variable] = int(lot not in covered)
    winners = {instance.bids[at].bidder for at in award}
    for bidder, variable in rows.wins:
        value[variable] = int(bidder in winners)
    if rows.spend is not None:
        value[rows.spend] = sum(rows.costs[at] for at in award)
    return tuple(value)


def _winning(instance: Instance, mine: list[int], wins: int, cliques: bool) -> list[Row]:
    rows = []
    if cliques:
        held: dict[int, list[int]] = defaultdict(list)
        for at in mine:
            for lot in instance.bids[at].lots:
                held[lot].append(at)
        rows += [Row((*((at, 1) for at in group), (wins, -1)), None, 0) for group in held.values()]
    else:
        rows += [Row(((at, 1), (wins, -1)), None, 0) for at in mine]
    if instance.min_winners:
        rows.append(Row((*((at, 1) for at in mine), (wins, -1)), 0, None))
    return rows
