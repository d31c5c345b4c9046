"""Three back ends for the same rows: CP-SAT on whole numbers, SCIP and HiGHS through MathOpt in floating point.

``ortools`` is loaded here only, when a problem asks for it. Each function runs in a process of its own (``race``) and
tells as it goes. CP-SAT never gets anything but whole numbers: with float rows it has been seen to return a wrong
proof. The others get the same whole numbers, which a double holds exactly.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from fellestorg.engines.award.rows import Rows

#: CP-SAT adds in 64-bit whole numbers; sums must stay well inside.
_WIDEST = 1 << 60
#: How long the search over winners has the processors to itself.
_LATER_SECONDS = 10.0
#: So few variables that more workers cost more than they help.
_TINY = 100


@dataclass(frozen=True, slots=True)
class Task:
    """What a solver is asked: the rows, where to start, for how long, and how near the optimum is near enough.

    ``hint`` is a value for every variable. ``gap`` is relative; at 0 only the optimum will do. ``seed`` steers the
    solver's own chance.
    """

    rows: Rows
    hint: tuple[int, ...] | None
    seconds: float
    gap: float
    seed: int
    prefer_winners: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """What a solver says so far: the bids it chose, its bound in units (not rounded), and whether it is done.

    ``impossible``: it claims that no award keeps the rows. ``heard``: not to be relied on (read
    out of a log, or from HiGHS), so it may speak against a proof but never for one.
    """

    award: tuple[int, ...] | None
    bound: float | None
    done: bool = False
    impossible: bool = False
    heard: bool = False


Tell = Callable[[Claim], None]


def fits(rows: Rows) -> bool:
    """Whether CP-SAT can add these numbers up without leaving 64 bits."""
    top = sum(rows.costs[: rows.bids])
    widest = [sum(abs(c) * (top if at == rows.spend else 1) for at, c in row.terms) for row in rows.limited]
    return max([sum(rows.costs), *widest], default=0) < _WIDEST


def version() -> str:
    """Which solver release answers, for the record."""
    from importlib.metadata import version as installed

    return f"ortools {installed('ortools')}"


def cp_sat(task: Task, tell: Tell, stop: threading.Event) -> None:
    """CP-SAT's strength is its portfolio: eight workers, also on two cores, unless there is next to nothing to do."""
    from ortools.sat.python import cp_model

    rows = task.rows
    model = cp_model.CpModel()
    top = sum(rows.costs[: rows.bids])
    variables = [
        model.new_int_var(0, top, "") if at == rows.spend else model.new_bool_var("") for at in range(len(rows.costs))
    ]
    for row in rows.limited:
        terms = [variables[at] for at, _ in row.terms]
        factors = [factor for _, factor in row.terms]
        low = -_WIDEST if row.low is None else row.low
        model.add_linear_constraint(
            cp_model.LinearExpr.weighted_sum(terms, factors), low, _WIDEST if row.high is None else row.high
        )
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, rows.costs))
    if task.hint is not None:
        for variable, value in zip(variables, task.hint, strict=True):
            model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = task.seconds
    solver.parameters.num_workers = 8 if len(rows.costs) > _TINY else 1
    solver.parameters.random_seed = task.seed
    solver.parameters.relative_gap_limit = task.gap
    solver.best_bound_callback = lambda bound: tell(Claim(None, _below(bound)))

    class Better(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            tell(Claim(tuple(at for at in range(rows.bids) if self.boolean_value(variables[at])), None))

    _when(stop, solver.stop_search)
    status = solver.solve(model, Better())
    award = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        award = tuple(at for at in range(rows.bids) if solver.boolean_value(variables[at]))
    impossible = status == cp_model.INFEASIBLE
    bound = None if impossible or abs(solver.best_objective_bound) > _WIDEST else _below(solver.best_objective_bound)
    tell(Claim(award, bound, status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), impossible))


def cp_sat_later(task: Task, tell: Tell, stop: threading.Event) -> None:
    """CP-SAT where another search takes long: it is the quickest to prove that no award keeps the rules."""
    if task.seconds > _LATER_SECONDS and not stop.wait(_LATER_SECONDS):
        cp_sat(replace(task, seconds=task.seconds - _LATER_SECONDS), tell, stop)


def gscip(task: Task, tell: Tell, stop: threading.Event) -> None:
    """SCIP, branching on the winners first: with them decided, little is left to search."""
    from ortools.math_opt.python import mathopt
    from ortools.util.python import solve_interrupter

    interrupter = solve_interrupter.SolveInterrupter()
    _when(stop, interrupter.interrupt)
    heard = re.compile(r"\|\s*([-+0-9.e]+)\s*\|\s*[^|]*\|\s*[^|]*\|[^|]*$")

    def listen(lines: Any) -> None:
        for line in lines:
            if (found := heard.search(line)) is not None:
                with contextlib.suppress(ValueError):
                    tell(Claim(None, _float_bound(float(found[1])), heard=True))

    _mathopt(task, tell, mathopt.SolverType.GSCIP, {"msg_cb": listen, "interrupter": interrupter}, {"threads": 1})


