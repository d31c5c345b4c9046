"""Made-up tenders by the hundred: how often an irrelevant tender would decide under a model (W1).

The market is an assumption and the rates are estimates, so floats do here; the formulas are the very ones that rank in
fractions. The numbers come from a generator that is given, so that the same seed gives the same rates everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from operator import mul

from fellestorg.engines.evaluation.models import HIGHEST, LOWEST, MODELS, Formula
from fellestorg.engines.evaluation.ranking import formula_of, with_model
from fellestorg.engines.evaluation.request import ZERO, EvaluationRequest

Draw = Callable[[], float]
GRID_PRICES = tuple(Fraction(tenths, 10) for tenths in range(6, 21))
"""What an added tender may cost, as shares of the mean price (W3)."""
GRID_POINTS = tuple(Fraction(halves, 10) for halves in range(6))
"""What an added tender may get, as shares of the scale: 0 to 5 of 10 (W3)."""
_STEP, _FIRST, _SECOND, _ALL = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 2**64 - 1


@dataclass(frozen=True, slots=True)
class Market:
    """What simulated tenders look like. ``spread``: standard deviation of prices as a share of their mean. ``level`` and
    ``points_spread``: mean and standard deviation of points as shares of the scale. ``dear_is_good``: correlation between
    price and points."""

    tenders: int = 5
    spread: float = 0.15
    level: float = 0.65
    points_spread: float = 0.15
    dear_is_good: float = 0.4


@dataclass(frozen=True, slots=True)
class Reversals:
    """Of so many ``simulated`` competitions: in how many a losing tender decided by being there, and in how many one that
    would have lost could have been added and decided."""

    simulated: int
    by_removal: int
    by_addition: int


Bid = tuple[float, tuple[float, ...]]


def uniform_draws(seed: int) -> Draw:
    """Numbers from 0 up to 1, by splitmix64: the same for the same seed on every machine and in every version."""
    state = seed & _ALL

    def draw() -> float:
        nonlocal state
        state = (state + _STEP) & _ALL
        mixed = ((state ^ (state >> 30)) * _FIRST) & _ALL
        mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _ALL
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    return draw


def simulate(request: EvaluationRequest, market: Market, count: int, draw: Draw) -> list[list[Bid]]:
    """So many competitions of made-up tenders round the request's mean price: price and points in half points."""
    mean = float(sum(one.price for one in request.tenders) / len(request.tenders))
    scale, criteria = float(request.scale), len(request.points_criteria)
    apart = max(0.0, 1 - market.dear_is_good**2) ** 0.5

    def normal() -> float:
        return sum(draw() for _ in range(12)) - 6

    def bid() -> Bid:
        dear = normal()
        points = []
        for _ in range(criteria):
            level = market.level + market.points_spread * (market.dear_is_good * dear + apart * normal())
            points.append(min(scale, max(0.0, round(2 * level * scale) / 2)))
        return round(mean * max(0.3, 1 + market.spread * dear), 2), tuple(points)

    return [[bid() for _ in range(market.tenders)] for _ in range(count)]


def reversals(
    request: EvaluationRequest,
    model: str,
    competitions: Sequence[Sequence[Bid]],
    minimum: Fraction = ZERO,
) -> Reversals:
    """How often a tender that does not win decides who does, under a model. Models that measure against nothing in the other
    tenders never let one; priced quality is such a model. Tenders with less than ``minimum`` (a share of the scale) on a
    criterion are rejected first, and nobody adds one (W8)."""
    count, normalise = len(competitions), request.parameters.normalise_points
    if not MODELS[model].leans_on and not normalise:
        return Reversals(count, 0, 0)
    formula = _in_floats(formula_of(with_model(request, model)))
    least = float(minimum) * formula.scale
    levels = [float(level) * formula.scale for level in GRID_POINTS if level >= minimum] or [least]
    if not normalise:
        # Only the added price moves the others then, and an added tender is the surest loser with the fewest points.
        levels = levels[:1]
    removed = added = 0
    for competition in competitions:
        bids = [bid for bid in competition if min(bid[1], default=least) >= least]
        if not bids:
            continue
        if not normalise:
            bids = [(price, (_weighed(formula, points),)) for price, points in bids]
        winner = _winner(formula, normalise, bids)
        removed += _one_removed_decides(formula, normalise, bids, winner)
        mean, criteria = sum(price for price, _ in bids) / len(bids), len(bids[0][1])
        for share, level in product(GRID_PRICES, levels):
            points = (level,) * criteria if normalise else (_weighed(formula, (level,) * len(formula.weights)),)
            if _added_decides(formula, normalise, bids, winner, (float(share) * mean, points)):
                added += 1
                break
    return Reversals(count, removed, added)


def _one_removed_decides(formula: Formula[float], normalise: bool, bids: list[Bid], winner: int) -> bool:
    prices = [price for price, _ in bids]
    for at in range(len(bids)):
        if at == winner or not (normalise or prices[at] in (min(prices), max(prices))):
            continue
        rest = [*bids[:at], *bids[at + 1 :]]
        found = _winner(formula, normalise, rest)
        if found + (found >= at) != winner:
            return True
    return False


def _added_decides(formula: Formula[float], normalise: bool, bids: list[Bid], winner: int, extra: Bid) -> bool:
    prices, leans_on = [price for price, _ in bids], formula.model.leans_on
    below = LOWEST in leans_on and extra[0] < min(prices)
    above = HIGHEST in leans_on and extra[0] > max(prices)
    if not (normalise or below or above):
        return False
    return _winner(formula, normalise, [*bids, extra]) not in (winner, len(bids))


def _winner(formula: Formula[float], normalise: bool, bids: Sequence[Bid]) -> int:
    """The place of the best; of equal ones the first. Where points are not normalised they have been weighed already: only
    models of points come here then, because no other leans on the rest of the field."""
    prices = [price for price, _ in bids]
    lowest, highest = min(prices), max(prices)
    if normalise:
        most = [max(column) for column in zip(*(points for _, points in bids), strict=True)]
        sign = 1 if formula.model.higher_wins else -1
        totals = []
        for price, points in bids:
            counted = [p * formula.scale / m if m else p for p, m in zip(points, most, strict=True)]
            totals.append(sign * formula.total(price, counted, lowest, highest))
    else:
        weight = formula.price_weight
        totals = [weight * formula.price_points(price, lowest, highest) + points[0] for price, points in bids]
    return totals.index(max(totals))


def _weighed(formula: Formula[float], points: Sequence[float]) -> float:
    total: float = sum(map(mul, formula.weights, points))
    return total


def _in_floats(formula: Formula[Fraction]) -> Formula[float]:
    return Formula(
        formula.model,
        float(formula.scale),
        float(formula.price_weight),
        tuple(map(float, formula.weights)),
        tuple(map(float, formula.max_values)),
        float(formula.kappa),
        float(formula.reference),
        None if formula.floor is None else float(formula.floor),
    )
