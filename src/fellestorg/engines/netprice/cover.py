"""Settle who delivers which line once the set of suppliers is chosen: bound, strike out, branch.

The bound. Let ``m[l]`` be the lowest cost of line l among the suppliers still allowed. Giving it to s costs an excess
``e >= 0`` above that. A cover then costs the sum of ``m`` plus, for each supplier, its fixed costs plus the excess
of the lines it gets. A supplier in a mode that needs ``low`` of goods must find lines worth that much, and the
cheapest way is a knapsack whose fractional optimum is a bound. Each line goes to one supplier only, so these bounds
add up. What cannot come under the best known cost is struck out, until nothing changes.

Where two suppliers compete for the same lines to reach their thresholds, that bound lets both have them. A premium
per krone of goods (a Lagrange multiplier) makes a supplier in need look cheaper line by line, and is paid back on
the goods it needs; any premium gives a true bound, and ``premiums`` looks for good ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fellestorg.engines.netprice.found import BudgetError, Found
from fellestorg.engines.netprice.polish import Move, polish, repair
from fellestorg.engines.netprice.scaled import Mode, Scaled

Modes = dict[int, tuple[Mode, ...]]
Options = list[tuple[int, ...]]
_Items = list[tuple[int, int, int]]  # excess, goods, line

#: Costs are held in 2**-32 of a cost unit here, so that premiums are whole numbers too and every bound is exact.
_BITS = 32
_DEEPEST = 350
_INFINITE = 1 << 400
#: Premiums are sought where a node has this many offers, in so many rounds: at the first node of a set, and below it.
_WORTH_PREMIUMS = 60
_FIRST_ROUNDS = 40
_ROUNDS = 8
_NEAREST = 60


@dataclass(slots=True)
class Leaf:
    """A part of the search: who delivers, who may deliver each open line, the modes left, premiums that bound it.

    ``owner`` holds who delivers a settled line, ``forced`` the goods so settled per supplier (0 may be in use, absent
    is not) and ``extra`` their carbon. ``bound`` is a lower bound on its covers in 2**-32 of a cost unit.
    ``near`` are moves that cost little, for polishing.
    """

    chosen: tuple[int, ...]
    options: dict[int, tuple[int, ...]]
    modes: Modes
    premiums: dict[int, int]
    owner: list[int]
    forced: dict[int, int]
    extra: int = 0
    bound: int = 0
    near: list[Move] = field(default_factory=list)


@dataclass(slots=True)
class _Narrowed:
    """What is left of a node. ``short``: a supplier with a settled mode lacks goods for it, so a premium may help."""

    bound: int
    changed: bool
    bounds: dict[int, list[tuple[int, Mode]]]
    excess: dict[int, dict[int, int]]
    short: bool
    owner: list[int]


class CoverSearch:
    """Searches the lines for one set of suppliers after another, and tells ``found`` what it finds."""

    def __init__(self, scaled: Scaled, found: Found) -> None:
        self.found = found
        self.goods = [[amount or 0 for amount in row] for row in scaled.goods]
        self.extra = [[extra << _BITS for extra in row] for row in scaled.extra]
        self.modes = {
            s: tuple(Mode(m.low, m.high, m.rate << _BITS, m.fixed << _BITS) for m in modes)
            for s, modes in enumerate(scaled.modes)
        }

    def root(self, chosen: tuple[int, ...], options: Options) -> Leaf | None:
        """The part of the search in which ``chosen``, all of them, deliver: line l by one of ``options[l]``.

        ``None`` if its bound says that it cannot reach the best cost. Tries the covers that suggest themselves.
        """
        node = Leaf(
            chosen=chosen,
            options=dict(enumerate(options)),
            modes={s: self.modes[s] for s in chosen},
            premiums=dict.fromkeys(chosen, 0),
            owner=[-1] * len(options),
            forced={},
        )
        self.found.count(len(chosen))
        self._force(node)
        return None if self._narrow(node, mend=True) is None else node

    def at_best(self, node: Leaf) -> bool:
        """Whether the node's bound already equals the best cost known."""
        return self.found.cost is not None and node.bound >> _BITS >= self.found.cost

    def settle_modes(self, root: Leaf) -> list[Leaf]:
        """Settle each supplier's mode. Returns the combinations that may still hold a cheapest cover."""
        leaves: list[Leaf] = []
        self._modes(root, 0, leaves)
        return leaves

    def settle_lines(self, leaf: Leaf) -> None:
        """Find every cheapest cover in a combination of modes."""
        self._lines(leaf, 0)

    def _modes(self, node: Leaf, depth: int, leaves: list[Leaf]) -> None:
        narrowed = self._bounded(node, _ROUNDS if depth else _FIRST_ROUNDS, mend=True)
        if narrowed is None:
            return
        chosen, modes = node.chosen, node.modes
        several = [s for s in chosen if len(modes[s]) > 1]
        if not several:
            if narrowed.short and self._worth_premiums(node):
                self._polish(node, narrowed)
            leaves.append(node)
            return
        # The supplier whose best mode leads the most: settling a clear case first decides the most.
        supplier = max(several, key=lambda s: _lead(narrowed.bounds[s]))
        for _, mode in sorted(narrowed.bounds[supplier], key=lambda pair: pair[0]):
            child = replace(node, modes={**modes, supplier: (mode,)})
            self._modes(child, depth + 1, leaves)

    def _lines(self, node: Leaf, depth: int) -> None:
        if depth > _DEEPEST:
            raise BudgetError(self.found)
        found, before = self.found, self.found.cost
        narrowed = self._bounded(node, _ROUNDS, mend=not self._worth_premiums(node))
        while node.near and found.cost != before:
            before = found.cost  # a new best cover often has a better neighbour
            self._polish_from(min(found.covers), node.near)
        if narrowed is None or not node.options:
            return  # the only cover of a node without open lines was offered when it was bounded
        line = max(node.options, key=lambda at: max(self.goods[s][at] for s in node.options[at]))
        for s in sorted(node.options[line], key=lambda s: narrowed.excess[s][line]):
            child = replace(node, options={**node.options, line: (s,)})
            self._force(child)
            self._lines(child, depth + 1)

    def _force(self, node: Leaf) -> None:
        """Settle the lines that only one supplier may deliver now."""
        single = [(line, who[0]) for line, who in node.options.items() if len(who) == 1]
        if not single:
            return
        node.owner, node.forced = list(node.owner), dict(node.forced)
        for line, s in single:
            node.owner[line] = s
            node.forced[s] = node.forced.get(s, 0) + self.goods[s][line]
            node.extra += self.extra[s][line]
        node.options = {line: who for line, who in node.options.items() if len(who) > 1}

    def _bounded(self, node: Leaf, rounds: int, *, mend: bool) -> _Narrowed | None:
        """Narrow the node in place, with better premiums where they are worth seeking. None: nothing is left."""
        narrowed = self._settled(node, mend)
        if narrowed is None or not narrowed.short or not self._worth_premiums(node):
            return narrowed
        before = node.premiums
        node.premiums = self._premiums(node, rounds)
        raised = self._settled(node, mend)
        if raised is not None and raised.bound <= narrowed.bound:
            node.premiums = before
        return raised

    def _worth_premiums(self, node: Leaf) -> bool:
        return len(node.options) * len(node.chosen) >= _WORTH_PREMIUMS and self.found.cost is not None

    def _polish(self, node: Leaf, narrowed: _Narrowed) -> None:
        """Look for better covers near the one that the premiums suggest."""
        moves = sorted(
            (e, line, s)
            for s, mine in narrowed.excess.items()
            for line, e in mine.items()
            if s in node.options.get(line, ())
        )
        node.near = [(line, s) for _, line, s in moves]
        wanted = {s: min(bounds, key=lambda pair: pair[0])[1].low for s, bounds in narrowed.bounds.items()}
        self._polish_from(repair(self.found.scaled, narrowed.owner, node.near, wanted), node.near)

    def _polish_from(self, owner: Sequence[int], near: list[Move]) -> None:
        self.found.work += _NEAREST * _NEAREST
        self.found.offer(polish(self.found.scaled, owner, near, _NEAREST))

    def _settled(self, node: Leaf, mend: bool) -> _Narrowed | None:
        """Narrow the node in place until nothing changes any more."""
        while True:
            self.found.count(len(node.chosen))
            narrowed = self._narrow(node, mend=mend)
            if narrowed is None or not narrowed.changed:
                return narrowed

    def _narrow(self, node: Leaf, *, mend: bool) -> _Narrowed | None:
        """Bound the node; strike out modes and options that cannot reach the best known cost. None: nothing left."""
        chosen, modes, goods, extras = node.chosen, node.modes, self.goods, self.extra
        cheapest = {s: min(mode.rate for mode in modes[s]) for s in chosen}
        rates = {s: cheapest[s] - node.premiums[s] for s in chosen}
        forced, used = {s: node.forced.get(s, 0) for s in chosen}, node.forced
        items: dict[int, _Items] = {s: [] for s in chosen}
        bound = node.extra + sum(rates[s] * forced[s] for s in chosen)
        have = dict(forced)
        owner = list(node.owner)
        for line, who in node.options.items():
            priced = [(rates[s] * goods[s][line] + extras[s][line], s) for s in who]
            lowest, first = min(priced)
            bound += lowest
            owner[line] = first
            have[first] += goods[first][line]
            for cost, s in priced:
                items[s].append((cost - lowest, goods[s][line], line))
        plain = bound + sum(node.premiums[s] * have[s] for s in chosen)
        bounds: dict[int, list[tuple[int, Mode]]] = {}
        least: dict[int, int] = {}
        short = False
        for s in chosen:
            per_mode, lacking = self._mode_bounds(items[s], forced[s], s in used, rates[s], modes[s])
            if not per_mode:
                return None
            short = short or lacking
            bounds[s] = per_mode
            least[s] = min(value for value, _ in per_mode)
            bound += least[s]
        found = self.found
        if bound > found.ceiling(_INFINITE) << _BITS:
            return None
        plain += sum(self._beyond(s, have[s], cheapest[s]) for s in chosen)
        if plain <= found.ceiling(_INFINITE) << _BITS or found.cost is None:
            found.offer(owner)
        if mend:
            self._mend(owner, have, items, modes)
        spare_all = (found.ceiling(_INFINITE) << _BITS) - bound
        changed = False
        kept_modes: Modes = {}
        struck: list[tuple[int, int]] = []
        for s in chosen:
            spare = spare_all + least[s]
            kept = tuple(mode for value, mode in bounds[s] if value <= spare)
            if not kept:
                return None
            if len(kept) < len(modes[s]):
                changed = True
            kept_modes[s] = kept
            spare -= min(mode.fixed + (mode.rate - rates[s]) * max(forced[s], mode.low) for mode in kept)
            struck += [(line, s) for e, _, line in items[s] if e > spare]
        excess = {s: {line: e for e, _, line in mine} for s, mine in items.items()}
        node.modes, node.bound = kept_modes, bound
        if struck:
            changed = True
            options = dict(node.options)
            for line, s in struck:
                options[line] = tuple(other for other in options[line] if other != s)
                if not options[line]:
                    return None
            node.options = options
            self._force(node)
        return _Narrowed(bound, changed, bounds, excess, short, owner)

    def _beyond(self, s: int, amount: int, rate: int) -> int:
        """What supplier s costs with ``amount`` of goods beyond ``rate`` per unit of them."""
        for mode in self.modes[s]:
            if amount < mode.high:
                return mode.fixed + (mode.rate - rate) * amount
        raise ValueError(f"supplier {s} cannot deliver goods for {amount}")

    def _mode_bounds(
        self, items: _Items, forced: int, used: bool, rate: int, modes: tuple[Mode, ...]
    ) -> tuple[list[tuple[int, Mode]], bool]:
        """For each mode within reach, the least it adds to the cost of the lines at their lowest.

        Also says whether a supplier whose mode is settled lacks goods for it, so that a premium may help.
        """
        reach = forced
        free = 0
        at_no_cost = used
        for e, amount, _ in items:
            reach += amount
            if not e:
                free += amount
                at_no_cost = True
        if not used and not items:
            return [], False
        ranked: list[tuple[float, int, int]] | None = None
        out = []
        for mode in modes:
            if forced >= mode.high or reach < mode.low:
                continue
            dearer = mode.rate - rate
            value = mode.fixed + dearer * forced
            need = mode.low - forced
            if need > free:
                if ranked is None:
                    ranked = sorted((e / amount, e, amount) for e, amount, _ in items if e and amount)
                value += knapsack(ranked, need - free)
            if need > 0:
                value += dearer * need
            elif not at_no_cost or (dearer and not used):
                value += min(e + dearer * amount for e, amount, _ in items)
            out.append((value, mode))
        return out, ranked is not None

    def _premiums(self, node: Leaf, rounds: int) -> dict[int, int]:
        """Better premiums for this node, starting from those of its parent."""
        from fellestorg.engines.netprice.premiums import find_premiums

        chosen, modes, settled = node.chosen, node.modes, node.extra
        one = float(1 << _BITS)
        levels = []
        offers: list[list[tuple[float, float] | None]] = []
        for s in chosen:
            rate = min(mode.rate for mode in modes[s])
            has = node.forced.get(s, 0)
            lows = [(max(mode.low - has, 0), mode) for mode in modes[s]]
            levels.append([(float(low), (m.fixed + (m.rate - rate) * max(m.low, has)) / one) for low, m in lows])
            settled += rate * has
            goods, extra = self.goods[s], self.extra[s]
            offers.append(
                [
                    ((rate * goods[line] + extra[line]) / one, float(goods[line])) if s in who else None
                    for line, who in node.options.items()
                ]
            )
        best = self.found.ceiling(0) - settled / one
        start = [node.premiums[s] / one for s in chosen]
        sought = find_premiums(levels, offers, start, best, rounds)
        return {s: int(premium * one) for s, premium in zip(chosen, sought, strict=True)}

    def _mend(self, owner: list[int], have: dict[int, int], items: dict[int, _Items], modes: Modes) -> None:
        """Try covers in which one supplier is given enough lines to reach its next threshold."""
        for s in items:
            aim = next((mode.low for mode in modes[s] if mode.low > have[s]), None)
            if aim is None:
                continue
            missing = aim - have[s]
            trial = list(owner)
            lines = sorted((e // amount, amount, line) for e, amount, line in items[s] if amount and owner[line] != s)
            for _, amount, line in lines:
                trial[line] = s
                missing -= amount
                if missing <= 0:
                    self.found.offer(trial)
                    break


def _lead(bounds: list[tuple[int, Mode]]) -> int:
    """How far the mode with the lowest bound is ahead of the next: settling a clear case first decides the most."""
    first, second, *_ = sorted(value for value, _ in bounds)
    return second - first


def knapsack(ranked: list[tuple[float, int, int]], need: int) -> int:
    """A lower bound on the excess paid for ``need`` goods, from (excess / goods, excess, goods) in rising order.

    It is the fractional optimum, less what the rounding of the ratios to doubles can have got wrong in their order.
    """
    paid, left = 0, need
    for _, e, amount in ranked:
        if amount >= left:
            return max(paid + e * left // amount - (e * need // amount >> 46) - 1, 0)
        paid += e
        left -= amount
    return paid
