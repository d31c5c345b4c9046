"""Suppliers on routes by expected net price over the fares that were seen (rule FLY-RANK).

Rows become the tables of :mod:`fellestorg.engines.travel.fares`, one route or all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet

from fellestorg.engines.travel.fares import NONE, Discount, Rates, expected_net, hundredths, ore, rate_table
from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.law import rule_book
from fellestorg.travel.models import Airline, FareDiscount, PublishedFare
from fellestorg.values import kroner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ExpectedPrice:
    """What a supplier (its row's key) is expected to cost on a route: kroner a ticket, and how many fares it rests on."""

    supplier: int
    expected: Decimal
    published: Decimal
    fares: int

    @property
    def saved(self) -> Decimal:
        """What the agreement takes off a ticket, in kroner."""
        return self.published - self.expected

    def as_json(self, window: Window) -> dict[str, Any]:
        """What a ranking keeps of it."""
        return {
            "expected": kroner(self.expected),
            "published": kroner(self.published),
            "fares": self.fares,
            "from": window.first.isoformat(),
            "to": window.last.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose fares count: the observed days up to the day before ``day``, whose discounts hold."""

    first: date
    last: date
    day: date

    @classmethod
    def before(cls, day: date) -> Window:
        days = rule_book().rule("FLY-RANK", on=day).count("observed_days")
        return cls(day - timedelta(days=days), day - timedelta(days=1), day)


class Seen(NamedTuple):
    """A published fare as far as a ranking reads it: there are thousands of them."""

    route_id: int
    airline_id: str
    fare_class: str
    seen_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows as tables: the keys of routes and suppliers by place, discounts and fares; day 0 is ``first``."""

    routes: tuple[int, ...]
    suppliers: tuple[int, ...]
    first: date
    rates: Rates
    fares: NDArray[np.int32]


def expected_prices(
    discounts: Iterable[FareDiscount], fares: Iterable[Seen | PublishedFare], owners: Mapping[str, int], window: Window
) -> dict[int, tuple[ExpectedPrice, ...]]:
    """By route (its row's key): the suppliers with a discount on the window's day, lowest expected net price first.

    ``owners`` gives each airline's supplier. A route where no class was seen from all its suppliers has none.
    """
    return expected_in(tables(discounts, fares, owners, window.first, window.day), window)


def expected_in(made: Tables, window: Window) -> dict[int, tuple[ExpectedPrice, ...]]:
    """The same where the window's tables are made already."""
    if not made.routes:
        return {}
    ranked = expected_net(made.rates, made.fares, (window.day - made.first).days)
    return {
        route: tuple(
            ExpectedPrice(made.suppliers[one.supplier], _kroner(one.net), _kroner(one.published), one.fares)
            for one in rows
        )
        for route, rows in zip(made.routes, ranked, strict=True)
        if rows
    }


def tables(
    discounts: Iterable[FareDiscount],
    fares: Iterable[Seen | PublishedFare],
    owners: Mapping[str, int],
    first: date,
    last: date,
) -> Tables:
    """Rows as tables from ``first`` to ``last``. What was seen before or after is left out; where two airlines of one
    supplier were seen the same day, the lower fare stands."""
    import numpy as np

    discounts = [one for one in discounts if one.valid_to is None or one.valid_to >= first]
    routes = tuple(dict.fromkeys(one.route_id for one in discounts))
    suppliers = tuple(sorted({one.supplier_id for one in discounts}))
    at_route, at_supplier = ({key: place for place, key in enumerate(keys)} for keys in (routes, suppliers))
    at_class = {name: place for place, name in enumerate(FARE_CLASSES)}
    days = (last - first).days + 1
    shape = (len(routes), len(suppliers), len(FARE_CLASSES), days)
    rates = rate_table(
        shape,
        (
            Discount(
                at_route[one.route_id],
                at_supplier[one.supplier_id],
                at_class[one.fare_class],
                (one.valid_from - first).days,
                days if one.valid_to is None else (one.valid_to - first).days,
                hundredths(one.rate),
            )
            for one in discounts
        ),
    )
    seen = np.full(shape, NONE, np.int32)
    for fare in fares:
        supplier = at_supplier.get(owners.get(fare.airline_id, 0))
        if fare.route_id not in at_route or supplier is None or not first <= fare.seen_on <= last:
            continue
        place = (at_route[fare.route_id], supplier, at_class[fare.fare_class], (fare.seen_on - first).days)
        amount = ore(fare.amount)
        seen[place] = amount if seen[place] == NONE else min(amount, int(seen[place]))
    return Tables(routes, suppliers, first, rates, seen)


def seen(fares: QuerySet[PublishedFare]) -> list[Seen]:
    """What a ranking reads of some fares."""
    return [Seen(*row) for row in fares.values_list(*Seen._fields)]


def airline_owners() -> dict[str, int]:
    """Each airline's supplier, by their keys."""
    return dict(Airline.objects.values_list("code", "supplier_id"))


def _kroner(ore_each: Fraction) -> Decimal:
    return Decimal(ore_each.numerator) / Decimal(ore_each.denominator) / 100
