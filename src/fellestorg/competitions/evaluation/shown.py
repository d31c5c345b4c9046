"""What the pages of the evaluation show: finished tables of tenders against requirements, criteria and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language

from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.models import QualificationDecision, Ranking
from fellestorg.competitions.evaluation.rules import Cell, standing
from fellestorg.competitions.evaluation.words import OUTCOMES
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    QualificationRequirement,
    Question,
)
from fellestorg.competitions.tenders.queries import OpenedTender, opened
from fellestorg.engines.evaluation import Finding, model_name, warning_text
from fellestorg.organisations.models import Organisation, Person
from fellestorg.ui.questions import shown as in_table

_TONES = {"met": "success", "not_met": "danger", "awaited": "warning"}


@dataclass(frozen=True, slots=True)
class RequirementCell:
    """One tenderer against one requirement: what it declared and answered, and what was decided."""

    requirement: QualificationRequirement
    declared: Mapping[str, Any] | None
    answers: Sequence[tuple[Question, Any]]
    outcome: str
    outcome_name: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Qualifies:
    """A tenderer's line of requirements."""

    tender: OpenedTender
    cells: Sequence[RequirementCell]

    @property
    def waits_as_declared(self) -> bool:
        """Whether something that the tenderer declares to meet is not decided."""
        return any(not one.outcome and one.declared and one.declared["met"] for one in self.cells)


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One tender on one criterion: its answers, one's own or the agreed points, and (in consensus) what each gave."""

    name: str
    tender: OpenedTender
    answers: Sequence[tuple[Question, Any]]
    points: str
    reason: str
    given: Sequence[tuple[str, Decimal, str]]


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A criterion with a cell for every tender that remains."""

    criterion: AwardCriterion
    cells: Sequence[ScoreCell]


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A ranked tender: its name, price, points on each criterion and its total."""

    rank: int
    supplier: str
    name: str
    price: Decimal
    points: Sequence[str]
    named: Sequence[tuple[str, str]]
    total: Decimal
    exact: str
    price_of_points: Sequence[str | None]
    wins: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """The weights of a criterion within which the winner stays the winner."""

    title: str
    stated: Decimal
    low: Decimal
    high: Decimal
    exact: str


@dataclass(frozen=True, slots=True)
class RankingView:
    """A ranking, ready for its page."""

    version: int
    made_at: Any
    model: str
    lower_wins: bool
    criteria: Sequence[str]
    rows: Sequence[RankedRow]
    warnings: Sequence[str]
    intervals: Sequence[Interval]
    tie: Sequence[str]
    broken_by: str
    current: bool


def qualification_table(competition: Competition) -> list[Qualifies]:
    """Every tenderer against every requirement."""
    requirements = list(competition.requirements.all())
    questions = _questions_of(competition, "requirement")
    held = queries.qualification(competition)
    table = []
    for tender in opened(competition):
        cells = []
        for requirement in requirements:
            row = held.get((tender.supplier_number, requirement.key))
            outcome = row.outcome if row else ""
            cells.append(
                RequirementCell(
                    requirement,
                    tender.declared.get(requirement.key),
                    _answers(tender, questions.get(requirement.pk, ())),
                    outcome,
                    str(OUTCOMES[QualificationDecision.Outcome(outcome)]) if outcome else "",
                    _TONES.get(outcome, "neutral"),
                    row.reason if row else "",
                )
            )
        table.append(Qualifies(tender, cells))
    return table


