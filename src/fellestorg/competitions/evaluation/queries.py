"""Reads for the evaluation: what holds now of rows that are only added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fellestorg.competitions.evaluation.models import (
    QualificationDecision,
    QualityClosing,
    Ranking,
    Rejection,
    Score,
)
from fellestorg.competitions.evaluation.rules import Given, evaluate_request, totals
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    EvaluationPlan,
    PriceSheetLine,
    TeamMember,
)
from fellestorg.competitions.tenders.queries import OpenedTender, opened, opened_prices
from fellestorg.organisations.models import Person
from fellestorg.values import Refused


@dataclass(frozen=True, slots=True)
class Standing:
    """A tender in a lot, and the rejection that holds for it, if any."""

    tender: OpenedTender
    rejection: Rejection | None

    @property
    def remains(self) -> bool:
        return self.rejection is None


def plan_of(competition: Competition) -> EvaluationPlan:
    """The plan that holds: the newest. Raises Refused where none was fixed."""
    found = competition.plans.order_by("-version").first()
    if found is None:
        raise Refused("plan_missing", "Evalueringsmodellen er ikke fastsatt.")
    return found


def standings(lot: CompetitionLot) -> list[Standing]:
    """The tenders in a lot in the order of their suppliers' names, with the rejections that hold."""
    held = rejections(lot.competition)
    return [
        Standing(one, held.get((lot.key, one.supplier_number)) or held.get(("", one.supplier_number)))
        for one in sorted(opened(lot.competition), key=lambda one: one.supplier.name)
        if lot.key in one.lots
    ]


def rejections(competition: Competition) -> dict[tuple[str, str], Rejection]:
    """The rejections that hold now: (lot's key or an empty text for all lots, supplier's number) -> the row."""
    rows = Rejection.objects.filter(competition=competition).select_related("lot", "supplier").order_by("id")
    newest = {(row.lot.key if row.lot else "", row.supplier.number): row for row in rows}
    return {key: row for key, row in newest.items() if row.rejected}


def qualification(competition: Competition) -> dict[tuple[str, str], QualificationDecision]:
    """The decision that holds for each (supplier's number, requirement's key)."""
    rows = QualificationDecision.objects.filter(requirement__competition=competition)
    return {
        (row.supplier.number, row.requirement.key): row
        for row in rows.select_related("supplier", "requirement", "made_by").order_by("id")
    }


def evaluators(competition: Competition) -> list[Person]:
    """Whoever evaluates and has not stepped back."""
    team = competition.team.filter(task=TeamMember.Task.EVALUATOR, stepped_back_at=None).select_related("person")
    return [member.person for member in team]


def quality_criteria(competition: Competition) -> list[AwardCriterion]:
    """The criteria that are scored in points, in their order."""
    return list(competition.criteria.filter(kind=AwardCriterion.Kind.POINTS))


def scores(lot: CompetitionLot) -> list[Given]:
    """Every score given in a lot, the oldest first."""
    rows = Score.objects.filter(lot=lot).select_related("criterion", "supplier", "evaluator").order_by("id")
    return [
        Given(
            (row.supplier.number, row.criterion.key),
            row.evaluator.key if row.evaluator else None,
            row.points,
            row.reason,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a lot's cells (a tender on a criterion) somebody has scored; without ``person``: what is agreed on."""

    person: Person | None
    done: int
    cells: int


def progress(lot: CompetitionLot) -> list[Progress]:
    """How far each evaluator has come in a lot, and last how much is agreed on: counts only, never points (E-6)."""
    remaining = {one.tender.supplier_number for one in standings(lot) if one.remains}
    wanted = {one.key for one in quality_criteria(lot.competition)}
    given: dict[int | None, set[tuple[str, str]]] = {}
    for evaluator, supplier, key in Score.objects.filter(lot=lot).values_list(
        "evaluator_id", "supplier__number", "criterion__key"
    ):
        if supplier in remaining and key in wanted:
            given.setdefault(evaluator, set()).add((supplier, key))
    cells = len(remaining) * len(wanted)
    people = [Progress(one, len(given.get(one.pk, ())), cells) for one in evaluators(lot.competition)]
    return [*people, Progress(None, len(given.get(None, ())), cells)]


def is_closed(lot: CompetitionLot) -> bool:
    """Whether the lot's quality is agreed on and closed."""
    newest = QualityClosing.objects.filter(lot=lot).order_by("-id").first()
    return newest is not None and newest.closed


def prices(lot: CompetitionLot) -> dict[str, Decimal]:
    """The evaluated price of each tender in a lot, by supplier's number. Only for callers that have asked
    ``policy.prices_may_be_seen``."""
    sheets: Mapping[str, Mapping[str, Mapping[str, Decimal]]] = opened_prices(lot.competition)
    quantities = dict(PriceSheetLine.objects.filter(lot=lot).values_list("key", "quantity"))
    return {
        one.supplier_number: totals(sheets[one.id][lot.key], quantities)
        for one in opened(lot.competition)
        if lot.key in one.lots
    }


def request_of(lot: CompetitionLot) -> dict[str, Any]:
    """What `fellestorg evaluate` is asked about a lot, as it stands now. Raises Refused where a score is missing."""
    plan = plan_of(lot.competition)
    remaining = [one.tender.supplier_number for one in standings(lot) if one.remains]
    held = {row.cell: row.points for row in scores(lot) if row.evaluator is None}
    wanted = [one["id"] for one in plan.criteria if one["kind"] == "points"]
    gaps = [(supplier, key) for supplier in remaining for key in wanted if (supplier, key) not in held]
    if gaps:
        raise Refused("scores_missing", "Det mangler omforente poeng.", missing=str(len(gaps)))
    priced = {supplier: price for supplier, price in prices(lot).items() if supplier in remaining}
    document = {
        "model": plan.model,
        "scale": f"{plan.scale.normalize():f}",
        "criteria": plan.criteria,
        "parameters": plan.parameters,
        "tie_break": plan.tie_break,
    }
    notice = lot.competition.notice_date
    if notice is None:
        raise Refused("not_published", "Konkurransen er ikke kunngjort.")
    return evaluate_request(document, priced, held, rule_date=notice.isoformat())


def newest_ranking(lot: CompetitionLot) -> Ranking | None:
    """The ranking made last, or None."""
    return lot.rankings.select_related("decision", "made_by").order_by("-version").first()


def is_current(ranking: Ranking) -> bool:
    """Whether scores, prices and tenders are still what the ranking was made of."""
    try:
        return bool(request_of(ranking.lot) == ranking.decision.facts)
    except Refused:
        return False
