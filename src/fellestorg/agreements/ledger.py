"""The ceiling ledger: everything that draws on a lot, over all buyers, in the order the database decided.

:func:`lock` takes the row lock on the lot's balance; whoever holds it sees the true sums until the transaction ends.
Facts are always recorded, past 100 % as a breach; only new call-offs are refused (FA-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from fellestorg.agreements import ledger_sql
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, DrawBalance, Lot
from fellestorg.agreements.rules import Draw, Entry, percent_reached, post
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused, kroner


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be posted: the entry, and what it belongs to. ``quantity`` is units drawn, given back where negative.

    ``made_on`` is the day a purchase was made elsewhere; ``flags`` are the rules it did not keep, by id.
    """

    entry: Entry
    reference: str
    at: datetime
    buyer: Organisation | None = None
    decision: DecisionRecord | None = None
    quantity: Decimal = Decimal(0)
    note: str = ""
    made_on: date | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """The rows written, the warning level that was crossed by them (0 where none was), and whether they broke the
    ceiling that still held before them."""

    entries: tuple[CeilingEntry, ...]
    crossed_percent: int
    broke_ceiling: bool = False


def lock(lot: Lot) -> CeilingBalance:
    """The lot's balance, held until the transaction ends. Two call-offs on one lot queue here; two lots never meet."""
    if not connection.in_atomic_block:
        raise RuntimeError("a ceiling is locked inside a transaction")
    balance = ledger_sql.lock_balance(lot)
    if balance is None:
        CeilingBalance.objects.get_or_create(lot=lot)
        balance = ledger_sql.lock_balance(lot)
        assert balance is not None
    return balance


def write(lot: Lot, balance: CeilingBalance, postings: Sequence[Posting]) -> Posted:
    """Post entries in order under a balance from :func:`lock`. Raises Refused where a reserve or commitment that is not
    covered by the call-off's own open reserve would pass 100 %; facts (opening, actual, correct) never are."""
    references = {posting.reference for posting in postings}
    draws = ledger_sql.read_draws(lot, references)
    entries: list[CeilingEntry] = []
    # Measured from where the batch began, so that turning one's own reserve into a commitment is always possible.
    at_start = balance.used + balance.reserved
    for posting in postings:
        row = draws.setdefault(posting.reference, _new_draw(lot, posting.reference))
        before = Draw(row.committed, row.released, row.reserved, row.actual)
        after = post(before, posting.entry)
        used = balance.used + after.used - before.used
        reserved = balance.reserved + after.reserved - before.reserved
        past = used + reserved > lot.max_value and used + reserved > at_start
        counted = balance.quantity_used + posting.quantity
        too_many = lot.max_quantity is not None and posting.quantity > 0 and counted > lot.max_quantity
        if past and posting.entry.kind in ("reserve", "commit"):
            raise Refused(
                "room_under_ceiling",
                f"Det er ikke plass under taket: {kroner(lot.max_value - balance.used - balance.reserved)} kr igjen.",
            )
        row.committed, row.released, row.reserved, row.actual = (
            after.committed,
            after.released,
            after.reserved,
            after.actual,
        )
        row.quantity += posting.quantity
        balance.used, balance.reserved = used, reserved
        balance.quantity_used = counted
        entries.append(
            CeilingEntry(
                lot=lot,
                kind=posting.entry.kind,
                of_reserve=posting.entry.of_reserve,
                amount=posting.entry.amount,
                reference=posting.reference,
                buyer=posting.buyer,
                decision=posting.decision,
                at=posting.at,
                quantity=posting.quantity,
                used_after=used,
                reserved_after=reserved,
                breach=past or too_many,
                flags=" ".join(posting.flags) or None,
                made_on=posting.made_on,
                note=posting.note,
            )
        )
    reached = percent_reached(balance.used + balance.reserved, lot.max_value)
    crossed = reached if reached > balance.warned_at_percent else 0
    # A warning that rested on a mistake is given again when the level is really reached.
    corrected = any(posting.entry.kind == "correct" for posting in postings)
    balance.warned_at_percent = reached if corrected else max(reached, balance.warned_at_percent)
    ledger_sql.write(lot, balance, draws.values(), entries)
    broke = at_start <= lot.max_value < balance.used + balance.reserved
    return Posted(tuple(entries), crossed, broke)


def _new_draw(lot: Lot, reference: str) -> DrawBalance:
    zero = Decimal(0)
    return DrawBalance(
        lot=lot, reference=reference, committed=zero, released=zero, reserved=zero, actual=zero, quantity=zero
    )
