"""Opened tenders as rows: a deadline with thousands of them is opened in one transaction, while people wait."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality, Tender
from fellestorg.kernel.sql import columns

_JSON = ("content", "file_keys")
_TYPES = {
    OpenedQuality: ("uuid", "int8", "jsonb", "jsonb", "varchar", "varchar[]"),
    OpenedPrice: ("uuid", "jsonb"),
}


def write(rows: Sequence[OpenedQuality] | Sequence[OpenedPrice]) -> None:
    """Write new rows. Each gets the digest that the event log wants, as ``row_digest``, and lets go of what it says and of
    its tender, which a caller with thousands of them would hold all of."""
    if not rows:
        return
    model = type(rows[0])
    names = columns(model)
    into = f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.set_types(_TYPES[model])
        for row in rows:
            copy.write_row(_values(row, names))
            row._state.adding = False
            row.content, row.tender = {}, Tender(pk=row.tender_id)


def _values(row: OpenedQuality | OpenedPrice, names: Sequence[str]) -> list[Any]:
    try:
        texts = {name: jsonb_text(getattr(row, name)) for name in names}
    except TypeError:  # then the event log asks the database
        return [Jsonb(getattr(row, name)) if name in _JSON else getattr(row, name) for name in names]
    row.row_digest = hashlib.sha256(_object(texts).encode()).hexdigest()  # type: ignore[union-attr]
    return [_Written(texts[name]) if name in _JSON else getattr(row, name) for name in names]


def jsonb_text(value: Any) -> str:
    """A value as PostgreSQL writes it when it is ``jsonb``, which is what digests are taken of (``fellestorg_row_digest``):
    keys by length and then by their bytes. Raises TypeError for fractions, which the house keeps as text."""
    if isinstance(value, Mapping):
        return _object({key: jsonb_text(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(jsonb_text, value)) + "]"
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        raise TypeError(f"{value} is a fraction")
    return json.dumps(str(value))


def _object(texts: Mapping[str, str]) -> str:
    keys = sorted(texts, key=lambda key: (len(key.encode()), key.encode()))
    return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {texts[key]}" for key in keys) + "}"


class _Written(Jsonb):
    """JSON that is text already."""

    def __init__(self, text: str) -> None:
        super().__init__(None, dumps=lambda _: text)
