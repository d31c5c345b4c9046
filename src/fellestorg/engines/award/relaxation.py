"""The rows as linear programs for HiGHS and GLOP, which guide the search and are never relied on.

They are written in MathOpt's own wire form: its Python objects take longer to fill and to read than most of these
programs take to solve.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver

from fellestorg.engines.award.duality import Duality

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A lot without any tender, or a rule broken, costs this many times the dearest amount: dearer than any award.
_ELASTIC = 20.0
#: A row broken by less is kept.
_BROKEN = 1e-4
#: How far past a target the solver's own bound must be, so that whole prices prove it too.
_PAST = 1e-9


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A linear program's answer: prices in units on all rows, and each variable's share, unless it stopped before."""

    prices: NDArray[np.float64]
    shares: NDArray[np.float64] | None


class Scaled:
    """The numbers of all rows as doubles, every row and the costs scaled by a power of two, so nothing is rounded.

    Rows that ask for something get a variable more that breaks them dearly: every program has an answer.
    """

    def __init__(self, duality: Duality) -> None:
        rows = duality.rows
        self.duality = duality
        self.money = max(max(rows.costs, default=1), 1).bit_length() - 1
        factors = duality.factor.astype(np.float64)
        if rows.spend is not None:
            factors[duality.column == rows.spend] *= 1 << self.money
        widest = np.ones(len(rows.rows))
        np.maximum.at(widest, duality.row, np.abs(factors))
        self.scale = np.frexp(widest)[1] - 1
        asks = [at for at, row in enumerate(rows.rows) if row.low is not None and not row.low == row.high == 0]
        self.columns = len(rows.costs) + len(asks)
        self.upper = np.ones(self.columns)
        self.upper[len(rows.costs) :] = math.inf
        if rows.spend is not None:
            self.upper[rows.spend] = math.inf
        self.costs = np.concatenate([np.ldexp(duality.costs, -self.money), np.full(len(asks), _ELASTIC)])
        self.low = np.ldexp([-math.inf if row.low is None else row.low for row in rows.rows], -self.scale)
        self.high = np.ldexp([math.inf if row.high is None else row.high for row in rows.rows], -self.scale)
        order = np.argsort(np.concatenate([duality.row, asks]), kind="stable")
        self.column = np.concatenate([duality.column, np.arange(len(rows.costs), self.columns)])[order]
        self.value = np.concatenate([np.ldexp(factors, -self.scale[duality.row]), np.ones(len(asks))])[order]
        self.starts = np.searchsorted(np.concatenate([duality.row, asks])[order], np.arange(len(rows.rows) + 1))

    def terms(self, rows: Sequence[int], first: int) -> dict[str, list[Any]]:
        """The matrix of some rows that are numbered from ``first``, in the order of MathOpt's sparse matrices."""
        sizes = self.starts[np.array(rows, dtype=int) + 1] - self.starts[rows] if rows else []
        places = [at for row in rows for at in range(self.starts[row], self.starts[row + 1])]
        return {
            "row_ids": np.repeat(np.arange(first, first + len(rows)), sizes).tolist(),
            "column_ids": self.column[places].tolist(),
            "coefficients": self.value[places].tolist(),
        }


