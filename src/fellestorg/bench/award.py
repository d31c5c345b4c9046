"""``bench award``: our raced and proved award beside HiGHS on the plain rows, and beside giving out lot by lot.

Each peer solves each competition in a process of its own, with its own children. Times are wall clock, because a
deadline is; CPU seconds of all its processes stand beside them, for a machine that is shared. Every award is checked
anew in ``Decimal``, and a bound above another's award is a wrong answer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

from fellestorg.bench import keep
from fellestorg.bench.lots import make_problem
from fellestorg.engines.award import AwardProblem, solve
from fellestorg.engines.award.check import broken_rules, lot_by_lot, total_of
from fellestorg.engines.award.instance import make_instance
from fellestorg.values import BadInput

PEERS = ("ours", "highs", "gscip", "cpsat8", "lotbylot")
#: Which solver a peer is, and whether it gets our rows or the plain ones.
_ALONE = {"highs": ("highs", False), "gscip": ("gscip", True), "cpsat8": ("cp_sat", True)}
#: Near enough to the optimum to count as proved: what the goals are set for.
GAP = 1e-4


@dataclass(frozen=True, slots=True)
class Run:
    """One peer on one competition. ``proved``: to the gap asked for, nobody in it disagreeing; amounts in kroner."""

    seconds: float
    cpu: float
    total: str | None
    bound: str | None
    proved: bool
    verified: bool
    memory_mb: float

    @property
    def gap(self) -> float | None:
        """The gap between award and bound, relative to the award."""
        if self.total is None or self.bound is None:
            return None
        return float((Decimal(self.total) - Decimal(self.bound)) / Decimal(self.total))


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 if an answer of ours is wrong; a wrong peer is named."""
    parser = argparse.ArgumentParser("fellestorg bench award", description="Lots, package tenders and limits.")
    parser.add_argument("--size", metavar="LxTxB", help="lots x tenders x bidders; default 500x5000x25")
    parser.add_argument("--seeds", metavar="A-B", help="first and last seed; default 0-2")
    parser.add_argument("--tl", type=float, metavar="SECONDS", help="deadline for each; default 60")
    parser.add_argument("--peers", default="highs,lotbylot", help=f"some of: {','.join(PEERS)} (ours always runs)")
    parser.add_argument("--quick", action="store_true", help="one small competition")
    arguments = parser.parse_args(argv)
    size = _size(arguments.size or ("60x400x12" if arguments.quick else "500x5000x25"))
    seeds = _seeds(arguments.seeds or ("0-0" if arguments.quick else "0-2"))
    limit = arguments.tl or 60.0
    peers = ["ours", *(peer for peer in arguments.peers.split(",") if peer not in ("ours", ""))]
    if unknown := [peer for peer in peers if peer not in PEERS]:
        raise BadInput.of("--peers", "unknown_peer", f"expected some of {', '.join(PEERS)}, found {unknown[0]!r}")
    runs: dict[str, list[Run]] = {peer: [] for peer in peers}
    for seed in seeds:
        for peer in peers:
            runs[peer].append(_in_own_process(peer, seed, size, limit))
            print(f"seed {seed} {peer}: {runs[peer][-1].seconds:.1f} s", file=sys.stderr, flush=True)
    summary = summarise(runs, limit)
    name = "x".join(map(str, size))
    print(f"\n{name}, seeds {seeds[0]}-{seeds[-1]}, deadline {limit:g} s, gap {GAP:g}")
    print(_table(runs, summary, seeds))
    path = keep("award", {name: {"seeds": [seeds[0], seeds[-1]], "deadline": limit, **summary}})
    print(f"\nkept in {path}" + (f"; {summary['wrong']} ANSWERS ARE WRONG" if summary["wrong"] else ""))
    return 1 if summary["wrong"] else 0


def _one(peer: str, problem: AwardProblem, limit: float) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    """Total, bound, whether proved to the gap, and whether the award keeps every rule when checked anew."""
    if peer == "lotbylot":
        return lot_by_lot(problem)[1], None, False, True
    if peer == "ours":
        answer = solve(problem, deadline_seconds=limit, gap=GAP, look_for_ties=False)
        near = answer.gap is not None and answer.gap <= Decimal(str(GAP))
        awarded = answer.awarded or ()
        verified = answer.total is None or (
            not broken_rules(problem, awarded) and total_of(problem, awarded) == answer.total
        )
        return answer.total, answer.bound, answer.agreed and near, verified
    from fellestorg.engines.award.race import race
    from fellestorg.engines.award.rows import build

    solver, cliques = _ALONE[peer]
    instance, _ = make_instance(problem)
    raced = race(instance, build(instance, cliques=cliques), seconds=limit, gap=GAP, names=(solver,))
    (alone,) = raced.runners  # what it says itself, also where we would not rely on it
    chosen = [problem.tenders[instance.bids[at].at] for at in alone.award or ()]
    total = None if alone.total is None else Decimal(alone.total) / 100
    verified = total is None or (not broken_rules(problem, chosen) and total_of(problem, chosen) == total)
    return total, None if alone.bound is None else Decimal(alone.bound) / 100, alone.claims, verified


