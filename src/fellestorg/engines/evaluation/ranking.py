"""Scores every tender by a model and ranks them exactly: equal totals share a rank, the published rule breaks ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fellestorg.engines.evaluation.models import HIGHEST, LOWEST, MODELS, PRICED_QUALITY, Formula, Model
from fellestorg.engines.evaluation.request import ZERO, EvaluationRequest, Tender


@dataclass(frozen=True, slots=True)
class Scored:
    """A tender with its points as they count (normalised where that is announced) and its figures.

    ``parts`` and ``column`` stand with the price first, then the points criteria in their order. ``column`` is what the
    weights weigh."""

    tender: Tender
    points: tuple[Fraction, ...]
    parts: tuple[Fraction, ...]
    total: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands where: scored tenders, best first, with their ranks; the winner or those who tie for it."""

    scored: tuple[Scored, ...]
    ranks: tuple[int, ...]
    winner: str | None
    tie: tuple[str, ...]
    tie_broken_by: str | None


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What the tenders are measured against that comes from the tenders themselves."""

    lowest: Fraction
    highest: Fraction
    most: tuple[Fraction, ...]


def stand(request: EvaluationRequest, tenders: Sequence[Tender] | None = None) -> Standing:
    """Score and rank, all the request's tenders or some. Nothing is rounded; the order of the tenders does not matter."""
    tenders = request.tenders if tenders is None else tenders
    formula = formula_of(request)
    yard = yardstick(request, tenders)
    scored = [score(request, formula, yard, tender) for tender in tenders]
    return _rank(request, formula.model, scored)


def with_model(request: EvaluationRequest, model: str) -> EvaluationRequest:
    """The same request by another model."""
    return replace(request, model=model)


def can_use(request: EvaluationRequest, model: str) -> bool:
    """Whether the request has all that this model needs."""
    if model in PRICED_QUALITY:
        return all(one.max_value is not None for one in request.points_criteria)
    if model == "linear_to_reference":
        return request.parameters.reference_price is not None
    if model == "conversion_factor" and not request.price_criterion.weight:
        return False
    return not MODELS[model].divides or all(tender.price > 0 for tender in request.tenders)


def formula_of(request: EvaluationRequest) -> Formula[Fraction]:
    """The model with this request's numbers."""
    criteria, parameters = request.points_criteria, request.parameters
    return Formula(
        MODELS[request.model],
        request.scale,
        request.price_criterion.weight,
        tuple(one.weight for one in criteria),
        tuple(one.max_value or ZERO for one in criteria),
        parameters.kappa,
        parameters.reference_price or ZERO,
        parameters.floor,
    )


def yardstick(request: EvaluationRequest, tenders: Iterable[Tender]) -> Yardstick:
    """Lowest and highest price, and where points are normalised the most points on each criterion."""
    rows = tuple(tenders)
    prices = [tender.price for tender in rows]
    criteria = request.points_criteria if request.parameters.normalise_points else ()
    most = tuple(max(tender.points[one.id] for tender in rows) for one in criteria)
    return Yardstick(min(prices), max(prices), most)


def moved_by(request: EvaluationRequest, yard: Yardstick, other: Yardstick) -> bool:
    """Whether tenders measured against the other yardstick may get other figures."""
    leans_on = MODELS[request.model].leans_on
    return (
        (LOWEST in leans_on and yard.lowest != other.lowest)
        or (HIGHEST in leans_on and yard.highest != other.highest)
        or yard.most != other.most
    )


def at_an_end(request: EvaluationRequest, yard: Yardstick, tender: Tender) -> bool:
    """Whether the yardstick may be another without this tender."""
    if tender.price in (yard.lowest, yard.highest):
        return True
    return any(tender.points[one.id] == most for one, most in zip(request.points_criteria, yard.most, strict=False))


def counted_points(request: EvaluationRequest, yard: Yardstick, tender: Tender) -> tuple[Fraction, ...]:
    """The points as they count."""
    points = [tender.points[one.id] for one in request.points_criteria]
    if not request.parameters.normalise_points:
        return tuple(points)
    return tuple(p * request.scale / most if most else p for p, most in zip(points, yard.most, strict=True))


def score(request: EvaluationRequest, formula: Formula[Fraction], yard: Yardstick, tender: Tender) -> Scored:
    """One tender's figures."""
    points = counted_points(request, yard, tender)
    parts = tuple(formula.parts(tender.price, points, yard.lowest, yard.highest))
    return Scored(tender, points, parts, sum(parts, ZERO))


def tie_key(request: EvaluationRequest, tender: Tender, name: str) -> Fraction:
    """What a criterion of the published tie rule compares, lowest first: the price, or the points negated."""
    return tender.price if name == request.price_criterion.id else -tender.points[name]


def _rank(request: EvaluationRequest, model: Model, scored: list[Scored]) -> Standing:
    sign = -1 if model.higher_wins else 1
    ordered = sorted(
        scored,
        key=lambda one: (
            sign * one.total,
            [tie_key(request, one.tender, name) for name in request.tie_break],
            one.tender.id,
        ),
    )
    ranks: list[int] = []
    for at, one in enumerate(ordered):
        ranks.append(ranks[-1] if at and one.total == ordered[at - 1].total else at + 1)
    level = [one.tender for one in ordered if one.total == ordered[0].total]
    broken_by = None
    for name in request.tie_break:
        if len(level) == 1:
            break
        best = min(tie_key(request, tender, name) for tender in level)
        left = [tender for tender in level if tie_key(request, tender, name) == best]
        if len(left) < len(level):
            level, broken_by = left, name
    tie = tuple(tender.id for tender in level) if len(level) > 1 else ()
    winner = None if tie else level[0].id
    return Standing(tuple(ordered), tuple(ranks), winner, tie, None if tie else broken_by)
