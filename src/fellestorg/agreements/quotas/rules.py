"""Shares of a lot's buyers, as arithmetic: how they stand, what breaks them, and who may be assigned so that they hold.

A supplier's share is what is assigned to it out of everything that takes part, assigned or not. So it says where the
distribution ends when everybody is assigned, and grows as it fills. Two things break a quota: that a supplier has more
than its ``high``, and that it can no longer reach its ``low`` even if it got all who are left. Weights are whole numbers
(employees, subscriptions, øre). Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from fellestorg.agreements.quotas.distributing import distribute


@dataclass(frozen=True, slots=True)
class Quota:
    """What a supplier is to have, as shares of one."""

    supplier: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer with its weight, and the supplier it is assigned to (empty: none)."""

    number: str
    weight: int
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a supplier stands: its weight, its share, and the share it would have with all who are unassigned."""

    supplier: str
    low: Decimal
    high: Decimal
    units: int
    share: Decimal
    reach: Decimal
    over: Decimal
    """How much too heavy it is, in the measure's units; zero where it is not."""
    lacks: Decimal
    """How much is missing for it to reach its ``low``, even with all who are left; zero where nothing is."""

    @property
    def state(self) -> str:
        """``over``, ``out_of_reach``, ``filling`` (under its low, but can still reach it) or ``inside``."""
        if self.over > 0:
            return "over"
        if self.lacks > 0:
            return "out_of_reach"
        return "filling" if self.share < self.low else "inside"


@dataclass(frozen=True, slots=True)
class Move:
    """That a buyer is assigned to a supplier, from another one or for the first time (``before`` empty)."""

    number: str
    weight: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Assignments that together keep the quotas, and where everybody stands before and after."""

    moves: tuple[Move, ...]
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]

    @property
    def moved(self) -> int:
        """How many have to change supplier."""
        return sum(bool(one.before) for one in self.moves)


def standings(quotas: Sequence[Quota], buyers: Sequence[Buyer]) -> tuple[Standing, ...]:
    """Where each supplier with a quota stands."""
    total = sum(one.weight for one in buyers)
    free = sum(one.weight for one in buyers if not one.supplier)
    found = []
    for quota in quotas:
        units = sum(one.weight for one in buyers if one.supplier == quota.supplier)
        found.append(
            Standing(
                quota.supplier,
                quota.low,
                quota.high,
                units,
                _share(units, total),
                _share(units + free, total),
                max(units - quota.high * total, Decimal(0)),
                max(quota.low * total - units - free, Decimal(0)),
            )
        )
    return tuple(found)


def assigned(buyers: Sequence[Buyer], wanted: Mapping[str, str]) -> tuple[Buyer, ...]:
    """The buyers as they stand once some are assigned: number -> supplier."""
    return tuple(replace(one, supplier=wanted.get(one.number, one.supplier)) for one in buyers)


def broken(
    quotas: Sequence[Quota], before: Sequence[Buyer], after: Sequence[Buyer]
) -> tuple[tuple[Standing, Standing], ...]:
    """The suppliers whose quota a change breaks, or breaks further, each as it stood and as it would stand. What is out of
    its quota already may be mended step by step."""
    pairs = zip(standings(quotas, before), standings(quotas, after), strict=True)
    return tuple((was, would) for was, would in pairs if would.over > was.over or would.lacks > was.lacks)


def propose(quotas: Sequence[Quota], buyers: Sequence[Buyer]) -> Proposal | None:
    """Assign everybody so that all quotas hold, with the fewest who have to move, and the lightest of those. None where
    no distribution holds them all. The same input gives the same answer (see ``distributing``)."""
    people, places = sorted(buyers, key=_by_number), sorted(quotas, key=_by_supplier)
    windows = [bounds(one, sum(buyer.weight for buyer in buyers)) for one in places]
    names = [one.supplier for one in places]
    here = [names.index(one.supplier) if one.supplier in names else (-1 if one.supplier else None) for one in people]
    found = distribute(windows, [one.weight for one in people], here)
    chosen = None if found is None else {one.number: names[place] for one, place in zip(people, found, strict=True)}
    if chosen is None:
        return None
    moves = tuple(
        Move(one.number, one.weight, one.supplier, chosen[one.number])
        for one in sorted(buyers, key=lambda one: (-one.weight, one.number))
        if chosen[one.number] != one.supplier
    )
    return Proposal(moves, standings(quotas, buyers), standings(quotas, assigned(buyers, chosen)))


def bounds(quota: Quota, total: int) -> tuple[int, int]:
    """The least and the most weight a supplier may have out of a total."""
    low = (quota.low * total).to_integral_value(ROUND_CEILING)
    return int(low), int((quota.high * total).to_integral_value(ROUND_FLOOR))


def whole(weights: Iterable[Decimal]) -> list[int]:
    """Weights as whole numbers: kroner become øre when any of them has decimals, so that nothing is lost."""
    found = list(weights)
    scale = 1 if all(one == one.to_integral_value() for one in found) else 10_000
    return [int(one * scale) for one in found]


def _by_number(one: Buyer) -> str:
    return one.number


def _by_supplier(one: Quota) -> str:
    return one.supplier


def _share(part: int, total: int) -> Decimal:
    if not total:
        return Decimal(0)
    return (Decimal(part) / total).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
