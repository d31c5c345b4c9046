"""The working-hours clock: when a deadline counted in working hours runs out (rule HOURS, on working days only)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fellestorg.law.calendar import ONE_DAY, is_working_day
from fellestorg.law.load import rule_book

OSLO = ZoneInfo("Europe/Oslo")


def add_working_hours(start: datetime, hours: int) -> datetime:
    """The first instant at which so many working hours have passed since ``start``. ``ValueError`` below 1.

    Friday 3 November 2023 at 15:00 and 8 hours: Monday 6 November at 15:00. An hour that ends as the working day does,
    ends then, and not the next morning. ``start`` has a time zone; the answer is in Norwegian time.
    """
    if hours < 1:
        raise ValueError(f"expected 1 working hour or more, found {hours}")
    left = timedelta(hours=hours)
    for opens, closes in _stretches(start):
        begins = max(opens, start)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    raise AssertionError("there is always another working day")


def working_time_between(start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two instants; none where ``end`` is not after ``start``."""
    passed = timedelta(0)
    for opens, closes in _stretches(start):
        if opens >= end:
            return passed
        passed += max(min(closes, end) - max(opens, start), timedelta(0))
    raise AssertionError("there is always another working day")


def _stretches(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working hours of each working day, from the day of ``start`` on."""
    day = start.astimezone(OSLO).date()
    while True:
        if is_working_day(day):
            rule = rule_book().rule("HOURS", on=day)
            yield _at(day, rule.count("opens")), _at(day, rule.count("closes"))
        day += ONE_DAY


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), OSLO)
