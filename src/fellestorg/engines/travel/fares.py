"""Published fares less discounts, for one ticket or for a million: what a discount leaves, what was saved, what was lost.

Amounts are whole øre and discounts whole hundredths of a per cent, so that every sum is exact. The same few functions
serve a page about one route and a benchmark over a million tickets. A table has four axes: route, supplier, class and
day, the day counted from the table's first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = TypeVar("Whole", int, NDArray[np.int64])

NONE = -1
"""In a table of discounts: the supplier has no agreement there that day. In a table of fares: none was observed."""
_WHOLE = 10_000


def net_ore(published: Whole, rate: Whole) -> Whole:
    """What is paid, in øre: the published fare less the discount (hundredths of a per cent), half an øre upwards.

    For a number or for arrays of them (64 bits: a fare times ten thousand does not fit in 32).
    """
    return (published * (_WHOLE - rate) + _WHOLE // 2) // _WHOLE


def ore(kroner: Decimal) -> int:
    """An amount in whole øre. ``ValueError`` where it has more than two decimals."""
    return _whole(kroner * 100)


def hundredths(rate: Decimal) -> int:
    """A discount (``0.125``) in hundredths of a per cent (1250). ``ValueError`` where it has more than four decimals."""
    return _whole(rate * _WHOLE)


@dataclass(frozen=True, slots=True)
class Discount:
    """One dated discount; the three numbers are places in the table. ``first`` and ``last`` are its days, both included,
    and may reach outside the table."""

    route: int
    supplier: int
    fare_class: int
    first: int
    last: int
    rate: int


@dataclass(frozen=True, slots=True)
class Tickets:
    """Bought tickets as columns: places in the tables, and øre. ``paid`` is what the traveller's agency really paid."""

    route: NDArray[np.integer[Any]]
    supplier: NDArray[np.integer[Any]]
    fare_class: NDArray[np.integer[Any]]
    day: NDArray[np.integer[Any]]
    published: NDArray[np.int64]
    paid: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settled:
    """What tickets come to, one number a ticket.

    ``saved`` is the published fare less what was paid. ``potential`` is what the best agreement fare of the same route,
    class and day would have spared, never below 0; 0 where none was observed. ``outside``: bought from somebody with no
    agreement in that class there that day, though somebody had one.
    """

    saved: NDArray[np.int64]
    potential: NDArray[np.int64]
    outside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FareBook:
    """Discounts day by day, and the best agreement fare of each route, class and day. Made by :func:`fare_book`."""

    shape: tuple[int, int, int, int]
    rates: NDArray[np.int16]
    best: NDArray[np.int32]
    covered: NDArray[np.bool_]


def rate_table(shape: tuple[int, int, int, int], discounts: Iterable[Discount]) -> NDArray[np.int16]:
    """Every day's discount by route, supplier and class; :data:`NONE` where there is none."""
    import numpy as np

    table = np.full(shape, NONE, np.int16)
    days = shape[3]
    for one in discounts:
        table[one.route, one.supplier, one.fare_class, max(one.first, 0) : max(min(one.last + 1, days), 0)] = one.rate
    return table


def fare_book(rates: NDArray[np.int16], fares: NDArray[np.int32]) -> FareBook:
    """Prepare what tickets are settled against. ``fares`` are observed published fares in øre, :data:`NONE` where none."""
    import numpy as np

    routes, suppliers, classes, days = rates.shape
    nothing = np.int32(np.iinfo(np.int32).max)
    best = np.full((routes, classes, days), nothing, np.int32)
    covered = np.zeros((routes, classes, days), np.bool_)
    for supplier in range(suppliers):
        # Only the routes a supplier has are worked out: most suppliers have few of them.
        here = np.flatnonzero((rates[:, supplier] != NONE).any(axis=(1, 2)))
        rate, seen = rates[here, supplier], fares[here, supplier]
        on = rate != NONE
        net = net_ore(seen.astype(np.int64), rate.astype(np.int64)).astype(np.int32)
        best[here] = np.minimum(best[here], np.where(on & (seen != NONE), net, nothing))
        covered[here] |= on
    return FareBook((routes, suppliers, classes, days), rates, best, covered)


