"""The Norwegian calendar: holidays, and working days among them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.law import LANGUAGES
from fellestorg.law.calendar import (
    add_working_days,
    easter_sunday,
    holidays,
    is_working_day,
    next_working_day,
    why_not_working,
    working_day_on_or_after,
)

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
# fmt: off
EASTERS = [
    "1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2016-03-27", "2017-04-16",
    "2018-04-01", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
    "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
    "2030-04-21", "2038-04-25", "2076-04-19", "2285-03-22",
]
# fmt: on


@pytest.mark.parametrize("day", EASTERS)
def test_easter_falls_where_the_almanac_says(day: str) -> None:
    assert easter_sunday(int(day[:4])) == date.fromisoformat(day)


@given(st.integers(1583, 9999))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


HOLIDAYS_2026 = [
    ("2026-01-01", "new_years_day"),
    ("2026-04-02", "maundy_thursday"),
    ("2026-04-03", "good_friday"),
    ("2026-04-05", "easter_sunday"),
    ("2026-04-06", "easter_monday"),
    ("2026-05-01", "labour_day"),
    ("2026-05-14", "ascension_day"),
    ("2026-05-17", "constitution_day"),
    ("2026-05-24", "whit_sunday"),
    ("2026-05-25", "whit_monday"),
    ("2026-12-25", "christmas_day"),
    ("2026-12-26", "boxing_day"),
]


def test_the_holidays_of_2026() -> None:
    assert [(day.isoformat(), holiday.code) for day, holiday in holidays(2026).items()] == HOLIDAYS_2026


def test_every_holiday_has_a_name_in_three_languages() -> None:
    assert all(set(holiday.name) == set(LANGUAGES) for holiday in holidays(2026).values())


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-12-24", None),
        ("2026-12-31", None),
        ("2026-04-01", None),
        ("2026-04-04", "saturday"),
        ("2026-04-12", "sunday"),
        ("2026-04-05", "easter_sunday"),
        ("2026-12-26", "boxing_day"),
        ("2008-05-01", "ascension_day"),
        ("2027-05-17", "whit_monday"),
    ],
)
def test_why_a_day_is_no_working_day(day: str, why: str | None) -> None:
    found = why_not_working(date.fromisoformat(day))
    assert (found.code if found else None) == why


@pytest.mark.parametrize(
    ("day", "next_one", "on_or_after"),
    [
        ("2026-04-01", "2026-04-07", "2026-04-01"),
        ("2026-04-02", "2026-04-07", "2026-04-07"),
        ("2026-06-19", "2026-06-22", "2026-06-19"),
        ("2026-12-24", "2026-12-28", "2026-12-24"),
    ],
)
def test_the_next_working_day(day: str, next_one: str, on_or_after: str) -> None:
    start = date.fromisoformat(day)
    assert next_working_day(start) == date.fromisoformat(next_one)
    assert working_day_on_or_after(start) == date.fromisoformat(on_or_after)


@given(days, st.integers(1, 40))
def test_the_nth_working_day_has_n_working_days_up_to_it(start: date, count: int) -> None:
    end = add_working_days(start, count)
    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(is_working_day, passed)) == count
    assert is_working_day(end)


@given(days)
def test_one_working_day_is_the_next_one(start: date) -> None:
    assert add_working_days(start, 1) == next_working_day(start)


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_than_one_working_day_cannot_be_added(count: int) -> None:
    with pytest.raises(ValueError, match="1 working day or more"):
        add_working_days(date(2026, 1, 1), count)
