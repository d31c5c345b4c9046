"""What a statement that asks to be kept planned is."""

from __future__ import annotations

from typing import Any

from django.db import connection

from fellestorg.kernel.sql import prepared


def _kept() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return {statement for (statement,) in cursor.fetchall()}


def test_a_statement_that_asks_for_it_is_kept_planned_and_no_other(db: Any) -> None:
    with connection.cursor() as cursor:
        for _time in range(10):
            cursor.execute("SELECT 2 + %s", [2])
    assert prepared("SELECT %s::int + 1", [41]) == [(42,)]
    kept = _kept()
    assert "SELECT $1::int + 1" in kept
    assert not [one for one in kept if one.startswith("SELECT 2 + ")]
