"""The deadline engine: counts days as Regulation 1182/71 art. 3 does, and shows how.

Forward (rule COUNT). The day of the event is day 0 and not counted. Calendar days are counted with Saturdays, Sundays
and holidays; a last day that falls on one of them moves to the next working day, and a period of two days or more is
made longer until it holds two working days. Periods in working days count only those. So an award letter sent on
Monday 23 March 2026 has its tenth day on Maundy Thursday and stands still through Tuesday 7 April.

Back (rule COUNT-BACK). "At latest six days before the deadline": the deadline is day 0, and the sixth day before it is
the last on which the information may be given. Art. 3(4), second subparagraph, takes periods counted back out of the
rule that moves a last day, so it never moves forward, which would shorten what tenderers are owed. Whether information
may then be given on that very Saturday or holiday is a matter of reading; we answer the working day before, which is
in time on every reading, and the count shows both days. Art. 3(5) holds in both directions: where fewer than two
working days lie between (deadlines just after Easter), the day is earlier still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from fellestorg.law.calendar import ONE_DAY, Holiday, is_working_day, why_not_working
from fellestorg.law.load import read_table, rule_book
from fellestorg.values import BadInput, RuleRef

TOO_FEW = Holiday(
    "too_few_working_days",
    MappingProxyType(
        {
            "nb": "perioden må ha minst to virkedager",
            "nn": "perioden må ha minst to yrkedagar",
            "en": "the period must hold two working days",
        }
    ),
)


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of the count, in the order it was counted.

    ``count`` is its number, ``None`` for a day that has none. ``skipped`` says why a day in a count of working days
    has no number. ``moved`` says why the deadline does not fall on this day although the count is complete.
    """

    day: date
    count: int | None
    skipped: Holiday | None = None
    moved: Holiday | None = None

    def as_json(self) -> dict[str, Any]:
        """``{"date", "count"}``, with ``skipped_because`` or ``moved_because`` (in English) where there is a reason."""
        answer: dict[str, Any] = {"date": self.day.isoformat(), "count": self.count}
        if self.skipped:
            answer["skipped_because"] = self.skipped.name["en"]
        if self.moved:
            answer["moved_because"] = self.moved.name["en"]
        return answer


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer: the last day (``due``), the calendar day after it, every day counted, and the rules relied on.

    For the standstill ``first_day_after`` is the first day on which the contract may be signed.
    """

    name: str
    start: date
    due: date
    first_day_after: date
    counted: tuple[CountedDay, ...]
    rules: tuple[RuleRef, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.name,
            "from": self.start.isoformat(),
            "due": self.due.isoformat(),
            "first_day_after": self.first_day_after.isoformat(),
            "counted": [day.as_json() for day in self.counted],
            "rules": [rule.as_json() for rule in self.rules],
        }


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """Which value of which rule answers a question, and the words for its start, its last day and the day after."""

    name: str
    rule: str
    value: str
    unit: str
    direction: str
    words: Mapping[str, Mapping[str, str]]


def compute_deadline(name: str, start: date, *, law_on: date | None = None) -> Deadline:
    """The deadline named (``standstill``, ``dps_admission``, ... see ``kinds``) for an event on ``start``.

    ``law_on`` chooses the law, by default that of ``start``. ``BadInput`` for an unknown name, for a day on which the
    rule is not known, and for a count that runs past the end of the calendar.
    """
    kind = kinds().get(name)
    if kind is None:
        raise BadInput.of("rule", "unknown_deadline", f"there is no deadline {name!r}; known are {', '.join(kinds())}")
    book, on = rule_book(), law_on or start
    back = kind.direction == "back"
    rule, how = book.rule(kind.rule, on), book.rule("COUNT-BACK" if back else "COUNT", on)
    count, step = rule.count(kind.value), -ONE_DAY if back else ONE_DAY
    try:
        if kind.unit == "working_days":
            counted = count_working_days(start, count)
        else:
            counted = count_days(start, count, step=step, minimum=how.count("min_working_days"))
        due = counted[-1].day
        after = due + ONE_DAY
    except OverflowError:
        text = f"the count from {start} runs past the end of the calendar"
        raise BadInput.of("from", "out_of_calendar", text) from None
    rules = (rule.ref, how.ref, book.rule("HOLIDAYS", on).ref)
    return Deadline(name, start, due, after, counted, rules)


def count_days(start: date, days: int, *, step: timedelta, minimum: int) -> tuple[CountedDay, ...]:
    """Count calendar days one ``step`` at a time, then on to a working day and until ``minimum`` working days are in.

    ``minimum`` binds only periods of two days or more (art. 3(5)). The last entry is the deadline.
    """
    counted = [CountedDay(start + step * number, number) for number in range(1, days + 1)]
    working = sum(is_working_day(entry.day) for entry in counted)
    needed = minimum if days >= 2 else 0
    while (reason := _why_onwards(counted[-1].day, working, needed)) is not None:
        last = counted.pop()
        counted += [CountedDay(last.day, last.count, moved=reason), CountedDay(last.day + step, None)]
        working += is_working_day(counted[-1].day)
    return tuple(counted)


def count_working_days(start: date, days: int) -> tuple[CountedDay, ...]:
    """Count working days after ``start``; the others are listed as skipped. The last entry is the deadline."""
    counted: list[CountedDay] = []
    number, day = 0, start
    while number < days:
        day += ONE_DAY
        skipped = why_not_working(day)
        number += skipped is None
        counted.append(CountedDay(day, number if skipped is None else None, skipped=skipped))
    return tuple(counted)


def _why_onwards(day: date, working: int, needed: int) -> Holiday | None:
    return why_not_working(day) or (TOO_FEW if working < needed else None)


@cache
def kinds() -> Mapping[str, DeadlineKind]:
    """Every deadline the engine knows, by name, as listed in ``deadlines.toml``."""
    found = {}
    for name, row in read_table("deadlines").items():
        words = {key: MappingProxyType(row[key]) for key in ("from", "due", "after")}
        head = (row["rule"], row["value"], row["unit"], row["direction"])
        found[name] = DeadlineKind(name, *head, MappingProxyType(words))
    return MappingProxyType(found)
