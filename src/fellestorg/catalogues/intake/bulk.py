"""A load larger than what is there: built beside the tables, and put in their place when it is whole.

New lines go into copies of the tables that have no indexes, also while the rest of the file is still being read. Then what
was there before is added, indexes are built over all rows in one go, which is several times cheaper than a place for each
row, and constraints and references are made over all rows, each checked by the database: what must be true is as sure as
row by row. Meanwhile everybody reads the tables as they were, and who wants to write waits. Only the last step, where the
copies get the tables' names, closes the tables. If they are open with others just then, or anything hangs on them that is
not known here, the lines are written the plain way instead.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

LEAST_LINES = 10_000
TABLES = ("catalogues_item", "catalogues_priceline")
ITEM = (
    "lot_id", "number", "name_nb", "name_nn", "name_en", "description", "category", "unit", "cpv", "standard_assortment",
    "used",
)  # fmt: skip
SAID = (
    "supplier_number", "product_name", "model", "unit_price", "list_price", "discount_rate", "terms", "tiers", "vat_rate",
    "co2e_kg", "ecolabel", "gtin", "energy_class", "visual_grade", "erasure_proof", "updates_until", "properties",
    "valid_from", "valid_to",
)  # fmt: skip
_COPY = "_beside"
# A page is answered in less; who holds a table longer is not waited for.
_TRIES, _BETWEEN = 20, 0.05
# The sum keeps the planner from fetching all lines of the submission each time.
_LINES = "s.id > %(after)s AND s.id <= %(last)s AND s.submission_id + 0 = %(submission)s"
_KNOWN = "catalogues_item known ON s.item_id IS NULL AND known.lot_id = s.lot_id AND known.number = s.number"
_TAKE = f"""
WITH made AS (
    INSERT INTO catalogues_item{_COPY} ({", ".join(ITEM)})
    SELECT {", ".join(f"s.{name}" for name in ITEM)} FROM catalogues_submittedline s LEFT JOIN {_KNOWN}
    WHERE {_LINES} AND s.kind = 'new' AND s.item_id IS NULL AND known.id IS NULL
    RETURNING id, lot_id, number),
priced AS (
    INSERT INTO catalogues_priceline{_COPY} (item_id, supplier_id, {", ".join(SAID)})
    SELECT coalesce(s.item_id, known.id, made.id), %(supplier)s, {", ".join(f"s.{name}" for name in SAID)}
    FROM catalogues_submittedline s LEFT JOIN {_KNOWN}
    LEFT JOIN made ON s.item_id IS NULL AND made.lot_id = s.lot_id AND made.number = s.number
    WHERE {_LINES} AND s.kind IN ('new', 'changed'))
SELECT count(*) FROM made"""  # noqa: S608 (fixed texts)
# Whatever else hangs on a table, or is set for it, would be lost.
_UNKNOWN = """
SELECT count(*) FROM pg_class t WHERE oid = ANY(%(tables)s::regclass[]) AND (
    relkind <> 'r' OR relpersistence <> 'p' OR relrowsecurity OR relacl IS NOT NULL OR reloptions IS NOT NULL
    OR EXISTS (SELECT FROM pg_depend d WHERE refclassid = 'pg_class'::regclass AND refobjid = t.oid AND classid <> ALL(
        '{pg_class, pg_type, pg_attrdef, pg_constraint, pg_trigger}'::regclass[])))"""
_TRIGGERS = """
SELECT pg_get_triggerdef(oid, true), tgrelid::regclass::text,
       format(' TRIGGER %%I ON %%s IS %%L', tgname, tgrelid::regclass::text || %(copy)s, obj_description(oid, 'pg_trigger'))
