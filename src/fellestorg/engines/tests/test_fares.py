"""A million tickets at once come to the same as one at a time."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.travel.fares import (
    NONE,
    Discount,
    Rates,
    Tickets,
    expected_net,
    fare_book,
    net_ore,
    rate_table,
    settle,
)

SHAPE = (3, 3, 2, 4)


def world(seed: int) -> tuple[dict[tuple[int, ...], int], Rates, np.ndarray]:
    draw = random.Random(seed)
    discounts = [
        Discount(route, supplier, fare_class, first, first + draw.randrange(4), draw.randrange(300, 4000))
        for route in range(3) for supplier in range(3) for fare_class in range(2)
        if draw.random() < 0.5 and (first := draw.randrange(-2, 4)) is not None
    ]  # fmt: skip
    by_place = {
        (one.route, one.supplier, one.fare_class, day): one.rate
        for one in discounts for day in range(max(one.first, 0), min(one.last, 3) + 1)
    }  # fmt: skip
    fares = np.array(
        [NONE if draw.random() < 0.3 else draw.randrange(40_000, 900_000) for _ in range(72)], np.int32
    ).reshape(SHAPE)
    return by_place, rate_table(SHAPE, discounts), fares


@given(st.integers(0, 10_000))
def test_settling_many_is_settling_each(seed: int) -> None:
    rates, table, fares = world(seed)
    draw = random.Random(seed + 1)
    rows = [(draw.randrange(3), draw.randrange(3), draw.randrange(2), draw.randrange(4)) for _ in range(40)]
    published = [draw.randrange(30_000, 900_000) for _ in rows]
    columns = [np.array(column, np.int32) for column in zip(*rows, strict=True)]
    book = fare_book(table, fares)
    tickets = Tickets(*columns, np.array(published, np.int64))
    settled = settle(tickets, book)
    # Paid by the agreement, or some other price.
    paid = settled.agreed
    if seed % 2:
        paid = np.array([draw.randrange(30_000, 900_000) for _ in rows], np.int64)
        settled = settle(replace(tickets, paid=paid), book)
    for number, (place, price) in enumerate(zip(rows, published, strict=True)):
        route, _supplier, fare_class, day = place
        assert settled.agreed[number] == net_ore(price, rates.get(place, 0))
        cells = [(route, other, fare_class, day) for other in range(3)]
        best = min((net_ore(int(fares[c]), rates[c]) for c in cells if c in rates and fares[c] != NONE), default=None)
        assert settled.saved[number] == price - paid[number]
        assert settled.potential[number] == (0 if best is None else max(0, int(paid[number]) - best))
        assert settled.outside[number] == (place not in rates and any(c in rates for c in cells))


def route(*suppliers: tuple[int, list[int]]) -> tuple[Rates, np.ndarray]:
    """One route and one class: each supplier's discount and observed fares."""
    days = max(len(fares) for _, fares in suppliers)
    table = rate_table((1, len(suppliers), 1, days),
                       [Discount(0, n, 0, 0, days, rate) for n, (rate, _) in enumerate(suppliers)])  # fmt: skip
    padded = [[*fares, *[NONE] * (days - len(fares))] for _, fares in suppliers]
    return table, np.array(padded, np.int32).reshape(1, len(suppliers), 1, days)


def test_the_order_follows_the_expected_net_price_and_not_the_percentage() -> None:
    table, fares = route((2000, [200_000, 220_000]), (500, [120_000, 140_000]))
    (ranked,) = expected_net(table, fares, 0)
    assert [(one.supplier, one.net) for one in ranked] == [(1, Fraction(123_500)), (0, Fraction(168_000))]
    assert ranked[0].published == 130_000


def test_nobody_gains_by_being_observed_only_in_the_cheap_class() -> None:
    table = rate_table((1, 2, 2, 1), [Discount(0, 0, 0, 0, 1, 1000), Discount(0, 1, 0, 0, 1, 1000)])
    fares = np.array([[100_000], [900_000], [110_000], [NONE]], np.int32).reshape(1, 2, 2, 1)
    (ranked,) = expected_net(table, fares, 0)
    assert [(one.supplier, one.net, one.fares) for one in ranked] == [(0, 90_000, 1), (1, 99_000, 1)]


@pytest.mark.parametrize("fares", [[NONE], [100_000]], ids=["nobody seen", "one of two seen"])
def test_without_a_class_seen_at_all_there_is_no_expected_price(fares: list[int]) -> None:
    table, seen = route((1000, fares), (1000, [NONE]))
    assert expected_net(table, seen, 0) == [()]
