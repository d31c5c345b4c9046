"""The rehearsal before publication: the same tenders, made up or historical, under every model.

For each model: who wins, where a tender that does not win decides, what a point costs in kroner, whether the weights bite,
how little the evaluators would have to differ, and what a dearer tender would need. So a project lead chooses knowingly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from fellestorg.engines.evaluation.findings import deciding_tenders, effective_weights, far_from_stated
from fellestorg.engines.evaluation.models import MODELS
from fellestorg.engines.evaluation.ranking import (
    Standing,
    can_use,
    formula_of,
    moved_by,
    score,
    stand,
    with_model,
    yardstick,
)
from fellestorg.engines.evaluation.request import ONE, ZERO, EvaluationRequest, Tender
from fellestorg.engines.evaluation.simulation import (
    GRID_POINTS,
    GRID_PRICES,
    Bid,
    Market,
    Reversals,
    reversals,
    simulate,
    uniform_draws,
)

ADDED = ""
"""The id of a tender that is only thought of; no tender that is read can have it."""
DEARER = Fraction(11, 10)


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is simulated, from which seed, in which market. ``minimum``: the score, as a share of the scale, that could be
    asked for on every criterion (W8)."""

    simulated: int = 300
    seed: int = 1
    market: Market = field(default_factory=Market)
    minimum: Fraction = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Without ``tender``, which does not win, ``winner`` would win."""

    tender: str
    winner: str


@dataclass(frozen=True, slots=True)
class Addition:
    """Had somebody bid ``price`` with up to ``points`` on every criterion, it would have lost and ``winner`` have won."""

    price: Fraction
    points: Fraction
    winner: str


@dataclass(frozen=True, slots=True)
class PointPrice:
    """What a point of ``criterion`` costs in kroner at the lowest, mean and highest price; None where there is no rate."""

    criterion: str
    at_lowest: Fraction | None
    at_mean: Fraction | None
    at_highest: Fraction | None

    @property
    def between(self) -> tuple[Fraction, Fraction] | None:
        """The least and the most of them."""
        rates = [one for one in (self.at_lowest, self.at_mean, self.at_highest) if one is not None]
        return (min(rates), max(rates)) if rates else None


@dataclass(frozen=True, slots=True)
class CellChange:
    """One evaluator's cell moved by at most one point, within the scale."""

    tender: str
    criterion: str
    change: Fraction


@dataclass(frozen=True, slots=True)
class Needed:
    """What a tender dearer than the winner, and with the winner's points, needs more on ``criterion`` to draw level with the
    best. ``possible``: the scale has room for it."""

    criterion: str
    points: Fraction
    possible: bool


