"""CP-SAT on rows of which some variables are known: whole numbers only, for what a larger search leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fellestorg.engines.award.rows import Row, Rows

#: CP-SAT adds in 64-bit whole numbers; sums must stay well inside.
WIDEST = 1 << 60
#: Its other workers cost more than they bring on what is nearly a linear program.
_WORKERS = 1


@dataclass(frozen=True, slots=True)
class Whole:
    """The bids found and their total in units, a bound for all there is, or that there is nothing at all."""

    award: tuple[int, ...] | None
    total: int
    bound: int | None
    impossible: bool


def search_whole(
    model_of: Rows, rows: Sequence[Row], known: Mapping[int, int], near: Sequence[int], *, gap: float, seconds: float
) -> Whole:
    """The lowest total on ``rows`` with the variables in ``known`` fixed; ``near`` are bids to begin with."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    costs = model_of.costs
    top = sum(costs[: model_of.bids])
    free = {
        at: model.new_int_var(0, top, "") if at == model_of.spend else model.new_bool_var("")
        for at in range(len(costs))
        if at not in known
    }
    for row in rows:
        fixed = sum(factor * known[at] for at, factor in row.terms if at in known)
        left = [(free[at], factor) for at, factor in row.terms if at in free]
        low = -WIDEST if row.low is None else row.low - fixed
        high = WIDEST if row.high is None else row.high - fixed
        if not left and (low > 0 or high < 0):
            return Whole(None, 0, None, True)
        if left:
            variables, factors = zip(*left, strict=True)
            model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(variables, factors), low, high)
    paid = [(variable, costs[at]) for at, variable in free.items() if costs[at]]
    fixed = sum(costs[at] * value for at, value in known.items())
    model.minimize(sum(variable * cost for variable, cost in paid))
    for at in near:
        if at in free:
            model.add_hint(free[at], 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = _WORKERS
    solver.parameters.relative_gap_limit = gap
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Whole(None, 0, None, True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Whole(None, 0, None, False)
    chosen = {at: solver.value(variable) for at, variable in free.items()} | dict(known)
    award = tuple(at for at in range(model_of.bids) if chosen[at])
    total = fixed + sum(costs[at] * solver.value(variable) for at, variable in free.items())
    return Whole(award, total, fixed + math.ceil(solver.best_objective_bound - 1e-6), False)
