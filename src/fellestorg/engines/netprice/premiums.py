"""Premiums per krone of goods that make the bound of a chosen set of suppliers high.

With a premium ``u`` a supplier's line costs ``u`` less per krone of goods, and the supplier pays ``u`` back on the
goods that its mode needs. Every premium gives a true bound; the best ones give that of the linear relaxation. They
are sought in floating point, where being wrong only costs speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: (goods needed, fixed costs) per mode; (cost, goods) per line, ``None`` where the supplier may not deliver it.
Levels = Sequence[tuple[float, float]]
Offers = Sequence[tuple[float, float] | None]


def find_premiums(
    levels: Sequence[Levels], offers: Sequence[Offers], start: Sequence[float], best: float, rounds: int
) -> list[float]:
    """The best premiums found in ``rounds`` steps from ``start``, one per supplier; ``best`` is the cost to beat."""
    import numpy as np

    infinite = 1e300
    cost = np.array([[infinite if o is None else o[0] for o in row] for row in offers])
    goods = np.array([[0.0 if o is None else o[1] for o in row] for row in offers])
    lows = [np.array([low for low, _ in mine]) for mine in levels]
    fixed = [np.array([f for _, f in mine]) for mine in levels]
    columns = np.arange(cost.shape[1])
    premiums = np.array(start, dtype=float)
    top, kept, theta, waited = -infinite, premiums, 1.0, 0
    for _ in range(rounds):
        reduced = cost - premiums[:, None] * goods
        owner = reduced.argmin(axis=0)
        bound = float(reduced[owner, columns].sum())
        got = np.bincount(owner, weights=goods[owner, columns], minlength=len(premiums))
        wanted = np.empty(len(premiums))
        for s, premium in enumerate(premiums):
            values = fixed[s] + premium * lows[s]
            mode = int(values.argmin())
            bound += float(values[mode])
            wanted[s] = lows[s][mode]
        if bound > top:
            top, kept, waited = bound, premiums, 0
        else:
            waited += 1
            if waited >= 3:
                theta, waited, premiums = theta / 2, 0, kept
        lacks: Any = np.where((wanted > got) | (premiums > 0), wanted - got, 0.0)
        length = float((lacks * lacks).sum())
        if not length or theta < 0.02 or top >= best:
            break
        premiums = np.maximum(premiums + theta * (best - bound) / length * lacks, 0.0)
    return [float(premium) for premium in kept]
