"""The statements of the ceiling ledger. The lock on a lot is held between the first and the commit, so they are few:
one to lock, one to read the draws, one to write everything and hand back the digests of the new rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, DrawBalance, Lot
from fellestorg.kernel.sql import prepared

_LOCK = """
SELECT lot_id, used, reserved, quantity_used, warned_at_percent FROM agreements_ceilingbalance WHERE lot_id = %s FOR UPDATE
"""

_DRAWS = """
SELECT reference, committed, released, reserved, actual, quantity FROM agreements_drawbalance
WHERE lot_id = %s AND reference = ANY(%s::text[])
"""

_WRITE = """
WITH posted AS (
    INSERT INTO agreements_ceilingentry (lot_id, kind, of_reserve, amount, reference, buyer_id, decision_id, at,
                                         quantity, used_after, reserved_after, breach, note, made_on, flags)
    SELECT %s::bigint, kind, of_reserve, amount, reference, buyer, decision, at, quantity, used, reserved, breach, note,
           made_on, flags
    FROM unnest(%s::text[], %s::bool[], %s::numeric[], %s::text[], %s::bigint[], %s::uuid[], %s::timestamptz[],
                %s::numeric[], %s::numeric[], %s::numeric[], %s::bool[], %s::text[], %s::date[], %s::text[])
         WITH ORDINALITY AS e(kind, of_reserve, amount, reference, buyer, decision, at, quantity, used, reserved, breach,
                              note, made_on, flags, place)
    ORDER BY place
    RETURNING *
), drawn AS (
    INSERT INTO agreements_drawbalance AS d (lot_id, reference, committed, released, reserved, actual, quantity)
    SELECT %s::bigint, * FROM unnest(%s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
    ON CONFLICT (lot_id, reference) DO UPDATE SET committed = excluded.committed, released = excluded.released,
        reserved = excluded.reserved, actual = excluded.actual, quantity = excluded.quantity
), summed AS (
    UPDATE agreements_ceilingbalance SET used = %s, reserved = %s, quantity_used = %s, warned_at_percent = %s
    WHERE lot_id = %s
)
SELECT id, fellestorg_row_digest(to_jsonb(posted)) FROM posted ORDER BY id
"""


def lock_balance(lot: Lot) -> CeilingBalance | None:
    """The lot's balance under a row lock, or ``None`` where it has none yet."""
    rows = prepared(_LOCK, [lot.pk])
    names = ("lot_id", "used", "reserved", "quantity_used", "warned_at_percent")
    return CeilingBalance(**dict(zip(names, rows[0], strict=True))) if rows else None


def read_draws(lot: Lot, references: Collection[str]) -> dict[str, DrawBalance]:
    """The running sums of the call-offs named that already draw on the lot."""
    names = ("reference", "committed", "released", "reserved", "actual", "quantity")
    rows = [dict(zip(names, row, strict=True)) for row in prepared(_DRAWS, [lot.pk, list(references)])]
    return {row["reference"]: DrawBalance(lot=lot, **row) for row in rows}


def write(lot: Lot, balance: CeilingBalance, draws: Collection[DrawBalance], entries: Sequence[CeilingEntry]) -> None:
    """Save entries, draws and balance at once. Each entry gets its id and its digest, as the event log wants it."""
    entry_columns = (
        "kind", "of_reserve", "amount", "reference", "buyer_id", "decision_id", "at",
        "quantity", "used_after", "reserved_after", "breach", "note", "made_on", "flags",
    )  # fmt: skip
    draw_columns = ("reference", "committed", "released", "reserved", "actual", "quantity")
    written = prepared(
        _WRITE,
        [
            lot.pk,
            *([getattr(entry, name) for entry in entries] for name in entry_columns),
            lot.pk,
            *([getattr(draw, name) for draw in draws] for name in draw_columns),
            balance.used,
            balance.reserved,
            balance.quantity_used,
            balance.warned_at_percent,
            lot.pk,
        ],
    )
    for entry, (key, digest) in zip(entries, written, strict=True):
        entry.pk, entry.row_digest = key, digest  # type: ignore[attr-defined]