def settle(tickets: Tickets, book: FareBook) -> Settled:
    """What each ticket saved, might have saved, and whether it was bought outside an agreement that was there."""
    import numpy as np

    _routes, suppliers, classes, days = book.shape
    # Flat places: one gather in each table instead of four.
    place = ((tickets.route * suppliers + tickets.supplier) * classes + tickets.fare_class) * days + tickets.day
    cell = (tickets.route * classes + tickets.fare_class) * days + tickets.day
    best = book.best.reshape(-1).take(cell)
    lost = tickets.paid - best
    # The largest number stands where no agreement fare was seen, so that nothing is lost there either.
    np.maximum(lost, 0, out=lost)
    outside = (book.rates.reshape(-1).take(place) == NONE) & book.covered.reshape(-1).take(cell)
    return Settled(tickets.published - tickets.paid, lost, outside)


def paid_by_agreement(tickets: Tickets, book: FareBook) -> NDArray[np.int64]:
    """What each ticket costs at the discount of its day; the published fare where there is none."""
    import numpy as np

    _routes, suppliers, classes, days = book.shape
    place = ((tickets.route * suppliers + tickets.supplier) * classes + tickets.fare_class) * days + tickets.day
    rate = book.rates.reshape(-1).take(place).astype(np.int64)
    return net_ore(tickets.published, np.maximum(rate, 0))


@dataclass(frozen=True, slots=True)
class Expected:
    """What one supplier is expected to cost on a route: exact øre for a ticket, and how many fares it rests on."""

    supplier: int
    net: Fraction
    published: Fraction
    fares: int


def expected_net(rates: NDArray[np.int16], fares: NDArray[np.int32], day: int) -> list[tuple[Expected, ...]]:
    """For each route its suppliers with an agreement on a day, lowest expected net price first (rule FLY-RANK).

    Every observed fare counts at the discount that holds on ``day``; a class without discount costs what is published.
    Only classes in which all the route's suppliers were observed count; a class weighs as many fares as were observed in
    it on the route, whoever flew them, so that all are measured by the same basket. A route without such a class has no
    expected prices.
    """
    import numpy as np

    seen = fares != NONE
    counts = seen.sum(axis=3)
    published = np.where(seen, fares, 0).sum(axis=3, dtype=np.int64)
    today = rates[:, :, :, day]
    on = today != NONE
    off = np.maximum(today, 0).astype(np.int64)[..., None]
    net = np.where(seen, net_ore(fares.astype(np.int64), off), 0).sum(axis=3)
    ranked = []
    for route in range(rates.shape[0]):
        there = np.flatnonzero(on[route].any(axis=1))
        shared = np.flatnonzero((counts[route, there] > 0).all(axis=0)) if there.size else there
        weights = {one: int(counts[route, there, one].sum()) for one in shared.tolist()}
        rows = [
            Expected(
                supplier,
                _weighed(net[route, supplier], counts[route, supplier], weights),
                _weighed(published[route, supplier], counts[route, supplier], weights),
                sum(int(counts[route, supplier, one]) for one in weights),
            )
            for supplier in (there.tolist() if weights else [])
        ]
        ranked.append(tuple(sorted(rows, key=lambda row: (row.net, row.supplier))))
    return ranked


def _weighed(sums: NDArray[np.int64], counts: NDArray[np.int64], weights: dict[int, int]) -> Fraction:
    total = sum(weights.values())
    return sum((Fraction(int(sums[one]), int(counts[one])) * weight for one, weight in weights.items()), Fraction()) / (
        total
    )


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise ValueError(f"{value} is not a whole number")
    return int(value)
