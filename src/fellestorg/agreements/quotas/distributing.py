"""The search for a distribution: who goes where, so that every place gets a load inside its window.

Exact: it answers None only where no distribution exists, and no other one moves fewer. With two places it walks through
every load that can be reached, as bits of one whole number, and comes as near the middle of the window as any
distribution with so few moves can. With more places, or weights too large for that, CP-SAT proves the fewest moves.
"""

from __future__ import annotations

from collections.abc import Sequence

# The largest total whose every reachable load is kept as a bit; above it the memory would count in gigabytes.
_MOST_LOADS = 1_000_000

Window = tuple[int, int]
Here = Sequence[int | None]


def distribute(windows: Sequence[Window], weights: Sequence[int], here: Here) -> list[int] | None:
    """The place of each, by index. ``here``: where each is now, None for nowhere, -1 for a place that is no more."""
    if not windows:
        return None
    if len(windows) == 2 and sum(weights) <= _MOST_LOADS:
        return _between_two(windows, weights, here)
    return _by_solver(windows, weights, here)


def _between_two(windows: Sequence[Window], weights: Sequence[int], here: Here) -> list[int] | None:
    total = sum(weights)
    (low, high), (other_low, other_high) = windows
    low, high = max(low, total - other_high), min(high, total - other_low)
    if low > high:
        return None
    window = ((1 << (high - low + 1)) - 1) << low
    # reached[i][m]: the loads of the first place that the first i can make with m moves, as bits.
    reached = [[1]]
    for most in range(len(weights) + 1):
        _let_move(reached, most, weights, here)
        fitting = reached[-1][most] & window
        if fitting:
            return _walk_back(reached, most, _nearest(fitting, low, high), weights, here)
    return None


def _let_move(reached: list[list[int]], moves: int, weights: Sequence[int], here: Here) -> None:
    """Work out what can be reached with exactly this many moves, from what can be with one fewer."""
    if moves:
        reached[0].append(0)
    for index, weight in enumerate(weights):
        if len(reached) == index + 1:
            reached.append([])
        loads = 0
        for place in (0, 1):
            before = moves - _moved(here[index], place)
            if before >= 0:
                loads |= reached[index][before] << (weight if place == 0 else 0)
        reached[index + 1].append(loads)


def _walk_back(reached: list[list[int]], moves: int, load: int, weights: Sequence[int], here: Here) -> list[int]:
    """One way to a load that was reached; where both places would do, it stays, else the first."""
    places = [0] * len(weights)
    for index in reversed(range(len(weights))):
        for place in (1, 0) if here[index] == 1 else (0, 1):
            before, left = moves - _moved(here[index], place), load - (weights[index] if place == 0 else 0)
            if before >= 0 and left >= 0 and reached[index][before] >> left & 1:
                places[index], moves, load = place, before, left
                break
    return places


def _nearest(loads: int, low: int, high: int) -> int:
    """The load nearest the middle of the window; the lower of two equally near."""
    middle = (low + high) // 2
    below = loads & ((1 << (middle + 1)) - 1)
    above = loads >> (middle + 1)
    under = below.bit_length() - 1
    over = middle + (above & -above).bit_length() if above else -1
    if over < 0 or (under >= 0 and low + high - 2 * under <= 2 * over - low - high):
        return under
    return over


def _moved(here: int | None, place: int) -> int:
    return int(here is not None and here != place)


def _by_solver(windows: Sequence[Window], weights: Sequence[int], here: Here) -> list[int] | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = [[model.new_bool_var(f"{one}:{place}") for place in range(len(windows))] for one in range(len(weights))]
    for one in at:
        model.add_exactly_one(one)
    for place, (low, high) in enumerate(windows):
        model.add_linear_constraint(
            sum(weight * one[place] for weight, one in zip(weights, at, strict=True)), low, high
        )
    model.minimize(
        sum(one[place] for one, now in zip(at, here, strict=True) for place in range(len(one)) if _moved(now, place))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return [next(place for place, chosen in enumerate(one) if solver.boolean_value(chosen)) for one in at]
