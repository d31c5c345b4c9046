"""How firm a winner is when every weight moves at once: the share of weight draws in which each tender wins (W4).

One weight at a time is answered exactly by ``sensitivity``; all together take sampling. Draws come in blocks that stay in the
processor's cache, are made once and kept, and serve every model. Tenders that another one beats on every criterion cannot win
whatever the weights, so they are left out of the arithmetic, not of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from fellestorg.engines.evaluation.models import MODELS
from fellestorg.engines.evaluation.ranking import can_use, formula_of, stand, with_model, yardstick
from fellestorg.engines.evaluation.request import EvaluationRequest
from fellestorg.law import rule_book

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BLOCK = 8192
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Robustness:
    """One model: each tender's share of the draws that it wins.

    ``in_box``: weights drawn within ±10 points of the stated (rule E-1). ``anywhere``: any weights at all. ``same_winner``:
    the winner's share in the box, None while nobody wins.
    """

    model: str
    winner: str | None
    same_winner: float | None
    in_box: Mapping[str, float]
    anywhere: Mapping[str, float]
    draws: int
    seed: int


def robustness(
    request: EvaluationRequest, models: Sequence[str] = (), *, draws: int = 100_000, seed: int = 7
) -> tuple[Robustness, ...]:
    """Winner shares for these models (default: every one that weighs and that the request has the numbers for). The same seed
    gives the same shares; each is uncertain by about ``(share x (1 - share) / draws) ** 0.5``."""
    chosen = [m for m in models or MODELS if MODELS[m].weighed and can_use(request, m)]
    if len(request.criteria) < 2:
        return ()
    width = float(rule_book().rule("E-1", on=request.rule_date).amount("range_points"))
    stated = [float(one.weight) for one in (request.price_criterion, *request.points_criteria)]
    tables = [score_table(request, model) for model in chosen]
    boxed = winner_counts([scores for scores, _ in tables], box_draws(tuple(stated), width, draws, seed))
    free = winner_counts([scores for scores, _ in tables], simplex_draws(len(stated), draws, seed))
    found = []
    for model, (_, names), near, far in zip(chosen, tables, boxed, free, strict=True):
        winner = stand(with_model(request, model)).winner
        in_box, anywhere = (
            {name: int(count) / draws for name, count in sorted(zip(names, counts, strict=True))}
            for counts in (near, far)
        )
        same = None if winner is None else in_box[winner]
        shares = MappingProxyType(in_box), MappingProxyType(anywhere)
        found.append(Robustness(model, winner, same, *shares, draws, seed))
    return tuple(found)


def score_table(request: EvaluationRequest, model: str) -> tuple[Floats, list[str]]:
    """What the weights weigh, a row per tender and a column per criterion with the price first, higher better; and the
    tenders' names. Best first, so that equal tenders go to the one that the tie rule prefers."""
    import numpy as np

    request = with_model(request, model)
    standing, formula, yard = stand(request), formula_of(request), yardstick(request, request.tenders)
    sign = 1 if formula.model.higher_wins else -1
    rows = [
        [sign * float(x) for x in formula.column(one.tender.price, one.points, yard.lowest, yard.highest)]
        for one in standing.scored
    ]
    return np.array(rows), [one.tender.id for one in standing.scored]


def winner_counts(tables: Sequence[Floats], draws: Floats) -> list[NDArray[np.int64]]:
    """For each table of scores (tenders by criteria, higher better), how many draws each tender wins.

    ``draws`` has a row per criterion and a column per draw. A draw that two tenders win equally goes to the first of them.
    """
    import numpy as np

    kept = [contenders(table) for table in tables]
    small = [np.ascontiguousarray(table[rows]) for table, rows in zip(tables, kept, strict=True)]
    counts = [np.zeros(len(rows), dtype=np.int64) for rows in kept]
    sums = np.empty((max(map(len, kept), default=0), BLOCK))
    best = np.empty(BLOCK)
    for start in range(0, draws.shape[1], BLOCK):
        block = draws[:, start : start + BLOCK]
        width = block.shape[1]
        for table, count in zip(small, counts, strict=True):
            totals = np.matmul(table, block, out=sums[: len(table), :width])
            top = np.max(totals, axis=0, out=best[:width])
            wins = [int(np.count_nonzero(row == top)) for row in totals]
            if sum(wins) != width:
                wins = np.bincount(totals.argmax(axis=0), minlength=len(table)).tolist()
            count += wins
    whole = []
    for table, rows, count in zip(tables, kept, counts, strict=True):
        full = np.zeros(len(table), dtype=np.int64)
        full[rows] = count
        whole.append(full)
    return whole


def contenders(table: Floats) -> list[int]:
    """Rows that may win for some weights: no other row equals or beats them in every column (of equal rows, the first)."""
    import numpy as np

    at_least = (table[:, None, :] >= table[None, :, :]).all(axis=2)
    equal = at_least & at_least.T
    earlier = np.tri(len(table), k=-1, dtype=bool).T  # [i, j]: row i stands before row j
    beaten = (at_least & (~equal | earlier)).any(axis=0)
    return [int(at) for at in np.flatnonzero(~beaten)]


@lru_cache(maxsize=2)
def simplex_draws(criteria: int, count: int, seed: int) -> Floats:
    """Weights drawn evenly from all that sum to 1: a row per criterion, a column per draw. Kept, because drawing takes longer
    than evaluating; not to be written to."""
    import numpy as np

    drawn = np.random.Generator(np.random.PCG64(seed)).standard_exponential((criteria, count))
    drawn /= drawn.sum(axis=0)
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=2)
def box_draws(stated: tuple[float, ...], width: float, count: int, seed: int) -> Floats:
    """Weights drawn evenly from those within ``width`` of the stated, none below 0 or above 1, that sum to 1. Shaped and kept
    like ``simplex_draws``."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(seed))
    low = np.maximum(np.array(stated) - width, 0.0)[:, None]
    high = np.minimum(np.array(stated) + width, 1.0)[:, None]
    drawn = np.empty((len(stated), count))
    done = 0
    for _ in range(_TRIES):
        # The last weight is what the others leave; where that lies in its own range the draw is even over the box.
        some = low + (high - low) * generator.random((len(stated), count))
        some[-1] = 1 - some[:-1].sum(axis=0)
        fits = some[:, (some[-1] >= low[-1]) & (some[-1] <= high[-1])][:, : count - done]
        drawn[:, done : done + fits.shape[1]] = fits
        done += fits.shape[1]
        if done == count:
            drawn.flags.writeable = False
            return drawn
    raise ArithmeticError("the stated weights must sum to 1 for the box to hold any")
