"""The statements of the last five minutes: thousands save and deliver, so the server keeps these planned, and what is
encrypted travels as bytes. Each does in one statement what must not come apart."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.models import Tender, TenderDraft, TenderFile
from fellestorg.kernel.sql import columns, prepared
from fellestorg.organisations.models import Organisation, Person

_LONG = ("quality", "price")
_DRAFT = "d.id, d.wrapped, d.locked, d.saved_at, d.saved_by_id"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody who tenders asks about: the competition, the supplier, its draft without the content (``None``:
    there is none), and the instant by the database's clock."""

    competition: Competition
    supplier: Organisation
    draft: TenderDraft | None
    now: datetime


def look(number: str, suppliers: Collection[str]) -> Seen | None:
    """The competition with this number and the first by name of the suppliers; ``None`` where there is no such."""
    rows = prepared(_look(), [list(suppliers), number])
    if not rows:
        return None
    now, *rest = rows[0]
    row, values = rest[:5], rest[5:]
    count = len(columns(Competition))
    competition = Competition.from_db(DEFAULT_DB_ALIAS, columns(Competition), values[:count])
    supplier = Organisation.from_db(DEFAULT_DB_ALIAS, columns(Organisation), values[count:])
    draft = None if row[0] is None else _draft(competition, supplier, [*row, b""])
    return Seen(competition, supplier, draft, now)


@cache
def _look() -> str:
    wanted = [f"c.{name}" for name in columns(Competition)] + [f"s.{name}" for name in columns(Organisation)]
    return f"""
SELECT fellestorg_now(), {_DRAFT}, {", ".join(wanted)}
FROM competitions_competition c
CROSS JOIN (SELECT * FROM organisations_organisation WHERE number = ANY(%s::text[]) ORDER BY sort_name LIMIT 1) s
LEFT JOIN competitions_tenderdraft d ON d.competition_id = c.id AND d.supplier_id = s.id
WHERE c.number = %s
"""  # noqa: S608 (names of our own columns)


def find(competition: Competition, supplier: Organisation, *, lock: bool = False) -> TenderDraft | None:
    """A supplier's draft without its content, or locked and with its content."""
    content = "d.sealed" if lock else "''::bytea"
    rows = prepared(
        f"SELECT {_DRAFT}, {content} FROM competitions_tenderdraft d "  # noqa: S608
        f"WHERE d.competition_id = %s AND d.supplier_id = %s {'FOR UPDATE' if lock else ''}",
        [competition.pk, supplier.pk],
    )
    return _draft(competition, supplier, rows[0]) if rows else None


def complete_files(row: TenderDraft) -> list[TenderFile]:
    """The files of a draft that have come whole and are not taken out, in the order they came."""
    rows = prepared(
        "SELECT id, sealed FROM competitions_tenderfile WHERE draft_id = %s AND complete AND NOT dropped "
        "ORDER BY begun_at",
        [row.pk],
    )
    return [TenderFile(id=key, draft=row, sealed=sealed, complete=True) for key, sealed in rows]


def insert(row: TenderDraft) -> bool:
    """Write a new draft. False where the supplier has one already."""
    written = prepared(
        "INSERT INTO competitions_tenderdraft "
        "(id, competition_id, supplier_id, wrapped, sealed, locked, saved_at, saved_by_id) "
        "VALUES (%s, %s, %s, %s, %s, false, %s, %s) ON CONFLICT (competition_id, supplier_id) DO NOTHING RETURNING id",
        [row.pk, row.competition_id, row.supplier_id, row.wrapped, row.sealed, row.saved_at, row.saved_by_id],
    )
    return bool(written)


def keep(row: TenderDraft, sealed: bytes, *, person: Person, now: datetime) -> bool:
    """Write a draft's content in place of the one before. False where it is delivered, or has another key, since it was
    read: then ``sealed`` could not be opened."""
    written = prepared(
        "UPDATE competitions_tenderdraft SET sealed = %s, saved_at = %s, saved_by_id = %s "
        "WHERE id = %s AND NOT locked AND wrapped = %s RETURNING id",
        [sealed, now, person.pk, row.pk, row.wrapped],
    )
    return bool(written)


_HELD = """(SELECT k.recipient FROM competitions_competitionkey k WHERE k.competition_id = c.id),
(SELECT count(*) FROM competitions_opening o WHERE o.competition_id = c.id)"""


