"""What a project lead is warned about: who decides, what does not bite, what is too low. Codes and evidence, no sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from fellestorg.engines.evaluation.figures import exact_text
from fellestorg.engines.evaluation.models import HIGHEST, MODELS, PRICED_QUALITY
from fellestorg.engines.evaluation.ranking import (
    Standing,
    at_an_end,
    can_use,
    formula_of,
    moved_by,
    stand,
    with_model,
    yardstick,
)
from fellestorg.engines.evaluation.request import ONE, ZERO, Criterion, EvaluationRequest
from fellestorg.engines.evaluation.screens import Low, abnormally_low
from fellestorg.law import rule_book


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning. ``evidence`` holds names and exact numbers as text: decimals, or fractions where they do not end."""

    code: str
    evidence: Mapping[str, str]


def find(request: EvaluationRequest, standing: Standing) -> tuple[Finding, ...]:
    """Every warning that holds, in a fixed order."""
    return tuple(
        Finding(code, MappingProxyType(evidence)) for code, look in _LOOKS for evidence in look(request, standing)
    )


def deciding_tenders(request: EvaluationRequest, standing: Standing) -> list[tuple[str, str]]:
    """Tenders that do not win, with who would win if each had not come (W2). Empty where there is no winner."""
    if standing.winner is None:
        return []
    yard, found = yardstick(request, request.tenders), []
    for tender in sorted(request.tenders, key=lambda one: one.id):
        if tender.id == standing.winner or not at_an_end(request, yard, tender):
            continue
        others = [one for one in request.tenders if one is not tender]
        if not moved_by(request, yard, yardstick(request, others)):
            continue
        winner = stand(request, others).winner
        if winner not in (None, standing.winner):
            found.append((tender.id, str(winner)))
    return found


def effective_weights(request: EvaluationRequest, standing: Standing) -> dict[str, Fraction]:
    """What each criterion decides in fact (W7): its share of the spread (highest less lowest) of weighted parts. Empty where
    nothing separates the tenders."""
    order = [request.price_criterion, *request.points_criteria]
    columns = zip(*(one.parts for one in standing.scored), strict=True)
    spreads = [max(column) - min(column) for column in columns]
    together = sum(spreads, ZERO)
    return {one.id: spread / together for one, spread in zip(order, spreads, strict=True)} if together else {}


def far_from_stated(request: EvaluationRequest, standing: Standing) -> dict[str, Fraction]:
    """Criteria that decide far less or far more than their weight (rule EV-BITE), with what they decide."""
    if request.model == "lowest_price":
        return {}
    rule = rule_book().rule("EV-BITE", on=request.rule_date)
    under, over = Fraction(rule.amount("under")), Fraction(rule.amount("over"))
    weights = {one.id: one.weight for one in request.criteria}
    return {
        name: effective
        for name, effective in effective_weights(request, standing).items()
        if not weights[name] * under <= effective <= weights[name] * over
    }


def environment_weight(request: EvaluationRequest) -> Fraction:
    """The environment's weight; under priced quality its highest value in kroner divided by the estimated value (the
    reference price, or else the lowest price), under lowest price nothing (R7)."""
    green = [one for one in request.criteria if one.environment]
    if request.model in PRICED_QUALITY:
        estimate = request.parameters.reference_price or min(tender.price for tender in request.tenders)
        worth = sum((one.max_value or ZERO for one in green), ZERO)
        return worth / estimate if estimate else ZERO
    if request.model == "lowest_price":
        return ZERO
    return sum((one.weight for one in green), ZERO)


def flips(request: EvaluationRequest, standing: Standing) -> Iterator[tuple[str, str, Fraction, str]]:
    """Single cells where a point more or less, within the scale, turns the answer (W6): tender, criterion, change, winner."""
    if standing.winner is None:
        return
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    sign = 1 if formula.model.higher_wins else -1
    totals = {one.tender.id: sign * one.total for one in standing.scored}
    best = totals[standing.winner]
    second = max((total for name, total in totals.items() if name != standing.winner), default=best)
    for tender in sorted(request.tenders, key=lambda one: one.id):
        for at, criterion in enumerate(request.points_criteria):
            had = tender.points[criterion.id]
            wins = tender.id == standing.winner
            step = -min(ONE, had) if wins else min(ONE, request.scale - had)
            if not step:
                continue
            changed = replace(tender, points={**tender.points, criterion.id: had + step})
            tenders = [changed if one is tender else one for one in request.tenders]
            if request.parameters.normalise_points and yardstick(request, tenders) != yard:
                close = True
            else:
                counts = step
                if request.parameters.normalise_points and yard.most[at]:
                    counts = step * request.scale / yard.most[at]
                total = totals[tender.id] + sign * counts * formula.gain(at, tender.price)
                close = total <= second if wins else total >= best
            if close:
                winner = stand(request, tenders).winner
                if winner not in (None, standing.winner):
                    yield tender.id, criterion.id, step, str(winner)


