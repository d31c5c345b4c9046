"""Solvers raced on the same rows, each in a process of its own; nothing is called proved that they do not agree on."""

from __future__ import annotations

import math
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from fellestorg.engines.award.instance import Instance
from fellestorg.engines.award.rows import Rows, values
from fellestorg.engines.award.solvers import SOLVERS, Claim, Task, fits

#: Who speaks against a wrong answer but seldom proves first, and so leaves the processors to the others.
AFTER_OTHERS = ("gscip", "cp_sat_later")
_NICE = 19
#: Who adds up in whole numbers of 64 bits, and is left out where they are too narrow.
IN_64_BITS = ("cp_sat", "cp_sat_later", "winner_sets")
#: How long a stopped solver may take to say its last word.
_LAST_WORD = 0.3
#: How long past the deadline a solver may run before its process is ended.
_GRACE = 3.0


@dataclass(slots=True)
class Runner:
    """One solver in the race. ``total`` is computed anew from its own award; ``bound`` is in whole øre.

    ``claims``: it says itself that it is done; ``proof``: and its word counts.
    """

    name: str
    total: int | None = None
    award: tuple[int, ...] | None = None
    bound: int | None = None
    claims: bool = False
    proof: bool = False
    impossible: bool = False
    seconds: float = 0.0
    failed: str = ""


@dataclass(slots=True)
class Race:
    """What all of them found together. ``proved``: one proved it and nobody's solution or bound speaks against it."""

    runners: list[Runner] = field(default_factory=list)
    total: int | None = None
    award: tuple[int, ...] | None = None
    bound: int | None = None
    proved: bool = False
    impossible: bool = False
    consistent: bool = True


def race(
    instance: Instance,
    rows: Rows,
    *,
    seconds: float,
    gap: float = 0.0,
    names: Sequence[str],
    hint: tuple[int, ...] | None = None,
    seed: int = 0,
    prefer_winners: bool = True,
    progress: Callable[[float, int | None, int | None, str], None] | None = None,
) -> Race:
    """Run the named solvers side by side until one has proved its answer or ``seconds`` are over.

    Every solution is checked by ``instance.total`` before it counts. ``gap`` 0 asks for the optimum to the smallest
    step prices allow. ``progress`` gets seconds, best total, best bound and the solver that spoke.
    """
    context = multiprocessing.get_context("spawn")
    start = None if hint is None else values(instance, rows, hint)
    task = Task(rows, start, seconds, gap, seed, prefer_winners)
    started = time.monotonic()
    runners: dict[Any, Runner] = {}
    processes = []
    best = Race()
    if hint is not None and (total := instance.total(hint)) is not None:
        best.total, best.award = total, hint
    try:
        for name in names:
            if name in IN_64_BITS and not fits(rows):
                continue
            ours, theirs = context.Pipe()
            process = context.Process(target=_child, args=(theirs, name, task), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            runners[ours] = Runner(name)
        best.runners = list(runners.values())
        _listen(instance, rows.unit, runners, best, started, seconds, gap, progress)
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
        for pipe in runners:
            pipe.close()
    _judge(best, gap)
    return best


def _listen(
    instance: Instance,
    unit: int,
    runners: dict[Any, Runner],
    best: Race,
    started: float,
    seconds: float,
    gap: float,
    progress: Callable[[float, int | None, int | None, str], None] | None,
) -> None:
    running = dict(runners)
    deadline = started + seconds + _GRACE
    stopped = False
    while running and (left := deadline - time.monotonic()) > 0:
        ready: list[Any] = wait(list(running), timeout=left)
        for pipe in ready:
            runner = running[pipe]
            try:
                claim: Claim | str = pipe.recv()
            except (EOFError, OSError):
                del running[pipe]
                continue
            runner.seconds = time.monotonic() - started
            if isinstance(claim, str):
                runner.failed = claim
                continue
            _hear(instance, unit, runner, claim, best)
            if progress is not None:
                progress(runner.seconds, best.total, best.bound, runner.name)
            if (runner.proof or _close(best, gap)) and not stopped:
                stopped = True
                deadline = time.monotonic() + _LAST_WORD
                for other in running:
                    if other is not pipe:
                        _say_stop(other)


def _say_stop(pipe: Connection) -> None:
    try:
        pipe.send("stop")
    except OSError:
        return


def _hear(instance: Instance, unit: int, runner: Runner, claim: Claim, best: Race) -> None:
    if claim.award is not None:
        total = instance.total(claim.award)
        if total is not None and (runner.total is None or total < runner.total):
            runner.total, runner.award = total, claim.award
            if best.total is None or total < best.total:
                best.total, best.award = total, claim.award
    if claim.bound is not None:
        bound = math.ceil(claim.bound) * unit  # every total is a whole number of units
        runner.bound = bound if runner.bound is None else max(runner.bound, bound)
        if not claim.heard:
            best.bound = bound if best.bound is None else max(best.bound, bound)
    if claim.done:
        runner.impossible = claim.impossible
        # A claim whose own solution breaks a rule proves nothing.
        runner.claims = claim.impossible or (claim.award is not None and instance.total(claim.award) is not None)
        runner.proof = runner.claims and not claim.heard


def _close(best: Race, gap: float) -> bool:
    return best.total is not None and best.bound is not None and best.total - best.bound <= gap * best.total


def _judge(best: Race, gap: float) -> None:
    """Bounds and solutions of all must agree: one bound above another's solution, and nothing is proved."""
    totals = [best.total] if best.total is not None else []
    for runner in best.runners:
        if totals and (runner.impossible or (runner.bound is not None and runner.bound > min(totals))):
            best.consistent = False
    if not best.consistent:
        trusted = [r.bound for r in best.runners if r.bound is not None and r.bound <= min(totals)]
        best.bound = min(trusted, default=None)
        return
    best.impossible = best.total is None and any(runner.impossible and runner.proof for runner in best.runners)
    best.proved = best.impossible or _close(best, gap)


def _child(pipe: Connection, name: str, task: Task) -> None:
    stop = threading.Event()
    lock = threading.Lock()

    def tell(claim: Claim) -> None:
        with lock:
            pipe.send(claim)

    def hear() -> None:
        try:
            pipe.recv()
        except EOFError:
            os._exit(0)  # whoever asked is gone
        stop.set()

    threading.Thread(target=hear, daemon=True).start()
    if name in AFTER_OTHERS:
        os.nice(_NICE)
    # SCIP complains there about the way MathOpt listens for a stop; what goes wrong comes through the pipe.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        SOLVERS[name](task, tell, stop)
    except Exception as error:  # whatever a solver stumbles over, the others go on
        with lock:
            pipe.send(f"{type(error).__name__}: {error}")
    pipe.close()
