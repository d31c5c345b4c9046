"""Made baskets for the net-price benchmark: the same seed gives the same basket on every machine."""

from __future__ import annotations

from decimal import Decimal

from fellestorg.engines.netprice import Basket, Costs, NeedLine, Offer, Supplier

#: Mean of the logarithm of a unit price, and the quantities a line may have, per profile.
PROFILES = {"small": (4.6, 6), "large": (5.5, 40)}


def make_basket(seed: int, lines: int, suppliers: int, profile: str) -> Basket:
    """A basket of ``lines`` lines offered by ``suppliers`` suppliers, drawn from ``numpy.random.default_rng(seed)``.

    Drawn in this order: base price exp(N(4.6 small | 5.5 large, 1.1)) and quantity 1-5 (1-39) per line, supplier
    factor exp(N(0, 0.08)), noise exp(N(0, 0.10)) per supplier and line, offered with probability 0.85 (at least by
    one), freight U(150, 900) whole kroner, free from U(0.15, 0.7) and minimum order U(0.02, 0.10) of the median
    basket, fee U(200, 800), handling 450. Source: the performance notes, benchmark (a).
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    mean, quantity_limit = PROFILES[profile]
    base = np.exp(rng.normal(mean, 1.1, lines))
    quantity = rng.integers(1, quantity_limit, lines)
    factor = np.exp(rng.normal(0, 0.08, suppliers))
    noise = np.exp(rng.normal(0, 0.10, (lines, suppliers)))
    price = np.round(base[:, None] * factor[None, :] * noise, 2)
    offered = rng.random((lines, suppliers)) < 0.85
    for line in range(lines):
        if not offered[line].any():
            offered[line, rng.integers(0, suppliers)] = True
    median = float(np.median((price * quantity[:, None]).sum(axis=0)))
    freight = rng.integers(150, 901, suppliers)
    free_from = np.round(rng.uniform(0.15, 0.7, suppliers) * median)
    min_order = np.round(rng.uniform(0.02, 0.10, suppliers) * median)
    fee = rng.integers(200, 801, suppliers)
    return Basket(
        need=tuple(NeedLine(f"l{line:03}", Decimal(int(quantity[line]))) for line in range(lines)),
        suppliers=tuple(
            Supplier(
                id=f"s{s:02}",
                offers=tuple(
                    Offer(f"l{line:03}", Decimal(f"{price[line, s]:.2f}")) for line in range(lines) if offered[line, s]
                ),
                min_order=Decimal(int(min_order[s])),
                small_order_fee=Decimal(int(fee[s])),
                freight=Decimal(int(freight[s])),
                free_freight_from=Decimal(int(free_from[s])),
            )
            for s in range(suppliers)
        ),
        costs=Costs(order_handling=Decimal(450)),
    )
