"""New discounts on routes from a sheet: what would change, shown before anybody proposes it."""

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
from fellestorg.travel.flights.offers import CLASS_NAMES
from fellestorg.travel.models import Airline, FareDiscount, Route, RouteArea
from fellestorg.values import BadInput, Problem, decimal_text

KIND = "flight_discounts"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "route": ("rute",),
    "airline": ("flyselskap", "selskap"),
    "class": ("klasse", "billettklasse"),
    "percent": ("rabatt", "prosent", "rabatt i prosent", "discount"),
}


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
class DiscountPreview:
    """What a sheet comes to from a day on. Nothing is written."""

    lot: Lot
    on: date
    read: int
    rejected: tuple[RowProblem, ...]
    changes: tuple[DiscountChange, ...]
    unchanged: int


def preview_discounts(lot: Lot, content: bytes, on: date) -> DiscountPreview:
    """Read a sheet (CSV or XLSX) and compare it with the discounts that hold on the day. Rows not named stay as they are.

    Raises BadInput where the file as a whole cannot be read; what is wrong in a row is among ``rejected``.
    """
    rows = read_sheet(content, COLUMNS, tuple(COLUMNS))
    reader = _Reader(lot, on)
    for row in rows:
        reader.take(row)
    return DiscountPreview(lot, on, len(rows), tuple(reader.rejected), tuple(reader.changes), reader.unchanged)


def propose_discounts(found: DiscountPreview, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Put the changes before another person. Raises BadInput while rows are rejected."""
    BadInput.raise_if(Problem(f"{_('linje')} {one.row}.{one.field}", one.code, one.text) for one in found.rejected)
    rows = [[one.route, one.supplier, one.fare_class, decimal_text(one.after)] for one in found.changes]
    payload = {"on": found.on.isoformat(), "rows": rows}
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


class _Reader:
    """Reads the rows one by one against what the lot has on the day."""

    def __init__(self, lot: Lot, on: date) -> None:
        self.rejected: list[RowProblem] = []
        self.changes: list[DiscountChange] = []
        self.unchanged = 0
        self._seen: dict[tuple[str, str, str], int] = {}
        routes = Route.objects.filter(lot=lot)
        self._routes = {name: one.code for one in routes for name in _both_ways(one)}
        self._airlines = dict(Airline.objects.values_list("code", "supplier__number"))
        current = {"route__lot": lot, "valid_from__lte": on}
        areas = RouteArea.objects.filter(**current).exclude(valid_to__lt=on).select_related("route", "supplier")
        self._there = {(one.route.code, one.supplier.number) for one in areas}
        rates = FareDiscount.objects.filter(**current).exclude(valid_to__lt=on).select_related("route", "supplier")
        self._rates = {(one.route.code, one.supplier.number, one.fare_class): one.rate for one in rates}

    def take(self, row: SheetRow) -> None:
        cells = row.cells
        before = len(self.rejected)
        route = self._routes.get(cells["route"].upper().replace("–", "-").replace(" ", ""), "")
        airline = cells["airline"].upper()
        supplier = self._airlines.get(airline, "")
        fare_class = _class(cells["class"])
        if not route:
            self._reject(row, "route", "unknown_route", _("avtalen har ingen slik rute"))
        if not supplier:
            self._reject(
                row, "airline", "unknown_airline", _("ventet koden til et selskap på avtalen, for eksempel SK")
            )
        elif route and (route, supplier) not in self._there:
            self._reject(row, "airline", "not_on_route", _("selskapet har ikke avtale på ruten denne dagen"))
        if not fare_class:
            known = ", ".join(FARE_CLASSES)
            self._reject(row, "class", "unknown_class", _("ventet en av klassene %(known)s") % {"known": known})
        rate = self._rate(row)
        if len(self.rejected) > before:
            return
        key = (route, supplier, fare_class)
        if key in self._seen:
            text = _("står alt på linje %(line)s") % {"line": self._seen[key]}
            self._reject(row, "route", "twice", text)
            return
        self._seen[key] = row.number
        present = self._rates.get(key)
        if present == rate:
            self.unchanged += 1
        else:
            self.changes.append(DiscountChange(route, airline, supplier, fare_class, present, rate))

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


def _both_ways(route: Route) -> tuple[str, str]:
    return route.code, f"{route.destination}-{route.origin}"


def _class(text: str) -> str:
    wanted = text.strip().lower()
    if wanted in FARE_CLASSES:
        return wanted
    return next((code for code, names in CLASS_NAMES.items() if wanted in names), "")
