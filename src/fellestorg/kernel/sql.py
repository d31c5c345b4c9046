"""Small pieces of PostgreSQL that Django has no word for."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
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
