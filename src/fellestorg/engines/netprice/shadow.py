"""Bounds for sets of suppliers from shadow prices of the lines (Lagrangian relaxation).

Let line l be paid ``price[l]`` by the buyer, whoever delivers it, and let each supplier on its own take the lines that
pay, and the mode, that leave it the lowest cost: its ``add``. Whatever the prices, a cover by the set T costs at least
the sum of all prices plus the sum of ``add`` over T. Good prices are sought in floating point, where being wrong only
costs speed; the bounds they give are then computed in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fellestorg.engines.netprice.cover import knapsack
from fellestorg.engines.netprice.scaled import Scaled

_ROUNDS = 60
_PATIENCE = 4
_STEPS = 5  # what one set costs to look at, in the steps that searches count


@dataclass(frozen=True, slots=True)
class SetBounds:
    """Delivering by the set T of suppliers costs ``base`` plus the sum of ``add[s]`` over T, or more."""

    base: int
    add: tuple[int, ...]

    def sets(self, ceiling: int, limit: int, count: Callable[[int], None]) -> list[tuple[int, tuple[int, ...]]]:
        """Every set of at most ``limit`` suppliers whose bound is not above ``ceiling``, with it. Costs ``count``."""
        order = sorted(range(len(self.add)), key=lambda s: self.add[s])
        helps = [0]  # the most that the suppliers from here on can still take off
        for s in reversed(order):
            helps.append(helps[-1] + min(self.add[s], 0))
        helps.reverse()
        kept: list[tuple[int, tuple[int, ...]]] = []

        def visit(index: int, bound: int, chosen: tuple[int, ...]) -> None:
            if bound + helps[index] > ceiling:
                return
            if index == len(order) or len(chosen) == limit:
                if bound <= ceiling and chosen:
                    kept.append((bound, chosen))
                return
            count(_STEPS)
            visit(index + 1, bound + self.add[order[index]], (*chosen, order[index]))
            visit(index + 1, bound, chosen)

        visit(0, self.base, ())
        return kept


def shadow_bounds(
    scaled: Scaled, costs: list[list[int | None]], best: int, try_set: Callable[[tuple[int, ...]], int]
) -> SetBounds:
    """Seek shadow prices by the subgradient method and return the bounds they give.

    ``costs[s][l]`` is the least line l can cost at s. ``try_set`` prices a set that looks good and returns the best
    cost known after that; ``best`` is the one known before.
    """
    size = len(scaled.lines)
    items = [
        [
            (line, float(c), float(g))
            for line, (c, g) in enumerate(zip(row, goods, strict=True))
            if c is not None and g is not None
        ]
        for row, goods in zip(costs, scaled.goods, strict=True)
    ]
    modes = [
        [(float(m.low), float(m.fixed + (m.rate - min(x.rate for x in mine)) * m.low)) for m in mine]
        for mine in scaled.modes
    ]
    prices = []
    for line in range(size):
        offers = sorted(float(c) for row in costs if (c := row[line]) is not None)
        prices.append(offers[1] if len(offers) > 1 else offers[0])
    top, kept_prices, theta, waited = float("-inf"), prices, 1.0, 0
    tried = set()
    for _ in range(_ROUNDS):
        answers = [_answer(mine, prices, levels) for mine, levels in zip(items, modes, strict=True)]
        takers = sorted((value, s) for s, (value, _) in enumerate(answers) if value < 0)[: scaled.max_suppliers]
        bound = sum(prices) + sum(value for value, _ in takers)
        surplus = [1] * size
        for _, s in takers:
            for line in answers[s][1]:
                surplus[line] -= 1
        if bound > top:
            top, kept_prices, waited = bound, prices, 0
        else:
            waited += 1
            if waited >= _PATIENCE:
                theta, waited, prices = theta / 2, 0, kept_prices
        chosen = tuple(sorted(s for _, s in takers))
        if chosen and chosen not in tried:
            tried.add(chosen)
            best = try_set(chosen)
        length = sum(x * x for x in surplus)
        if not length or best - top < 1 or theta < 0.02:
            break
        step = theta * (best - bound) / length
        prices = [price + step * x for price, x in zip(prices, surplus, strict=True)]
    whole = [round(price) for price in kept_prices]
    return SetBounds(sum(whole), tuple(_exactly(scaled, costs[s], whole, s) for s in range(len(costs))))


def _answer(
    items: list[tuple[int, float, float]], prices: list[float], levels: list[tuple[float, float]]
) -> tuple[float, list[int]]:
    """What a supplier answers to the prices: the lowest cost it can leave, and the lines it then takes (about)."""
    paid = goods = 0.0
    taken: list[int] = []
    rest: list[tuple[float, float, float, int]] = []
    for line, cost, amount in items:
        excess = cost - prices[line]
        if excess < 0:
            paid += excess
            goods += amount
            taken.append(line)
        elif amount:
            rest.append((excess / amount, excess, amount, line))
    lowest, more = float("inf"), 0
    ranked = False
    for low, fixed in levels:
        value = fixed + paid
        need = low - goods
        if value >= lowest:
            continue
        extra = 0
        if need > 0:
            if not ranked:
                rest.sort()
                ranked = True
            for _, excess, amount, _ in rest:
                extra += 1
                if amount >= need:
                    value += excess * need / amount
                    need = 0
                    break
                value += excess
                need -= amount
            if need > 0:
                continue
        if value < lowest:
            lowest, more = value, extra
    return lowest, taken + [line for _, _, _, line in rest[:more]]


def _exactly(scaled: Scaled, costs: list[int | None], prices: list[int], s: int) -> int:
    """The lowest cost that supplier s, delivering something, can leave at these prices: a bound in whole numbers."""
    paid = goods = 0
    takes = False
    rest: list[tuple[int, int]] = []
    reach = 0
    for cost, amount, price in zip(costs, scaled.goods[s], prices, strict=True):
        if cost is None or amount is None:
            continue
        excess = cost - price
        reach += amount
        if excess <= 0:
            paid += excess
            goods += amount
            takes = True
        else:
            rest.append((excess, amount))
    if not takes and not rest:
        return 1 << 300
    if not takes:
        paid += min(excess for excess, _ in rest)
    ranked = sorted((excess / amount, excess, amount) for excess, amount in rest if amount)
    rate = min(mode.rate for mode in scaled.modes[s])
    values = []
    for mode in scaled.modes[s]:
        if mode.low > reach:
            continue
        value = mode.fixed + (mode.rate - rate) * mode.low + paid
        if mode.low > goods:
            need = mode.low - goods
            # With nothing taken, ``paid`` holds one excess already; the knapsack may hold it again.
            value += knapsack(ranked, need) if takes else max(knapsack(ranked, need) - paid, 0)
        values.append(value)
    return min(values)
