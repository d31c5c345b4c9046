"""Settle who delivers which line once the set of suppliers is chosen: bound, strike out, branch.

The bound. Let ``m[l]`` be the lowest cost of line l among the suppliers still allowed. Giving it to s costs an excess
``e >= 0`` above that. A cover then costs the sum of ``m`` plus, for each supplier, its fixed costs plus the excess
of the lines it gets. A supplier in a mode that needs ``low`` of goods must find lines worth that much, and the
cheapest way is a knapsack whose fractional optimum is a bound. Each line goes to one supplier only, so these bounds
add up. What cannot come under the best known cost is struck out, until nothing changes.

Where two suppliers compete for the same lines to reach their thresholds, that bound lets both have them. A premium
per krone of goods (a Lagrange multiplier) makes a supplier in need look cheaper line by line, and is paid back on
the goods it needs; any premium gives a true bound, and ``_premiums`` looks for good ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from fellestorg.engines.netprice.found import BudgetError, Found
from fellestorg.engines.netprice.scaled import Mode, Scaled

Modes = dict[int, tuple[Mode, ...]]
Options = list[tuple[int, ...]]
_Items = list[tuple[int, int, int]]  # excess, goods, line

#: Costs are held in 2**-32 of a cost unit here, so that premiums are whole numbers too and every bound is exact.
_BITS = 32
_DEEPEST = 350
_SWEEPS = 4


@dataclass(slots=True)
class _Narrowed:
    """What is left of a node. ``short``: a supplier with a settled mode lacks goods for it, so a premium may help."""

    bound: int
    changed: bool
    options: Options
    modes: Modes
    excess: dict[int, dict[int, int]]
    short: bool


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
        # Ratios are compared as whole numbers; this many bits make the error of a knapsack bound less than one.
        self.shift = max((modes[-1].high for modes in scaled.modes), default=1).bit_length() + 8

    def bound(self, chosen: tuple[int, ...], options: Options) -> int | None:
        """A lower bound, in cost units, for ``chosen`` delivering; ``None`` if they cannot reach the best cost.

        On the way it tries the covers that suggest themselves.
        """
        self.found.count(len(chosen))
        modes = {s: self.modes[s] for s in chosen}
        narrowed = self._narrow(chosen, options, modes, dict.fromkeys(chosen, 0))
        return None if narrowed is None else narrowed.bound >> _BITS

    def settle(self, chosen: tuple[int, ...], options: Options) -> None:
        """Find every cheapest cover in which ``chosen``, all of them, deliver: line l by one of ``options[l]``."""
        self._node(chosen, options, {s: self.modes[s] for s in chosen}, dict.fromkeys(chosen, 0), 0)

    def _node(
        self, chosen: tuple[int, ...], options: Options, modes: Modes, premiums: dict[int, int], depth: int
    ) -> None:
        if depth > _DEEPEST:
            raise BudgetError(self.found)
        raised = False
        while True:
            self.found.count(len(chosen))
            narrowed = self._narrow(chosen, options, modes, premiums)
            if narrowed is None:
                return
            options, modes = narrowed.options, narrowed.modes
            if narrowed.changed:
                continue
            if raised or not narrowed.short:
                break
            raised = True
            better = self._premiums(chosen, options, modes, premiums)
            if better == premiums:
                break
            premiums = better
        free = [line for line, who in enumerate(options) if len(who) > 1]
        if not free:
            return  # its only cover was offered when it was bounded
        # A supplier whose price per krone differs between its modes is settled first: all bounds hang on it.
        several = [s for s in chosen if len(modes[s]) > 1]
        if several:
            supplier = max(
                several, key=lambda s: (_spread([m.rate for m in modes[s]]), _spread([m.fixed for m in modes[s]]))
            )
            for mode in modes[supplier]:
                self._node(chosen, options, {**modes, supplier: (mode,)}, premiums, depth + 1)
            return
        line = max(free, key=lambda at: max(self.goods[s][at] for s in options[at]))
        for s in sorted(options[line], key=lambda s: narrowed.excess[s][line]):
            narrower = [*options[:line], (s,), *options[line + 1 :]]
            self._node(chosen, narrower, modes, premiums, depth + 1)

    def _narrow(
        self, chosen: tuple[int, ...], options: Options, modes: Modes, premiums: dict[int, int]
    ) -> _Narrowed | None:
        """Bound the node; strike out modes and options that cannot reach the best known cost. None: nothing left."""
        rates = {s: min(mode.rate for mode in modes[s]) - premiums[s] for s in chosen}
        forced = dict.fromkeys(chosen, 0)  # goods that a supplier delivers whatever happens
        used = set()
        items: dict[int, _Items] = {s: [] for s in chosen}
        bound = 0
        owner: list[int] = []
        for line, who in enumerate(options):
            if len(who) == 1:
                s = who[0]
                amount = self.goods[s][line]
                bound += rates[s] * amount + self.extra[s][line]
                forced[s] += amount
                used.add(s)
                owner.append(s)
                continue
            priced = [(rates[s] * self.goods[s][line] + self.extra[s][line], s) for s in who]
            lowest, first = min(priced)
            bound += lowest
            owner.append(first)
            for cost, s in priced:
                items[s].append((cost - lowest, self.goods[s][line], line))
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
        if bound > found.ceiling(bound) << _BITS:
            return None
        found.offer(owner)
        self._mend(owner, chosen, items, modes)
        spare_all = (found.ceiling(abs(bound) + 1) << _BITS) - bound
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
        if struck:
            changed = True
            options = list(options)
            for line, s in struck:
                options[line] = tuple(other for other in options[line] if other != s)
                if not options[line]:
                    return None
        excess = {s: {line: e for e, _, line in mine} for s, mine in items.items()}
        return _Narrowed(bound, changed, options, kept_modes, excess, short)

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
        ranked: list[tuple[int, int, int]] | None = None
        out = []
        for mode in modes:
            if forced >= mode.high or reach < mode.low:
                continue
            dearer = mode.rate - rate
            value = mode.fixed + dearer * forced
            need = mode.low - forced
            if need > free:
                if ranked is None:
                    shift = self.shift
                    ranked = sorted(((e << shift) // amount, e, amount) for e, amount, _ in items if e and amount)
                value += knapsack(ranked, need - free)
            if need > 0:
                value += dearer * need
            elif not at_no_cost or (dearer and not used):
                value += min(e + dearer * amount for e, amount, _ in items)
            out.append((value, mode))
        return out, ranked is not None and len(modes) == 1

    def _premiums(
        self, chosen: tuple[int, ...], options: Options, modes: Modes, premiums: dict[int, int]
    ) -> dict[int, int]:
        """Raise the bound one supplier at a time: the premium at which it just gets the goods that its mode needs."""
        settled = [s for s in chosen if len(modes[s]) == 1 and modes[s][0].low > 0]
        contested = [line for line, who in enumerate(options) if len(who) > 1]
        infinite = 1 << 400
        rows = {}
        full = {}
        allowed = {s: [s in options[line] for line in contested] for s in chosen}
        amounts = {s: [self.goods[s][line] for line in contested] for s in chosen}
        for s in chosen:
            rate = min(mode.rate for mode in modes[s])
            full[s] = [
                rate * amount + self.extra[s][line] if here else infinite
                for line, amount, here in zip(contested, amounts[s], allowed[s], strict=True)
            ]
            rows[s] = (
                [c - premiums[s] * a for c, a in zip(full[s], amounts[s], strict=True)] if premiums[s] else full[s]
            )
        forced = dict.fromkeys(chosen, 0)
        for line, who in enumerate(options):
            if len(who) == 1:
                forced[who[0]] += self.goods[who[0]][line]
        current = dict(premiums)
        for _ in range(_SWEEPS):
            before = dict(current)
            self.found.work += len(settled) * len(contested)
            for s in settled:
                others = [rows[t] for t in chosen if t != s]
                elsewhere = list(map(min, *others)) if len(others) > 1 else others[0] if others else None
                if elsewhere is None:
                    continue
                need = modes[s][0].low - forced[s]
                ranked = []
                for here, there, amount, may in zip(full[s], elsewhere, amounts[s], allowed[s], strict=True):
                    if not may or not amount:
                        continue
                    if here <= there:
                        need -= amount
                    else:
                        ranked.append(((here - there) // amount, amount))
                premium = 0
                if need > 0:
                    ranked.sort()
                    for ratio, amount in ranked:
                        premium = ratio
                        need -= amount
                        if need <= 0:
                            break
                if premium != current[s]:
                    current[s] = premium
                    rows[s] = [c - premium * a for c, a in zip(full[s], amounts[s], strict=True)]
            if current == before:
                break
        return current

    def _mend(self, owner: list[int], chosen: tuple[int, ...], items: dict[int, _Items], modes: Modes) -> None:
        """Try covers in which one supplier is given enough lines to reach its next threshold."""
        have = dict.fromkeys(chosen, 0)
        for line, s in enumerate(owner):
            have[s] += self.goods[s][line]
        for s in chosen:
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


def _spread(values: list[int]) -> int:
    return max(values) - min(values)


def knapsack(ranked: list[tuple[int, int, int]], need: int) -> int:
    """A lower bound, at most two units under the fractional optimum, on the excess paid for ``need`` goods."""
    paid = 0
    for _, e, amount in ranked:
        if amount >= need:
            return max(paid + e * need // amount - 1, 0)
        paid += e
        need -= amount
    return paid
