"""What is drawn on a ceiling without Fellestorg: the fact itself, what it is called in the ledger, the rules it did not
keep, and what it would do to the ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot, Participation
from fellestorg.agreements.rules import WARN_AT_PERCENT, percent_reached
from fellestorg.organisations.models import Organisation

FACT_KINDS = ("opening", "elsewhere")
NOT_A_PARTICIPANT, OUT_OF_TIME = "FA-2", "FA-4"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact to be drawn on a lot: ``opening`` (drawn before Fellestorg) or ``elsewhere`` (a call-off made elsewhere).

    ``amount`` is kroner without VAT, ``on`` the day it was made there, ``reference`` what it is called there.
    """

    lot: Lot
    kind: str
    reference: str
    amount: Decimal
    buyer: Organisation | None = None
    on: date | None = None
    quantity: Decimal = Decimal(0)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What some facts do to one lot's ceiling. Used counts what is held; ``crossed`` are the warning levels passed."""

    lot: Lot
    facts: int
    before: Decimal
    after: Decimal
    crossed: tuple[int, ...]
    quantity_before: Decimal
    quantity_after: Decimal

    @property
    def share_before(self) -> Decimal:
        return self.before / self.lot.max_value

    @property
    def share_after(self) -> Decimal:
        return self.after / self.lot.max_value

    @property
    def breaks(self) -> bool:
        """Whether the lot lies past its ceiling, in kroner or in units, with the facts on record."""
        most = self.lot.max_quantity
        return self.after > self.lot.max_value or (most is not None and self.quantity_after > most)


@dataclass(frozen=True, slots=True)
class Preview:
    """What registering would do. ``flags`` and ``alike`` have one element a fact: the rules it did not keep, and the
    references already on record (or earlier among the facts) with the same buyer, amount and day."""

    facts: tuple[Fact, ...]
    effects: tuple[Effect, ...]
    flags: tuple[tuple[str, ...], ...]
    alike: tuple[tuple[str, ...], ...]


def key_of(kind: str, reference: str) -> str:
    """What a fact is called in the ledger, apart from call-offs, whose reference is their number."""
    return f"{kind}:{reference.strip()}"


def spoken(reference: str) -> tuple[str, str]:
    """A ledger's reference as its kind and what people call it: ``("elsewhere", "R-1")``; kind is empty for call-offs."""
    kind, colon, name = reference.partition(":")
    return (kind, name) if colon and kind in FACT_KINDS else ("", reference)


def preview(facts: Sequence[Fact]) -> Preview:
    """What registering these facts would do, without locking or writing anything."""
    return Preview(tuple(facts), tuple(effects_of(facts)), tuple(flags_of(facts)), tuple(_alike(facts)))


def effects_of(facts: Sequence[Fact]) -> list[Effect]:
    """What facts do to each lot, in the order of agreements and lot numbers."""
    balances = {row.lot_id: row for row in CeilingBalance.objects.filter(lot__in={one.lot.pk for one in facts})}
    by_lot: dict[int, list[Fact]] = {}
    for one in facts:
        by_lot.setdefault(one.lot.pk, []).append(one)
    effects = []
    for lot_id, mine in by_lot.items():
        lot, balance = mine[0].lot, balances.get(lot_id) or CeilingBalance(lot_id=lot_id)
        before = Decimal(balance.used) + Decimal(balance.reserved)
        after = before + sum((one.amount for one in mine), Decimal(0))
        counted = Decimal(balance.quantity_used)
        was, reached = percent_reached(before, lot.max_value), percent_reached(after, lot.max_value)
        crossed = tuple(level for level in WARN_AT_PERCENT if was < level <= reached)
        more = sum((one.quantity for one in mine), Decimal(0))
        effects.append(Effect(lot, len(mine), before, after, crossed, counted, counted + more))
    return sorted(effects, key=lambda effect: (effect.lot.agreement.key, effect.lot.number))


def flags_of(facts: Sequence[Fact]) -> list[tuple[str, ...]]:
    """The rules each fact did not keep: bought by somebody who did not take part that day (FA-2), or on a day outside
    the agreement's time (FA-4). Opening balances belong to nobody and no day, and get none."""
    rows = Participation.objects.filter(
        agreement__in={one.lot.agreement_id for one in facts},
        organisation__in={one.buyer.pk for one in facts if one.buyer is not None},
    )
    periods: dict[tuple[int, int], list[tuple[date, date | None]]] = {}
    for row in rows:
        periods.setdefault((row.agreement_id, row.organisation_id), []).append((row.valid_from, row.valid_to))
    flags = []
    for one in facts:
        found = []
        if one.kind == "elsewhere" and one.buyer is not None and one.on is not None:
            mine = periods.get((one.lot.agreement_id, one.buyer.pk), [])
            if not any(start <= one.on and (end is None or one.on <= end) for start, end in mine):
                found.append(NOT_A_PARTICIPANT)
            if not one.lot.agreement.starts <= one.on <= one.lot.agreement.ends:
                found.append(OUT_OF_TIME)
        flags.append(tuple(found))
    return flags


def _alike(facts: Sequence[Fact]) -> list[tuple[str, ...]]:
    days = {one.on for one in facts if one.on is not None}
    rows = CeilingEntry.objects.filter(
        lot__in={one.lot.pk for one in facts}, kind=CeilingEntry.Kind.ACTUAL, made_on__in=days
    ).values_list("lot", "buyer", "amount", "made_on", "reference")
    seen: dict[tuple[object, ...], list[str]] = {}
    for lot, buyer, amount, on, reference in rows:
        seen.setdefault((lot, buyer, amount, on), []).append(spoken(reference)[1])
    found = []
    for one in facts:
        key = (one.lot.pk, one.buyer.pk if one.buyer else None, one.amount, one.on)
        others = seen.setdefault(key, [])
        found.append(tuple(name for name in others if name != one.reference) if one.kind == "elsewhere" else ())
        others.append(one.reference)
    return found
