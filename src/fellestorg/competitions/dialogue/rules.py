"""When an answer comes too late, and how far the deadline must move for it (D-3). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fellestorg.competitions.preparing.rules import answers_by
from fellestorg.values import RuleRef

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """Whether an answer given today is in time. ``by`` is the last day for it; ``earliest_deadline`` is the first day
    that the tender deadline may be on for today's answer to be in time."""

    in_time: bool
    by: date
    earliest_deadline: date
    rule: RuleRef


def answer_time(tenders_until: date, today: date, notice: date) -> AnswerTime:
    """D-3 for an answer given ``today``: at latest so many days before the deadline, else the deadline must move."""
    found = answers_by(tenders_until, notice)
    if today <= found.due:
        return AnswerTime(True, found.due, tenders_until, found.rules[0])
    later = (tenders_until + timedelta(days=days) for days in range(1, _LONGEST))
    lawful = next(day for day in later if answers_by(day, notice).due >= today)
    return AnswerTime(False, found.due, lawful, found.rules[0])
