"""One row builder for every solver: a binary per tender, per uncovered lot and per winner; whole numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fellestorg.engines.award.instance import Instance
from fellestorg.engines.award.search import dual_prices


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
    ``left`` are the variables of the lots left uncovered, by lot; ``wins`` pairs each bidder with its winner variable;
    ``areas`` are, for each area, pairs of a bidder and the variable that says it wins something there. ``cliques`` are the
    places of the rows that say it of a winner: no solution breaks them, many relaxations do without them. ``at_most`` is
    the highest total that is looked for, in units.
    """

    unit: int
    costs: tuple[int, ...]
    rows: tuple[Row, ...]
    bids: int
    winners: tuple[int, ...]
    spend: int | None = None
    left: tuple[int | None, ...] = ()
    wins: tuple[tuple[int, int], ...] = ()
    areas: tuple[tuple[tuple[int, int], ...], ...] = ()
    cliques: tuple[int, ...] = ()
    at_most: int | None = None

    @property
    def limited(self) -> tuple[Row, ...]:
        """All rows, with one for the highest total where there is one."""
        if self.at_most is None:
            return self.rows
        return *self.rows, Row(tuple((at, cost) for at, cost in enumerate(self.costs) if cost), None, self.at_most)


def build(
    instance: Instance,
    *,
    cliques: bool = True,
    cut_off: Sequence[tuple[int, ...]] = (),
    best: int | None = None,
    at_most: int | None = None,
) -> Rows:
    """The rows of an instance. ``cut_off`` are awards that must not come again (to look for ties); ``best`` is a total in
    øre that something permitted has: what is dearer may be left out. Nothing dearer than ``at_most`` øre is looked for.

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
    tight: list[int] = []
    if instance.cost or instance.min_winners or instance.least is not None or instance.areas:
        for bidder, mine in by_bidder.items():
            wins[bidder] = len(costs)
            costs.append(instance.cost // unit)
            winning = _winning(instance, mine, wins[bidder], cliques)
            tight += range(len(rows), len(rows) + len(winning))
            rows += winning
            if instance.min_winners:
                rows.append(Row((*((at, 1) for at in mine), (wins[bidder], -1)), 0, None))
    spend = None
    if instance.share is not None or instance.least is not None:
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
            rows.append(_share(costs, mine, instance.share, (spend, -instance.share.numerator)))
    if spend is not None:
        rows += _between(instance, costs, by_bidder, wins, spend, cliques, best)
    if instance.min_winners:
        rows.append(Row(tuple((at, 1) for at in wins.values()), instance.min_winners, None))
    areas = []
    for area, winners in instance.areas:
        here = []
        for bidder, mine in by_bidder.items():
            if inside := [at for at in mine if not area.isdisjoint(bids[at].lots)]:
                here.append((bidder, len(costs)))
                rows.append(Row(((len(costs), 1), *((at, -1) for at in inside)), None, 0))
                rows.append(Row(((len(costs), 1), (wins[bidder], -1)), None, 0))
                costs.append(0)
        rows.append(Row(tuple((at, 1) for _, at in here), winners, None))
        areas.append(tuple(here))
    for award in cut_off:
        taken = set(award)
        rows.append(Row(tuple((at, 1 if at in taken else -1) for at in range(len(bids))), None, len(taken) - 1))
    return Rows(
        unit,
        tuple(costs),
        tuple(rows),
        len(bids),
        tuple(wins.values()),
        spend,
        tuple(left),
        tuple(wins.items()),
        tuple(areas),
        tuple(tight),
        None if at_most is None else at_most // unit,
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
    for here, (area, _) in zip(rows.areas, instance.areas, strict=True):
        active = {instance.bids[at].bidder for at in award if not area.isdisjoint(instance.bids[at].lots)}
        for bidder, variable in here:
            value[variable] = int(bidder in active)
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
        groups = dict.fromkeys(tuple(group) for group in held.values())
        rows += [Row((*((at, 1) for at in group), (wins, -1)), None, 0) for group in groups]
    else:
        rows += [Row(((at, 1), (wins, -1)), None, 0) for at in mine]
    return rows


def _share(costs: Sequence[int], mine: Sequence[int], share: Fraction, other: tuple[int, int]) -> Row:
    """A bidder's awarded prices are at most ``share`` of what the other term stands for."""
    return Row((*((at, costs[at] * share.denominator) for at in mine), other), None, 0)


def _between(
    instance: Instance,
    costs: Sequence[int],
    by_bidder: Mapping[int, list[int]],
    wins: Mapping[int, int],
    spend: int,
    tight: bool,
    best: int | None,
) -> list[Row]:
    """A winner's smallest share; and where ``tight``, both shares again of the least and most that can be spent.

    The repeated rows cut nothing permitted away: they hold a bidder that wins in part to that part of its share.
    """
    least = instance.least
    dearest = [0] * len(instance.reserves)
    for at, bid in enumerate(instance.bids):
        for lot in bid.lots:
            dearest[lot] = max(dearest[lot], -(-costs[at] // len(bid.lots)))
    most = sum(dearest)
    if best is not None:
        most = min(most, best // instance.step)
    must = [price for price, reserve in zip(dual_prices(instance), instance.reserves, strict=True) if reserve is None]
    fewest = sum(must) // instance.step
    rows = []
    for bidder, mine in by_bidder.items():
        if least is not None:
            down = least.numerator
            terms = [(at, costs[at] * least.denominator) for at in mine]
            rows.append(Row((*terms, (spend, -down), (wins[bidder], -down * most)), -down * most, None))
            if tight:
                rows.append(Row((*terms, (wins[bidder], -down * fewest)), 0, None))
        if tight and instance.share is not None and bidder in wins:
            rows.append(_share(costs, mine, instance.share, (wins[bidder], -instance.share.numerator * most)))
    return rows
