"""How far each weight may move, the others keeping their proportions, while the winner stays the winner. Exact.

As one weight varies, every tender's total is a line, and who wins is the upper envelope of the lines. The winner's stretch
of the envelope lies between the outermost crossings with the others, so one pass over the tenders finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Interval = tuple[Fraction, Fraction]
_NEVER, _ALWAYS = (0, 1), (1, 1)


def weight_intervals(
    columns: Sequence[Sequence[Fraction]], weights: Sequence[Fraction], winner: int, *, higher_wins: bool = True
) -> list[Interval]:
    """For each weight, from where to where the tender at ``winner`` has the best weighted sum.

    ``columns`` holds one row per tender with what each weight weighs; the winner's sum must be the best, or one of the
    best, at the given weights. The intervals are closed: at an end inside (0, 1) another tender draws level. Where a weight
    is 1 the others have no proportions to keep, and share what is left equally; a single weight can only be 1.
    """
    together = lcm(*(weight.denominator for weight in weights))
    counts = [int(weight * together) for weight in weights]
    rows, units = [], []
    for column in columns:
        unit = lcm(*(one.denominator for one in column))
        rows.append([one.numerator * (unit // one.denominator) for one in column])
        units.append(unit if higher_wins else -unit)
    own, own_unit = rows[winner], abs(units[winner])
    lows, highs = [_NEVER] * len(weights), [_ALWAYS] * len(weights)
    low_floats, high_floats = [0.0] * len(weights), [1.0] * len(weights)
    if len(weights) == 1:
        return [(Fraction(1), Fraction(1))]
    for at, row in enumerate(rows):
        if at == winner:
            continue
        # Ahead by so much on each weight, in whole units that this tender and the winner share.
        sign = 1 if higher_wins else -1
        mine, theirs = sign * abs(units[at]), sign * own_unit
        ahead = [a * mine - b * theirs for a, b in zip(own, row, strict=True)]
        gap = sum(map(int.__mul__, counts, ahead))
        for place, (count, lead) in enumerate(zip(counts, ahead, strict=True)):
            if count == together:
                rest = sum(ahead) - lead
                level, whole = rest, rest - (len(counts) - 1) * lead
            else:
                level, whole = gap - count * lead, gap - together * lead
            if lead < 0:
                where = level / whole
                if where < high_floats[place] or (where == high_floats[place] and _below((level, whole), highs[place])):
                    highs[place], high_floats[place] = (level, whole), where
            elif level < 0:
                where = level / whole
                if where > low_floats[place] or (where == low_floats[place] and _below(lows[place], (level, whole))):
                    lows[place], low_floats[place] = (level, whole), where
    return [(Fraction(*low), Fraction(*high)) for low, high in zip(lows, highs, strict=True)]


def _below(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether one ratio is below the other. Dividing whole numbers rounds correctly, so only equal floats come here."""
    return one[0] * other[1] * (1 if one[1] * other[1] > 0 else -1) < other[0] * one[1] * (
        1 if one[1] * other[1] > 0 else -1
    )
