"""What the pages of competitions show: finished rows and sentences; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from fellestorg.competitions.models import Competition
from fellestorg.competitions.procedures import ComingDate
from fellestorg.competitions.words import procedure_name, stage_name
from fellestorg.kernel.text import in_language

_TONES = {"cancelled": "danger", "published": "info", "invited": "info", "running": "info", "concluded": "success"}


@dataclass(frozen=True, slots=True)
class CompetitionRow:
    """A competition in a list."""

    number: str
    title: str
    language: str
    link: str
    buyer: str
    procedure: str
    stage: str
    tone: str
    tenders_until: datetime | None
    open_for_tenders: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """The next date: what it is called, when, whether it has passed, and the step that waits for it (or none)."""

    title: str
    at: datetime | None
    day: date | None
    passed: bool
    step: str


def competition_row(competition: Competition, now: datetime) -> CompetitionRow:
    """One competition, ready for a list."""
    until = competition.tenders_until
    return CompetitionRow(
        competition.number,
        competition.title,
        competition.language,
        reverse("competition", args=[competition.number]),
        competition.buyer.name,
        procedure_name(competition),
        stage_name(competition),
        _TONES.get(competition.stage, "neutral"),
        until,
        competition.stage in ("published", "invited") and until is not None and until > now,
    )


def coming(found: ComingDate | None) -> Coming | None:
    """The next date in words."""
    if found is None:
        return None
    instant = found.at if isinstance(found.at, datetime) else None
    day = None if isinstance(found.at, datetime) else found.at
    return Coming(
        in_language(found.row.title), instant, day, found.passed, in_language(found.lets.title) if found.lets else ""
    )
