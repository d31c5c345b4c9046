"""View models of the selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation import queries as evaluation
from fellestorg.competitions.evaluation.grounds import ground
from fellestorg.competitions.evaluation.models import QualificationDecision
from fellestorg.competitions.evaluation.words import OUTCOMES
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.selecting import queries
from fellestorg.competitions.selecting.queries import Candidate
from fellestorg.competitions.selecting.requests import Declared
from fellestorg.kernel import clock
from fellestorg.kernel.text import in_language

_TONES = {"met": "success", "not_met": "danger", "awaited": "warning"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A requirement of a candidate: what it declared, and what was decided."""

    requirement: QualificationRequirement
    declared: Declared | None
    outcome: str
    outcome_name: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate, ready for the page. ``points``: criterion's key and title, points and reason."""

    number: str
    name: str
    text: str
    received_at: Any
    cells: Sequence[Cell]
    points: Sequence[tuple[str, str, str, str]]
    rejected: str
    reason: str
    standing: str
    tone: str
    waiting: bool


def candidate_views(competition: Competition, found: Sequence[Candidate]) -> list[CandidateView]:
    """Every candidate with its answers, decisions and points."""
    requirements = list(competition.requirements.all())
    criteria = queries.criteria_of(competition)
    held, points = evaluation.qualification(competition), queries.points_of(competition)
    notice = competition.notice_date or clock.today()
    views = []
    for one in found:
        cells = []
        for requirement in requirements:
            row = held.get((one.number, requirement.key))
            outcome = row.outcome if row else ""
            cells.append(
                Cell(
                    requirement,
                    one.request.declared.get(requirement.key),
                    outcome,
                    str(OUTCOMES[QualificationDecision.Outcome(outcome)]) if outcome else "",
                    _TONES.get(outcome, "neutral"),
                    row.reason if row else "",
                )
            )
        given = [(one.number, criterion.key) for criterion in criteria]
        standing, tone = standing_of(one)
        views.append(
            CandidateView(
                one.number,
                one.name,
                one.request.text,
                one.request.row.received_at,
                cells,
                [
                    (
                        criterion.key,
                        criterion.title,
                        f"{points[cell].points.normalize():f}" if cell in points else "",
                        points[cell].reason if cell in points else "",
                    )
                    for criterion, cell in zip(criteria, given, strict=True)
                ],
                in_language(ground(one.rejection.ground, notice).title) if one.rejection else "",
                one.rejection.reason if one.rejection else "",
                standing,
                tone,
                bool(one.waiting),
            )
        )
    return views


def standing_of(candidate: Candidate) -> tuple[str, str]:
    """How a candidate stands, in words and with a tone."""
    if candidate.rejection is not None:
        return _("Avvist"), "danger"
    if candidate.unmet:
        return _("Oppfyller ikke alle krav"), "danger"
    if candidate.waiting:
        return _("Ikke avgjort"), "warning"
    return _("Kvalifisert"), "success"


def table_rows(competition: Competition) -> list[dict[str, Any]]:
    """Every candidate with its place in the newest selection."""
    newest = queries.newest_selection(competition)
    placed = {one["supplier"]: one for one in newest.placed} if newest else {}
    rows = [
        {
            "supplier": one.number,
            "name": one.name,
            "standing": standing_of(one)[0],
            "place": placed.get(one.number, {}).get("place"),
            "total": placed.get(one.number, {}).get("total"),
            "selected": placed.get(one.number, {}).get("selected"),
        }
        for one in queries.candidates_of(competition)
    ]
    return sorted(rows, key=lambda row: (row["place"] is None, row["place"] or 0, row["name"]))