def score_sheets(lot: CompetitionLot, person: Person | None) -> list[ScoreSheet]:
    """The sheets of a lot: an evaluator's own (``person``), or with everybody's scores for the consensus (None)."""
    competition = lot.competition
    questions = _questions_of(competition, "criterion")
    rows = standing(queries.scores(lot))
    names = {one.key: one.name for one in queries.evaluators(competition)}
    sheets = []
    for criterion in queries.quality_criteria(competition):
        asked = [one for one in questions.get(criterion.pk, ()) if one.lot_id in (None, lot.pk)]
        cells = []
        for one in queries.standings(lot):
            if not one.remains:
                continue
            cell: Cell = (one.tender.supplier_number, criterion.key)
            mine = rows.get((cell, person.key if person else None))
            given = [
                (names[who], row.points, row.reason)
                for (at, who), row in rows.items()
                if person is None and at == cell and who in names
            ]
            cells.append(
                ScoreCell(
                    f"{criterion.key}-{one.tender.supplier_number}",
                    one.tender,
                    _answers(one.tender, asked),
                    f"{mine.points.normalize():f}" if mine else "",
                    mine.reason if mine else "",
                    given,
                )
            )
        sheets.append(ScoreSheet(criterion, cells))
    return sheets


def ranking_view(ranking: Ranking) -> RankingView:
    """A ranking in words and figures. Totals are rounded for display only; ``exact`` is the fraction."""
    facts, answer = ranking.decision.facts, ranking.decision.answer
    tenders = {one["id"]: one for one in facts["tenders"]}
    names = dict(Organisation.objects.filter(number__in=tenders).values_list("number", "name"))
    quality = [one["id"] for one in facts["criteria"] if one["kind"] == "points"]
    titles = dict(ranking.lot.competition.criteria.values_list("key", "title"))
    weights = {one["id"]: Decimal(one["weight"]) for one in facts["criteria"]}
    rows = [
        RankedRow(
            one["rank"],
            one["tender"],
            names.get(one["tender"], one["tender"]),
            Decimal(tenders[one["tender"]]["price"]),
            [tenders[one["tender"]]["points"][key] for key in quality],
            [(titles.get(key, key), tenders[one["tender"]]["points"][key]) for key in quality],
            Decimal(one["total"]),
            one["exact"],
            [(answer["price_of_a_point"].get(key) or {}).get(one["tender"]) for key in quality],
            one["tender"] == answer["winner"],
        )
        for one in answer["ranking"]
    ]
    language = get_language() or "nb"
    return RankingView(
        ranking.version,
        ranking.made_at,
        model_name(facts["model"], language),
        facts["model"] in ("lowest_price", "priced_quality_deduction", "priced_quality_surcharge", "conversion_factor"),
        [titles.get(key, key) for key in quality],
        rows,
        warnings(answer, names, titles, language),
        [
            Interval(
                titles.get(key, key),
                weights[key],
                _share(one["wins_from"]),
                _share(one["wins_to"]),
                f"{one['wins_from']} – {one['wins_to']}",
            )
            for key, one in answer["sensitivity"].items()
            if one["wins_from"] is not None
        ],
        [names.get(one, one) for one in answer["tie"]],
        titles.get(answer["tie_broken_by"], "") if answer["tie_broken_by"] else "",
        queries.is_current(ranking),
    )


def warnings(
    answer: Mapping[str, Any], names: Mapping[str, str], titles: Mapping[str, str], language: str
) -> list[str]:
    """The warnings of an answer as sentences, with suppliers and criteria by their names."""
    called = {**titles, **names}
    return [
        warning_text(
            Finding(one["code"], {name: called.get(value, value) for name, value in one["evidence"].items()}), language
        )
        for one in answer["warnings"]
    ]


def _share(fraction: str) -> Decimal:
    value = Fraction(fraction)
    return Decimal(value.numerator) / Decimal(value.denominator)


def _questions_of(competition: Competition, field: str) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = {}
    for question in competition.questions.exclude(**{field: None}):
        found.setdefault(getattr(question, f"{field}_id"), []).append(question)
    return found


def _answers(tender: OpenedTender, questions: Sequence[Question]) -> list[tuple[Question, Any]]:
    return [(one, in_table(one, tender.answers[one.key])) for one in questions if one.key in tender.answers]
