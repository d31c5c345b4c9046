"""Numbers of competitions: readable, never two the same, with gaps where a transaction was undone."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from fellestorg.kernel import clock


def next_number(at: datetime) -> str:
    """The next number, e.g. ``K-2023-00012``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('competitions_number')")
        return f"K-{clock.local_day(at).year}-{cursor.fetchone()[0]:05d}"
