"""Made-up competitions over many lots with package tenders, seeded: what ``bench award`` runs on."""

from __future__ import annotations

from decimal import Decimal

from fellestorg.engines.award import AwardProblem, Limits, Lot, Tender, WinnersIn

#: Lots lie in regions, and most bidders deliver in some of them only.
REGIONS = 5


def make_problem(seed: int, lots: int, tenders: int, bidders: int) -> AwardProblem:
    """Lots of very different value, half a million kroner on average, in five regions; package tenders on two to six near
    lots, 2-12 % under the bidder's own prices.

    Half the tenders are for one lot, and every lot has one. A package is of lots that lie side by side among those the
    bidder serves in the region, half of the larger ones with a gap. Limits: a quarter of the lots and 22 % of the value for
    one bidder (more where bidders are few), 1 % of the value or nothing, two winners at least in each region, and 0.4 % of
    the expected value to follow up each winner. Prices are whole kroner.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    value = np.exp(rng.normal(12.7, 1.1, lots))
    region = np.arange(lots) * REGIONS // lots
    level = np.exp(rng.normal(0.0, 0.08, bidders))
    own = value * level[:, None] * np.exp(rng.normal(0.0, 0.10, (bidders, lots)))
    serves = rng.random((bidders, REGIONS)) < 0.6
    serves[rng.integers(0, bidders, REGIONS), np.arange(REGIONS)] = True
    able = serves[:, region]
    made: list[tuple[int, tuple[int, ...]]] = [
        (int(rng.choice(np.flatnonzero(able[:, lot]))), (lot,)) for lot in range(lots)
    ]
    taken = set(made)
    while len(made) < tenders:
        bidder = int(rng.integers(0, bidders))
        near = np.flatnonzero(able[bidder])
        if not len(near):
            continue
        size = 1 if rng.random() < 0.5 else int(rng.integers(2, 7))
        first = int(rng.integers(0, len(near)))
        window = near[first : first + size + int(size > 2 and rng.random() < 0.5)]
        window = window[region[window] == region[window[0]]]
        others = rng.choice(window[1:], min(size, len(window)) - 1, replace=False)
        package = tuple(sorted((int(window[0]), *map(int, others))))
        if (bidder, package) not in taken:
            taken.add((bidder, package))
            made.append((bidder, package))
    priced = []
    for at, (bidder, package) in enumerate(made):
        synergy = 1.0 - (float(rng.uniform(0.02, 0.12)) if len(package) > 1 else 0.0)
        price = round(float(own[bidder, list(package)].sum()) * synergy)
        names = tuple(f"L{lot + 1}" for lot in package)
        priced.append(Tender(f"T{at + 1}", f"B{bidder + 1}", names, Decimal(price)))
    expected = round(float(own.min(axis=0).sum()))
    limits = Limits(
        max_lots_per_bidder=max(1, -(-lots // 4)),
        max_value_share=max(Decimal("0.22"), round(Decimal(3) / bidders, 2)),
        min_value_share=Decimal("0.01"),
        winners_in=tuple(
            WinnersIn(tuple(f"L{lot + 1}" for lot in range(lots) if region[lot] == here), 2) for here in range(REGIONS)
        ),
        cost_per_winner=Decimal(expected * 4 // 1000),
    )
    return AwardProblem(tuple(Lot(f"L{lot + 1}") for lot in range(lots)), tuple(priced), limits)
