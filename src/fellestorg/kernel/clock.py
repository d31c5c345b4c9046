"""The one clock. The database owns it: its own time plus a stored offset, which is nonzero only in the demo.

Python reads the same clock as SQL, so a deadline decided in SQL and a date shown on a page never disagree.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from fellestorg.values import Refused

OSLO = ZoneInfo("Europe/Oslo")


def now() -> datetime:
    """The instant by the database's clock, with time zone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fellestorg_now()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def on_phones() -> datetime:
    """The instant as clocks show it that are not ours, a code app's for one: the demo's offset is unknown to them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def local_day(instant: datetime) -> date:
    """The calendar day in Norway at an instant. Law counts in such days."""
    return instant.astimezone(OSLO).date()


def today() -> date:
    """The calendar day in Norway now."""
    return local_day(now())


def set_demo_clock(instant: datetime) -> None:
    """Let the demo's clock show ``instant`` and run on from there.

    Raises Refused outside the demo, and where it would go back: the event log knows only forward.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_installation SET clock_offset = %s - clock_timestamp(), clock_started = true "
            "WHERE kind = 'demo' AND (clock_timestamp() + clock_offset <= %s OR NOT clock_started) RETURNING id",
            [instant, instant],
        )
        if cursor.fetchone() is None:
            raise Refused("clock_only_forward", "Klokka kan bare stilles fram, og bare i demoen.")


def move_demo_clock(days: int) -> datetime:
    """Move the demo's clock forward by whole days and return the new instant."""
    set_demo_clock(now() + timedelta(days=days))
    return now()
