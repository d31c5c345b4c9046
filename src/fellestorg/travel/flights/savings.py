"""What the agreement on flights saves, route by route: expected over the fares that were seen, realised on bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fellestorg.agreements.models import Lot
from fellestorg.engines.travel.fares import Settled, Tickets, fare_book, ore, settle
from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.travel.flights.queries import RouteRow, route_rows
from fellestorg.travel.flights.ranking import (
    ExpectedPrice,
    Tables,
    Window,
    airline_owners,
    expected_in,
    expected_prices,
    seen,
    tables,
)
from fellestorg.travel.models import Booking, FareDiscount, Mode, PublishedFare, Route

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Realised:
    """The tickets bought on a route in the window: what they cost and saved, what the best agreement fare would have
    spared (kroner without VAT), and how many were bought outside an agreement that was there."""

    tickets: int = 0
    paid: Decimal = _NOTHING
    saved: Decimal = _NOTHING
    potential: Decimal = _NOTHING
    outside: int = 0


@dataclass(frozen=True, slots=True)
class RouteSaving:
    """A route: its suppliers in rank today, the order that the observed fares give, and what was realised.

    ``expected`` is by supplier (number), ``order`` those numbers lowest expected net price first; empty where no class was
    seen from all of them. ``first`` is the expected price of the first that flies.
    """

    row: RouteRow
    expected: Mapping[str, ExpectedPrice]
    order: tuple[str, ...]
    realised: Realised

    @property
    def first(self) -> ExpectedPrice | None:
        return next((self.expected.get(one.supplier) for one in self.row.areas if not one.closed), None)

    @property
    def reorder(self) -> bool:
        """Whether the observed fares now give another order than the ranking in force."""
        return bool(self.order) and self.order != tuple(one.supplier for one in self.row.areas)


def savings(lot: Lot, day: date) -> tuple[Window, list[RouteSaving]]:
    """Every route of a lot with what it saves, as known on a day; the window says which fares and tickets count."""
    window = Window.before(day)
    rows = route_rows([lot], day)
    made = _tables(lot, window)
    expected = expected_in(made, window)
    realised = _realised(lot, window, made)
    keys = {one.code: one.pk for one in Route.objects.filter(lot=lot)}
    return window, [_saving(row, expected.get(keys[row.code], ()), realised.get(keys[row.code])) for row in rows]


def route_saving(lot: Lot, row: RouteRow, route: Route, day: date) -> tuple[Window, RouteSaving]:
    """One route alone."""
    window = Window.before(day)
    expected = expected_prices(
        FareDiscount.objects.filter(route=route),
        seen(PublishedFare.objects.filter(route=route)),
        airline_owners(),
        window,
    )
    realised = _realised(lot, window, _tables(lot, window), route)
    return window, _saving(row, expected.get(route.pk, ()), realised.get(route.pk))


def ranking_payload(found: list[RouteSaving], window: Window) -> dict[str, Any]:
    """The routes whose order the observed fares would change, as a proposal carries them."""
    return {
        "on": window.day.isoformat(),
        "routes": [
            {
                "route": one.row.code,
                "ranking": [
                    {"supplier": number, "basis": one.expected[number].as_json(window)} for number in one.order
                ],
            }
            for one in found
            if one.reorder
        ],
    }


def _saving(row: RouteRow, ranked: tuple[ExpectedPrice, ...], realised: Realised | None) -> RouteSaving:
    numbers = {one.supplier_pk: one.supplier for one in row.areas}
    known = {numbers[one.supplier]: one for one in ranked if one.supplier in numbers}
    order = tuple(known) if len(known) == len(row.areas) else ()
    return RouteSaving(row, known, order, realised or Realised())


def _tables(lot: Lot, window: Window) -> Tables:
    fares = PublishedFare.objects.filter(route__lot=lot, seen_on__gte=window.first, seen_on__lte=window.last)
    discounts = FareDiscount.objects.filter(route__lot=lot)
    return tables(discounts, seen(fares), airline_owners(), window.first, window.day)


def _realised(lot: Lot, window: Window, made: Tables, only: Route | None = None) -> dict[int, Realised]:
    """The window's bookings settled at the discounts of the days they were booked."""
    import numpy as np

    found = {frozenset((one.origin, one.destination)): one for one in Route.objects.filter(lot=lot)}
    bookings = Booking.objects.filter(
        mode=Mode.AIR, replaced_in=None, booked_on__gte=window.first, booked_on__lte=window.last
    ).exclude(published=None)
    at_route = {key: place for place, key in enumerate(made.routes)}
    at_supplier = {key: place for place, key in enumerate(made.suppliers)}
    rows = []
    for one in bookings.values_list("place", "supplier_id", "fare_class", "booked_on", "published", "paid"):
        place, supplier, fare_class, booked, published, paid = one
        route = found.get(frozenset(place.split("-")))
        # Whoever has no agreement anywhere has no place in the tables; such tickets are counted with the bookings.
        if (
            published is None
            or route is None
            or route.pk not in at_route
            or supplier not in at_supplier
            or fare_class not in FARE_CLASSES
        ):
            continue
        if only is not None and route.pk != only.pk:
            continue
        day = (booked - window.first).days
        at = (at_route[route.pk], at_supplier[supplier], FARE_CLASSES.index(fare_class), day)
        rows.append((*at, ore(published), ore(paid)))
    if not rows:
        return {}
    at_route_, supplier_, class_, day_, published_, paid_ = (np.array(one, np.int64) for one in zip(*rows, strict=True))
    tickets = Tickets(at_route_, supplier_, class_, day_, published_, paid_)
    return _by_route(at_route_, paid_, settle(tickets, fare_book(made.rates, made.fares)), made.routes)


def _by_route(
    at: NDArray[np.int64], paid: NDArray[np.int64], settled: Settled, routes: tuple[int, ...]
) -> dict[int, Realised]:
    import numpy as np

    found = {}
    for place in np.unique(at).tolist():
        here = at == place
        found[routes[place]] = Realised(
            int(here.sum()),
            _sum(paid[here]),
            _sum(settled.saved[here]),
            _sum(settled.potential[here]),
            int(settled.outside[here].sum()),
        )
    return found


def _sum(ore_each: NDArray[Any]) -> Decimal:
    return Decimal(int(ore_each.sum(dtype="int64"))) / 100