def can_swap(criteria: Sequence[Criterion], first: Criterion, second: Criterion) -> bool:
    """Whether the announced ranges let either of two criteria outweigh the other, all weights together being 1 (E-2)."""
    return _most_ahead(criteria, first, second) > 0 and _most_ahead(criteria, second, first) > 0


def _most_ahead(criteria: Sequence[Criterion], first: Criterion, second: Criterion) -> Fraction:
    """The furthest that ``first`` can weigh above ``second``, or -1 where the ranges do not allow it."""
    others = [_range(one) for one in criteria if one is not first and one is not second]
    least = ONE - sum((high for _, high in others), ZERO)
    most = ONE - sum((low for low, _ in others), ZERO)
    (low, weight), (other, high) = _range(first), _range(second)
    if weight + other < least:
        other = min(high, least - weight)
    elif weight + other > most:
        weight = max(low, most - other)
    return weight - other if least <= weight + other <= most else -ONE


def _range(one: Criterion) -> tuple[Fraction, Fraction]:
    if one.weight_from is None or one.weight_to is None:
        return one.weight, one.weight
    return one.weight_from, one.weight_to


# -- one look per warning -------------------------------------------------------------------------------------------


def _irrelevant(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    for tender, winner in deciding_tenders(request, standing):
        yield {"tender": tender, "winner": winner}


def _do_not_bite(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    weights = {one.id: one.weight for one in request.criteria}
    for name, effective in far_from_stated(request, standing).items():
        yield {"criterion": name, "stated": exact_text(weights[name]), "effective": exact_text(effective)}


def _swaps(request: EvaluationRequest, _: Standing) -> Iterator[dict[str, str]]:
    criteria = request.criteria
    for at, first in enumerate(criteria):
        for second in criteria[at + 1 :]:
            if can_swap(criteria, first, second):
                yield {"first": first.id, "second": second.id}


def _environment(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    rule = rule_book().rule("ENV", on=request.rule_date)
    minimum, regime = Fraction(rule.amount("min_weight")), str(rule.values["regime"])
    weight = environment_weight(request)
    used = any(one.environment for one in request.criteria)
    if request.environment_met_by or weight >= minimum or (regime == "before-2024" and not used):
        return
    shares = effective_weights(request, standing)
    effective = sum((shares.get(one.id, ZERO) for one in request.criteria if one.environment), ZERO)
    by = "value" if request.model in PRICED_QUALITY else "weight"
    yield {
        "weight": exact_text(weight),
        "minimum": exact_text(minimum),
        "effective": exact_text(effective),
        "regime": regime,
        "measured_by": by,
    }


def _worst(request: EvaluationRequest, _: Standing) -> Iterator[dict[str, str]]:
    if HIGHEST in MODELS[request.model].leans_on:
        dearest = max(request.tenders, key=lambda one: (one.price, one.id))
        yield {"tender": dearest.id, "price": exact_text(dearest.price)}


def _other_models(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    for model, other in winners_by_model(request).items():
        if standing.winner is not None and other.winner not in (None, standing.winner):
            yield {"model": model, "winner": str(other.winner)}


def winners_by_model(request: EvaluationRequest) -> dict[str, Standing]:
    """How the tenders would stand under every other model that the request has the numbers for (W5). Lowest price is left out
    unless it is all there is: it looks away from the points, so of course it may name another winner."""
    return {
        model: stand(with_model(request, model))
        for model in MODELS
        if model not in (request.model, "lowest_price") and can_use(request, model)
    }


def _one_point(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    for tender, criterion, step, winner in flips(request, standing):
        change = f"+{exact_text(step)}" if step > 0 else exact_text(step)
        yield {"tender": tender, "criterion": criterion, "change": change, "winner": winner}


def _negative(request: EvaluationRequest, standing: Standing) -> Iterator[dict[str, str]]:
    if not MODELS[request.model].higher_wins:
        return
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    for one in standing.scored:
        points = formula.price_points(one.tender.price, yard.lowest, yard.highest)
        if points < 0:
            yield {"tender": one.tender.id, "points": exact_text(points)}


def _low(request: EvaluationRequest, _: Standing) -> Iterator[dict[str, str]]:
    for one in abnormally_low(request.tenders, request.rule_date):
        yield _low_evidence(one)


def _low_evidence(one: Low) -> dict[str, str]:
    numbers = {"price": one.price, "mean": one.mean, "below_mean": one.below_mean}
    if one.next is not None and one.below_next is not None:
        numbers |= {"next": one.next, "below_next": one.below_next}
    return {"tender": one.tender, **{name: exact_text(number) for name, number in numbers.items()}}


_LOOKS = (
    ("irrelevant_tender_decides", _irrelevant),
    ("weights_do_not_bite", _do_not_bite),
    ("ranges_swap_rank", _swaps),
    ("environment_below_minimum", _environment),
    ("model_depends_on_worst", _worst),
    ("model_decides", _other_models),
    ("one_point_flips", _one_point),
    ("negative_points", _negative),
    ("abnormally_low", _low),
)