def _child(pipe: Connection, peer: str, seed: int, size: tuple[int, int, int], limit: float) -> None:
    problem = make_problem(seed, *size)
    started, before = time.monotonic(), _cpu()
    total, bound, proved, verified = _one(peer, problem, limit)
    seconds = time.monotonic() - started
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    text = [None if amount is None else str(amount) for amount in (total, bound)]
    pipe.send(Run(seconds, _cpu() - before, text[0], text[1], proved, verified, memory / (1 << 10)))
    pipe.close()


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _in_own_process(peer: str, seed: int, size: tuple[int, int, int], limit: float) -> Run:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, peer, seed, size, limit))
    process.start()
    theirs.close()
    try:
        result: Run = ours.recv()
    except EOFError:
        raise RuntimeError(f"the process of {peer} ended early") from None
    finally:
        ours.close()
        process.join()
    return result


def summarise(runs: dict[str, list[Run]], limit: float) -> dict[str, Any]:
    """The figures of every peer, PAR2 (unproved or wrong counts twice the deadline), and how many of ours are wrong.

    An answer is wrong when its award breaks a rule, or its bound is above an award that keeps them all.
    """
    count = len(runs["ours"])
    wrong: dict[str, list[bool]] = {peer: [] for peer in runs}
    lowest: list[Decimal] = []
    for at in range(count):
        solved = {peer: results[at] for peer, results in runs.items() if peer != "lotbylot"}
        totals = [Decimal(one.total) for one in solved.values() if one.total is not None and one.verified]
        best = min(totals, default=Decimal("Infinity"))
        lowest.append(best)
        for peer, results in runs.items():
            bound = results[at].bound
            wrong[peer].append(not results[at].verified or (bound is not None and Decimal(bound) > best))
    peers: dict[str, Any] = {}
    for peer, results in runs.items():
        over = [
            float(Decimal(one.total) / best - 1) * 100 if one.total is not None and best.is_finite() else None
            for one, best in zip(results, lowest, strict=True)
        ]
        peers[peer] = {
            "runs": [
                {**asdict(one), "gap": one.gap, "over_best_percent": extra}
                for one, extra in zip(results, over, strict=True)
            ],
            "proved": sum(one.proved and not bad for one, bad in zip(results, wrong[peer], strict=True)),
            "wrong": sum(wrong[peer]),
            "par2": round(
                sum(
                    one.seconds if one.proved and not bad else 2 * limit
                    for one, bad in zip(results, wrong[peer], strict=True)
                )
                / count,
                2,
            ),
            "cpu": round(sum(one.cpu for one in results) / count, 2),
            "peak_memory_mb": round(max(one.memory_mb for one in results), 1),
        }
    figures: dict[str, Any] = {"wrong": sum(wrong["ours"]), "peers": peers}
    if "highs" in peers:
        figures["par2_of_highs"] = round(peers["highs"]["par2"] / max(peers["ours"]["par2"], 1e-9), 2)
    if "lotbylot" in peers:
        dearer = [one["over_best_percent"] for one in peers["lotbylot"]["runs"]]
        figures["lot_by_lot_dearer_percent"] = min((one for one in dearer if one is not None), default=None)
    return figures


def _table(runs: dict[str, list[Run]], summary: dict[str, Any], seeds: range) -> str:
    rows = [["seed", "peer", "s", "CPU s", "total", "bound", "gap", "proved", "verified", "over best", "MB"]]
    for at, seed in enumerate(seeds):
        for peer, results in runs.items():
            one = results[at]
            over = summary["peers"][peer]["runs"][at]["over_best_percent"]
            rows.append(
                [
                    str(seed),
                    peer,
                    f"{one.seconds:.1f}",
                    f"{one.cpu:.1f}",
                    one.total or "none",
                    one.bound or "none",
                    "-" if one.gap is None else f"{one.gap:.1e}",
                    "yes" if one.proved else "no",
                    "yes" if one.verified else "NO",
                    "-" if over is None else f"+{over:.2f} %",
                    f"{one.memory_mb:.0f}",
                ]
            )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    for peer, figures in summary["peers"].items():
        if peer != "lotbylot":
            lines.append(
                f"{peer}: {figures['proved']}/{len(seeds)} proved, PAR2 {figures['par2']} s, CPU {figures['cpu']} s"
            )
    if "par2_of_highs" in summary:
        lines.append(f"PAR2 of HiGHS on the plain rows / ours = {summary['par2_of_highs']} (goal 5)")
    if summary.get("lot_by_lot_dearer_percent") is not None:
        lines.append(f"lot by lot is at least {summary['lot_by_lot_dearer_percent']:.1f} % dearer (goal 9)")
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int, int]:
    parts = text.split("x")
    if len(parts) != 3 or not all(part.isdigit() and int(part) for part in parts):
        raise BadInput.of(
            "--size", "not_a_size", f'expected lots x tenders x bidders such as "500x5000x25", found {text!r}'
        )
    lots, tenders, bidders = map(int, parts)
    if tenders < lots:
        raise BadInput.of("--size", "not_a_size", f"expected at least one tender a lot, found {text!r}")
    return lots, tenders, bidders


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and int(last or first) >= int(first)):
        raise BadInput.of("--seeds", "not_a_range", f'expected seeds such as "0-9", found {text!r}')
    return range(int(first), int(last or first) + 1)
