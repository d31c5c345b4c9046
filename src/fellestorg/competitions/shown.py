"""What the pages of competitions show: finished rows and sentences; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from fellestorg.competitions.models import Competition
from fellestorg.competitions.procedures import ComingDate
from fellestorg.competitions.words import procedure_name, stage_name
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import DateRow, procedure

# Before anybody is invited, a procedure in two stages waits for requests; a purchasing system for applications.
_ASKING = ("preparing", "published", "selecting", "running")
_TONES = {"cancelled": "danger", "published": "info", "invited": "info", "running": "info", "concluded": "success"}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a competition by the procedure's name for it: an instant, or a whole day."""

    title: str
    at: datetime | None
    day: date | None


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
    deadline: Dated | None
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
        _deadline(competition),
        competition.stage in ("published", "invited") and until is not None and until > now,
    )


def dates_of(competition: Competition) -> list[Dated]:
    """The dates that are set, in the procedure's order."""
    rows = procedure(competition.procedure).dates
    return [_dated(row, at) for row in rows if (at := getattr(competition, row.field)) is not None]


def _deadline(competition: Competition) -> Dated | None:
    """What suppliers deliver by: tenders, or requests and applications while those are what is asked for."""
    field = "requests_until" if competition.stage in _ASKING and competition.requests_until else "tenders_until"
    rows = procedure(competition.procedure).dates
    return next((_dated(row, at) for row in rows if row.field == field and (at := getattr(competition, field))), None)


def _dated(row: DateRow, at: datetime | date) -> Dated:
    title = in_language(row.title)
    return Dated(title, at, None) if isinstance(at, datetime) else Dated(title, None, at)


def coming(found: ComingDate | None) -> Coming | None:
    """The next date in words."""
    if found is None:
        return None
    instant = found.at if isinstance(found.at, datetime) else None
    day = None if isinstance(found.at, datetime) else found.at
    return Coming(
        in_language(found.row.title), instant, day, found.passed, in_language(found.lets.title) if found.lets else ""
    )
