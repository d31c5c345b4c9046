"""Better covers from a good one: move one line, or two at once, to other suppliers while that pays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from fellestorg.engines.netprice.scaled import Scaled

Move = tuple[int, int]  # line, supplier


def repair(scaled: Scaled, owner: Sequence[int], moves: Sequence[Move], wanted: Mapping[int, int]) -> list[int]:
    """Give suppliers short of the goods ``wanted`` of them lines that others can spare, the first in ``moves`` first.

    Where one line is enough the last line given is the first that is; what cannot be mended stays as it is.
    """
    current = list(owner)
    goods = dict.fromkeys(wanted, 0)
    for line, s in enumerate(current):
        goods[s] += scaled.goods[s][line] or 0
    for short in sorted(wanted, key=lambda s: goods[s] - wanted[s]):
        while goods[short] < wanted[short]:
            missing = wanted[short] - goods[short]
            spare = []
            for line, to in moves:
                at = current[line]
                out, into = scaled.goods[at][line] or 0, scaled.goods[to][line] or 0
                if to == short and at != to and into and goods[at] - out >= wanted[at]:
                    spare.append((into, line, at, out))
                    if into >= missing:
                        break
            if not spare:
                break
            into, line, at, out = spare[-1] if spare[-1][0] >= missing else spare[0]
            current[line] = short
            goods[short] += into
            goods[at] -= out
    return current


def polish(scaled: Scaled, owner: Sequence[int], moves: Sequence[Move], nearest: int, rounds: int = 20) -> list[int]:
    """The cover that no move, and no two moves, of the ``nearest`` first of ``moves`` make cheaper."""
    current = list(owner)
    moves = [(line, to) for line, to in moves if owner[line] != to][:nearest]
    goods = [0] * len(scaled.suppliers)
    for line, s in enumerate(current):
        goods[s] += scaled.goods[s][line] or 0
    lows = [[mode.low for mode in modes] for modes in scaled.modes]

    def cost(s: int, amount: int) -> int:
        mode = scaled.modes[s][bisect_right(lows[s], amount) - 1]
        return mode.rate * amount + mode.fixed if amount else 0

    for _ in range(rounds):
        usable = []
        base = [cost(s, amount) for s, amount in enumerate(goods)]
        best = 0
        chosen: tuple[Move, ...] = ()
        for line, to in moves:
            at = current[line]
            if at == to:
                continue
            out, into = scaled.goods[at][line] or 0, scaled.goods[to][line] or 0
            extra = scaled.extra[to][line] - scaled.extra[at][line]
            usable.append((line, at, to, out, into, extra))
            change = extra + cost(at, goods[at] - out) - base[at] + cost(to, goods[to] + into) - base[to]
            if change < best:
                best, chosen = change, ((line, to),)
        for index, (line, at, to, out, into, extra) in enumerate(usable):
            for other in usable[index + 1 :]:
                line2, at2, to2, out2, into2, extra2 = other
                if line2 == line or (at2 != to and to2 != at and at2 != at and to2 != to):
                    continue  # two moves that do not meet were looked at one by one
                shift = {at: -out}
                shift[to] = shift.get(to, 0) + into
                shift[at2] = shift.get(at2, 0) - out2
                shift[to2] = shift.get(to2, 0) + into2
                value = extra + extra2
                for s, amount in shift.items():
                    if amount:
                        value += cost(s, goods[s] + amount) - base[s]
                if value < best:
                    best, chosen = value, ((line, to), (line2, to2))
        if not chosen:
            return current
        for line, to in chosen:
            goods[current[line]] -= scaled.goods[current[line]][line] or 0
            goods[to] += scaled.goods[to][line] or 0
            current[line] = to
    return current
