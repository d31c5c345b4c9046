"""What the award page asks besides the award: what each limit costs, and what each loser would have had to cut."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from fellestorg.engines.award.answer import OWN_NODES, solve, without_limit
from fellestorg.engines.award.instance import ore, whole_instance
from fellestorg.engines.award.problem import LIMITS, ZERO, AwardAnswer, AwardProblem, Progress, Tender
from fellestorg.engines.award.search import search

#: The smallest amount a price can be cut by.
ORE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PriceOfLimit:
    """What one limit costs: the lowest total with every limit less the lowest without this one.

    ``total_without`` and ``price`` are ``None`` when no answer was found in time or no award keeps all limits;
    ``exact`` only when both totals are proved. For ``cost_per_winner`` the price is what following up winners adds.
    """

    limit: str
    total_without: Decimal | None
    price: Decimal | None
    exact: bool


@dataclass(frozen=True, slots=True)
class WinningCut:
    """The smallest price cut that would have made a loser win: the award with ``tender`` in it then costs one øre less.

    ``tender`` is the bidder's tender that needed the smallest cut; ``cut`` and ``price`` (after the cut) are ``None``
    when no cut would have been enough, and then ``reason`` is ``no_award`` (no permitted award has a tender of this
    bidder in it) or ``below_zero`` (not even for nothing). ``exact`` only when every total behind it is proved.
    """

    bidder: str
    tender: str | None
    cut: Decimal | None
    price: Decimal | None
    reason: str | None
    exact: bool


def price_of_limits(
    problem: AwardProblem,
    *,
    answer: AwardAnswer | None = None,
    deadline_seconds: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
    racers: Sequence[str] | None = None,
    own_nodes: int = OWN_NODES,
) -> tuple[PriceOfLimit, ...]:
    """The price tag of every limit the problem has, in the order of ``LIMITS``. ``answer`` saves the first solve.

    ``deadline_seconds`` is for all of it together.
    """
    clock = _Clock(deadline_seconds)
    names = [name for name in LIMITS if without_limit(problem, name) is not None]
    known = answer or _solve(problem, clock, len(names) + 1, progress, racers, own_nodes)
    found = []
    for at, name in enumerate(names):
        without = without_limit(problem, name)
        if without is None:
            continue
        freed = _solve(without, clock, len(names) - at, progress, racers, own_nodes)
        price = None if known.total is None or freed.total is None else known.total - freed.total
        found.append(PriceOfLimit(name, freed.total, price, price is not None and known.proved and freed.proved))
    return tuple(found)


def winning_cuts(
    problem: AwardProblem,
    *,
    answer: AwardAnswer | None = None,
    deadline_seconds: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
    racers: Sequence[str] | None = None,
    own_nodes: int = OWN_NODES,
) -> tuple[WinningCut, ...]:
    """For every bidder that won nothing, in the order of the tenders: the price cut that would have won something.

    Each of its tenders is forced into the award in turn; the cheapest award then says how much is lacking. Empty when
    there is no award. ``deadline_seconds`` is for all of it together.
    """
    clock = _Clock(deadline_seconds)
    known = answer or _solve(problem, clock, 2, progress, racers, own_nodes)
    if known.awarded is None or known.total is None:
        return ()
    winners = {tender.bidder for tender in known.awarded}
    tried = [tender for tender in problem.tenders if tender.bidder not in winners]
    best: dict[str, WinningCut] = {}
    for at, tender in enumerate(tried):
        cut = _cut(problem, tender, known, clock, len(tried) - at, progress, racers, own_nodes)
        before = best.get(tender.bidder)
        if before is None:
            best[tender.bidder] = cut
            continue
        exact = before.exact and cut.exact
        better = before.cut is None or (cut.cut is not None and cut.cut < before.cut)
        no_better = cut.cut is None and before.cut is None and before.reason == "below_zero"
        best[tender.bidder] = replace(cut if better and not no_better else before, exact=exact)
    return tuple(best.values())


def _cut(
    problem: AwardProblem,
    tender: Tender,
    known: AwardAnswer,
    clock: _Clock,
    shares: int,
    progress: Callable[[Progress], None] | None,
    racers: Sequence[str] | None,
    own_nodes: int,
) -> WinningCut:
    """Lower the price until the award with the tender in it is an øre below the lowest total.

    Without a share limit one solve settles it: the price of a forced tender moves the total one for one. With one, a
    lower price also moves what everybody's share is of, so each step is checked by solving again at the new price.
    """
    if known.total is None:
        raise ValueError("there is no award to compare with")
    if problem.limits.max_value_share is not None or problem.limits.min_value_share is not None:
        return _cut_with_shares(problem, tender, known.total, known.proved, own_nodes)
    forced = _solve(_forced(problem, tender), clock, shares, progress, racers, own_nodes)
    if forced.total is None:
        exact = known.proved and forced.reason != "not_found"
        return WinningCut(tender.bidder, None, None, None, "no_award", exact)
    cut = max(forced.total - known.total + ORE, ZERO)
    return _cut_of(tender, cut, known.proved and forced.proved)


def _cut_of(tender: Tender, cut: Decimal, exact: bool) -> WinningCut:
    if cut > tender.price:
        return WinningCut(tender.bidder, tender.id, None, None, "below_zero", exact)
    return WinningCut(tender.bidder, tender.id, cut, tender.price - cut, None, exact)


def _cut_with_shares(
    problem: AwardProblem, tender: Tender, lowest: Decimal, proved: bool, own_nodes: int
) -> WinningCut:
    """With a share limit a lower price also moves what everybody's share is of, so the search looks for the cut itself.

    An award needs a cut that brings its total below the lowest and its bidder's share within the limits, and allows none
    that brings somebody else's share above the largest.
    """
    share = Fraction(1 if problem.limits.max_value_share is None else problem.limits.max_value_share)
    smallest = Fraction(problem.limits.min_value_share or 0)
    free = replace(problem, limits=replace(problem.limits, max_value_share=None, min_value_share=None))
    forced = _forced(free, tender)
    instance = whole_instance(forced)
    price, best = ore(tender.price), ore(lowest)
    place = forced.tenders.index(tender)
    bidder = next(bid.bidder for bid in instance.bids if bid.at == place)

    def needed(award: tuple[int, ...]) -> int | None:
        total = instance.total(award)
        if total is None:
            return None
        values: dict[int, int] = {}
        for at in award:
            bid = instance.bids[at]
            values[bid.bidder] = values.get(bid.bidder, 0) + bid.price
        awarded = sum(values.values())
        least = max(total - best + 1, 0)
        most = price
        for who, value in values.items():
            if who != bidder:
                most = min(most, math.floor(awarded - value / share))
                if smallest:
                    least = max(least, math.ceil(awarded - value / smallest))
                continue
            if share < 1:
                least = max(least, math.ceil((value - share * awarded) / (1 - share)))
            if smallest < 1:
                most = min(most, math.floor((value - smallest * awarded) / (1 - smallest)))
            elif value < awarded:
                return None
        return least if least <= most else None

    found = search(instance, own_nodes, needed, best - 1)
    if found.total is None:
        return WinningCut(tender.bidder, None, None, None, "no_award", proved and found.complete)
    return _cut_of(tender, Decimal(found.total).scaleb(-2), proved and found.complete)


def _forced(problem: AwardProblem, tender: Tender) -> AwardProblem:
    """The same problem where the tender's lots have no other way to be covered.

    Whatever meets the tender is left out, so its lots can only be its own; without reserves they must be covered.
    """
    mine = set(tender.lots)
    lots = tuple(replace(lot, reserve=None) if lot.id in mine else lot for lot in problem.lots)
    tenders = tuple(one for one in problem.tenders if one.id == tender.id or not mine & set(one.lots))
    return AwardProblem(lots, tenders, problem.limits)


def _solve(
    problem: AwardProblem,
    clock: _Clock,
    shares: int,
    progress: Callable[[Progress], None] | None,
    racers: Sequence[str] | None,
    own_nodes: int,
) -> AwardAnswer:
    return solve(
        problem,
        deadline_seconds=max(clock.left() / max(shares, 1), 0.5),
        progress=progress,
        racers=racers,
        own_nodes=own_nodes,
        look_for_ties=False,
    )


class _Clock:
    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self) -> float:
        return self.ends - time.monotonic()
