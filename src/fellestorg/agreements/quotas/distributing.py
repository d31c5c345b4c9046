"""The search for a distribution: who goes where, so that every place gets a load inside its window.

Exact: it answers None only where no distribution exists, and no other one moves fewer; among those that move as few, none
moves less weight. What is free is laid as near the middle of the window as that allows. With two places and at most two
moves it looks at every choice, with the loads that the free ones can make as bits of one whole number; otherwise CP-SAT
proves the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

# The largest total whose every reachable load is kept as a bit, and the most moves that are tried one by one.
_MOST_LOADS = 1_000_000
_MOST_TRIED = 2

Window = tuple[int, int]
Here = Sequence[int | None]


def distribute(windows: Sequence[Window], weights: Sequence[int], here: Here) -> list[int] | None:
    """The place of each, by index. ``here``: where each is now, None for nowhere, -1 for a place that is no more."""
    if not windows:
        return None
    if len(windows) != 2 or sum(weights) > _MOST_LOADS:
        return _by_solver(windows, weights, here)
    total = sum(weights)
    (low, high), (other_low, other_high) = windows
    low, high = max(low, total - other_high), min(high, total - other_low)
    every = 1
    for weight in weights:
        every |= every << weight
    if low > high or not every & _bits(low, high):
        return None
    return _between_two(low, high, weights, here) or _by_solver(windows, weights, here)


def _between_two(low: int, high: int, weights: Sequence[int], here: Here) -> list[int] | None:
    """The best distribution with at most two moves; None where it takes more. ``low`` and ``high`` are of the first place."""
    fixed = [index for index, place in enumerate(here) if place in (0, 1)]
    free = [index for index, place in enumerate(here) if place not in (0, 1)]
    # reached[i]: the loads of the first place that the first i free ones can make, as bits.
    reached = [1]
    for index in free:
        reached.append(reached[-1] | reached[-1] << weights[index])
    stands = sum(weights[index] for index in fixed if here[index] == 0)
    window = _bits(low, high)
    for count in range(_MOST_TRIED + 1):
        best: tuple[int, int, tuple[int, ...], int] | None = None
        for moved in combinations(fixed, count):
            weight = sum(weights[index] for index in moved)
            base = stands + sum(-weights[index] if here[index] == 0 else weights[index] for index in moved)
            fitting = (reached[-1] << base) & window
            if fitting and (best is None or weight <= best[0]):
                load = _nearest(fitting, low, high)
                best = min(best or (weight + 1, 0, (), 0), (weight, abs(2 * load - low - high), moved, load - base))
        if best is not None:
            return _placed(here, best[2], _walk_back(reached, best[3], [weights[index] for index in free]))
    return None


def _placed(here: Here, moved: tuple[int, ...], free: Sequence[int]) -> list[int]:
    laid = iter(free)
    found = []
    for index, place in enumerate(here):
        if place not in (0, 1):
            found.append(next(laid))
        else:
            found.append(1 - place if index in moved else place)
    return found


def _walk_back(reached: Sequence[int], load: int, weights: Sequence[int]) -> list[int]:
    """One way in which the free ones make a load that they can make."""
    places = [1] * len(weights)
    for index in reversed(range(len(weights))):
        if not reached[index] >> load & 1:
            places[index], load = 0, load - weights[index]
    return places


def _bits(low: int, high: int) -> int:
    return ((1 << (high - low + 1)) - 1) << low


def _nearest(loads: int, low: int, high: int) -> int:
    """The load nearest the middle of the window; the lower of two equally near."""
    middle = (low + high) // 2
    under = (loads & ((1 << (middle + 1)) - 1)).bit_length() - 1
    above = loads >> (middle + 1)
    if not above:
        return under
    over = middle + (above & -above).bit_length()
    return under if under >= 0 and low + high - 2 * under <= 2 * over - low - high else over


def _by_solver(windows: Sequence[Window], weights: Sequence[int], here: Here) -> list[int] | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = [[model.new_bool_var(f"{one}:{place}") for place in range(len(windows))] for one in range(len(weights))]
    for one in at:
        model.add_exactly_one(one)
    for place, (low, high) in enumerate(windows):
        load = sum(weight * one[place] for weight, one in zip(weights, at, strict=True))
        model.add_linear_constraint(load, low, high)
    # One move more outweighs everything that could be moved.
    dear = sum(weights) + 1
    model.minimize(
        sum(
            (dear + weight) * one[place]
            for weight, one, now in zip(weights, at, here, strict=True)
            for place in range(len(one))
            if now is not None and now != place
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return [next(place for place, chosen in enumerate(one) if solver.boolean_value(chosen)) for one in at]
