"""Routes and discounts from a sheet: what would change, shown before anybody proposes it.

A row gives a supplier's discount in a class on a route. With a place (1 to 3) it also brings a supplier that is not on the
route yet, and a route that the agreement did not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.models import ChangeProposal, Lot
from fellestorg.agreements.proposals import Target, propose
from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, decimal_in, read_sheet
from fellestorg.travel.flights.airports import airports
from fellestorg.travel.flights.offers import CLASS_NAMES
from fellestorg.travel.models import MOST_SUPPLIERS, Airline, FareDiscount, Route, RouteArea
from fellestorg.values import BadInput, Problem, decimal_text

KIND = "flight_discounts"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "route": ("rute",),
    "airline": ("flyselskap", "selskap"),
    "class": ("klasse", "billettklasse"),
    "percent": ("rabatt", "prosent", "rabatt i prosent", "discount"),
    "place": ("plass", "rank"),
}
REQUIRED = ("route", "airline", "class", "percent")


@dataclass(frozen=True, slots=True)
class DiscountChange:
    """A discount that would be another: shares of the published fare. ``before`` is None where there is none."""

    route: str
    airline: str
    supplier: str
    fare_class: str
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True, slots=True)
class NewArea:
    """A supplier that would come on a route, and its place there. ``new_route``: the agreement does not have it yet."""

    route: str
    airline: str
    supplier: str
    rank: int
    new_route: bool


@dataclass(frozen=True, slots=True)
class DiscountPreview:
    """What a sheet comes to from a day on. Nothing is written."""

    lot: Lot
    on: date
    read: int
    rejected: tuple[RowProblem, ...]
    changes: tuple[DiscountChange, ...]
    unchanged: int
    areas: tuple[NewArea, ...]


def preview_discounts(lot: Lot, content: bytes, on: date) -> DiscountPreview:
    """Read a sheet (CSV or XLSX) and compare it with the discounts that hold on the day. Rows not named stay as they are.

    Raises BadInput where the file as a whole cannot be read; what is wrong in a row is among ``rejected``.
    """
    rows = read_sheet(content, COLUMNS, REQUIRED)
    reader = _Reader(lot, on)
    for row in rows:
        reader.take(row)
    return DiscountPreview(
        lot,
        on,
        len(rows),
        tuple(reader.rejected),
        tuple(reader.changes),
        reader.unchanged,
        tuple(reader.areas.values()),
    )


def propose_discounts(found: DiscountPreview, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Put the changes before another person. Raises BadInput while rows are rejected."""
    BadInput.raise_if(Problem(f"{_('linje')} {one.row}.{one.field}", one.code, one.text) for one in found.rejected)
    rows = [[one.route, one.supplier, one.fare_class, decimal_text(one.after)] for one in found.changes]
    areas = [[one.route, one.supplier, one.rank] for one in found.areas]
    payload = {"on": found.on.isoformat(), "rows": rows, "areas": areas}
    return propose(KIND, Target(found.lot.agreement, found.lot), payload, reason, actor=actor, now=now)


def import_json(found: DiscountPreview) -> dict[str, Any]:
    """The preview in the shape of every intake."""
    return {
        "read": found.read,
        "accepted": found.read - len({one.row for one in found.rejected}),
        "rejected": [one.as_json() for one in found.rejected],
        "changes": {
            "on": found.on,
            "unchanged": found.unchanged,
            "areas": [
                {"route": one.route, "airline": one.airline, "rank": one.rank, "new_route": one.new_route}
                for one in found.areas
            ],
            "discounts": [
                {
                    "route": one.route,
                    "airline": one.airline,
                    "class": one.fare_class,
                    "before": one.before,
                    "after": one.after,
                }
                for one in found.changes
            ],
        },
    }


def routes_both_ways(lot: Lot) -> dict[str, Route]:
    """The lot's routes by both ways of writing them."""
    found = {}
    for one in Route.objects.filter(lot=lot):
        found[one.code] = found[f"{one.destination}-{one.origin}"] = one
    return found


def class_in(text: str) -> str:
    """The fare class that a cell names; empty where it is not known."""
    wanted = text.strip().lower()
    if wanted in FARE_CLASSES:
        return wanted
    return next((code for code, names in CLASS_NAMES.items() if wanted in names), "")


