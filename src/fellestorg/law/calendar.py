"""The Norwegian calendar in law: which days are working days. 24 and 31 December are (rule HOLIDAYS)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

from fellestorg.law.load import read_table
from fellestorg.law.rules import LANGUAGES

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday, or a Saturday or Sunday. ``code`` is for programs; ``name`` has one entry per language."""

    code: str
    name: Mapping[str, str]


SATURDAY = Holiday("saturday", MappingProxyType({"nb": "lørdag", "nn": "laurdag", "en": "Saturday"}))
SUNDAY = Holiday("sunday", MappingProxyType({"nb": "søndag", "nn": "sundag", "en": "Sunday"}))


def is_working_day(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a public holiday."""
    return why_not_working(day) is None


def why_not_working(day: date) -> Holiday | None:
    """The holiday that falls on this day, else the Saturday or Sunday it is; ``None`` on a working day."""
    holiday = holidays(day.year).get(day)
    if holiday is None and day.weekday() >= 5:
        return SATURDAY if day.weekday() == 5 else SUNDAY
    return holiday


def next_working_day(day: date) -> date:
    """The first working day after this day, never the day itself."""
    day += ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return day


def working_day_on_or_after(day: date) -> date:
    """The day itself if it is a working day, else the first one after it."""
    return day if is_working_day(day) else next_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after this day, which is not counted itself. ``ValueError`` below 1.

    An application received on Thursday 26 March 2026 and ten working days: Tuesday 14 April, after Easter.
    """
    if count < 1:
        raise ValueError(f"expected 1 working day or more, found {count}")
    for _ in range(count):
        day = next_working_day(day)
    return day


def working_days_left(today: date, due: date) -> int:
    """The working days after today up to and with ``due``; 0 on the last day and when it has passed."""
    count, day = 0, next_working_day(today)
    while day <= due:
        count, day = count + 1, next_working_day(day)
    return count


def easter_sunday(year: int) -> date:
    """Easter Sunday by the Gregorian calendar (the anonymous computus, as printed by Meeus and others)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, leap_century = divmod(century, 4)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped - moon_drift + 15) % 30
    leap, remainder = divmod(rest, 4)
    weekday = (32 + 2 * leap_century + 2 * leap - epact - remainder) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int) -> Mapping[date, Holiday]:
    """The public holidays of a year, in order. Where two fall together (1 May 2008), the movable one gives the name."""
    easter = easter_sunday(year)
    days: dict[date, Holiday] = {}
    for month, day, holiday in _calendar().fixed:
        days[date(year, month, day)] = holiday
    for offset, holiday in _calendar().movable:
        days[easter + timedelta(days=offset)] = holiday
    return MappingProxyType(dict(sorted(days.items())))


@dataclass(frozen=True, slots=True)
class _Calendar:
    fixed: tuple[tuple[int, int, Holiday], ...]
    movable: tuple[tuple[int, Holiday], ...]


@cache
def _calendar() -> _Calendar:
    fixed, movable = [], []
    for code, row in read_table("holidays").items():
        holiday = Holiday(code, MappingProxyType({language: row["name"][language] for language in LANGUAGES}))
        if "from_easter" in row:
            movable.append((row["from_easter"], holiday))
        else:
            month, day = map(int, row["on"].split("-"))
            fixed.append((month, day, holiday))
    return _Calendar(tuple(fixed), tuple(movable))