def hold(competition: Competition) -> tuple[str, int]:
    """Hold off whoever would move the competition, while several suppliers may hold it at once. Returns what tenders are
    encrypted to (empty: no key), and which round this is: revised tenders come after an opening."""
    rows = prepared(
        f"SELECT {_HELD} FROM competitions_competition c WHERE c.id = %s FOR SHARE OF c",  # noqa: S608
        [competition.pk],
    )
    recipient, openings = rows[0]
    return recipient or "", openings + 1


def hold_with_draft(competition: Competition, supplier: Organisation) -> tuple[TenderDraft, str, int] | None:
    """As ``hold``, and the supplier's draft locked and with its content; ``None`` where there is none."""
    rows = prepared(
        f"SELECT {_HELD}, {_DRAFT}, d.sealed "  # noqa: S608
        "FROM competitions_competition c JOIN competitions_tenderdraft d ON d.competition_id = c.id "
        "WHERE c.id = %s AND d.supplier_id = %s FOR SHARE OF c FOR UPDATE OF d",
        [competition.pk, supplier.pk],
    )
    if not rows:
        return None
    recipient, openings, *row = rows[0]
    return _draft(competition, supplier, row), recipient or "", openings + 1


def receive(tender: Tender, draft: TenderDraft) -> None:
    """Write a tender as its supplier's next version in the round, and its draft's new key and content and that it is
    delivered. The tender gets the database's instant, and the digest that the event log wants. The caller holds the
    supplier's draft, so that versions are counted one at a time."""
    written = prepared(
        _receive(),
        {
            "id": tender.pk,
            "competition": tender.competition_id,
            "supplier": tender.supplier_id,
            "round": tender.round,
            "receipt": tender.receipt,
            "sha256": tender.sha256,
            "quality": tender.quality,
            "price": tender.price,
            "files": tender.files,
            "at": tender.received_at,
            "by": tender.submitted_by_id,
            "draft": draft.pk,
            "wrapped": draft.wrapped,
            "sealed": draft.sealed,
        },
    )
    tender.version, tender.received_at, rest = written[0]
    tender.row_digest = _digest(rest, tender)  # type: ignore[attr-defined]
    tender._state.adding = False


@cache
def _receive() -> str:
    kept = ", ".join(f"'{name}', t.{name}" for name in columns(Tender) if name not in _LONG)
    empty = ", ".join(f"'{name}', ''" for name in _LONG)
    return f"""
WITH delivered AS (
    UPDATE competitions_tenderdraft SET wrapped = %(wrapped)s, sealed = %(sealed)s, locked = true WHERE id = %(draft)s
)
INSERT INTO competitions_tender AS t (id, competition_id, supplier_id, round, version, receipt, sha256, quality, price,
                                      files, received_at, submitted_by_id)
SELECT %(id)s, %(competition)s, %(supplier)s, %(round)s::smallint, count(*) + 1, %(receipt)s, %(sha256)s, %(quality)s,
       %(price)s, %(files)s::uuid[], %(at)s, %(by)s
FROM competitions_tender
WHERE competition_id = %(competition)s AND supplier_id = %(supplier)s AND round = %(round)s::smallint
RETURNING t.version, t.received_at, jsonb_strip_nulls(jsonb_build_object({kept}, {empty}))::text
"""  # noqa: S608 (names of our own columns)


def _draft(competition: Competition, supplier: Organisation, row: Sequence[Any]) -> TenderDraft:
    key, wrapped, locked, at, by, sealed = row
    return TenderDraft(
        id=key, competition_id=competition.pk, supplier_id=supplier.pk,
        wrapped=wrapped, sealed=sealed, locked=locked, saved_at=at, saved_by_id=by,
    )  # fmt: skip


def _digest(rest: str, tender: Tender) -> str:
    """What ``fellestorg_row_digest`` says of the row: over its text as the database writes it, ``rest``, with what is
    long put in here: the database would go through a hundred kilobytes again and again."""
    for name in _LONG:
        # Inside a text every quotation mark has a backslash before it, so this is the column and nothing else.
        rest = rest.replace(f'"{name}": ""', f'"{name}": "\\\\x{getattr(tender, name).hex()}"')
    return hashlib.sha256(rest.encode()).hexdigest()