class Relaxation:
    """Some of the rows as a program that goes on from where it last stood; rows found broken are added."""

    def __init__(
        self, scaled: Scaled, rows: Sequence[int], opened: Collection[int] = (), shut: Collection[int] = ()
    ) -> None:
        self.scaled, self.rows = scaled, list(rows)
        lower, upper = np.zeros(scaled.columns), scaled.upper.copy()
        lower[list(opened)] = 1.0
        for winner in shut:
            upper[scaled.duality.goes[winner]] = 0.0
        everything = range(scaled.columns)
        self._model = model_pb2.ModelProto(
            variables={
                "ids": everything,
                "lower_bounds": lower.tolist(),
                "upper_bounds": upper.tolist(),
                "integers": [False] * scaled.columns,
            },
            objective={"linear_coefficients": {"ids": everything, "values": scaled.costs.tolist()}},
            linear_constraints=self._constraints(self.rows, 0),
            linear_constraint_matrix=scaled.terms(self.rows, 0),
        )
        self._solver: Any = None
        self._opened = frozenset(opened)
        self._shut = frozenset(shut)

    def _constraints(self, rows: Sequence[int], first: int) -> dict[str, Any]:
        return {
            "ids": range(first, first + len(rows)),
            "lower_bounds": self.scaled.low[rows].tolist(),
            "upper_bounds": self.scaled.high[rows].tolist(),
        }

    def solve_anew(self) -> Relaxed:
        """The answer from scratch, by HiGHS."""
        result = solver.solve(
            self._model,
            parameters_pb2.SOLVER_TYPE_HIGHS,
            parameters_pb2.SolverInitializerProto(),
            parameters_pb2.SolveParametersProto(),
            model_parameters_pb2.ModelSolveParametersProto(reduced_costs_filter={"filter_by_ids": True}),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        return self._read(result)

    def solve(self, opened: frozenset[int], shut: frozenset[int], target: int | None = None) -> Relaxed:
        """The answer with these winners decided, by GLOP's dual simplex from the last basis; it stops as soon as nothing
        below ``target`` units is left."""
        if self._solver is None:
            first = parameters_pb2.SolverInitializerProto()
            self._solver = solver.new(parameters_pb2.SOLVER_TYPE_GLOP, self._model, first)
        self._decide(opened, shut)
        asked = parameters_pb2.SolveParametersProto(
            lp_algorithm=parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX, presolve=parameters_pb2.EMPHASIS_OFF
        )
        if target is not None:
            asked.best_bound_limit = math.ldexp(target * (1 + _PAST), -self.scaled.money)
        about = model_parameters_pb2.ModelSolveParametersProto(reduced_costs_filter={"filter_by_ids": True})
        return self._read(self._solver.solve(asked, about, None, callback_pb2.CallbackRegistrationProto(), None, None))

    def _decide(self, opened: frozenset[int], shut: frozenset[int]) -> None:

        upper: dict[int, float] = {}
        for winner in self._shut ^ shut:
            upper |= dict.fromkeys(self.scaled.duality.goes[winner].tolist(), 0.0 if winner in shut else 1.0)
        lower = {winner: 1.0 if winner in opened else 0.0 for winner in self._opened ^ opened}
        self._opened, self._shut = opened, shut
        self._change(
            model_update_pb2.ModelUpdateProto(
                variable_updates={"lower_bounds": _sparse(lower), "upper_bounds": _sparse(upper)}
            )
        )

    def add_broken(self, shares: NDArray[np.float64]) -> bool:
        """Take in the rows that say who wins and that these shares break; whether there were any."""
        duality = self.scaled.duality
        over = np.bincount(duality.row, duality.factor * shares[duality.column], minlength=len(duality.cliques))
        broken = duality.cliques & (over > _BROKEN)
        broken[self.rows] = False
        more = np.flatnonzero(broken).tolist()
        if more:
            first = len(self.rows)
            self.rows += more
            self._change(
                model_update_pb2.ModelUpdateProto(
                    new_linear_constraints=self._constraints(more, first),
                    linear_constraint_matrix_updates=self.scaled.terms(more, first),
                )
            )
        return bool(more)

    def _change(self, update: Any) -> None:
        if not self._solver.update(update):
            raise RuntimeError("the linear solver does not take changes")

    def _read(self, result: Any) -> Relaxed:

        prices = np.zeros(len(self.scaled.duality.cliques))
        solution = next((one for one in result.solutions if one.HasField("dual_solution")), None)
        if solution is None:
            return Relaxed(prices, None)
        duals = solution.dual_solution.dual_values
        rows = np.array(self.rows, dtype=int)[np.fromiter(duals.ids, dtype=int)]
        prices[rows] = np.ldexp(np.fromiter(duals.values, dtype=float), self.scaled.money - self.scaled.scale[rows])
        if result.termination.reason != result_pb2.TERMINATION_REASON_OPTIMAL:
            return Relaxed(prices, None)
        values = solution.primal_solution.variable_values
        shares = np.zeros(self.scaled.columns)
        shares[np.fromiter(values.ids, dtype=int)] = np.fromiter(values.values, dtype=float)
        return Relaxed(prices, shares)


def _sparse(values: dict[int, float]) -> dict[str, list[Any]]:
    ids = sorted(values)
    return {"ids": ids, "values": [values[at] for at in ids]}
