"""Reads of the selection: what was announced, how each candidate stands, and the table as it would be now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fellestorg.competitions.evaluation import queries as evaluation
from fellestorg.competitions.evaluation.models import QualificationDecision, Rejection
from fellestorg.competitions.models import Competition
from fellestorg.competitions.selecting import rules
from fellestorg.competitions.selecting.models import CandidatePoints, Selection, SelectionRules
from fellestorg.competitions.selecting.requests import Request, candidates
from fellestorg.kernel import clock
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.values import Decision, decimal_text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate: its request, the rejection that holds for it, and which requirements wait or are not met."""

    request: Request
    rejection: Rejection | None
    waiting: tuple[str, ...]
    unmet: tuple[str, ...]

    @property
    def number(self) -> str:
        return self.request.row.supplier.number

    @property
    def name(self) -> str:
        return self.request.row.supplier.name

    @property
    def qualified(self) -> bool:
        return self.rejection is None and not self.waiting and not self.unmet


def law_minimum(competition: Competition) -> tuple[int, Rule]:
    """How many are invited at the least where the number is limited, and the rule that says so."""
    rule = rule_book().rule("SELECT-MIN", on=competition.notice_date or clock.today())
    return rule.count(competition.procedure), rule


def rules_of(competition: Competition) -> SelectionRules:
    """What was announced; where nothing was, all who qualify are invited."""
    found: SelectionRules | None = SelectionRules.objects.filter(competition=competition).first()
    return found or SelectionRules(competition=competition, minimum=law_minimum(competition)[0])


def criteria_of(competition: Competition) -> list[rules.Criterion]:
    """The published criteria for who goes on, in order."""
    return [rules.Criterion(one.key, one.title, one.weight) for one in competition.selection_criteria.all()]


def announced_problems(competition: Competition) -> Iterator[Decision]:
    """What is wrong with how the notice will say that the field is reduced."""
    given = rules_of(competition)
    return rules.announced_problems(
        criteria_of(competition),
        ranked=given.method == SelectionRules.Method.RANKED,
        minimum=given.minimum,
        maximum=given.maximum,
        law_minimum=law_minimum(competition)[0],
    )


def candidates_of(competition: Competition) -> list[Candidate]:
    """Every candidate with a request that stands, by name. Only for callers that may read requests."""
    held, out = evaluation.qualification(competition), evaluation.rejections(competition)
    keys = list(competition.requirements.values_list("key", flat=True))
    outcomes = QualificationDecision.Outcome
    found = []
    for request in candidates(competition):
        number = request.row.supplier.number
        decided = {key: held[number, key].outcome for key in keys if (number, key) in held}
        found.append(
            Candidate(
                request,
                out.get(("", number)),
                tuple(key for key in keys if decided.get(key, outcomes.AWAITED) == outcomes.AWAITED),
                tuple(key for key in keys if decided.get(key) == outcomes.NOT_MET),
            )
        )
    return found


def points_of(competition: Competition, round: int = 0) -> dict[tuple[str, str], CandidatePoints]:
    """The points that hold: (supplier's number, criterion's key) -> the row. Round 0 is the selection."""
    rows = CandidatePoints.objects.filter(competition=competition, round=round).select_related("supplier")
    return {(row.supplier.number, row.criterion): row for row in rows.order_by("id")}


def facts_of(competition: Competition, found: list[Candidate] | None = None) -> dict[str, Any]:
    """Everything that the selection rests on, as it stands now."""
    given = rules_of(competition)
    held = points_of(competition)
    qualified = sorted(one.number for one in found or candidates_of(competition) if one.qualified)
    least, rule = law_minimum(competition)
    return {
        "rule": {"id": rule.id, "source": rule.source, "verified": rule.verified, "least": least},
        "minimum": given.minimum,
        "maximum": given.maximum,
        "method": given.method,
        "criteria": [
            {"key": one.key, "title": one.title, "weight": decimal_text(one.weight) if one.weight is not None else None}
            for one in criteria_of(competition)
        ],
        "candidates": {
            number: {key: decimal_text(row.points) for (who, key), row in held.items() if who == number}
            for number in qualified
        },
    }


def table_of(facts: Mapping[str, Any]) -> list[rules.Placed]:
    """The table that follows from the facts. Raises KeyError where points that are needed are missing."""
    criteria = [
        rules.Criterion(one["key"], one["title"], Decimal(one["weight"]) if one["weight"] is not None else None)
        for one in facts["criteria"]
    ]
    points = {who: {key: Decimal(one) for key, one in given.items()} for who, given in facts["candidates"].items()}
    return rules.place(points, criteria, facts["method"] == SelectionRules.Method.RANKED, facts["maximum"])


def newest_selection(competition: Competition) -> Selection | None:
    """The selection made last, or None."""
    return competition.selections.order_by("-version").first()


def is_current(selection: Selection) -> bool:
    """Whether candidates, decisions and points are still what the selection was made of."""
    return bool(selection.facts == facts_of(selection.competition))
