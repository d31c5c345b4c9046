"""Opened tenders as rows: a deadline with thousands of them is opened in one transaction, while people wait."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.db import connection, models
from psycopg.types.json import Jsonb

from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality, Tender
from fellestorg.kernel.sql import columns

_JSON = ("content", "file_keys")


def write(rows: Sequence[OpenedQuality] | Sequence[OpenedPrice]) -> None:
    """Write new rows. Each gets the digest that the event log wants, as ``row_digest``, and lets go of what it says and of
    its tender, which a caller with thousands of them would hold all of."""
    if not rows:
        return
    model = type(rows[0])
    names = columns(model)
    listed, table = ", ".join(names), model._meta.db_table
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_value(row, name) for name in names])
        cursor.execute(_digests(model), [[row.pk for row in rows]])
        digests = dict(cursor.fetchall())
    for row in rows:
        row.row_digest = digests[row.pk]  # type: ignore[union-attr]
        row._state.adding = False
        row.content, row.tender = {}, Tender(pk=row.tender_id)


def _value(row: models.Model, name: str) -> object:
    value = getattr(row, name)
    return Jsonb(value) if name in _JSON else value


@cache
def _digests(model: type[models.Model]) -> str:
    """What ``fellestorg_row_digest`` says of each row, where the content is long: the row's text is made without it, and it
    is put in once. Inside a text every quotation mark has a backslash before it, so what is replaced is the column."""
    short = ", ".join(f"'{name}', t.{name}" for name in columns(model) if name != "content")
    return f"""
SELECT t.tender_id, encode(sha256(convert_to(replace(
    jsonb_strip_nulls(jsonb_build_object({short}, 'content', ''))::text,
    '"content": ""', '"content": ' || t.content::text), 'UTF8')), 'hex')
FROM {model._meta.db_table} t WHERE t.tender_id = ANY(%s)
"""  # noqa: S608 (names of our own columns)
