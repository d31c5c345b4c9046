"""Saving many rows at once by COPY: several times faster than INSERT where rows carry much JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import JSONField
from psycopg.types.json import Jsonb


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Save new rows of one model. Rows whose key is a counter get the next numbers, as an INSERT would give them."""
    if not rows:
        return
    model = type(rows[0])
    table, key = model._meta.db_table, model._meta.pk
    assert key is not None
    if isinstance(key, models.AutoField | models.BigAutoField):
        _number(rows, table)
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            row._prepare_related_fields_for_save("copy_rows")  # type: ignore[attr-defined]
            copy.write_row([_plain(field, getattr(row, field.attname)) for field in fields])
            row._state.adding, row._state.db = False, connection.alias


def _number(rows: Sequence[models.Model], table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s - 1) FROM (SELECT pg_get_serial_sequence(%s, 'id') AS s) AS one",
            [len(rows), table],
        )
        last = cursor.fetchone()[0]
    for number, row in enumerate(rows, last - len(rows) + 1):
        row.pk = number


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, JSONField):
        return Jsonb(value)
    return value
