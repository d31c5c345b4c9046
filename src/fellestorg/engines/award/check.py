"""The award proved anew, straight from the problem in ``Decimal``: no solver, no scaled numbers, no shared code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from fellestorg.engines.award.problem import ZERO, AwardProblem, Tender


def broken_rules(problem: AwardProblem, awarded: Sequence[Tender]) -> tuple[str, ...]:
    """The names of the rules this award breaks, none when it may stand.

    ``lots`` (a lot given twice, or one that must be covered left), ``exclusive``, and the names of the limits.
    """
    broken = []
    limits = problem.limits
    given = Counter(lot for tender in awarded for lot in tender.lots)
    if any(count > 1 for count in given.values()) or any(
        lot.reserve is None and lot.id not in given for lot in problem.lots
    ):
        broken.append("lots")
    groups = Counter((tender.bidder, name) for tender in awarded for name in tender.exclusive)
    if any(count > 1 for count in groups.values()):
        broken.append("exclusive")
    counts: Counter[str] = Counter()
    values: dict[str, Decimal] = {}
    for tender in awarded:
        counts[tender.bidder] += len(tender.lots)
        values[tender.bidder] = values.get(tender.bidder, ZERO) + tender.price
    if limits.max_lots_per_bidder is not None and any(n > limits.max_lots_per_bidder for n in counts.values()):
        broken.append("max_lots_per_bidder")
    if len(counts) < limits.min_winners:
        broken.append("min_winners")
    share = limits.max_value_share
    if share is not None and any(value > share * sum(values.values()) for value in values.values()):
        broken.append("max_value_share")
    least = limits.min_value_share
    if least is not None and any(value < least * sum(values.values()) for value in values.values()):
        broken.append("min_value_share")
    for group in limits.winners_in:
        here = {tender.bidder for tender in awarded if not set(tender.lots).isdisjoint(group.lots)}
        if len(here) < group.min_winners and "winners_in" not in broken:
            broken.append("winners_in")
    return tuple(broken)


def total_of(problem: AwardProblem, awarded: Sequence[Tender]) -> Decimal:
    """Prices, reserves of the lots left uncovered, and what each winner costs."""
    given = {lot for tender in awarded for lot in tender.lots}
    winners = {tender.bidder for tender in awarded}
    left = [lot.reserve or ZERO for lot in problem.lots if lot.id not in given]
    return (
        sum((tender.price for tender in awarded), ZERO)
        + sum(left, ZERO)
        + problem.limits.cost_per_winner * len(winners)
    )


def lot_by_lot(problem: AwardProblem) -> tuple[tuple[Tender, ...], Decimal | None]:
    """Each lot by itself to the cheapest tender for it alone, the first of equals; reserves where they are lower.

    The total is ``None`` when a lot has neither. Limits across lots are not applied.
    """
    cheapest: dict[str, Tender] = {}
    for tender in problem.tenders:
        if len(tender.lots) == 1 and (tender.lots[0] not in cheapest or tender.price < cheapest[tender.lots[0]].price):
            cheapest[tender.lots[0]] = tender
    chosen = []
    for lot in problem.lots:
        best = cheapest.get(lot.id)
        if best is not None and (lot.reserve is None or best.price <= lot.reserve):
            chosen.append(best)
        elif lot.reserve is None:
            return (), None
    return tuple(chosen), total_of(problem, chosen)
