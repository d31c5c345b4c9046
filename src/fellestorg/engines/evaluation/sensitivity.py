"""How far each weight may move, the others keeping their proportions, while the winner stays the winner. Exact.

As one weight varies, every tender's total is a line, and who wins is the upper envelope of the lines. The winner's stretch
of the envelope lies between the outermost crossings with the others, so one pass over the tenders finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import mul

Interval = tuple[Fraction, Fraction]


def weight_intervals(
    columns: Sequence[Sequence[Fraction]], weights: Sequence[Fraction], winner: int, *, higher_wins: bool = True
) -> list[Interval]:
    """For each weight, from where to where the tender at ``winner`` has the best weighted sum.

    ``columns`` holds one row per tender with what each weight weighs; the winner's sum must be the best, or one of the
    best, at the given weights. The intervals are closed: at an end inside (0, 1) another tender draws level. Where a weight
    is 1 the others have no proportions to keep, and share what is left equally; a single weight can only be 1.
    """
    if len(weights) == 1:
        return [(Fraction(1), Fraction(1))]
    # Whole numbers throughout: each row in a unit of its own. This is asked for every model of every rehearsal.
    together = lcm(*[weight.denominator for weight in weights])
    counts = [weight.numerator * (together // weight.denominator) for weight in weights]
    alone = counts.index(together) if together in counts else -1
    rows, units = [], []
    for column in columns:
        ratios = [one.as_integer_ratio() for one in column]
        unit = lcm(*[below for _, below in ratios])
        rows.append([above * (unit // below) for above, below in ratios])
        units.append(unit if higher_wins else -unit)
    own, own_unit = rows[winner], units[winner]
    places = range(len(counts))
    lows, highs = [(0, 1)] * len(counts), [(1, 1)] * len(counts)
    low_at, high_at = [0.0] * len(counts), [1.0] * len(counts)
    for row, unit in zip(rows, units, strict=True):
        if row is own:
            continue
        ahead = [a * unit - b * own_unit for a, b in zip(own, row, strict=True)]
        gap = sum(map(mul, counts, ahead))
        for place in places:
            lead = ahead[place]
            if place == alone:
                level = sum(ahead) - lead
                whole = level - (len(counts) - 1) * lead
            else:
                level = gap - counts[place] * lead
                whole = gap - together * lead
            # Whole numbers divide with one correct rounding, so floats that differ are in the right order.
            if lead < 0:
                where = level / whole
                high = highs[place]
                if where < high_at[place] or (where == high_at[place] and level * high[1] < high[0] * whole):
                    highs[place], high_at[place] = (level, whole), where
            elif level < 0:
                where = level / whole
                low = lows[place]
                if where > low_at[place] or (where == low_at[place] and level * low[1] > low[0] * whole):
                    lows[place], low_at[place] = (level, whole), where
    return [(Fraction(*low), Fraction(*high)) for low, high in zip(lows, highs, strict=True)]
