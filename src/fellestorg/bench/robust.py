"""``bench robust``: winners over a million draws of the weights under four models, beside plain Python; exact intervals.

The draws are made once and timed apart. Plain Python runs on a sample of the same draws, whose winners must be the same to
the last one; its time for all of them is extrapolated and labelled so. The exact intervals are timed at 50 tenders by 10
criteria, and must agree with sampled shares.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

from fellestorg.bench import keep
from fellestorg.engines.evaluation.answer import sensitivity
from fellestorg.engines.evaluation.models import MODELS
from fellestorg.engines.evaluation.ranking import formula_of, stand, with_model, yardstick
from fellestorg.engines.evaluation.reading import read_request
from fellestorg.engines.evaluation.request import EvaluationRequest
from fellestorg.engines.evaluation.robustness import score_table, simplex_draws, winner_counts
from fellestorg.engines.evaluation.sensitivity import weight_intervals

if TYPE_CHECKING:
    from fellestorg.engines.evaluation.robustness import Floats

FOUR = ("proportional", "linear", "linear_to_highest", "conversion_factor")
_SAMPLE = 20_000
_AGREE, _WRONG = 3.0, 5.0


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 if a winner differs or an interval is not what the draws say."""
    parser = argparse.ArgumentParser("fellestorg bench robust", description="Winners over many weights, four models.")
    parser.add_argument("--bids", type=int, default=20, help="tenders (20)")
    parser.add_argument("--criteria", type=int, default=5, help="criteria with the price (5)")
    parser.add_argument("--draws", type=_count, help="draws of the weights (1e6)")
    parser.add_argument("--seed", type=int, default=7, help="of tenders and draws (7)")
    parser.add_argument("--quick", action="store_true", help="50,000 draws")
    arguments = parser.parse_args(argv)
    draws = arguments.draws or (50_000 if arguments.quick else 1_000_000)
    request = make_tenders(arguments.bids, arguments.criteria, arguments.seed)
    figures: dict[str, Any] = {"bids": arguments.bids, "criteria": arguments.criteria, "draws": draws}
    wrong = _shares(request, draws, arguments.seed, _SAMPLE // (10 if arguments.quick else 1), figures)
    wrong += _intervals(request, draws, arguments.seed, figures)
    figures["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10), 1)
    path = keep("robust", figures)
    print(f"peak memory {figures['peak_memory_mb']} MB, the draws and plain Python's lists included; kept in {path}")
    return 1 if wrong else 0


def make_tenders(bids: int, criteria: int, seed: int) -> EvaluationRequest:
    """Tenders whose better points cost more, with weights of two decimals that sum to 1."""
    chance = random.Random(seed)  # noqa: S311 - an example, no secret
    names = [f"c{at}" for at in range(1, criteria)]
    each = 60 // max(1, len(names))
    weights = [100 - each * len(names), *(each for _ in names)]
    tenders = []
    for at in range(bids):
        level = chance.uniform(3, 9)
        points = {name: f"{min(10, max(0, round(2 * chance.gauss(level, 1.5)) / 2)):.1f}" for name in names}
        price = round(1_000_000 * (1 + 0.06 * (level - 6)) * chance.uniform(0.9, 1.1))
        tenders.append({"id": f"t{at:02d}", "price": str(price), "points": points})
    kinds = ["price", *("points" for _ in names)]
    return read_request(
        {
            "model": FOUR[0],
            "rule_date": "2026-11-01",
            "criteria": [
                {"id": name, "kind": kind, "weight": f"{weight / 100:.2f}"}
                for name, kind, weight in zip(["price", *names], kinds, weights, strict=True)
            ],
            "tie_break": ["price"],
            "tenders": tenders,
        }
    )


def plain_winners(table: Sequence[Sequence[float]], draws: Sequence[Sequence[float]]) -> list[int]:
    """How many of the draws each tender wins, as one would write it: no arrays, nothing left out."""
    counts = [0] * len(table)
    for weights in draws:
        best, winner = float("-inf"), 0
        for at, scores in enumerate(table):
            total = sum(map(mul, weights, scores))
            if total > best:
                best, winner = total, at
        counts[winner] += 1
    return counts


def _shares(request: EvaluationRequest, draws: int, seed: int, sample: int, figures: dict[str, Any]) -> int:
    tables = [score_table(request, model) for model in FOUR]
    scores = [table for table, _ in tables]
    simplex_draws.cache_clear()
    started = time.process_time()
    drawn = simplex_draws(len(request.criteria), draws, seed)
    drawing = time.process_time() - started
    winner_counts(scores, drawn[:, :1])  # the library is loaded and warm
    started = time.process_time()
    counts = winner_counts(scores, drawn)
    ours = time.process_time() - started
    sample = min(sample, draws)
    few: Floats = drawn[:, :sample]
    lists = few.T.tolist()
    started = time.process_time()
    plain = [plain_winners(table.tolist(), lists) for table in scores]
    measured = time.process_time() - started
    extrapolated = measured * draws / sample
    equal = plain == [count.tolist() for count in winner_counts(scores, few)]
    ratio = extrapolated / max(ours, 1e-9)
    figures["shares"] = {
        "models": list(FOUR),
        "cpu_seconds": round(ours, 4),
        "drawing_cpu_seconds": round(drawing, 4),
        "plain_cpu_seconds_extrapolated": round(extrapolated, 2),
        "plain_sample": sample,
        "plain_sample_cpu_seconds": round(measured, 3),
        "ratio": round(ratio, 1),
        "ratio_with_drawing": round(extrapolated / max(ours + drawing, 1e-9), 1),
        "equal_on_sample": equal,
    }
    size = f"{len(request.tenders)} tenders x {len(request.criteria)} criteria"
    print(f"{draws} draws x {size}, {len(FOUR)} models: {ours:.3f} CPU s; drawing once {drawing:.3f} s")
    print(
        f"plain Python {extrapolated:.1f} s (extrapolated from {sample} draws in {measured:.2f} s): {ratio:.0f} x ours, "
        f"{figures['shares']['ratio_with_drawing']:.0f} x with drawing; winners "
        + ("equal on the sample" if equal else "DIFFER")
    )
    for model, (_, names), count in zip(FOUR, tables, counts, strict=True):
        top = sorted(zip(count.tolist(), names, strict=True), reverse=True)[:4]
        print(f"  {model:<18} " + ", ".join(f"{name} {won / draws:.3%}" for won, name in top if won))
    return 0 if equal else 1


def _intervals(request: EvaluationRequest, draws: int, seed: int, figures: dict[str, Any]) -> int:
    """Times the exact intervals at 50 x 10 and compares this request's with shares of draws of one weight at a time."""
    import numpy as np

    large = make_tenders(50, 10, seed)
    spent = []
    for model in FOUR:
        columns, weights, winner, higher = _lines(with_model(large, model))
        for _ in range(20):
            started = time.process_time()
            weight_intervals(columns, weights, winner, higher_wins=higher)
            spent.append(1000 * (time.process_time() - started))
    spent.sort()
    generator = np.random.Generator(np.random.PCG64(seed))
    worst, outside, compared = 0.0, 0, 0
    count = min(draws, 200_000)
    for model in FOUR:
        one = with_model(request, model)
        standing = stand(one)
        table, names = score_table(one, model)
        found = sensitivity(one, standing)
        stated = np.array([float(c.weight) for c in (one.price_criterion, *one.points_criteria)])
        for at, criterion in enumerate((one.price_criterion, *one.points_criteria)):
            interval = found[criterion.id]
            if interval is None or standing.winner is None:
                continue
            varied = generator.random(count)
            rest = stated / (1 - stated[at])
            drawn = rest[:, None] * (1 - varied)
            drawn[at] = varied
            won = int(winner_counts([table], drawn)[0][names.index(standing.winner)]) / count
            share = float(interval[1] - interval[0])
            sigma = (share * (1 - share) / count) ** 0.5
            deviation = abs(won - share) / sigma if sigma else (0.0 if won == share else _WRONG + 1)
            worst, compared = max(worst, deviation), compared + 1
            outside += deviation > _AGREE
    figures["intervals"] = {
        "median_ms_50x10": round(spent[len(spent) // 2], 3),
        "worst_ms_50x10": round(spent[-1], 3),
        "compared": compared,
        "beyond_3_sigma": outside,
        "worst_sigma": round(worst, 2),
    }
    print(
        f"exact intervals of 10 weights, 50 tenders: {spent[len(spent) // 2]:.2f} ms (worst {spent[-1]:.2f}); "
        f"{compared} intervals beside {count} draws each: worst {worst:.2f} sigma, {outside} beyond 3"
    )
    return int(worst > _WRONG)


def _lines(request: EvaluationRequest) -> tuple[list[list[Fraction]], list[Fraction], int, bool]:
    standing, formula, yard = stand(request), formula_of(request), yardstick(request, request.tenders)
    columns = [formula.column(one.tender.price, one.points, yard.lowest, yard.highest) for one in standing.scored]
    weights = [one.weight for one in (request.price_criterion, *request.points_criteria)]
    winner = next(at for at, one in enumerate(standing.scored) if one.tender.id == standing.winner)
    return columns, weights, winner, MODELS[request.model].higher_wins


def _count(text: str) -> int:
    count = int(float(text))
    if not 1 <= count <= 10**8:
        raise ValueError(f"expected from 1 to 1e8, found {text}")
    return count
