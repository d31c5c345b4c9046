"""The problem in whole øre: what cannot win set aside, what does not meet solved apart, totals computed anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd

from fellestorg.engines.award.problem import AwardProblem, SetAside, Tender


@dataclass(frozen=True, slots=True)
class Bid:
    """A tender in whole numbers. ``at`` is its place in the problem; ``groups`` are exclusive only for its bidder."""

    at: int
    bidder: int
    lots: tuple[int, ...]
    price: int
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """An award problem in øre, or an independent part of one. ``names`` are the lots' places in the problem.

    ``share`` is the largest share of the awarded prices for one bidder, ``least`` the smallest for a winner; ``cost`` is
    due for each winner. ``areas`` are lots with the number of winners there must be among them.
    """

    names: tuple[int, ...]
    reserves: tuple[int | None, ...]
    bids: tuple[Bid, ...]
    bidders: int
    cap: int | None
    min_winners: int
    share: Fraction | None
    cost: int
    least: Fraction | None = None
    areas: tuple[tuple[frozenset[int], int], ...] = ()

    @property
    def step(self) -> int:
        """The smallest amount two totals can differ by, in øre: the common divisor of every amount."""
        amounts = [bid.price for bid in self.bids] + [amount for amount in self.reserves if amount] + [self.cost]
        return gcd(*amounts) or 1

    def total(self, chosen: Iterable[int]) -> int | None:
        """What awarding these bids (by their place in ``bids``) costs, or ``None`` if it breaks any rule."""
        bids = [self.bids[at] for at in sorted(set(chosen))]
        covered = [lot for bid in bids for lot in bid.lots]
        once = set(covered)
        if len(covered) != len(once):
            return None
        left = [reserve for lot, reserve in enumerate(self.reserves) if lot not in once]
        groups = [(bid.bidder, group) for bid in bids for group in bid.groups]
        if len(groups) != len(set(groups)):
            return None
        lots: dict[int, int] = defaultdict(int)
        value: dict[int, int] = defaultdict(int)
        for bid in bids:
            lots[bid.bidder] += len(bid.lots)
            value[bid.bidder] += bid.price
        if self.cap is not None and any(count > self.cap for count in lots.values()):
            return None
        if len(lots) < self.min_winners:
            return None
        awarded = sum(value.values())
        if self.share is not None and any(
            one * self.share.denominator > self.share.numerator * awarded for one in value.values()
        ):
            return None
        if self.least is not None and any(
            one * self.least.denominator < self.least.numerator * awarded for one in value.values()
        ):
            return None
        for area, winners in self.areas:
            if len({bid.bidder for bid in bids if not area.isdisjoint(bid.lots)}) < winners:
                return None
        total = awarded + self.cost * len(lots)
        for reserve in left:
            if reserve is None:
                return None
            total += reserve
        return total


def ore(amount: Decimal) -> int:
    """Kroner as whole øre. The reader has seen to it that nothing is lost."""
    return int(amount.scaleb(2))


def make_instance(problem: AwardProblem) -> tuple[Instance, tuple[SetAside, ...]]:
    """The whole problem in øre, without the tenders that cannot be part of the lowest total, and those named."""
    set_aside = _set_aside(problem)
    return whole_instance(problem, {one.tender for one in set_aside}), set_aside


def whole_instance(problem: AwardProblem, gone: Container[str] = ()) -> Instance:
    """The whole problem in øre, without the tenders named in ``gone``."""
    lot_at = {lot.id: at for at, lot in enumerate(problem.lots)}
    bidder_at: dict[str, int] = {}
    group_at: dict[tuple[str, str], int] = {}
    bids = []
    for at, tender in enumerate(problem.tenders):
        bidder = bidder_at.setdefault(tender.bidder, len(bidder_at))
        groups = tuple(group_at.setdefault((tender.bidder, name), len(group_at)) for name in tender.exclusive)
        if tender.id not in gone:
            lots = tuple(sorted(lot_at[lot] for lot in tender.lots))
            bids.append(Bid(at, bidder, lots, ore(tender.price), groups))
    limits = problem.limits
    return Instance(
        names=tuple(range(len(problem.lots))),
        reserves=tuple(None if lot.reserve is None else ore(lot.reserve) for lot in problem.lots),
        bids=tuple(bids),
        bidders=len(bidder_at),
        cap=limits.max_lots_per_bidder,
        min_winners=limits.min_winners,
        share=None if limits.max_value_share is None else Fraction(limits.max_value_share),
        cost=ore(limits.cost_per_winner),
        least=None if limits.min_value_share is None else Fraction(limits.min_value_share),
        areas=tuple((frozenset(lot_at[lot] for lot in one.lots), one.min_winners) for one in limits.winners_in),
    )


def parts(whole: Instance) -> list[Instance]:
    """Split into parts that can be solved alone and added up: no tender, limit or cost joins lots of two of them."""
    count = len(whole.reserves)
    wins_anyway = whole.min_winners == 1 and None in whole.reserves
    shares = whole.share is not None or whole.least is not None
    if shares or whole.areas or (whole.min_winners > 0 and not wins_anyway):
        return [whole]
    parent = list(range(count))

    def root(lot: int) -> int:
        while parent[lot] != lot:
            parent[lot] = lot = parent[parent[lot]]
        return lot

    def join(lots: Iterable[int]) -> None:
        first, *rest = lots
        for lot in rest:
            parent[root(lot)] = root(first)

    by_bidder: dict[int, set[int]] = defaultdict(set)
    by_group: dict[int, set[int]] = defaultdict(set)
    for bid in whole.bids:
        join(bid.lots)
        by_bidder[bid.bidder].update(bid.lots)
        for group in bid.groups:
            by_group[group].update(bid.lots)
    for lots in by_group.values():
        join(lots)
    for lots in by_bidder.values():
        if whole.cost or (whole.cap is not None and len(lots) > whole.cap):
            join(lots)
    members: dict[int, list[int]] = defaultdict(list)
    for lot in range(count):
        members[root(lot)].append(lot)
    mine: dict[int, list[Bid]] = defaultdict(list)
    for bid in whole.bids:
        mine[root(bid.lots[0])].append(bid)
    return [_part(whole, lots, mine[first]) for first, lots in members.items()]


def _part(whole: Instance, lots: list[int], bids: list[Bid]) -> Instance:
    place = {lot: at for at, lot in enumerate(lots)}
    inside = [Bid(bid.at, bid.bidder, tuple(place[lot] for lot in bid.lots), bid.price, bid.groups) for bid in bids]
    return Instance(
        names=tuple(whole.names[lot] for lot in lots),
        reserves=tuple(whole.reserves[lot] for lot in lots),
        bids=tuple(inside),
        bidders=whole.bidders,
        cap=whole.cap,
        min_winners=0,
        share=None,
        cost=whole.cost,
    )


def _set_aside(problem: AwardProblem) -> tuple[SetAside, ...]:
    """Only what is strictly worse: an equal tender may be part of a tie, and ties are named.

    A share, largest or smallest, is of the awarded prices, so there a dearer tender may be needed and nothing is too dear.
    """
    limits = problem.limits
    reserves = {lot.id: lot.reserve for lot in problem.lots}
    cheapest: dict[tuple[str, frozenset[str]], Tender] = {}
    for tender in problem.tenders:
        key = tender.bidder, frozenset(tender.lots)
        if not tender.exclusive and (key not in cheapest or tender.price < cheapest[key].price):
            cheapest[key] = tender
    found = []
    for tender in problem.tenders:
        if limits.max_lots_per_bidder is not None and len(tender.lots) > limits.max_lots_per_bidder:
            found.append(SetAside(tender.id, "too_many_lots"))
            continue
        if limits.max_value_share is not None or limits.min_value_share is not None:
            continue
        left = [reserves[lot] for lot in tender.lots]
        known = [reserve for reserve in left if reserve is not None]
        if not limits.min_winners and not limits.winners_in and len(known) == len(left) and tender.price > sum(known):
            found.append(SetAside(tender.id, "above_reserves"))
            continue
        whole = cheapest.get((tender.bidder, frozenset(tender.lots)))
        if whole is not None and whole.price < tender.price:
            found.append(SetAside(tender.id, "dearer", (whole.id,)))
            continue
        singles = [cheapest.get((tender.bidder, frozenset((lot,)))) for lot in tender.lots]
        held = [single for single in singles if single is not None]
        if len(held) == len(singles) > 1 and sum(single.price for single in held) < tender.price:
            found.append(SetAside(tender.id, "dearer", tuple(single.id for single in held)))
    return tuple(found)
