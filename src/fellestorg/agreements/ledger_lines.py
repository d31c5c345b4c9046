"""The lines of a lot's ledger as pages show them: not public, but for those who manage or audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from fellestorg.agreements.models import CeilingEntry, Lot
from fellestorg.agreements.policy import may_see_ledger
from fellestorg.agreements.registering.facts import spoken
from fellestorg.agreements.words import flag_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import subject_link


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of a ledger. Amounts in kroner without VAT. ``on`` is the day it counts, ``at`` when it was registered;
    ``call_off`` is the address of the call-off's page, where it is one."""

    id: int
    at: datetime
    kind: str
    of_reserve: bool
    amount: Decimal
    reference: str
    buyer: str
    used_after: Decimal
    reserved_after: Decimal
    breach: bool
    note: str
    on: date
    flags: str
    call_off: str

    @property
    def registered_later(self) -> bool:
        return self.on != clock.local_day(self.at)

    @property
    def flagged(self) -> list[tuple[str, str]]:
        """The rules it did not keep, with their words."""
        return [(flag, flag_name(flag)) for flag in self.flags.split()]

    @property
    def spoken(self) -> str:
        """The reference without what only the ledger needs."""
        return spoken(self.reference)[1]


def ledger_visible_to(actor: Actor, lot: Lot) -> QuerySet[CeilingEntry]:
    """The ledger's lines that an actor may see: all, for those who manage or audit; otherwise none."""
    rows = CeilingEntry.objects.filter(lot=lot)
    return rows if may_see_ledger(actor).allowed else rows.none()


def entry_views(rows: QuerySet[CeilingEntry], start: int = 0, stop: int | None = None) -> list[EntryView]:
    """Ledger lines, newest first, from ``start`` to ``stop``."""
    return [
        EntryView(
            row.pk,
            row.at,
            row.kind,
            row.of_reserve,
            row.amount,
            row.reference,
            row.buyer.name if row.buyer else "",
            row.used_after,
            row.reserved_after,
            row.breach,
            row.note,
            row.made_on or clock.local_day(row.at),
            row.flags or "",
            "" if spoken(row.reference)[0] else subject_link(f"call_off:{row.reference}"),
        )
        for row in rows.select_related("buyer").order_by("-id")[start:stop]
    ]


def used_by_month(lot: Lot) -> list[tuple[date, Decimal]]:
    """(first day of month, used and reserved at its end), for each month in which the ledger moved, oldest first.

    What was made elsewhere counts from the day it was made, whenever it was registered.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m, sum(sum(moved)) OVER (ORDER BY m) FROM ("
            "SELECT date_trunc('month', coalesce(made_on, (at AT TIME ZONE 'Europe/Oslo')::date))::date AS m,"
            " used_after + reserved_after - lag(used_after + reserved_after, 1, 0.00) OVER (ORDER BY id) AS moved"
            " FROM agreements_ceilingentry WHERE lot_id = %s) AS one GROUP BY m ORDER BY m",
            [lot.pk],
        )
        return [(month, amount) for month, amount in cursor.fetchall()]
