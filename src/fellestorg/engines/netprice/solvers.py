"""What the own search cannot settle: CP-SAT on whole numbers and HiGHS through MathOpt, checked against each other.

Both are peers in the benchmark too. ``ortools`` is loaded here only, when a basket asks for it. Its HiGHS works in
binary floating point, so its bound is never called a proof; CP-SAT's is, because it computes in whole numbers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fellestorg.engines.netprice.found import Assignment, BudgetError, Found
from fellestorg.engines.netprice.scaled import Scaled
from fellestorg.engines.netprice.search import search

#: CP-SAT adds in 64-bit whole numbers; sums must stay well inside.
_WIDEST = 1 << 60


@dataclass(frozen=True, slots=True)
class Solved:
    """A solver's best cover and the bound it claims, in cost units; ``proved`` as the solver itself says.

    ``impossible``: it proved that no cover keeps the limits. ``seconds`` is the CPU time of
    the solver's own run.
    """

    cover: Assignment | None
    bound: int | None
    proved: bool
    impossible: bool
    seconds: float


def improve(scaled: Scaled, known: Found, time_limit: float) -> tuple[Found, int | None]:
    """Improve on the best cover so far and bound it. Returns what is known now and a true lower bound, if any.

    HiGHS looks for a better cover; with it the own search tries again, as it proves best from a good cover; then
    CP-SAT, the only one of the two whose bound counts, and only if no verified cover costs less than it says possible.
    """
    fits = _fits(scaled)
    first = highs(scaled, time_limit / 4 if fits else time_limit)
    covers = {cover for cover in (*known.covers, first.cover) if cover is not None}
    try:
        again = search(scaled, max_work=known.max_work, known=covers)
    except BudgetError as stopped:
        known = stopped.found
    else:
        return again, again.cost
    known.complete = False
    if not fits:
        return known, known.bound
    second = cp_sat(scaled, time_limit, hint=min(known.covers) if known.covers else None)
    if second.cover is not None:
        known.offer(second.cover)
        known.complete = False
    elif second.impossible and known.cost is None:
        known.complete = True
        return known, None
    if second.bound is not None and known.cost is not None and second.bound > known.cost:
        return known, known.bound  # it says impossible what we hold in our hands: its bound is worth nothing
    return known, max((b for b in (second.bound, known.bound) if b is not None), default=None)


def _fits(scaled: Scaled) -> bool:
    widest = sum(
        max(mode.fixed + abs(mode.rate) * mode.high for mode in modes) + sum(row) + modes[-1].high
        for modes, row in zip(scaled.modes, scaled.extra, strict=True)
    )
    return widest < _WIDEST


def cp_sat(
    scaled: Scaled, time_limit: float, *, hint: Sequence[int] | None = None, workers: int = 8, seed: int = 0
) -> Solved:
    """Solve with CP-SAT on whole numbers only: one choice per line, one mode per supplier, costs linear per mode."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    gives: dict[tuple[int, int], Any] = {}
    costs: list[Any] = []
    used_all = []
    for s, modes in enumerate(scaled.modes):
        used = model.new_bool_var("")
        used_all.append(used)
        mine = []
        for line, amount in enumerate(scaled.goods[s]):
            if amount is None:
                continue
            gives[line, s] = given = model.new_bool_var("")
            model.add_implication(given, used)
            mine.append((given, amount, scaled.extra[s][line]))
        model.add_bool_or([given for given, _, _ in mine] + [used.negated()])
        goods = sum(given * amount for given, amount, _ in mine)
        costs += [given * extra for given, _, extra in mine if extra]
        picks = [model.new_bool_var("") for _ in modes]
        model.add_exactly_one([*picks, used.negated()])
        top = modes[-1].high
        model.add(goods >= sum(pick * mode.low for pick, mode in zip(picks, modes, strict=True)))
        model.add(goods <= sum(pick * (mode.high - 1) for pick, mode in zip(picks, modes, strict=True)))
        costs += [pick * mode.fixed for pick, mode in zip(picks, modes, strict=True)]
        if len({mode.rate for mode in modes}) == 1:
            costs += [given * (modes[0].rate * amount) for given, amount, _ in mine]
        else:
            for pick, mode in zip(picks, modes, strict=True):
                share = model.new_int_var(0, top, "")
                model.add(share <= (mode.high - 1) * pick)
                model.add(share == goods).only_enforce_if(pick)
                costs.append(share * mode.rate)
    for line in range(len(scaled.lines)):
        model.add_exactly_one([gives[line, s] for s in range(len(scaled.suppliers)) if (line, s) in gives])
    if scaled.max_suppliers < len(scaled.suppliers):
        model.add(sum(used_all) <= scaled.max_suppliers)
    model.minimize(sum(costs))
    if hint is not None:
        for (line, s), given in gives.items():
            model.add_hint(given, hint[line] == s)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    started = time.process_time()
    status = solver.solve(model)
    seconds = time.process_time() - started
    solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    cover = None
    if solved:
        chosen = {line: s for (line, s), given in gives.items() if solver.boolean_value(given)}
        cover = tuple(chosen[line] for line in range(len(scaled.lines)))
    bound = None
    if status != cp_model.INFEASIBLE and solver.best_objective_bound > -_WIDEST:
        bound = round(solver.best_objective_bound)
        # The bound comes back as a double: past 2^53 it may have been rounded up.
        bound -= (abs(bound) >> 52) + (status != cp_model.OPTIMAL)
    if status == cp_model.OPTIMAL and cover is not None:
        bound = scaled.cost(cover) if bound is None or abs(scaled.cost(cover) - bound) <= abs(bound) >> 50 else bound
    return Solved(cover, bound, status == cp_model.OPTIMAL, status == cp_model.INFEASIBLE, seconds)


