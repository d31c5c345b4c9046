"""How long an answer counts: its last day, and where it stands on a day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

from fellestorg.agreements.rules import months_after
from fellestorg.marketplace.listings.questions import Question, catalogue

Standing = Literal["current", "due", "outdated", "hidden"]


def last_day(question: Question, value: Any, answered_on: date) -> date:
    """The last day an answer is fresh: when its months are over, or its certificate expires, whichever is first."""
    ends = months_after(answered_on, question.life_months)
    if question.expires and isinstance(value, list):
        days = [date.fromisoformat(row[question.expires]) for row in value if row.get(question.expires)]
        ends = min([ends, *days])
    return ends


def standing(answer: Mapping[str, Any], day: date) -> Standing:
    """``current``, ``due`` (the firm is reminded), ``outdated`` (shown so) or ``hidden`` (no longer shown)."""
    if not answer.get("expires_at"):
        return "current"
    ends = date.fromisoformat(answer["expires_at"])
    if day > ends + timedelta(days=catalogue().hidden_days):
        return "hidden"
    if day > ends:
        return "outdated"
    return "due" if day >= ends - timedelta(days=catalogue().due_days) else "current"