def highs(task: Task, tell: Tell, stop: threading.Event) -> None:
    """HiGHS, whose word counts against a proof but not for one: it has called awards optimal that were not.

    It cannot be asked to stop (whoever races it ends its process), so its log is read for the bound.
    """
    del stop
    from ortools.math_opt.python import mathopt

    heard = re.compile(r"[0-9.]+%\s+([-+0-9.e]+)\s+\S+\s+\S+")

    def listen(line: str) -> None:
        if (found := heard.search(line)) is not None:
            with contextlib.suppress(ValueError):
                tell(Claim(None, _float_bound(float(found[1])), heard=True))

    with _overheard(listen):
        _mathopt(
            task, lambda claim: tell(replace(claim, heard=True)), mathopt.SolverType.HIGHS, {}, {"enable_output": True}
        )


def highs_awards(task: Task, tell: Tell, stop: threading.Event) -> None:
    """HiGHS as a finder only: it is often first with a good award, which is checked; its bound is not asked for."""
    del stop
    from ortools.math_opt.python import mathopt

    near = replace(task, gap=max(task.gap, 1e-4))
    found: list[Claim] = []
    _mathopt(near, found.append, mathopt.SolverType.HIGHS, {}, {})
    for claim in found:
        tell(Claim(claim.award, None, heard=True))


def winner_sets(task: Task, tell: Tell, stop: threading.Event) -> None:
    """Our own search over who may win: every bound computed anew in whole numbers (``winner_sets``)."""
    from fellestorg.engines.award.winner_sets import Tree

    Tree(task.rows, task.hint, task.gap, task.seconds, stop, lambda *said: tell(Claim(*said))).run()


SOLVERS: dict[str, Callable[[Task, Tell, threading.Event], None]] = {
    "winner_sets": winner_sets,
    "gscip": gscip,
    "cp_sat": cp_sat,
    "cp_sat_later": cp_sat_later,
    "highs": highs,
    "highs_awards": highs_awards,
}


def _when(stop: threading.Event, act: Callable[[], None]) -> None:
    def watch() -> None:
        stop.wait()
        act()

    threading.Thread(target=watch, daemon=True).start()


def _mathopt(task: Task, tell: Tell, kind: Any, calls: dict[str, Any], extra: dict[str, Any]) -> None:
    from datetime import timedelta

    from ortools.math_opt.python import mathopt

    rows = task.rows
    model = mathopt.Model()
    variables = [
        model.add_variable(lb=0.0) if at == rows.spend else model.add_binary_variable() for at in range(len(rows.costs))
    ]
    model.minimize(mathopt.fast_sum(v * cost for v, cost in zip(variables, rows.costs, strict=True) if cost))
    for row in rows.limited:
        low = float("-inf") if row.low is None else row.low
        high = float("inf") if row.high is None else row.high
        model.add_linear_constraint(
            lb=low, ub=high, expr=mathopt.fast_sum(variables[at] * factor for at, factor in row.terms)
        )
    about = mathopt.ModelSolveParameters()
    if kind == mathopt.SolverType.GSCIP and task.prefer_winners:
        about.branching_priorities = {variables[at]: 1 for at in rows.winners}
    if task.hint is not None:
        start = dict(zip(variables, map(float, task.hint), strict=True))
        about.solution_hints = [mathopt.SolutionHint(variable_values=start)]
    asked = mathopt.SolveParameters(
        time_limit=timedelta(seconds=task.seconds),
        relative_gap_tolerance=task.gap,
        absolute_gap_tolerance=1e-6,
        random_seed=task.seed,
        **extra,
    )
    result = mathopt.solve(model, kind, params=asked, model_params=about, **calls)
    award = None
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        award = tuple(at for at in range(rows.bids) if values[variables[at]] > 0.5)
    reason = result.termination.reason
    impossible = reason in (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED)
    limit = result.termination.objective_bounds.dual_bound
    bound = None if impossible else _float_bound(limit)
    tell(Claim(award, bound, impossible or reason == mathopt.TerminationReason.OPTIMAL, impossible))


def _float_bound(bound: float) -> float | None:
    """A float solver's bound, lowered by what its arithmetic may have cost."""
    return bound - max(abs(bound) * 1e-9, 1e-4) if abs(bound) < 1e15 else None


def _below(bound: float) -> float:
    """A whole number that came as a double: past 2^53 it may have been rounded up."""
    return bound - (abs(bound) / (1 << 52) if abs(bound) >= 1 << 53 else 0)


@contextlib.contextmanager
def _overheard(listen: Callable[[str], None]) -> Iterator[None]:
    """What this process writes to standard output, also from C, goes line by line to ``listen`` instead."""
    reading, writing = os.pipe()
    kept = os.dup(1)
    os.dup2(writing, 1)
    os.close(writing)

    def read() -> None:
        with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                listen(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        thread.join(timeout=5)
