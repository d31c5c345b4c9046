"""The deadline engine: tables that were checked by hand, and what must hold for every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.law import LANGUAGES, rule_book
from fellestorg.law.calendar import is_working_day
from fellestorg.law.deadlines import CountedDay, Deadline, compute_deadline, count_days, kinds
from fellestorg.values import BadInput

DAY = timedelta(days=1)
FORWARD = [name for name, kind in kinds().items() if kind.unit == "days" and kind.direction == "forward"]
dates = st.dates(date(2017, 1, 1), date(2150, 12, 31))
every_kind = st.sampled_from(sorted(kinds()))

CASES = [
    # question, event, last day: checked by hand against the almanac
    ("standstill", "2025-12-19", "2025-12-29"),
    ("standstill", "2026-03-23", "2026-04-07"),  # the tenth day is Maundy Thursday
    ("standstill", "2026-05-04", "2026-05-15"),  # the tenth day is Ascension Day
    ("standstill", "2026-06-10", "2026-06-22"),  # the tenth day is a Saturday
    ("standstill", "2026-12-16", "2026-12-28"),  # the tenth day is Boxing Day, a Saturday
    ("standstill", "2026-12-14", "2026-12-24"),  # 24 December is a working day
    ("standstill", "2026-12-21", "2026-12-31"),  # so is 31 December
    ("dps_admission", "2026-03-26", "2026-04-14"),
    ("dps_admission", "2026-05-11", "2026-05-27"),
    ("dps_admission", "2026-12-18", "2027-01-05"),
    ("dps_admission_extended", "2026-03-26", "2026-04-21"),
    ("dps_admission_extended", "2026-05-11", "2026-06-03"),
    ("dps_admission_extended", "2026-12-18", "2027-01-12"),
    ("dps_tender", "2023-11-01", "2023-11-13"),  # the tenth day is a Saturday
    ("dps_request", "2023-11-01", "2023-12-01"),
    ("dps_declaration", "2023-11-01", "2023-11-08"),
    ("dps_declaration", "2026-03-30", "2026-04-09"),  # Easter lies between
    ("dps_award_notice", "2023-09-30", "2023-10-30"),
    ("dps_award_notice", "2023-12-31", "2024-01-30"),
    ("open_tender", "2023-11-01", "2023-12-01"),
    ("open_tender", "2026-03-06", "2026-04-07"),  # the thirtieth day is Easter Sunday
    ("open_tender_after_pin", "2023-11-01", "2023-11-16"),
    ("restricted_request", "2023-11-01", "2023-12-01"),
    ("restricted_tender", "2023-11-01", "2023-11-27"),  # the twenty-fifth day is a Sunday
    ("additional_information", "2023-11-15", "2023-11-09"),
    ("additional_information", "2023-11-17", "2023-11-10"),  # the sixth day back is a Saturday: Friday
    ("additional_information", "2023-11-18", "2023-11-10"),  # a Sunday: Friday
    ("additional_information", "2026-04-08", "2026-04-01"),  # Maundy Thursday: Wednesday
    ("additional_information", "2026-04-07", "2026-03-31"),  # 1 April, but one working day is too few: 31 March
    ("additional_information", "2026-04-13", "2026-04-07"),
    ("statement_of_reasons", "2023-11-01", "2023-11-16"),
    ("access_request", "2023-11-01", "2023-11-06"),
    ("access_request", "2026-03-30", "2026-04-07"),
    ("award_notice", "2023-11-01", "2023-12-01"),
    ("award_notice", "2023-12-02", "2024-01-02"),  # the thirtieth day is New Year's Day
    ("tender_validity", "2023-11-01", "2023-12-01"),
]


@pytest.mark.parametrize(("name", "start", "due"), CASES)
def test_the_last_day_is_the_one_the_almanac_gives(name: str, start: str, due: str) -> None:
    assert compute_deadline(name, date.fromisoformat(start)).due == date.fromisoformat(due)


def test_every_question_of_the_command_has_a_case() -> None:
    assert {name for name, _, _ in CASES} == set(kinds())


def test_a_dps_application_of_26_march_2026_is_decided_by_14_april() -> None:
    assert compute_deadline("dps_admission", date(2026, 3, 26)).due == date(2026, 4, 14)


def test_an_award_letter_of_23_march_2026_lets_the_contract_be_signed_from_8_april() -> None:
    assert compute_deadline("standstill", date(2026, 3, 23)).first_day_after == date(2026, 4, 8)


def test_the_count_shows_why_the_standstill_moved() -> None:
    shown = [day.as_json() for day in compute_deadline("standstill", date(2026, 3, 23)).counted]
    assert shown[0] == {"date": "2026-03-24", "count": 1}
    assert shown[8:] == [
        {"date": "2026-04-01", "count": 9},
        {"date": "2026-04-02", "count": 10, "moved_because": "Maundy Thursday"},
        {"date": "2026-04-03", "count": None, "moved_because": "Good Friday"},
        {"date": "2026-04-04", "count": None, "moved_because": "Saturday"},
        {"date": "2026-04-05", "count": None, "moved_because": "Easter Sunday"},
        {"date": "2026-04-06", "count": None, "moved_because": "Easter Monday"},
        {"date": "2026-04-07", "count": None},
    ]


def test_a_count_of_working_days_shows_what_it_skipped() -> None:
    shown = [day.as_json() for day in compute_deadline("dps_admission", date(2026, 3, 31)).counted]
    assert shown[:2] == [
        {"date": "2026-04-01", "count": 1},
        {"date": "2026-04-02", "count": None, "skipped_because": "Maundy Thursday"},
    ]
    assert shown[-1]["count"] == 10


def test_a_count_back_shows_the_sixth_day_and_the_working_day_before_it() -> None:
    shown = [day.as_json() for day in compute_deadline("additional_information", date(2023, 11, 17)).counted]
    assert shown[-2:] == [
        {"date": "2023-11-11", "count": 6, "moved_because": "Saturday"},
        {"date": "2023-11-10", "count": None},
    ]


def test_two_days_from_a_friday_hold_two_working_days() -> None:
    counted = count_days(date(2026, 6, 19), 2, step=DAY, minimum=2)
    assert [(day.day.day, day.moved.code if day.moved else None) for day in counted] == [
        (20, None),
        (21, "sunday"),
        (22, "too_few_working_days"),
        (23, None),
    ]


def test_one_day_needs_only_one_working_day() -> None:
    assert count_days(date(2026, 6, 19), 1, step=DAY, minimum=2)[-1] == CountedDay(date(2026, 6, 22), None)


@given(every_kind, dates)
def test_a_deadline_is_always_a_working_day_and_the_next_calendar_day_follows_it(name: str, start: date) -> None:
    answer = compute_deadline(name, start)
    assert is_working_day(answer.due)
    assert answer.first_day_after - answer.due == DAY


@given(every_kind, dates, st.integers(0, 20))
def test_a_later_event_never_gives_an_earlier_deadline(name: str, start: date, later: int) -> None:
    assert compute_deadline(name, start).due <= compute_deadline(name, start + DAY * later).due


@given(every_kind, dates)
def test_at_least_two_working_days_lie_in_every_period(name: str, start: date) -> None:
    assert sum(is_working_day(day.day) for day in compute_deadline(name, start).counted) >= 2


@given(every_kind, dates)
def test_the_count_is_day_by_day_and_ends_on_the_deadline(name: str, start: date) -> None:
    answer = compute_deadline(name, start)
    step = -DAY if kinds()[name].direction == "back" else DAY
    assert [day.day for day in answer.counted] == [start + step * (n + 1) for n in range(len(answer.counted))]
    numbers = [day.count for day in answer.counted if day.count is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    assert answer.counted[-1].day == answer.due
    assert answer.counted[-1].moved is None


@given(st.sampled_from(FORWARD), dates)
def test_a_deadline_moves_no_further_than_it_must(name: str, start: date) -> None:
    answer = compute_deadline(name, start)
    nominal = start + DAY * _days(name, start)
    assert answer.due >= nominal
    assert not any(is_working_day(nominal + DAY * n) for n in range((answer.due - nominal).days))


@given(dates)
def test_additional_information_is_never_due_later_than_the_sixth_day_before(deadline: date) -> None:
    assert compute_deadline("additional_information", deadline).due <= deadline - 6 * DAY


@given(dates)
def test_the_extended_admission_is_five_working_days_longer(start: date) -> None:
    longer, shorter = (compute_deadline(name, start).due for name in ("dps_admission_extended", "dps_admission"))
    assert sum(is_working_day(shorter + DAY * n) for n in range(1, (longer - shorter).days + 1)) == 5


def test_every_question_leans_on_a_rule_that_has_its_value_and_words() -> None:
    for kind in kinds().values():
        assert kind.unit in ("days", "working_days")
        assert kind.direction in ("forward", "back")
        assert all(version.count(kind.value) > 0 for version in rule_book().versions(kind.rule))
        assert all(set(words) == set(LANGUAGES) for words in kind.words.values())


def test_the_law_of_the_event_holds_unless_another_day_is_asked_for() -> None:
    before = compute_deadline("standstill", date(2026, 6, 25))
    after = compute_deadline("standstill", date(2026, 6, 25), law_on=date(2026, 7, 1))
    assert (_first(before), _first(after)) == (("D-4", "2017-01-01", True), ("D-4", "2026-07-01", False))


def test_the_answer_names_the_rules_of_the_count_too() -> None:
    assert [rule.id for rule in compute_deadline("award_notice", date(2023, 11, 1)).rules] == [
        "D-6",
        "COUNT",
        "HOLIDAYS",
    ]
    back = compute_deadline("additional_information", date(2023, 11, 17))
    assert [rule.id for rule in back.rules] == ["D-3", "COUNT-BACK", "HOLIDAYS"]


def test_an_unknown_question_is_told_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no deadline 'karens'; known are standstill, dps_admission"):
        compute_deadline("karens", date(2026, 3, 23))


@pytest.mark.parametrize("start", [date.max, date.max - DAY, date.max - 5 * DAY])
def test_a_count_past_the_end_of_the_calendar_is_bad_input(start: date) -> None:
    with pytest.raises(BadInput, match="past the end of the calendar"):
        compute_deadline("standstill", start)


def test_a_day_before_the_law_is_bad_input() -> None:
    with pytest.raises(BadInput, match="rule D-4 is not known on 2016-12-31"):
        compute_deadline("standstill", date(2016, 12, 31))


def _first(answer: Deadline) -> tuple[str, str, bool]:
    return answer.rules[0].id, answer.rules[0].version, answer.rules[0].verified


def _days(name: str, start: date) -> int:
    return rule_book().rule(kinds()[name].rule, start).count(kinds()[name].value)
