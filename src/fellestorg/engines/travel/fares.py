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
_NOBODY, _UNSEEN = 2**31 - 1, 2**31 - 2
_AT_ONCE = 1 << 15


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
    """Bought tickets as columns: places in the tables, and øre. ``paid`` is what was really paid; None: what the agreement
    says. No ticket costs 21 million kroner."""

    route: NDArray[np.integer[Any]]
    supplier: NDArray[np.integer[Any]]
    fare_class: NDArray[np.integer[Any]]
    day: NDArray[np.integer[Any]]
    published: NDArray[np.integer[Any]]
    paid: NDArray[np.integer[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What tickets come to, one number a ticket, in øre.

    ``agreed`` is the published fare less the discount of the day; the published fare where there is none. ``saved`` is the
    published fare less what was paid. ``potential`` is what the best agreement fare of the same route, class and day would
    have spared, never below 0; 0 where none was observed. ``outside``: bought from somebody with no agreement in that
    class there that day, though somebody had one.
    """

    agreed: NDArray[np.int32]
    saved: NDArray[np.int32]
    potential: NDArray[np.int32]
    outside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rates:
    """Every discount by route, supplier, class and stretch of days in which none changes; :data:`NONE` where there is none.

    ``starts`` are the first days of the stretches, ``stretch`` is each day's.
    """

    table: NDArray[np.int16]
    starts: tuple[int, ...]
    stretch: NDArray[np.intp]

    @property
    def days(self) -> int:
        return len(self.stretch)

    def on(self, day: int) -> NDArray[np.int16]:
        """The discounts of one day, by route, supplier and class."""
        return self.table[..., self.stretch[day]]


@dataclass(frozen=True, slots=True)
class FareBook:
    """Discounts, and the best agreement fare of each route, class and day: ``_NOBODY`` where nobody has an agreement,
    ``_UNSEEN`` where somebody has, but no fare was observed. Made by :func:`fare_book`."""

    rates: Rates
    best: NDArray[np.int32]


def rate_table(shape: tuple[int, int, int, int], discounts: Iterable[Discount]) -> Rates:
    """Discounts as a table; the shape is that of the fares: routes, suppliers, classes and days."""
    import numpy as np

    discounts, days = list(discounts), shape[3]
    turns = {0, *(one.first for one in discounts), *(one.last + 1 for one in discounts)}
    starts = tuple(sorted(day for day in turns if 0 <= day < days)) or (0,)
    stretch = np.searchsorted(starts, np.arange(days), side="right") - 1
    table = np.full((*shape[:3], len(starts)), NONE, np.int16)
    for one in discounts:
        if one.last >= 0 and one.first < days:
            first, last = stretch[max(one.first, 0)], stretch[min(one.last, days - 1)]
            table[one.route, one.supplier, one.fare_class, first : last + 1] = one.rate
    return Rates(table, starts, stretch)


def fare_book(rates: Rates, fares: NDArray[np.int32]) -> FareBook:
    """Prepare what tickets are settled against. ``fares`` are observed published fares in øre, :data:`NONE` where none."""
    import numpy as np

    routes, suppliers, classes, days = fares.shape
    best = np.full((routes, classes, days), _NOBODY, np.int32)
    for supplier in range(suppliers):
        for number, start in enumerate(rates.starts):
            rate = rates.table[:, supplier, :, number]
            # Only the routes a supplier has are worked out: most suppliers have few of them.
            here = np.flatnonzero((rate != NONE).any(axis=1))
            if not here.size:
                continue
            days_of = slice(start, rates.starts[number + 1] if number + 1 < len(rates.starts) else days)
            off, seen = rate[here, :, None], fares[here, supplier, :, days_of]
            net = net_ore(seen.astype(np.int64), off.astype(np.int64)).astype(np.int32)
            if (seen == NONE).any():
                net[seen == NONE] = _UNSEEN
            if (off == NONE).any():
                net[np.broadcast_to(off == NONE, net.shape)] = _NOBODY
            best[here, :, days_of] = np.minimum(best[here, :, days_of], net)
    return FareBook(rates, best)


def settle(tickets: Tickets, book: FareBook) -> Settled:
    """What each ticket costs by the agreement, saved, might have saved, and whether it was bought outside an agreement
    that was there."""
    import numpy as np

    count = len(tickets.published)
    amounts = [np.empty(count, np.int32) for _ in range(3)]
    done = Settled(amounts[0], amounts[1], amounts[2], np.empty(count, np.bool_))
    # In stretches whose workings stay in the processor's cache: twice as fast as all at once.
    for start in range(0, count, _AT_ONCE):
        _settle(tickets, book, done, slice(start, start + _AT_ONCE))
    return done


def _settle(tickets: Tickets, book: FareBook, done: Settled, part: slice) -> None:
    import numpy as np

    _routes, suppliers, classes, stretches = book.rates.table.shape
    published, fare_class, day = tickets.published[part], tickets.fare_class[part], tickets.day[part]
    # Flat places: one gather in each table instead of one along each axis.
    cell = tickets.route[part].astype(np.int32)
    place = cell * suppliers
    place += tickets.supplier[part]
    place *= classes
    place += fare_class
    if stretches > 1:
        place *= stretches
        place += book.rates.stretch.take(day)
    cell *= classes
    cell += fare_class
    cell *= book.rates.days
    cell += day
    rate = book.rates.table.reshape(-1).take(place)
    best = book.best.reshape(-1).take(cell)
    agreed = done.agreed[part]
    agreed[:] = net_ore(published.astype(np.int64), np.maximum(rate, 0).astype(np.int64))
    paid = agreed if tickets.paid is None else tickets.paid[part]
    np.subtract(published, paid, out=done.saved[part], casting="same_kind")
    # Where no agreement fare was seen the number is larger than any fare, so that nothing is lost there either.
    np.maximum(np.subtract(paid, best, dtype=np.int32, casting="same_kind"), 0, out=done.potential[part])
    np.logical_and(rate == NONE, best != _NOBODY, out=done.outside[part])


@dataclass(frozen=True, slots=True)
class Expected:
    """What one supplier is expected to cost on a route: exact øre for a ticket, and how many fares it rests on."""

    supplier: int
    net: Fraction
    published: Fraction
    fares: int


def expected_net(rates: Rates, fares: NDArray[np.int32], day: int) -> list[tuple[Expected, ...]]:
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
    today = rates.on(day)
    on = today != NONE
    off = np.maximum(today, 0).astype(np.int64)[..., None]
    net = np.where(seen, net_ore(fares.astype(np.int64), off), 0).sum(axis=3)
    ranked = []
    for route in range(fares.shape[0]):
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
