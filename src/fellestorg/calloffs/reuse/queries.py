"""Figures of settlements: what came back, what it cost, and what reuse saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404

from fellestorg.agreements import directory
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.policy import visible_to
from fellestorg.catalogues.models import PriceLine
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of settlements, by the day of settlement. Kroner without VAT."""

    year: int
    number: int
    fees: Decimal
    paid_back: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """All that somebody sees of a lot. ``co2e_kg`` is what reuse saved; ``reused`` the share of units that were resold."""

    received: int
    wiped: int
    resold: int
    recycled: int
    fees: Decimal
    resale: Decimal
    paid_back: Decimal
    co2e_kg: Decimal
    quarters: tuple[Quarter, ...]

    @property
    def reused(self) -> Decimal:
        return Decimal(self.resold) / self.received if self.received else Decimal(0)

    @property
    def net(self) -> Decimal:
        """Fees less what came back; below zero, more came back than it cost."""
        return self.fees - self.paid_back


def settles(lot: Lot) -> bool:
    """Whether a lot settles resale at all: its price list has a share that is paid back."""
    lines = PriceLine.objects.filter(item__lot=lot, model=PriceLine.Model.REVENUE_SHARE)
    return lines.exists()


def reuse_lot(key: str, lot: str) -> Lot:
    """The lot by its keys. Raises Http404 where there is none, or where it settles nothing."""
    row = directory.find_lot(key, lot)
    if row is None or not settles(row):
        raise Http404
    return row


def settlements(lot: Lot, actor: Actor) -> list[ReuseSettlement]:
    """The settlements of a lot that stand and that somebody may see, newest first."""
    return list(visible_to(actor).filter(lot=lot))


def figures(rows: Iterable[ReuseSettlement]) -> Figures:
    """The sums of some settlements, and their quarters, oldest first and without gaps."""
    kept = list(rows)
    by_quarter: dict[tuple[int, int], list[ReuseSettlement]] = {}
    for one in kept:
        by_quarter.setdefault(_quarter(one.settled_on), []).append(one)
    return Figures(
        sum(one.received for one in kept),
        sum(one.wiped for one in kept),
        sum(one.resold for one in kept),
        sum(one.recycled for one in kept),
        _sum(one.fees for one in kept),
        _sum(one.resale for one in kept),
        _sum(one.paid_back for one in kept),
        _sum(one.co2e_kg for one in kept),
        tuple(
            Quarter(
                *key,
                _sum(one.fees for one in by_quarter.get(key, ())),
                _sum(one.paid_back for one in by_quarter.get(key, ())),
            )
            for key in _between(by_quarter)
        ),
    )


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1


def _between(keys: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    known = sorted(keys)
    if not known:
        return []
    (year, quarter), last = known[0], known[-1]
    found = [(year, quarter)]
    while found[-1] < last:
        year, quarter = found[-1]
        found.append((year, quarter + 1) if quarter < 4 else (year + 1, 1))
    return found


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
