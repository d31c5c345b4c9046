"""Taking in fares as airlines published them: facts that somebody saw, which expected prices rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import refusal_text
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, decimal_in, read_sheet
from fellestorg.travel.flights.importing import class_in, routes_both_ways
from fellestorg.travel.models import Airline, PublishedFare
from fellestorg.values import Refused

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "route": ("rute",),
    "airline": ("flyselskap", "selskap"),
    "class": ("klasse", "billettklasse"),
    "published": ("pris", "publisert pris", "fare"),
    "seen_on": ("sett", "dato", "date"),
    "source": ("kilde",),
}
_Key = tuple[int, str, str, date, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a sheet. Nothing is written while a row is rejected."""

    read: int
    new: int
    unchanged: int
    rejected: tuple[RowProblem, ...]

    def as_json(self) -> dict[str, Any]:
        accepted = self.read - len({one.row for one in self.rejected})
        return {
            "read": self.read,
            "accepted": accepted,
            "rejected": [one.as_json() for one in self.rejected],
            "changes": {"new": self.new, "unchanged": self.unchanged},
        }


@transaction.atomic
def import_fares(lot: Lot, content: bytes, *, actor: Actor, now: datetime) -> Imported:
    """Take in observed fares on a lot's routes. Fares that are known already are passed over, so that a sheet may come
    twice. Raises Refused for whoever does not manage the agreement, BadInput where the file cannot be read."""
    decision = may_manage(actor, lot.agreement)
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason), **decision.params)
    rows = read_sheet(content, COLUMNS, tuple(COLUMNS))
    reader = _Reader(lot, clock.local_day(now))
    for row in rows:
        reader.take(row)
    if reader.rejected:
        return Imported(len(rows), 0, 0, tuple(reader.rejected))
    PublishedFare.objects.bulk_create(reader.fares, batch_size=1000)
    told = {"read": len(rows), "new": len(reader.fares)}
    subject = f"lot:{lot}"
    events.record(Happening(subject, "fares_imported", subject, actor, now, told))
    return Imported(len(rows), len(reader.fares), reader.unchanged, ())


class _Reader:
    """Reads the rows one by one against the fares that are known."""

    def __init__(self, lot: Lot, today: date) -> None:
        self.rejected: list[RowProblem] = []
        self.fares: list[PublishedFare] = []
        self.unchanged = 0
        self._today = today
        self._routes = routes_both_ways(lot)
        self._airlines = set(Airline.objects.values_list("code", flat=True))
        known = PublishedFare.objects.filter(route__lot=lot)
        self._known: dict[_Key, Decimal] = {
            (route, airline, fare_class, seen, source): amount
            for route, airline, fare_class, seen, source, amount in known.values_list(
                "route_id", "airline_id", "fare_class", "seen_on", "source", "amount"
            )
        }

    def take(self, row: SheetRow) -> None:
        cells, before = row.cells, len(self.rejected)
        route = self._routes.get(cells["route"].upper().replace("–", "-").replace(" ", ""))
        airline = cells["airline"].upper()
        fare_class = class_in(cells["class"])
        if route is None:
            self._reject(row, "route", "unknown_route", _("avtalen har ingen slik rute"))
        if airline not in self._airlines:
            text = _("ventet koden til et selskap på avtalen, for eksempel SK")
            self._reject(row, "airline", "unknown_airline", text)
        if not fare_class:
            self._reject(row, "class", "unknown_class", _("ukjent klasse"))
        if not cells["source"]:
            self._reject(row, "source", "missing", _("si hvor prisen er sett"))
        amount, seen = Decimal(0), self._today
        try:
            amount = decimal_in(cells["published"], places=2, minimum=Decimal("0.01"), whole_digits=7)
        except RowError as error:
            self._reject(row, "published", error.code, error.text)
        try:
            seen = day_in(cells["seen_on"])
            if seen > self._today:
                self._reject(row, "seen_on", "to_come", _("prisen kan ikke være sett på en dag som kommer"))
        except RowError as error:
            self._reject(row, "seen_on", error.code, error.text)
        if len(self.rejected) > before or route is None:
            return
        source = cells["source"][:120]
        key = (route.pk, airline, fare_class, seen, source)
        known = self._known.get(key)
        if known is None:
            self._known[key] = amount
            self.fares.append(
                PublishedFare(
                    route=route, airline_id=airline, fare_class=fare_class, amount=amount, seen_on=seen, source=source
                )
            )
        elif known == amount:
            self.unchanged += 1
        else:
            text = _("den samme prisen er alt meldt med et annet beløp, %(amount)s") % {"amount": known}
            self._reject(row, "published", "otherwise_known", text)

    def _reject(self, row: SheetRow, field: str, code: str, text: str) -> None:
        self.rejected.append(RowProblem(row.number, field, code, text))