@dataclass(frozen=True, slots=True)
class ModelRehearsal:
    """One model on the rehearsed tenders.

    ``reversals_with_minimum``: in the same competitions with a minimum score. ``do_not_bite``: criteria whose effective
    weight is far from the stated. ``smallest_flip``: the fewest cells that, moved a point each, turn the answer; empty where
    none can or nobody wins. ``dearer`` is for a tender 10 % dearer than the winner; empty under lowest price, where points
    are normalised and while nobody wins.
    """

    model: str
    needs_reason: bool
    winner: str | None
    tie: tuple[str, ...]
    totals: Mapping[str, Fraction]
    deciding: tuple[Deciding, ...]
    additions: tuple[Addition, ...]
    reversals: Reversals
    reversals_with_minimum: Reversals
    point_prices: tuple[PointPrice, ...]
    effective_weights: Mapping[str, Fraction]
    do_not_bite: tuple[str, ...]
    smallest_flip: tuple[CellChange, ...]
    flip_winner: str | None
    dearer: tuple[Needed, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Every model that the request has the numbers for, the chosen one first."""

    chosen: str
    settings: Settings
    weights: Mapping[str, Fraction]
    models: tuple[ModelRehearsal, ...]
    left_out: tuple[str, ...]

    @property
    def winners(self) -> dict[str, str | None]:
        """Who wins under each model (W5)."""
        return {one.model: one.winner for one in self.models}


def rehearse(request: EvaluationRequest, settings: Settings | None = None) -> Rehearsal:
    """Try the tenders under every model. The same request and settings give the same rehearsal."""
    settings = settings or Settings()
    competitions = simulate(request, settings.market, settings.simulated, uniform_draws(settings.seed))
    usable = [model for model in MODELS if can_use(request, model)]
    usable.sort(key=lambda model: model != request.model)
    return Rehearsal(
        request.model,
        settings,
        MappingProxyType({one.id: one.weight for one in request.criteria}),
        tuple(_model(with_model(request, model), competitions, settings.minimum) for model in usable),
        tuple(model for model in MODELS if model not in usable),
    )


def additions(request: EvaluationRequest, standing: Standing) -> tuple[Addition, ...]:
    """Losing tenders that would have decided, had somebody bid them (W3). Kept internal: it says how to steer the award."""
    if standing.winner is None:
        return ()
    yard, found = yardstick(request, request.tenders), []
    mean = sum((one.price for one in request.tenders), ZERO) / len(request.tenders)
    for share in GRID_PRICES:
        last: Addition | None = None
        for level in GRID_POINTS:
            points = {one.id: level * request.scale for one in request.points_criteria}
            together = (*request.tenders, Tender(ADDED, share * mean, points))
            if not moved_by(request, yard, yardstick(request, together)):
                continue
            winner = stand(request, together).winner
            if winner is not None and winner not in (ADDED, standing.winner):
                last = Addition(share * mean, level * request.scale, winner)
        if last is not None:
            found.append(last)
    return tuple(found)


def point_prices(request: EvaluationRequest) -> tuple[PointPrice, ...]:
    """What a point costs at three price levels, with the points that the tenders have on average."""
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    count = len(request.tenders)
    mean = sum((one.price for one in request.tenders), ZERO) / count
    rows = [score(request, formula, yard, one).points for one in request.tenders]
    points = [sum(column, ZERO) / count for column in zip(*rows, strict=True)]
    found = []
    for at, criterion in enumerate(request.points_criteria):
        rates = [
            formula.point_price(at, price, points, yard.lowest, yard.highest)
            for price in (yard.lowest, mean, yard.highest)
        ]
        if request.parameters.normalise_points and yard.most[at]:
            rates = [None if rate is None else rate * request.scale / yard.most[at] for rate in rates]
        found.append(PointPrice(criterion.id, *rates))
    return tuple(found)


def smallest_flip(request: EvaluationRequest, standing: Standing) -> tuple[tuple[CellChange, ...], str | None]:
    """The fewest cells that, moved by a point each, give another winner, and who that is (W6).

    Only the rival's cells up and the winner's down help, the widest moves first. Where points are normalised a move may shift
    the others too: then the set is one that works, not surely the smallest.
    """
    best: tuple[tuple[CellChange, ...], str | None] = ((), None)
    if standing.winner is None:
        return best
    sign = 1 if MODELS[request.model].higher_wins else -1
    leader = next(one for one in standing.scored if one.tender.id == standing.winner)
    down = _moves(request, leader.tender, -1)
    for rival in standing.scored:
        if rival is leader:
            continue
        up = _moves(request, rival.tender, 1)
        gap = sign * (leader.total - rival.total)
        for ups, downs in _splits(len(up), len(down), len(best[0])):
            moves = up[:ups] + down[:downs]
            if sum((effect for effect, _ in moves), ZERO) >= gap:
                changes = tuple(change for _, change in moves)
                winner = stand(request, apply_changes(request.tenders, changes)).winner
                if winner not in (None, standing.winner):
                    best = (changes, winner)
                    break
    return best


def apply_changes(tenders: Sequence[Tender], changes: Sequence[CellChange]) -> tuple[Tender, ...]:
    """The tenders with these cells moved."""
    moved = {(one.tender, one.criterion): one.change for one in changes}
    return tuple(
        replace(one, points={name: p + moved.get((one.id, name), ZERO) for name, p in one.points.items()})
        for one in tenders
    )


def needed_when_dearer(request: EvaluationRequest, standing: Standing, share: Fraction = DEARER) -> tuple[Needed, ...]:
    """What a tender ``share`` times as dear as the winner needs to draw level with the best, on one criterion at a time."""
    if standing.winner is None or request.parameters.normalise_points or request.model == "lowest_price":
        return ()
    winner = next(one for one in request.tenders if one.id == standing.winner)
    dearer = replace(winner, id=ADDED, price=winner.price * share)
    formula = formula_of(request)
    yard = yardstick(request, (*request.tenders, dearer))
    sign = 1 if formula.model.higher_wins else -1
    best = max(sign * score(request, formula, yard, one).total for one in request.tenders)
    short = best - sign * score(request, formula, yard, dearer).total
    found = []
    for at, criterion in enumerate(request.points_criteria):
        gain = sign * formula.gain(at, dearer.price)
        if gain > 0:
            points = max(ZERO, short / gain)
            found.append(Needed(criterion.id, points, winner.points[criterion.id] + points <= request.scale))
    return tuple(found)


def _moves(request: EvaluationRequest, tender: Tender, sense: int) -> list[tuple[Fraction, CellChange]]:
    """A tender's cells moved up or down by a point, within the scale, with how far each moves its total; the widest first."""
    formula, yard = formula_of(request), yardstick(request, request.tenders)
    sign = 1 if formula.model.higher_wins else -1
    moves = []
    for at, criterion in enumerate(request.points_criteria):
        had = tender.points[criterion.id]
        step = min(ONE, request.scale - had if sense > 0 else had)
        counts = request.scale / yard.most[at] if request.parameters.normalise_points and yard.most[at] else ONE
        effect = step * counts * sign * formula.gain(at, tender.price)
        if effect > 0:
            moves.append((effect, CellChange(tender.id, criterion.id, sense * step)))
    return sorted(moves, key=lambda move: (-move[0], move[1].criterion))


def _splits(up: int, down: int, below: int) -> Iterator[tuple[int, int]]:
    """How many cells to move up and how many down: the fewest in all first, and fewer than ``below`` where that is not 0."""
    for count in range(1, below or up + down + 1):
        for ups in range(min(count, up), max(0, count - down) - 1, -1):
            yield ups, count - ups


def _model(request: EvaluationRequest, competitions: Sequence[Sequence[Bid]], minimum: Fraction) -> ModelRehearsal:
    standing = stand(request)
    changes, flip_winner = smallest_flip(request, standing)
    return ModelRehearsal(
        model=request.model,
        needs_reason=MODELS[request.model].needs_reason,
        winner=standing.winner,
        tie=standing.tie,
        totals=MappingProxyType({one.tender.id: one.total for one in standing.scored}),
        deciding=tuple(Deciding(*one) for one in deciding_tenders(request, standing)),
        additions=additions(request, standing),
        reversals=reversals(request, request.model, competitions),
        reversals_with_minimum=reversals(request, request.model, competitions, minimum),
        point_prices=point_prices(request),
        effective_weights=MappingProxyType(effective_weights(request, standing)),
        do_not_bite=tuple(far_from_stated(request, standing)),
        smallest_flip=changes,
        flip_winner=flip_winner,
        dearer=needed_when_dearer(request, standing),
    )