def highs(scaled: Scaled, time_limit: float) -> Solved:
    """Solve the same model with HiGHS through MathOpt, in kroner as floating point; gap 0 asked for."""
    from datetime import timedelta

    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    unit = scaled.unit
    gives: dict[tuple[int, int], Any] = {}
    costs: list[Any] = []
    used_all = []
    for s, modes in enumerate(scaled.modes):
        used = model.add_binary_variable()
        used_all.append(used)
        # goods are in goods units; one rate unit times one goods unit is one cost unit
        mine = []
        for line, amount in enumerate(scaled.goods[s]):
            if amount is None:
                continue
            gives[line, s] = given = model.add_binary_variable()
            model.add_linear_constraint(given <= used)
            mine.append((given, amount, scaled.extra[s][line]))
        scale = float(max(modes[-1].high - 1, 1))  # keeps the numbers of these rows near one
        goods = mathopt.fast_sum(given * (amount / scale) for given, amount, _ in mine)
        costs += [given * (extra / unit) for given, _, extra in mine if extra]
        picks = [model.add_binary_variable() for _ in modes]
        model.add_linear_constraint(mathopt.fast_sum(picks) == used)
        lows = mathopt.fast_sum(pick * (mode.low / scale) for pick, mode in zip(picks, modes, strict=True))
        model.add_linear_constraint(goods >= lows)
        costs += [pick * (mode.fixed / unit) for pick, mode in zip(picks, modes, strict=True)]
        if len({mode.rate for mode in modes}) == 1:
            # Reaching a threshold only lowers the fixed costs, so the upper ends need no rows.
            costs += [given * (modes[0].rate * amount / unit) for given, amount, _ in mine]
            if any(a.fixed < b.fixed for a, b in pairwise(modes)):
                _upper_ends(mathopt, model, goods, picks, modes, scale)
        else:
            _upper_ends(mathopt, model, goods, picks, modes, scale)
            for pick, mode in zip(picks, modes, strict=True):
                share = model.add_variable(lb=0.0, ub=1.0)
                model.add_linear_constraint(share <= pick * ((mode.high - 1) / scale))
                model.add_linear_constraint(share >= goods - (1 - pick))
                model.add_linear_constraint(share <= goods)
                costs.append(share * (mode.rate * scale / unit))
    for line in range(len(scaled.lines)):
        who = [gives[line, s] for s in range(len(scaled.suppliers)) if (line, s) in gives]
        model.add_linear_constraint(mathopt.fast_sum(who) == 1)
    if scaled.max_suppliers < len(scaled.suppliers):
        model.add_linear_constraint(mathopt.fast_sum(used_all) <= scaled.max_suppliers)
    model.minimize(mathopt.fast_sum(costs))
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=time_limit),
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=1e-6,
    )
    started = time.process_time()
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    seconds = time.process_time() - started
    reason = result.termination.reason
    cover = None
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        chosen: dict[int, int] = {}
        for (line, s), given in gives.items():
            if values[given] > 0.5:
                chosen[line] = s
        cover = tuple(chosen[line] for line in range(len(scaled.lines)))
    impossible = reason == mathopt.TerminationReason.INFEASIBLE
    limit = result.termination.objective_bounds.dual_bound
    bound = int(limit * unit * (1 - 1e-6)) - 1 if abs(limit) < float("inf") else None
    return Solved(cover, bound, reason == mathopt.TerminationReason.OPTIMAL, impossible, seconds)


def _upper_ends(mathopt: Any, model: Any, goods: Any, picks: list[Any], modes: Sequence[Any], scale: float) -> None:
    highs_of = mathopt.fast_sum(pick * ((mode.high - 1) / scale) for pick, mode in zip(picks, modes, strict=True))
    model.add_linear_constraint(goods <= highs_of)