class _Reader:
    """Reads the rows one by one against what the lot has on the day."""

    def __init__(self, lot: Lot, on: date) -> None:
        self.rejected: list[RowProblem] = []
        self.changes: list[DiscountChange] = []
        self.areas: dict[tuple[str, str], NewArea] = {}
        self.unchanged = 0
        self._seen: dict[tuple[str, str, str], int] = {}
        self._routes = {name: one.code for name, one in routes_both_ways(lot).items()}
        self._old_routes = frozenset(self._routes)
        self._airlines = dict(Airline.objects.values_list("code", "supplier__number"))
        current = {"route__lot": lot, "valid_from__lte": on}
        areas = RouteArea.objects.filter(**current).exclude(valid_to__lt=on).select_related("route", "supplier")
        self._ranks = {(one.route.code, one.supplier.number): one.rank for one in areas}
        rates = FareDiscount.objects.filter(**current).exclude(valid_to__lt=on).select_related("route", "supplier")
        self._rates = {(one.route.code, one.supplier.number, one.fare_class): one.rate for one in rates}

    def take(self, row: SheetRow) -> None:
        cells, before = row.cells, len(self.rejected)
        place = cells.get("place", "")
        route = self._route(row, bool(place))
        airline = cells["airline"].upper()
        supplier = self._airlines.get(airline, "")
        fare_class = class_in(cells["class"])
        if not supplier:
            text = _("ventet koden til et selskap på avtalen, for eksempel SK")
            self._reject(row, "airline", "unknown_airline", text)
        if not fare_class:
            known = ", ".join(FARE_CLASSES)
            self._reject(row, "class", "unknown_class", _("ventet en av klassene %(known)s") % {"known": known})
        if route and supplier and (route, supplier) not in self._ranks:
            self._area(row, route, airline, supplier, place)
        rate = self._rate(row)
        if len(self.rejected) > before:
            return
        key = (route, supplier, fare_class)
        if key in self._seen:
            self._reject(row, "route", "twice", _("står alt på linje %(line)s") % {"line": self._seen[key]})
            return
        self._seen[key] = row.number
        present = self._rates.get(key)
        if present == rate:
            self.unchanged += 1
        else:
            self.changes.append(DiscountChange(route, airline, supplier, fare_class, present, rate))

    def _route(self, row: SheetRow, placed: bool) -> str:
        """The route's code; a new one where the row has a place and both airports are known."""
        written = row.cells["route"].upper().replace("–", "-").replace(" ", "")
        found = self._routes.get(written, "")
        if found:
            return found
        origin, _dash, destination = written.partition("-")
        if placed and origin != destination and {origin, destination} <= airports().keys():
            self._routes[written] = self._routes[f"{destination}-{origin}"] = written
            return written
        self._reject(row, "route", "unknown_route", _("avtalen har ingen slik rute"))
        return ""

    def _area(self, row: SheetRow, route: str, airline: str, supplier: str, place: str) -> None:
        if not place:
            self._reject(row, "airline", "not_on_route", _("selskapet har ikke avtale på ruten denne dagen"))
            return
        if not place.isdecimal() or not 1 <= int(place[:4]) <= MOST_SUPPLIERS:
            self._reject(row, "place", "not_a_place", _("ventet en plass fra 1 til 3"))
            return
        if int(place) in (rank for (other, _number), rank in self._ranks.items() if other == route):
            self._reject(row, "place", "taken", _("plassen er tatt på ruten"))
            return
        self._ranks[route, supplier] = int(place)
        self.areas[route, supplier] = NewArea(route, airline, supplier, int(place), route not in self._old_routes)

    def _rate(self, row: SheetRow) -> Decimal:
        text = row.cells["percent"].removesuffix("%").strip()
        try:
            percent = decimal_in(text, places=2)
        except RowError as error:
            self._reject(row, "percent", error.code, error.text)
            return Decimal(0)
        if percent >= 100:
            self._reject(row, "percent", "too_large", _("rabatten må være under 100 prosent"))
        return percent / 100

    def _reject(self, row: SheetRow, field: str, code: str, text: str) -> None:
        self.rejected.append(RowProblem(row.number, field, code, text))
