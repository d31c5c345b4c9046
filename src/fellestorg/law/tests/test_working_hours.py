"""The working-hours clock: from 8 to 16 on working days, and never otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.law.calendar import is_working_day
from fellestorg.law.working_hours import OSLO, add_working_hours, working_time_between

DEADLINES = [
    # from               hours  until
    ("2023-11-01 09:00", 4, "2023-11-01 13:00"),
    ("2023-11-01 15:00", 1, "2023-11-01 16:00"),
    ("2023-11-01 15:00", 2, "2023-11-02 09:00"),
    ("2023-11-01 05:30", 8, "2023-11-01 16:00"),
    ("2023-11-01 22:00", 1, "2023-11-02 09:00"),
    ("2023-11-03 15:00", 8, "2023-11-06 15:00"),  # over a week-end
    ("2023-11-04 12:00", 3, "2023-11-06 11:00"),  # on a Saturday
    ("2023-04-05 15:30", 8, "2023-04-11 15:30"),  # over Easter
    ("2023-12-22 12:00", 8, "2023-12-27 12:00"),  # over Christmas
    ("2026-12-24 12:00", 8, "2026-12-28 12:00"),  # Christmas Eve is a working day
    ("2023-10-27 15:15", 16, "2023-10-31 15:15"),  # over the night when the clock goes back
    ("2023-11-01 09:30", 80, "2023-11-15 09:30"),
]


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(("start", "hours", "until"), DEADLINES)
def test_a_deadline_runs_out_when_its_working_hours_have_passed(start: str, hours: int, until: str) -> None:
    assert add_working_hours(oslo(start), hours) == oslo(until)
    assert add_working_hours(oslo(start).astimezone(UTC), hours) == oslo(until)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_deadline_has_at_least_an_hour(hours: int) -> None:
    with pytest.raises(ValueError, match="1 working hour"):
        add_working_hours(oslo("2023-11-01 09:00"), hours)


instants = st.datetimes(datetime.fromisoformat("2018-01-01"), datetime.fromisoformat("2030-12-01")).map(
    lambda one: one.replace(tzinfo=UTC)
)
hours = st.integers(1, 60)


@settings(max_examples=60, deadline=None)
@given(instants, hours)
def test_what_is_added_is_what_passes(start: datetime, count: int) -> None:
    until = add_working_hours(start, count)
    assert working_time_between(start, until) == timedelta(hours=count)
    assert is_working_day(until.date()) and (until.hour, until.minute) <= (16, 0)
    assert working_time_between(until, start) == timedelta(0)


@settings(max_examples=60, deadline=None)
@given(instants, hours, hours)
def test_hours_may_be_added_together_or_one_after_another(start: datetime, some: int, more: int) -> None:
    assert add_working_hours(add_working_hours(start, some), more) == add_working_hours(start, some + more)
