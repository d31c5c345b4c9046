"""Small pieces of PostgreSQL that Django has no word for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from django.contrib.postgres.fields import DateRangeField
from django.db import connection, models
from django.db.models import F, Func, GeneratedField, Value
from django.db.models.functions import Lower


class DateRange(Func):
    """The days from one column to another, both included; an empty second column is an open end."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str, **extra: Any) -> None:
        super().__init__(F(start), F(end), Value("[]"), **extra)


def SortKey(column: str) -> GeneratedField:  # noqa: N802 (reads as a field where it is used)
    """A stored key that sorts names the Norwegian way (æ, ø, å last) under any collation."""
    return GeneratedField(
        expression=Func(Lower(F(column)), Value("æøåäö"), Value("{|}{|"), function="translate"),
        output_field=models.CharField(max_length=300, db_collation="C"),
        db_persist=True,
    )


def prepared(
    statement: str, parameters: Sequence[Any] | Mapping[str, Any], *, binary: bool = False
) -> list[tuple[Any, ...]]:
    """Run a statement that the server keeps planned, in Django's own connection and transaction, and return its rows.

    For the few statements that run while a lock is held that others wait for, or for every search: planning them anew
    each time costs more than running them. ``binary``: long bytes come as they are. Errors are Django's.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, prepare=True, binary=binary)
        return cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []


@cache
def columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a table in the order that ``Model.from_db`` takes them, for statements that read whole rows."""
    return tuple(field.column or "" for field in model._meta.concrete_fields)
