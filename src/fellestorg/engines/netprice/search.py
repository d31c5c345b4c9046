"""Our own exact search for the cheapest cover of a basket: whole numbers, no solver, every optimum found.

First the sets of suppliers, each with a lower bound; then, in the sets that may still win, the lines.

The bound. Let ``m[l]`` be the lowest cost of line l among the suppliers still allowed. Giving it to s costs an excess
``e >= 0`` above that. A cover then costs the sum of ``m`` plus, for each supplier, its fixed costs plus the excess
of the lines it gets. A supplier in a mode that needs ``low`` of goods needs lines worth that much, and the cheapest
way to find them is a knapsack whose fractional optimum is a bound. Each line goes to one supplier only, so these
bounds add up over suppliers. What cannot come under the best known cost is struck out, until nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fellestorg.engines.netprice.scaled import Mode, Scaled

Assignment = tuple[int, ...]
_Modes = dict[int, tuple[Mode, ...]]
_Options = list[tuple[int, ...]]


@dataclass(slots=True)
class Found:
    """The best cost, the covers that reach it (at most ``keep``) and whether these are all of them."""

    keep: int
    cost: int | None = None
    covers: set[Assignment] = field(default_factory=set)
    complete: bool = True
    nodes: int = 0
    work: int = 0


class BudgetError(Exception):
    """The search has looked at as much as it was allowed to and has not proved its best cover (``found``)."""

    def __init__(self, found: Found) -> None:
        super().__init__(f"no proof within {found.work} steps")
        self.found = found


def search(scaled: Scaled, *, max_work: int, keep: int = 64, options: _Options | None = None) -> Found:
    """Every cheapest cover of the basket, or ``cost`` None if no set of suppliers within the limit covers it.

    ``options`` restricts who may deliver each line. Beyond ``keep`` equal covers it stops collecting and says so.
    ``max_work`` counts lines times suppliers looked at; past it ``BudgetError`` carries the best cover so far.
    """
    found = Found(keep)
    _Search(scaled, found, max_work).run(options)
    return found


def first_in_order(scaled: Scaled, known: Found, count: int, max_work: int) -> tuple[list[Assignment], bool]:
    """The first ``count`` cheapest covers in lexicographic order, for baskets with more than ``known`` could keep.

    Also says whether there are no more. Past ``max_work`` it makes do with the covers already known.
    """
    size = len(scaled.lines)
    everyone = [tuple(s for s, row in enumerate(scaled.goods) if row[line] is not None) for line in range(size)]
    ordered: list[Assignment] = []
    spent = 0

    def descend(line: int, options: _Options, witness: Assignment) -> None:
        nonlocal spent
        if line == size:
            ordered.append(witness)
            return
        for s in options[line]:
            narrowed = [*options[:line], (s,), *options[line + 1 :]]
            inside = witness if witness[line] == s else None
            if inside is None:
                tried = search(scaled, max_work=max_work - spent, keep=1, options=narrowed)
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


class _Search:
    def __init__(self, scaled: Scaled, found: Found, max_work: int) -> None:
        self.scaled = scaled
        self.found = found
        self.max_work = max_work
        self.goods = scaled.goods
        self.extra = scaled.extra
        # Ratios are compared as whole numbers; this many bits make the error of a knapsack bound less than one.
        widest = max((mode.high for modes in scaled.modes for mode in modes), default=1)
        self.shift = widest.bit_length() + 8

    # -- sets of suppliers ------------------------------------------------------------------------------------

    def run(self, options: _Options | None) -> None:
        scaled = self.scaled
        count = len(scaled.suppliers)
        size = len(scaled.lines)
        rows = []
        infinite = 1
        for s in range(count):
            rate = min(mode.rate for mode in scaled.modes[s])
            row = [None if g is None else rate * g + x for g, x in zip(self.goods[s], self.extra[s], strict=True)]
            if options is not None:
                row = [c if s in options[line] else None for line, c in enumerate(row)]
            infinite += sum(abs(c) for c in row if c is not None) + max(mode.fixed for mode in scaled.modes[s])
            rows.append(row)
        infinite *= 4
        costs = [[infinite if c is None else c for c in row] for row in rows]
        offered = [[s for s in range(count) if rows[s][line] is not None] for line in range(size)]
        if not all(offered):
            return
        least = [min(mode.fixed for mode in modes) for modes in scaled.modes]
        most = [max(mode.fixed for mode in modes) for modes in scaled.modes]
        self._first_covers(costs, most, infinite)
        sets = self._sets(costs, least, infinite)
        sets.sort()
        modes: _Modes = dict(enumerate(scaled.modes))
        for bound, chosen in sets:
            if self._beaten(bound):
                break
            members = set(chosen)
            self._node(
                chosen, [tuple(s for s in who if s in members) for who in offered], {s: modes[s] for s in chosen}
            )

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
            if -1 not in owner and not self._offer(owner):
                return

    def _sets(self, costs: list[list[int]], least: list[int], infinite: int) -> list[tuple[int, tuple[int, ...]]]:
        """Every set of suppliers that covers all lines and whose lower bound is not above the best known cost."""
        count, size = len(costs), len(costs[0])
        order = sorted(range(count), key=lambda s: sum(costs[s]) + least[s])
        rest = [[infinite] * size]
        for s in reversed(order):
            rest.append(list(map(min, rest[-1], costs[s])))
        rest.reverse()
        limit = self.scaled.max_suppliers
        best = self.found.cost
        ceiling = infinite // 2 if best is None else best
        kept: list[tuple[int, tuple[int, ...]]] = []

        def visit(index: int, current: list[int], fixed: int, chosen: tuple[int, ...]) -> None:
            if index == count or len(chosen) == limit:
                bound = sum(current) + fixed
                if bound <= ceiling:
                    kept.append((bound, chosen))
                return
            self._count(1)
            s = order[index]
            opened = list(map(min, current, costs[s]))
            if sum(map(min, opened, rest[index + 1])) + fixed + least[s] <= ceiling:
                visit(index + 1, opened, fixed + least[s], (*chosen, s))
            if sum(map(min, current, rest[index + 1])) + fixed <= ceiling:
                visit(index + 1, current, fixed, chosen)

        visit(0, [infinite] * size, 0, ())
        return kept

    # -- lines ------------------------------------------------------------------------------------------------

    def _node(self, chosen: tuple[int, ...], options: _Options, modes: _Modes) -> None:
        """Settle who delivers what when exactly ``chosen`` deliver, line l by one of ``options[l]``."""
        while True:
            self._count(len(chosen))
            narrowed = self._narrow(chosen, options, modes)
            if narrowed is None:
                return
            changed, options, modes, excess = narrowed
            if not changed:
                break
        free = [line for line, who in enumerate(options) if len(who) > 1]
        if not free:
            return  # its only cover was offered when it was bounded
        # A supplier whose price per krone differs between its modes is settled first: all bounds hang on it.
        spread = [(max(m.rate for m in modes[s]) - min(m.rate for m in modes[s]), s) for s in chosen]
        widest, supplier = max(spread)
        if not widest:
            several = [s for s in chosen if len(modes[s]) > 1]
            if several:
                supplier = max(several, key=lambda s: max(m.fixed for m in modes[s]) - min(m.fixed for m in modes[s]))
                widest = 1
        if widest:
            for mode in modes[supplier]:
                self._node(chosen, options, {**modes, supplier: (mode,)})
            return
        line = max(free, key=lambda at: max(self.goods[s][at] or 0 for s in options[at]))
        for s in sorted(options[line], key=lambda s: excess[s].get(line, 0)):
            self._node(chosen, [*options[:line], (s,), *options[line + 1 :]], modes)

    def _narrow(
        self, chosen: tuple[int, ...], options: _Options, modes: _Modes
    ) -> tuple[bool, _Options, _Modes, dict[int, dict[int, int]]] | None:
        """Bound the node; strike out modes and options that cannot reach the best known cost. None: nothing left."""
        goods, extra = self.goods, self.extra
        cheapest_rate = {s: min(mode.rate for mode in modes[s]) for s in chosen}
        forced = dict.fromkeys(chosen, 0)  # goods that a supplier delivers whatever happens
        used = set()
        open_items: dict[int, list[tuple[int, int, int]]] = {s: [] for s in chosen}
        base = 0
        owner: list[int] = []
        for line, who in enumerate(options):
            if len(who) == 1:
                s = who[0]
                amount = goods[s][line] or 0
                base += cheapest_rate[s] * amount + extra[s][line]
                forced[s] += amount
                used.add(s)
                owner.append(s)
                continue
            priced = [(cheapest_rate[s] * (goods[s][line] or 0) + extra[s][line], s) for s in who]
            lowest, first = min(priced)
            base += lowest
            owner.append(first)
            for cost, s in priced:
                open_items[s].append((cost - lowest, goods[s][line] or 0, line))
        bound = base
        bounds: dict[int, list[tuple[int, Mode]]] = {}
        least: dict[int, int] = {}
        for s in chosen:
            per_mode = self._mode_bounds(open_items[s], forced[s], s in used, cheapest_rate[s], modes[s])
            if not per_mode:
                return None
            bounds[s] = per_mode
            least[s] = min(value for value, _ in per_mode)
            bound += least[s]
        if self._beaten(bound):
            return None
        self._offer(owner)
        self._mend(owner, chosen, open_items, forced, modes)
        ceiling = self.found.cost
        if ceiling is None:
            ceiling = bound + (1 << 200)
        if not self.found.complete:
            ceiling -= 1
        changed = False
        kept_modes: _Modes = {}
        struck: list[tuple[int, int]] = []
        for s in chosen:
            spare = ceiling - bound + least[s]
            kept = tuple(mode for value, mode in bounds[s] if value <= spare)
            if not kept:
                return None
            if len(kept) < len(modes[s]):
                changed = True
            kept_modes[s] = kept
            lowest_rate = cheapest_rate[s]
            spare -= min(mode.fixed + (mode.rate - lowest_rate) * forced[s] for mode in kept)
            struck += [(line, s) for e, _, line in open_items[s] if e > spare]
        if struck:
            changed = True
            options = list(options)
            for line, s in struck:
                options[line] = tuple(other for other in options[line] if other != s)
                if not options[line]:
                    return None
        excess = {s: {line: e for e, _, line in items} for s, items in open_items.items()}
        return changed, options, kept_modes, excess

    def _mode_bounds(
        self, items: list[tuple[int, int, int]], forced: int, used: bool, cheapest: int, modes: tuple[Mode, ...]
    ) -> list[tuple[int, Mode]]:
        """For each mode within reach, the least it adds to the cost of the lines at their lowest."""
        reach = forced
        free = 0
        at_no_cost = used
        for e, amount, _ in items:
            reach += amount
            if not e:
                free += amount
                at_no_cost = True
        if not used and not items:
            return []
        ranked: list[tuple[int, int, int]] | None = None
        out = []
        for mode in modes:
            if forced >= mode.high or reach < mode.low:
                continue
            dearer = mode.rate - cheapest
            value = mode.fixed + dearer * forced
            need = mode.low - forced
            if need > free:
                if ranked is None:
                    shift = self.shift
                    ranked = sorted(((e << shift) // amount, e, amount) for e, amount, _ in items if e and amount)
                value += _knapsack(ranked, need - free)
            if need > 0:
                value += dearer * need
            elif not at_no_cost or (dearer and not used):
                value += min(e + dearer * amount for e, amount, _ in items)
            out.append((value, mode))
        return out

    def _mend(
        self,
        owner: list[int],
        chosen: tuple[int, ...],
        open_items: dict[int, list[tuple[int, int, int]]],
        forced: dict[int, int],
        modes: _Modes,
    ) -> None:
        """Try covers in which one supplier is given enough lines to reach its next threshold."""
        have = dict.fromkeys(chosen, 0)
        for line, s in enumerate(owner):
            have[s] += self.goods[s][line] or 0
        for s in chosen:
            for mode in modes[s]:
                if mode.low <= have[s]:
                    continue
                lines = [
                    (e / amount if amount else 0.0, line, amount)
                    for e, amount, line in open_items[s]
                    if owner[line] != s
                ]
                lines.sort()
                trial = list(owner)
                missing = mode.low - have[s]
                for _, line, amount in lines:
                    if missing <= 0:
                        break
                    trial[line] = s
                    missing -= amount
                if missing <= 0:
                    self._offer(trial)
                break

    # -- book-keeping -----------------------------------------------------------------------------------------

    def _offer(self, owner: list[int]) -> bool:
        """Price a cover; keep it if it is as good as the best. Whether it is better than all before."""
        found = self.found
        cost = self.scaled.cost(owner)
        if found.cost is None or cost < found.cost:
            if len(set(owner)) > self.scaled.max_suppliers:
                return False
            found.cost, found.covers, found.complete = cost, {tuple(owner)}, True
            return True
        if cost == found.cost and len(set(owner)) <= self.scaled.max_suppliers:
            cover = tuple(owner)
            if cover not in found.covers:
                if len(found.covers) < found.keep:
                    found.covers.add(cover)
                else:
                    found.complete = False
        return False

    def _beaten(self, bound: int) -> bool:
        best = self.found.cost
        return best is not None and (bound > best or (bound == best and not self.found.complete))

    def _count(self, suppliers: int) -> None:
        self.found.nodes += 1
        self.found.work += suppliers * len(self.scaled.lines)
        if self.found.work > self.max_work:
            raise BudgetError(self.found)


def _knapsack(ranked: list[tuple[int, int, int]], need: int) -> int:
    """A lower bound, at most two units under the fractional optimum, on the excess paid for ``need`` goods."""
    paid = 0
    for _, e, amount in ranked:
        if amount >= need:
            return max(paid + e * need // amount - 1, 0)
        paid += e
        need -= amount
    return paid
