"""A load that is larger than what is there already: indexes are taken away and built anew over the whole, in one go.

Building sorts all keys once and is several times cheaper than a place for each row. Constraints that are indexes, and the
reference from prices to items, are checked over every row as they are made again, before the transaction can end. So what
must be true is as sure as row by row. The price is that others wait for the tables meanwhile; therefore only large loads
into tables with less in them, and only where nobody has the tables open at the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

LEAST_LINES = 10_000
_TABLES = ("catalogues_item", "catalogues_priceline")
# The keys stay: that of the items is what prices refer to.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%(tables)s::regclass[])
  AND (contype IN ('u', 'x') OR contype = 'f' AND confrelid = ANY(%(tables)s::regclass[]))"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[]) AND NOT indisunique AND NOT indisexclusion"""


@contextmanager
def bulk_load(lines: int) -> Iterator[bool]:
    """Write so many new lines inside, in the caller's transaction; indexes are built afterwards where that is cheaper.

    Then it gives True: nobody else has the tables, and no index but the keys is there to find anything by.
    """
    if not _worth_it(lines) or not _alone():
        yield False
        return
    with connection.cursor() as cursor:
        # A table that has checks waiting cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_CONSTRAINTS, {"tables": list(_TABLES)})
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, {"tables": list(_TABLES)})
        indexes = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        # Without indexes, and among rows the planner has not seen yet, a loop within a loop would never end.
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield True
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _worth_it(lines: int) -> bool:
    if lines < LEAST_LINES:
        return False
    with connection.cursor() as cursor:
        counts = (f"(SELECT count(*) FROM (SELECT FROM {table} LIMIT %(lines)s) found)" for table in _TABLES)  # noqa: S608
        cursor.execute(f"SELECT greatest({', '.join(counts)})", {"lines": lines})
        found: int = cursor.fetchone()[0]
    return found < lines


def _alone() -> bool:
    """Take the tables for ourselves if nobody has them, without waiting: two that wait for each other never end."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(_TABLES)} IN ACCESS EXCLUSIVE MODE NOWAIT")
    except OperationalError:
        return False
    return True
