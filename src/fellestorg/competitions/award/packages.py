"""What the engine of an award over lots is offered: each supplier's lots one by one, its packages, and, where it can take
only so many, every combination it can. Totals are the evaluation's, in kroner; a package's discount is of its prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from fellestorg.competitions.acting import refuse
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.content import PACKAGES
from fellestorg.competitions.tenders.packages import Offered
from fellestorg.competitions.tenders.queries import offered_across_lots
from fellestorg.values import quote

MOST_COMBINATIONS = 5000


@dataclass(frozen=True, slots=True)
class Offer:
    """A total for all of ``lots`` together. Of offers that share ``exclusive``, one at most is taken."""

    bidder: str
    lots: tuple[str, ...]
    total: Fraction
    exclusive: str = ""

    @property
    def id(self) -> str:
        """The name the engine knows it by."""
        return f"{self.bidder}:{'+'.join(self.lots)}"


def offers_of(competition: Competition, totals: Iterable[tuple[str, str, Fraction]]) -> list[Offer]:
    """The offers, given the evaluated total of each supplier in each lot it remains in.

    Raises Refused where a supplier's capacity gives more combinations than can be solved.
    """
    singles = [Offer(bidder, (lot,), total) for bidder, lot, total in totals]
    if not any(lot.limits.get(PACKAGES) for lot in competition.lots.all()):
        return singles
    prices = {lot.key: queries.prices(lot) for lot in competition.lots.all()}
    across, found = offered_across_lots(competition), []
    for bidder in dict.fromkeys(one.bidder for one in singles):
        own = [one for one in singles if one.bidder == bidder]
        found += offers_of_one(own, across.get(bidder, Offered()), {lot: prices[lot].get(bidder) for lot in prices})
    return found


def offers_of_one(singles: Sequence[Offer], offered: Offered, prices: Mapping[str, Decimal | None]) -> list[Offer]:
    """One supplier's offers: its lots, its packages where it remains in every lot of them, within its capacity."""
    own = {one.lots[0]: one for one in singles}
    found = list(singles)
    for package in offered.packages:
        if set(package.lots) <= own.keys():
            price = sum((prices[lot] or Decimal(0) for lot in package.lots), Decimal(0))
            total = sum((own[lot].total for lot in package.lots), Fraction(0))
            saved = Fraction(quote(price * package.discount))
            found.append(Offer(singles[0].bidder, tuple(sorted(package.lots)), total - saved))
    if offered.most_lots is None or offered.most_lots >= len(own):
        return found
    best: dict[tuple[str, ...], Offer] = {}
    for one in _combinations(found, offered.most_lots):
        if one.lots not in best or one.total < best[one.lots].total:
            best[one.lots] = one
        if len(best) > MOST_COMBINATIONS:
            refuse("capacity_gives_too_many")
    return list(best.values())


def won_discounts(competition: Competition, winners: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], Decimal]:
    """What packages take off the prices, as shares, by supplier and lot, given the winners of each lot."""
    if not any(lot.limits.get(PACKAGES) for lot in competition.lots.all()):
        return {}
    prices = {lot.key: queries.prices(lot) for lot in competition.lots.all()}
    found: dict[tuple[str, str], Decimal] = {}
    for supplier, offered in offered_across_lots(competition).items():
        won = {lot for lot, chosen in winners.items() if supplier in chosen}
        own = {lot: prices[lot][supplier] for lot in won}
        found |= {(supplier, lot): share for lot, share in discounts_of_one(offered, own).items()}
    return found


def discounts_of_one(offered: Offered, won: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The discount of each lot won (with its price): of the packages that were won whole and do not overlap, those that
    save most."""
    whole = [one for one in offered.packages if set(one.lots) <= won.keys()]
    best: dict[str, Decimal] = {}
    most = Decimal(0)
    for count in range(1, len(whole) + 1):
        for chosen in combinations(whole, count):
            shares = {lot: one.discount for one in chosen for lot in one.lots}
            saved = sum((won[lot] * share for lot, share in shares.items()), Decimal(0))
            if len(shares) == sum(len(one.lots) for one in chosen) and saved > most:
                best, most = shares, saved
    return best


def engine_limits(limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits that the engine knows: whether packages are taken is none of them."""
    return {name: value for name, value in limits.items() if name != PACKAGES}


def _combinations(offers: Sequence[Offer], most: int, start: int = 0, taken: Offer | None = None) -> Iterator[Offer]:
    for place in range(start, len(offers)):
        one = offers[place]
        lots = (*(taken.lots if taken else ()), *one.lots)
        if len(lots) > most or len(set(lots)) < len(lots):
            continue
        total = one.total + (taken.total if taken else 0)
        made = Offer(one.bidder, tuple(sorted(lots)), total, f"capacity:{one.bidder}")
        yield made
        yield from _combinations(offers, most, place + 1, made)
