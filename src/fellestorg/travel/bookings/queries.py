"""What somebody may see of bookings, and the sums of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.travel.bookings.measures import LEAKS, REASONS
from fellestorg.travel.bookings.policy import AGENCY, SEES_ALL, SI, runs_the_machine
from fellestorg.travel.models import Booking, BookingIntake, BookingSource, Channel, HandOver, Mode

ON_AGREEMENT = "on"
_WRONG = Q(reason="", expected__isnull=False) & ~Q(paid=F("expected"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What bookings are limited to; empty fields limit nothing. ``year`` is the year of travel. ``show`` is a reason,
    ``on`` for on agreement, or ``wrong_price``, ``other_travel_agency``, ``no_co2``."""

    year: int | None = None
    agency: str = ""
    mode: str = ""
    channel: str = ""
    show: str = ""


SHOWN = (ON_AGREEMENT, *REASONS, "wrong_price", "other_travel_agency", "no_co2")


@dataclass(frozen=True, slots=True)
class Sums:
    """What a body's bookings come to. Amounts are kroner without VAT.

    ``saved`` is published less paid, on agreement. ``potential`` is paid less the best agreement price, where that is
    lower. ``leaked`` is what was paid to others although somebody on the agreement could be used. ``elsewhere`` were not
    booked with the body's own travel agency, of the ``known`` where it had one. ``without_co2`` have no figure.
    """

    number: str
    name: str
    bookings: int = 0
    paid: Decimal = Decimal(0)
    saved: Decimal = Decimal(0)
    potential: Decimal = Decimal(0)
    leaks: int = 0
    leaked: Decimal = Decimal(0)
    online: int = 0
    elsewhere: int = 0
    known: int = 0
    wrong_price: int = 0
    without_co2: int = 0
    air_kg: Decimal = Decimal(0)
    hotel_kg: Decimal = Decimal(0)
    car_kg: Decimal = Decimal(0)
    hand_overs: int = 0

    @property
    def online_share(self) -> Decimal | None:
        return Decimal(self.online) / self.bookings if self.bookings else None

    @property
    def elsewhere_share(self) -> Decimal | None:
        return Decimal(self.elsewhere) / self.known if self.known else None

    @property
    def leak_share(self) -> Decimal | None:
        return self.leaked / self.paid if self.paid else None

    @property
    def kg(self) -> Decimal:
        return self.air_kg + self.hotel_kg + self.car_kg


_AMOUNTS = tuple(one.name for one in fields(Sums) if one.type == "Decimal")
_COUNTED = tuple(one.name for one in fields(Sums) if one.type == "int")


@dataclass(frozen=True, slots=True)
class Month:
    """A month of travel: bookings, those made online, kroner paid and kilograms by mode."""

    first: date
    bookings: int
    online: int
    paid: Decimal
    air_kg: Decimal
    hotel_kg: Decimal
    car_kg: Decimal


def visible_to(actor: Actor) -> QuerySet[Booking]:
    """The bookings that hold now, of the agencies whose travel somebody may see: their own, or all for SI and auditors."""
    rows = Booking.objects.filter(replaced_in=None)
    if actor.has(*SEES_ALL) or runs_the_machine(actor):
        return rows
    return rows.filter(agency__number__in=actor.organisations(*AGENCY))