FROM pg_trigger WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal ORDER BY tgname"""
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
_INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), pg_get_constraintdef(c.oid)
FROM pg_index LEFT JOIN pg_constraint c ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u', 'x')
WHERE indrelid = ANY(%(tables)s::regclass[]) ORDER BY indexrelid"""
_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
ORDER BY oid"""
Cursor = psycopg.Cursor[Any]


@dataclass(slots=True)
class Beside:
    """A submission's new lines, written beside the tables from the moment the load is known to be large.

    Everything happens in the transaction of the connection that is given. ``is_open``: there are copies, and nobody else
    writes to the tables; ``made``: how many items are in them that were not there before.
    """

    is_open: bool = False
    made: int = 0
    _given_up: bool = False
    _reached: int = 0
    _indexes: list[tuple[str, str]] = field(default_factory=list)

    def take(self, connection: psycopg.Connection[Any], submission: int, supplier: int, new: int) -> None:
        """Write a submission's lines that were not taken before, if so many ``new`` ones are more than what is there."""
        with connection.cursor() as cursor:
            if not self.is_open:
                if self._given_up or not _worth_it(cursor, new):
                    return
                self.is_open = _opened(connection, cursor)
                self._given_up = not self.is_open
                if self._given_up:
                    return
            last = int(_one(cursor, "SELECT max(id) FROM catalogues_submittedline") or 0)
            lines = {"submission": submission, "supplier": supplier, "after": self._reached, "last": last}
            # Of lines that it has not seen before the planner expects few, and a loop within a loop would never end.
            cursor.execute("SET LOCAL enable_nestloop = off")
            self.made += int(_one(cursor, _TAKE, lines))
            cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
            self._reached = last

    def put_in_place(self, connection: psycopg.Connection[Any]) -> bool:
        """Make the copies the tables. False, and no copies any more, where others kept the tables from being taken.

        Raises the database's own error where a row breaks a constraint.
        """
        self.is_open = False
        with connection.cursor() as cursor:
            for table in TABLES:
                columns = _one(cursor, _COLUMNS, {"table": table})
                cursor.execute(f"INSERT INTO {table}{_COPY} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
            self._build(cursor)
            # A table that has checks waiting cannot be put away.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            references = cursor.execute(_REFERENCES, {"tables": list(TABLES)}).fetchall()
            if not _taken(connection, {table for one in references for table in one[:2]}):
                cursor.execute("DROP TABLE " + ", ".join(table + _COPY for table in TABLES))
                return False
            self._change_places(cursor, references)
        return True

    def _build(self, cursor: Cursor) -> None:
        rows = cursor.execute(_INDEXES, {"tables": list(TABLES)}).fetchall()
        for number, (table, name, index, constraint) in enumerate(rows):
            made = f"beside_{number}_{name}"[:63]
            self._indexes.append((made, name))
            if constraint:
                cursor.execute(f"ALTER TABLE {table}{_COPY} ADD CONSTRAINT {made} {constraint}")
            else:
                kind = index.partition(" INDEX ")[0]
                cursor.execute(f"{kind} INDEX {made} ON {table}{_COPY} USING {index.partition(' USING ')[2]}")

    def _change_places(self, cursor: Cursor, references: Iterable[tuple[str, str, str, str]]) -> None:
        references = list(references)
        for table, _other, name, _definition in references:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table in TABLES:
            numbers = [
                _one(cursor, "SELECT pg_get_serial_sequence(%s, 'id')", [name]) for name in (table, table + _COPY)
            ]
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"ALTER TABLE {table}{_COPY} RENAME TO {table}")
            cursor.execute(f"ALTER SEQUENCE {numbers[1]} RENAME TO {numbers[0].rpartition('.')[2]}")
        for made, name in self._indexes:
            cursor.execute(f"ALTER INDEX {made} RENAME TO {name}")
        for table, _other, name, definition in references:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def hold_tables(cursor: Any) -> None:
    """Keep the tables from changing places in this transaction. For one that sees the database as it stood at an instant, and
    as the first it does: it would find the new tables empty."""
    cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS SHARE MODE")


def _opened(connection: psycopg.Connection[Any], cursor: Cursor) -> bool:
    """Make the copies, and keep others from writing; False where somebody writes now, or a copy would not be whole."""
    try:
        with connection.transaction():
            # Waiting here, for somebody who may wait for us, could go on for ever.
            cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
    except psycopg.errors.LockNotAvailable:
        return False
    if _one(cursor, _UNKNOWN, {"tables": list(TABLES)}):
        return False
    for table in TABLES:
        cursor.execute(f"CREATE TABLE {table}{_COPY} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
        numbers = [_one(cursor, "SELECT pg_get_serial_sequence(%s, 'id')", [name]) for name in (table, table + _COPY)]
        cursor.execute(f"SELECT setval(%s, last_value, is_called) FROM {numbers[0]}", [numbers[1]])  # noqa: S608
    triggers = cursor.execute(_TRIGGERS, {"tables": list(TABLES), "copy": _COPY}).fetchall()
    for definition, table, comment in triggers:
        before, on, after = definition.partition(f" ON {table} ")
        cursor.execute(f"{before}{on.rstrip()}{_COPY} {after}")
        cursor.execute("COMMENT ON" + comment)
    return True


def _worth_it(cursor: Cursor, new: int) -> bool:
    if new < LEAST_LINES:
        return False
    counts = (f"(SELECT count(*) FROM (SELECT FROM {table} LIMIT %(new)s) found)" for table in TABLES)  # noqa: S608
    return int(_one(cursor, f"SELECT greatest({', '.join(counts)})", {"new": new})) < new


def _taken(connection: psycopg.Connection[Any], tables: set[str]) -> bool:
    """Take all tables for ourselves. It asks again instead of waiting: two that wait for each other never end."""
    names = ", ".join(sorted({*TABLES, *tables}))
    for _attempt in range(_TRIES):
        try:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            time.sleep(_BETWEEN)
        else:
            return True
    return False


def _one(cursor: Cursor, statement: str, parameters: Any = None) -> Any:
    row = cursor.execute(statement, parameters).fetchone()
    return row[0] if row else None
