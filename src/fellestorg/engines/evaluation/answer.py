"""Evaluates: ranking, winner or tie, warnings, how firm the weights are, what a point costs, the rules relied on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from fellestorg.engines.evaluation.findings import Finding, find
from fellestorg.engines.evaluation.models import MODELS, PRICED_QUALITY
from fellestorg.engines.evaluation.ranking import Standing, counted_points, formula_of, stand, yardstick
from fellestorg.engines.evaluation.request import ONE, ZERO, EvaluationRequest
from fellestorg.engines.evaluation.sensitivity import Interval, weight_intervals
from fellestorg.law import rule_book
from fellestorg.values import RuleRef


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion gave a tender. ``points`` as they count, None for a price that is not turned into points;
    ``weighted`` is what it adds to the total."""

    criterion: str
    points: Fraction | None
    weighted: Fraction


@dataclass(frozen=True, slots=True)
class Ranked:
    """One tender's place. ``total``: points where higher wins, otherwise the evaluated price in kroner."""

    tender: str
    rank: int
    total: Fraction
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class EvaluationAnswer:
    """The whole answer, exact. ``sensitivity``: per criterion, the weights for which the winner stays the winner, None while
    there is no winner. ``price_of_a_point``: per points criterion and tender, in kroner, None where there is no such rate."""

    model: str
    ranking: tuple[Ranked, ...]
    winner: str | None
    tie: tuple[str, ...]
    tie_broken_by: str | None
    warnings: tuple[Finding, ...]
    sensitivity: Mapping[str, Interval | None]
    price_of_a_point: Mapping[str, Mapping[str, Fraction | None]]
    rules: tuple[RuleRef, ...]

    @property
    def needs_reason(self) -> bool:
        """Whether a competition that uses this model needs a reason on file (R1)."""
        return MODELS[self.model].needs_reason

    @property
    def higher_wins(self) -> bool:
        return MODELS[self.model].higher_wins


def evaluate(request: EvaluationRequest) -> EvaluationAnswer:
    """Rank the tenders exactly and say what the ranking rests on. The order in which tenders are given does not matter."""
    standing = stand(request)
    return EvaluationAnswer(
        model=request.model,
        ranking=_ranking(request, standing),
        winner=standing.winner,
        tie=standing.tie,
        tie_broken_by=standing.tie_broken_by,
        warnings=find(request, standing),
        sensitivity=MappingProxyType(sensitivity(request, standing)),
        price_of_a_point=MappingProxyType(price_of_a_point(request)),
        rules=_rules(request, standing),
    )


def sensitivity(request: EvaluationRequest, standing: Standing) -> dict[str, Interval | None]:
    """For each criterion, the weights for which the winner wins. All of them where the model weighs nothing."""
    if standing.winner is None:
        return {one.id: None for one in request.criteria}
    if not MODELS[request.model].weighed:
        return {one.id: (ZERO, ONE) for one in request.criteria}
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    columns = [formula.column(one.tender.price, one.points, yard.lowest, yard.highest) for one in standing.scored]
    order = [request.price_criterion, *request.points_criteria]
    winner = [one.tender.id for one in standing.scored].index(standing.winner)
    found = weight_intervals(columns, [one.weight for one in order], winner, higher_wins=formula.model.higher_wins)
    by_name = {one.id: interval for one, interval in zip(order, found, strict=True)}
    return {one.id: by_name[one.id] for one in request.criteria}


def price_of_a_point(request: EvaluationRequest) -> dict[str, Mapping[str, Fraction | None]]:
    """Kroner of price that weigh as much as one awarded point, at each tender's own price (W1, E8)."""
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    tenders = sorted(request.tenders, key=lambda one: one.id)
    table: dict[str, Mapping[str, Fraction | None]] = {}
    for at, criterion in enumerate(request.points_criteria):
        row: dict[str, Fraction | None] = {}
        counts = request.scale / yard.most[at] if request.parameters.normalise_points and yard.most[at] else ONE
        for tender in tenders:
            points = counted_points(request, yard, tender)
            rate = formula.point_price(at, tender.price, points, yard.lowest, yard.highest)
            row[tender.id] = None if rate is None else rate * counts
        table[criterion.id] = MappingProxyType(row)
    return table


def _ranking(request: EvaluationRequest, standing: Standing) -> tuple[Ranked, ...]:
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    names = [request.price_criterion.id, *(one.id for one in request.points_criteria)]
    rows = []
    for one, rank in zip(standing.scored, standing.ranks, strict=True):
        own = formula.price_points(one.tender.price, yard.lowest, yard.highest) if formula.model.higher_wins else None
        parts = {
            name: Part(name, points, weighted)
            for name, points, weighted in zip(names, (own, *one.points), one.parts, strict=True)
        }
        rows.append(Ranked(one.tender.id, rank, one.total, tuple(parts[c.id] for c in request.criteria)))
    return tuple(rows)


def _rules(request: EvaluationRequest, standing: Standing) -> tuple[RuleRef, ...]:
    wanted = ["E-1", "E-4", "ENV"]
    if any(one.weight_from is not None for one in request.criteria):
        wanted.insert(1, "E-2")
    if request.environment_met_by or request.model in PRICED_QUALITY:
        wanted.append("ENV-ALT")
    if len(set(standing.ranks)) < len(standing.ranks):
        wanted.append("EV-TIE")
    if len(request.tenders) > 1:
        wanted += ["EV-BITE", "EV-LOW"]
    book = rule_book()
    return tuple(book.rule(one, on=request.rule_date).ref for one in wanted)