def found(actor: Actor, wanted: Filters) -> QuerySet[Booking]:
    """The bookings somebody may see and asks for, the latest journey first."""
    rows = visible_to(actor)
    if wanted.year:
        rows = rows.filter(travelled_on__range=(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.agency:
        rows = rows.filter(agency__number=wanted.agency)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    shown = {
        ON_AGREEMENT: Q(reason=""),
        "wrong_price": _WRONG,
        "other_travel_agency": Q(own_travel_agency=False),
        "no_co2": Q(co2e_kg=None),
        **{reason: Q(reason=reason) for reason in REASONS},
    }
    return rows.filter(shown[wanted.show]) if wanted.show else rows


def sums_by_agency(actor: Actor, wanted: Filters) -> list[Sums]:
    """One line for each agency, those that paid most first."""
    groups = found(actor, wanted).order_by().values("agency__number", "agency__name", "mode")
    grouped: Iterable[Mapping[str, Any]] = groups.annotate(
        bookings=Count("id"),
        paid_sum=Sum("paid"),
        saved=Sum(F("published") - F("paid"), filter=Q(reason="", published__isnull=False)),
        potential=Sum(F("paid") - F("best"), filter=Q(best__lt=F("paid"))),
        leaks=Count("id", filter=Q(reason__in=LEAKS)),
        leaked=Sum("paid", filter=Q(reason__in=LEAKS)),
        online=Count("id", filter=Q(channel=Channel.ONLINE)),
        elsewhere=Count("id", filter=Q(own_travel_agency=False)),
        known=Count("id", filter=Q(own_travel_agency__isnull=False)),
        wrong_price=Count("id", filter=_WRONG),
        without_co2=Count("id", filter=Q(co2e_kg=None)),
        kg=Sum("co2e_kg"),
    )  # fmt: skip
    by_agency: dict[tuple[str, str], list[Sums]] = defaultdict(list)
    for row in grouped:
        figures: dict[str, Any] = {name: row[name] or 0 for name in _COUNTED if name in row}
        figures |= {name: row[name] or Decimal(0) for name in ("saved", "potential", "leaked")}
        figures |= {"paid": row["paid_sum"], f"{row['mode']}_kg": row["kg"] or Decimal(0)}
        number, name = row["agency__number"], row["agency__name"]
        by_agency[number, name].append(Sums(number, name, **figures))
    handed = _hand_overs(actor, wanted)
    lines = [
        added([*rows, Sums(number, name, hand_overs=handed.get(number, 0))], number, name)
        for (number, name), rows in by_agency.items()
    ]
    return sorted(lines, key=lambda one: (-one.paid, one.name))


def added(lines: Iterable[Sums], number: str = "", name: str = "") -> Sums:
    """Lines added up."""
    lines = list(lines)
    counts: dict[str, Any] = {one: sum(getattr(line, one) for line in lines) for one in _COUNTED}
    amounts: dict[str, Any] = {one: sum((getattr(line, one) for line in lines), Decimal(0)) for one in _AMOUNTS}
    return Sums(number, name, **counts, **amounts)


def by_reason(actor: Actor, wanted: Filters) -> dict[tuple[str, str], Decimal]:
    """Kroner paid by mode and reason; an empty reason is on agreement."""
    rows = found(actor, wanted).order_by().values_list("mode", "reason").annotate(Sum("paid"))
    return {(mode, reason): paid for mode, reason, paid in rows}


def by_month(actor: Actor, wanted: Filters) -> list[Month]:
    """The months of travel in which there are bookings, in order."""
    rows = found(actor, wanted).order_by().annotate(month=TruncMonth("travelled_on")).values("month").annotate(
        bookings=Count("id"),
        online=Count("id", filter=Q(channel=Channel.ONLINE)),
        paid_sum=Sum("paid"),
        air_kg=Sum("co2e_kg", filter=Q(mode=Mode.AIR)),
        hotel_kg=Sum("co2e_kg", filter=Q(mode=Mode.HOTEL)),
        car_kg=Sum("co2e_kg", filter=Q(mode=Mode.CAR)),
    )  # fmt: skip
    return [
        Month(
            row["month"],
            row["bookings"],
            row["online"],
            row["paid_sum"],
            row["air_kg"] or Decimal(0),
            row["hotel_kg"] or Decimal(0),
            row["car_kg"] or Decimal(0),
        )
        for row in rows.order_by("month")
    ]


def years(actor: Actor) -> list[int]:
    """The years in which there are journeys somebody may see, the latest first."""
    return [one.year for one in visible_to(actor).order_by().dates("travelled_on", "year", "DESC")]


def agencies(actor: Actor) -> list[tuple[str, str]]:
    """Number and name of the agencies whose bookings somebody may see."""
    rows = visible_to(actor).order_by("agency__name").values_list("agency__number", "agency__name")
    return list(rows.distinct())


def sources_for(actor: Actor) -> QuerySet[BookingSource]:
    """The sources somebody may send files for."""
    rows = BookingSource.objects.select_related("organisation")
    if actor.has(*SI) or runs_the_machine(actor):
        return rows
    own = actor.organisations(RoleGrant.Role.SUPPLIER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
    return rows.filter(organisation__number__in=own)


def intakes_for(actor: Actor) -> QuerySet[BookingIntake]:
    """The files somebody may see: those of the sources they may send for; all for auditors."""
    rows = BookingIntake.objects.select_related("source__organisation")
    if actor.has(RoleGrant.Role.AUDITOR):
        return rows
    return rows.filter(source__in=sources_for(actor))


def _hand_overs(actor: Actor, wanted: Filters) -> dict[str, int]:
    rows = HandOver.objects.order_by()
    if not (actor.has(*SEES_ALL) or runs_the_machine(actor)):
        rows = rows.filter(agency__number__in=actor.organisations(*AGENCY))
    if wanted.year:
        rows = rows.filter(at__year=wanted.year)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    return dict(rows.values_list("agency__number").annotate(Count("id")))
