"""``bench netprice``: our proved optimum beside HiGHS, CP-SAT and cheapest-line-or-best-single on the same baskets.

Each peer runs in a process of its own, so that its peak memory is its own and no solver warms another. Ours is timed
whole: pricing every supplier, search, ties and proof in Decimal. The solvers are timed on the finished model, with
and without the time it takes to hand it to them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

from fellestorg.bench import keep
from fellestorg.bench.baskets import PROFILES, make_basket
from fellestorg.engines.netprice import Basket, PriceBook, solve
from fellestorg.engines.netprice.pricing import total
from fellestorg.engines.netprice.scaled import Scaled, scale
from fellestorg.values import BadInput

#: (lines, suppliers, profile, number of seeds in a full run, in a quick one)
SIZES = {
    "10x6": (10, 6, "small", 500, 20),
    "20x8": (20, 8, "small", 100, 5),
    "200x12": (200, 12, "large", 20, 2),
}
PEERS = ("ours", "highs", "cpsat", "naive")
_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """One peer on one basket: CPU seconds, the solver's own seconds, what its cover costs, whether it claims proof."""

    seconds: float
    own_seconds: float
    cost: str
    proved: bool


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 if ours is unproved or dearer than, or unequal to, a proved peer."""
    parser = argparse.ArgumentParser("fellestorg bench netprice", description="Our proved optimum beside its peers.")
    parser.add_argument("--size", action="append", metavar="LxS", help=f"lines x suppliers; default {', '.join(SIZES)}")
    parser.add_argument("--profile", choices=sorted(PROFILES), help="small or large quantities and prices")
    parser.add_argument("--seeds", metavar="A-B", help="first and last seed; default 500, 100 and 20 of them")
    parser.add_argument("--peers", default=",".join(PEERS), help="some of: %(default)s (ours always runs)")
    parser.add_argument("--quick", action="store_true", help="a few seeds of each size")
    arguments = parser.parse_args(argv)
    peers = ["ours", *(peer for peer in arguments.peers.split(",") if peer != "ours")]
    if unknown := [peer for peer in peers if peer not in PEERS]:
        raise BadInput.of("--peers", "unknown_peer", f"expected some of {', '.join(PEERS)}, found {unknown[0]!r}")
    figures: dict[str, Any] = {}
    wrong = 0
    for size in arguments.size or SIZES:
        lines, suppliers, profile, full, quick = _size(size)
        profile = arguments.profile or profile
        seeds = _seeds(arguments.seeds) if arguments.seeds else range(quick if arguments.quick else full)
        runs: dict[str, list[Run]] = {}
        memory: dict[str, float] = {}
        for peer in peers:
            runs[peer], memory[peer] = _in_own_process(peer, size, lines, suppliers, profile, seeds)
        summary = summarise(runs, memory)
        print(f"\n{size} {profile}, seeds {seeds[0]}-{seeds[-1]}")
        print(_table(summary))
        figures[f"{size} {profile}"] = {"seeds": [seeds[0], seeds[-1]], **summary}
        wrong += summary["wrong"]
    path = keep("netprice", figures)
    print(f"\nkept in {path}" + (f"; {wrong} ANSWERS ARE WRONG" if wrong else "; all answers equal and proved"))
    return 1 if wrong else 0


def naive(basket: Basket) -> Decimal:
    """What a plain loop would pay: the cheapest offer line by line, or the cheapest supplier that has every line."""
    book = PriceBook(basket)
    by_line = {
        line.id: min((goods[line.id], supplier) for supplier, goods in book.goods.items() if line.id in goods)[1]
        for line in basket.need
    }
    covers = [total(book.orders(by_line)).net]
    covers += [book.order(s, goods).net for s, goods in book.goods.items() if len(goods) == len(basket.need)]
    return min(covers)


def _one(peer: str, basket: Basket, scaled: Scaled) -> Run:
    started = time.process_time()
    if peer == "ours":
        best = solve(basket).best
        seconds = time.process_time() - started
        if best is None:
            raise ArithmeticError("a basket of the benchmark always has a cover")
        return Run(seconds, seconds, str(best.deciding), best.proved)
    if peer == "naive":
        cost = naive(basket)
        seconds = time.process_time() - started
        return Run(seconds, seconds, str(cost), False)
    from fellestorg.engines.netprice import solvers

    solved = solvers.highs(scaled, _LIMIT) if peer == "highs" else solvers.cp_sat(scaled, _LIMIT, workers=1)
    seconds = time.process_time() - started
    cost = Decimal(scaled.cost(solved.cover)) / scaled.unit if solved.cover else Decimal("Infinity")
    return Run(seconds, solved.seconds, str(cost), solved.proved)


def _child(pipe: Connection, peer: str, lines: int, suppliers: int, profile: str, seeds: range) -> None:
    """Run one peer over the seeds; the first basket runs twice, so that loading a solver is not counted."""
    for at, seed in enumerate([seeds[0], *seeds]):
        basket = make_basket(seed, lines, suppliers, profile)
        scaled = scale(PriceBook(basket), [line.id for line in basket.need])
        result = _one(peer, basket, scaled)
        if at:
            pipe.send(result)
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10))
    pipe.close()


def _in_own_process(
    peer: str, size: str, lines: int, suppliers: int, profile: str, seeds: range
) -> tuple[list[Run], float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, peer, lines, suppliers, profile, seeds))
    process.start()
    theirs.close()
    runs: list[Run] = []
    try:
        while True:
            message = ours.recv()
            if isinstance(message, float):
                return runs, message
            runs.append(message)
            _progress(f"{size} {peer}", len(runs), len(seeds))
    except EOFError:
        raise RuntimeError(f"the process of {peer} ended early") from None
    finally:
        ours.close()
        process.join()


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what}: {done}/{of}\x1b[K", end="" if done < of else "\r\x1b[K", file=sys.stderr, flush=True)
    elif done == of or done % max(of // 4, 1) == 0:
        print(f"{what}: {done}/{of}", file=sys.stderr, flush=True)


def summarise(runs: dict[str, list[Run]], memory: dict[str, float]) -> dict[str, Any]:
    """The figures of every peer, times against ours, and how many of our answers are wrong."""
    ours = runs["ours"]
    lowest = [min(Decimal(runs[peer][at].cost) for peer in runs) for at in range(len(ours))]
    wrong = 0
    for at, run_ in enumerate(ours):
        cost = Decimal(run_.cost)
        unequal = any(other[at].proved and Decimal(other[at].cost) != cost for other in runs.values())
        wrong += not run_.proved or cost != lowest[at] or unequal
    peers = {}
    for peer, results in runs.items():
        costs = [Decimal(result.cost) for result in results]
        excess = [cost / low - 1 if low else Decimal(0) for cost, low in zip(costs, lowest, strict=True)]
        peers[peer] = {
            "cpu_ms": _spread([result.seconds for result in results]),
            "own_ms": _spread([result.own_seconds for result in results]),
            "cpu_ratio": _ratio(results, ours, lambda result: result.seconds),
            "own_ratio": _ratio(results, ours, lambda result: result.own_seconds),
            "proved": sum(result.proved for result in results),
            "suboptimal": sum(over > 0 for over in excess),
            "worst_excess_percent": str(round(max(excess) * 100, 2)),
            "kroner": str(sum(costs)),
            "cost_ratio": str(round(sum(costs) / sum(Decimal(result.cost) for result in ours), 4)),
            "peak_memory_mb": round(memory[peer], 1),
        }
    return {"baskets": len(ours), "wrong": wrong, "peers": peers}


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = [value * 1000 for value in sorted(seconds)]
    last = len(ordered) - 1
    picks = {name: ordered[min(int(share * len(ordered)), last)] for name, share in (("p50", 0.5), ("p95", 0.95))}
    figures = {"mean": sum(ordered) / len(ordered), **picks, "max": ordered[-1]}
    return {name: round(value, 3) for name, value in figures.items()}


def _ratio(results: list[Run], ours: list[Run], seconds: Callable[[Run], float]) -> float:
    return round(sum(map(seconds, results)) / max(sum(result.seconds for result in ours), 1e-9), 2)


def _table(summary: dict[str, Any]) -> str:
    head = "peer|CPU ms p50|p95|mean|x ours|solver alone ms|x ours|proved|dearer|worst|kroner|/ ours|MB"
    rows = [head.split("|")]
    for peer, it in summary["peers"].items():
        rows.append(
            [
                peer,
                *(f"{it['cpu_ms'][key]:.2f}" for key in ("p50", "p95", "mean")),
                f"{it['cpu_ratio']:.2f}",
                f"{it['own_ms']['mean']:.2f}",
                f"{it['own_ratio']:.2f}",
                f"{it['proved']}/{summary['baskets']}",
                str(it["suboptimal"]),
                f"+{it['worst_excess_percent']} %",
                it["kroner"],
                it["cost_ratio"],
                f"{it['peak_memory_mb']:.0f}",
            ]
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    verdict = "all equal and proved" if not summary["wrong"] else f"{summary['wrong']} WRONG"
    lines.append(f"answers: {verdict}")
    if "naive" in summary["peers"]:
        plain, best = summary["peers"]["naive"], summary["peers"]["ours"]
        saved = Decimal(plain["kroner"]) - Decimal(best["kroner"])
        lines.append(f"against cheapest-line-or-best-single: {saved} kr saved, naive / ours = {plain['cost_ratio']}")
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int, str, int, int]:
    if text in SIZES:
        return SIZES[text]
    lines, _, suppliers = text.partition("x")
    if not (lines.isdigit() and suppliers.isdigit() and int(lines) and int(suppliers)):
        raise BadInput.of("--size", "not_a_size", f'expected lines x suppliers such as "10x6", found {text!r}')
    return int(lines), int(suppliers), "small" if int(lines) <= 20 else "large", 20, 2


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and int(last or first) >= int(first)):
        raise BadInput.of("--seeds", "not_a_range", f'expected seeds such as "0-499", found {text!r}')
    return range(int(first), int(last or first) + 1)
