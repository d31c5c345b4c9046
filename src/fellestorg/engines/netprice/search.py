"""Our own exact search for the cheapest cover of a basket: whole numbers, no solver, every optimum found.

First the sets of suppliers, each with a lower bound; then, in the sets that may still win, the lines (``cover``).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from fellestorg.engines.netprice.cover import CoverSearch, Options
from fellestorg.engines.netprice.found import Assignment, BudgetError, EnoughError, Found
from fellestorg.engines.netprice.scaled import Scaled
from fellestorg.engines.netprice.shadow import shadow_bounds

#: More sets of suppliers than this, and shadow prices pay for themselves.
_FEW = 60
#: Equal covers of longer baskets are not put in order line by line.
_LONGEST = 300
#: Sets are built supplier by supplier, one call inside another; Python allows a thousand.
_MOST_SUPPLIERS = 300


def search(
    scaled: Scaled,
    *,
    max_work: int,
    keep: int = 64,
    options: Options | None = None,
    known: Iterable[Assignment] = (),
    target: int | None = None,
) -> Found:
    """Every cheapest cover of the basket, or ``cost`` None if no set of suppliers within the limit covers it.

    ``options`` restricts who may deliver each line; ``known`` covers help to strike out others. Beyond ``keep`` equal
    covers it stops collecting and says so. ``max_work`` counts lines times suppliers looked at; past it
    ``BudgetError`` carries the best cover so far. With a ``target`` it stops at the first cover that costs just that.
    """
    found = Found(scaled, max_work, keep, target)
    for cover in known:
        found.offer(cover)
    with suppress(EnoughError):
        _SetSearch(scaled, found).run(options)
    return found


def first_in_order(scaled: Scaled, known: Found, count: int, max_work: int) -> tuple[list[Assignment], bool]:
    """The first ``count`` cheapest covers in lexicographic order, for baskets with more than ``known`` could keep.

    Also says whether there are no more. Past ``max_work`` it makes do with the covers already known.
    """
    size = len(scaled.lines)
    if size > _LONGEST:
        return sorted(known.covers)[:count], False
    everyone = [tuple(s for s, row in enumerate(scaled.goods) if row[line] is not None) for line in range(size)]
    ordered: list[Assignment] = []
    spent = 0

    def descend(line: int, options: Options, witness: Assignment) -> None:
        nonlocal spent
        if line == size:
            ordered.append(witness)
            return
        for s in options[line]:
            narrowed = [*options[:line], (s,), *options[line + 1 :]]
            inside = witness if witness[line] == s else None
            if inside is None:
                tried = search(scaled, max_work=max_work - spent, keep=1, options=narrowed, target=known.cost)
                spent += tried.work
                if tried.cost == known.cost:
                    inside = min(tried.covers)
            if inside is not None:
                descend(line + 1, narrowed, inside)
            if len(ordered) > count:
                return

    try:
        descend(0, everyone, min(known.covers))
    except BudgetError:
        return sorted({*ordered, *known.covers})[:count], False
    return ordered[:count], len(ordered) <= count


class _SetSearch:
    def __init__(self, scaled: Scaled, found: Found) -> None:
        self.scaled = scaled
        self.found = found

    def run(self, options: Options | None) -> None:
        scaled, found = self.scaled, self.found
        count = len(scaled.suppliers)
        rows: list[list[int | None]] = []
        infinite = 1
        for s in range(count):
            rate = min(mode.rate for mode in scaled.modes[s])
            row = [None if g is None else rate * g + x for g, x in zip(scaled.goods[s], scaled.extra[s], strict=True)]
            if options is not None:
                row = [c if s in options[line] else None for line, c in enumerate(row)]
            infinite += sum(abs(c) for c in row if c is not None) + max(mode.fixed for mode in scaled.modes[s])
            rows.append(row)
        infinite *= 4
        costs = [[infinite if c is None else c for c in row] for row in rows]
        offered = [[s for s in range(count) if rows[s][line] is not None] for line in range(len(scaled.lines))]
        if not all(offered):
            return
        least = [min(mode.fixed for mode in modes) for modes in scaled.modes]
        most = [max(mode.fixed for mode in modes) for modes in scaled.modes]
        self._first_covers(costs, most, infinite)
        if count > _MOST_SUPPLIERS:
            raise BudgetError(found)
        sets = self._sets(costs, least, infinite)
        if sets is None:
            sets = self._sets_by_shadow_prices(rows, costs, least, infinite)
        cover = CoverSearch(scaled, found)
        sets.sort()
        if sets and options is None:
            found.bound = min(sets[0][0], infinite if found.cost is None else found.cost)
        roots = []
        for bound, chosen in sets:
            if bound > found.ceiling(bound):
                break
            members = set(chosen)
            root = cover.root(chosen, [tuple(s for s in who if s in members) for who in offered])
            if root is None:
                continue
            if cover.at_best(root):
                # Only covers equal to the best can be here. Enough of them, and the search may stop looking for more.
                for leaf in cover.settle_modes(root):
                    cover.settle_lines(leaf)
            else:
                roots.append(root)
        leaves = []
        for root in sorted(roots, key=lambda root: root.bound):
            leaves += cover.settle_modes(root)
        for leaf in sorted(leaves, key=lambda leaf: leaf.bound):
            cover.settle_lines(leaf)

    def _first_covers(self, costs: list[list[int]], most: list[int], infinite: int) -> None:
        """A good cover to measure others against: open the supplier that helps most, while one does."""
        size = len(self.scaled.lines)
        current = [infinite] * size
        owner = [-1] * size
        closed = set(range(len(costs)))
        for _ in range(self.scaled.max_suppliers):
            gains = [(sum(map(min, current, costs[s])) + most[s], s) for s in closed]
            if not gains:
                return
            _, s = min(gains)
            closed.remove(s)
            for line, cost in enumerate(costs[s]):
                if cost < current[line]:
                    current[line], owner[line] = cost, s
            if -1 not in owner and not self.found.offer(owner):
                return

    def _sets(
        self, costs: list[list[int]], least: list[int], infinite: int
    ) -> list[tuple[int, tuple[int, ...]]] | None:
        """Every set of suppliers whose lines' lowest costs do not pass the best known cost; None if they are many."""
        count, size = len(costs), len(costs[0])
        order = sorted(range(count), key=lambda s: sum(costs[s]) + least[s])
        rest = [[infinite] * size]
        for s in reversed(order):
            rest.append(list(map(min, rest[-1], costs[s])))
        rest.reverse()
        limit = self.scaled.max_suppliers
        known = self.found.cost is not None
        ceiling = self.found.ceiling(infinite // 2)
        kept: list[tuple[int, tuple[int, ...]]] = []

        def visit(index: int, current: list[int], fixed: int, chosen: tuple[int, ...]) -> None:
            if known and len(kept) > _FEW:
                return
            if index == count or len(chosen) == limit:
                bound = sum(current) + fixed
                if bound <= ceiling:
                    kept.append((bound, chosen))
                return
            self.found.count(1)
            s = order[index]
            opened = list(map(min, current, costs[s]))
            if sum(map(min, opened, rest[index + 1])) + fixed + least[s] <= ceiling:
                visit(index + 1, opened, fixed + least[s], (*chosen, s))
            if sum(map(min, current, rest[index + 1])) + fixed <= ceiling:
                visit(index + 1, current, fixed, chosen)

        visit(0, [infinite] * size, 0, ())
        return None if known and len(kept) > _FEW else kept

    def _sets_by_shadow_prices(
        self, rows: list[list[int | None]], costs: list[list[int]], least: list[int], infinite: int
    ) -> list[tuple[int, tuple[int, ...]]]:
        """The same by stronger bounds that take longer: they know what thresholds cost to reach."""
        found = self.found
        size = len(self.scaled.lines)

        def try_set(chosen: tuple[int, ...]) -> int:
            found.count(len(chosen))
            owner = [min(chosen, key=lambda s: costs[s][line]) for line in range(size)]
            if all(rows[s][line] is not None for line, s in enumerate(owner)):
                found.offer(owner)
            return found.ceiling(infinite)

        bounds = shadow_bounds(self.scaled, rows, found.ceiling(infinite), try_set)
        found.bound = bounds.base + sum(add for add in bounds.add if add < 0)
        kept = []
        for bound, chosen in bounds.sets(found.ceiling(infinite), self.scaled.max_suppliers, found.count_steps):
            found.count_steps(size)
            plain = sum(map(min, *(costs[s] for s in chosen))) if len(chosen) > 1 else sum(costs[chosen[0]])
            plain += sum(least[s] for s in chosen)
            if plain <= found.ceiling(infinite) and plain < infinite // 2:
                kept.append((max(bound, plain), chosen))
        return kept
