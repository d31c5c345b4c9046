"""JSON as pages answer with it. Python's own writer leaves its C part as soon as it is to indent, and a list of thousands
is then most of the answer's time."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from fellestorg.kernel.clock import OSLO
from fellestorg.values import decimal_text


class Indented(DjangoJSONEncoder):
    """Writes what ``json.dumps`` does with ``ensure_ascii=False, indent=1``, and amounts, days and instants as strings."""

    def encode(self, o: Any) -> str:
        return _text(o, "\n")


def _text(value: Any, margin: str) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is Decimal:
        return quoted(decimal_text(value))
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    inner = f"{margin} "
    if isinstance(value, dict):
        if not value:
            return "{}"
        told = [f"{quoted(str(key))}: {_text(item, inner)}" for key, item in value.items()]
        return f"{{{inner}{f',{inner}'.join(told)}{margin}}}"
    if isinstance(value, (list, tuple)):
        if not value:
            return "[]"
        return f"[{inner}{f',{inner}'.join([_text(item, inner) for item in value])}{margin}]"
    if isinstance(value, Decimal):
        return quoted(decimal_text(value))
    if isinstance(value, datetime):
        return quoted(value.astimezone(OSLO).isoformat())
    if isinstance(value, date):
        return quoted(value.isoformat())
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
