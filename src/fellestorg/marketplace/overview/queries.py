"""Reads of studies and surveys. What agencies answered leaves this room only as sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from fellestorg.kernel.clock import OSLO
from fellestorg.marketplace.overview import survey
from fellestorg.marketplace.overview.models import Study, StudyVersion


@dataclass(frozen=True, slots=True)
class StudyView:
    """A study as it stood: its version, where it came from, and its figures."""

    key: str
    kind: str
    year: int | None
    version: int
    title: str
    method: str
    publisher: str
    published_on: date
    licence: str
    url: str
    verified: bool
    imported_at: datetime
    withdrawn_reason: str
    figures: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A year's survey in sums: how many answered of those asked, and each question's answers with small counts hidden."""

    about: StudyView
    year: int
    answered: int
    asked: int
    questions: tuple[survey.Answered, ...]

    def question(self, key: str) -> survey.Answered | None:
        """The answers to one question; None where nobody answered it."""
        return next((one for one in self.questions if one.question.key == key), None)


def studies(language: str, day: date, kind: str = "") -> list[StudyView]:
    """The studies as they stood at the end of a day, the newest first; not those withdrawn then."""
    rows = _standing(day)
    if kind:
        rows = rows.filter(study__kind=kind)
    found = [_view(row, language) for row in rows if not row.withdrawn_reason]
    return sorted(found, key=lambda one: (-one.published_on.toordinal(), one.title, one.key))


def study(key: str, language: str, day: date) -> StudyView | None:
    """A study as it stood at the end of a day, also one withdrawn then; None where it was not imported yet."""
    row = _standing(day).filter(study__key=key).first()
    return _view(row, language) if row is not None else None


def versions(key: str) -> QuerySet[StudyVersion]:
    """A study's versions, the newest first."""
    return StudyVersion.objects.filter(study__key=key).order_by("-number").defer("answers")


def surveys(language: str, day: date) -> list[SurveyView]:
    """The surveys that were imported on a day, by year.

    A corrected survey takes the first one's place also when looking back: the difference between two versions could tell
    what one agency answered.
    """
    known = {row.study_id: row for row in _standing(day).filter(study__kind=Study.Kind.SURVEY)}
    newest = StudyVersion.objects.filter(study__in=known).order_by("study_id", "-number").distinct("study_id")
    found = []
    for row in newest.select_related("study"):
        if not row.withdrawn_reason and row.study.year is not None:
            answered, asked = survey.response(row.answers)
            totals = tuple(survey.totals(row.answers))
            found.append(SurveyView(_view(row, language), row.study.year, answered, asked, totals))
    return sorted(found, key=lambda one: one.year)


def _standing(day: date) -> QuerySet[StudyVersion]:
    """The version of each study that was the last at the end of a day."""
    end = datetime(day.year, day.month, day.day, tzinfo=OSLO) + timedelta(days=1)
    rows = StudyVersion.objects.filter(imported_at__lt=end).order_by("study_id", "-number").distinct("study_id")
    return StudyVersion.objects.filter(pk__in=rows.values("pk")).select_related("study")


def _view(row: StudyVersion, language: str) -> StudyView:
    return StudyView(
        row.study.key, row.study.kind, row.study.year, row.number, row.text("title", language),
        row.text("method", language), row.publisher, row.published_on, row.licence, row.url, row.verified,
        row.imported_at, row.withdrawn_reason, tuple(row.figures),
    )  # fmt: skip
