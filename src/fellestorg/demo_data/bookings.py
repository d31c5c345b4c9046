"""Travel bookings of the demo, as two travel agencies and one agency's cards report them (demodata).

All travellers' agencies are invented bodies. Planted among them: airlines, hotels and rental firms off agreement, bookings
outside the travel agency or with another one, prices that are not the agreement's, and rows without what a climate figure
needs. Each file has a few rows that are rejected, and a column of names that is not read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from fellestorg.demo_data import agencies
from fellestorg.demo_data.flights import ROUTES
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.organisations.models import Organisation
from fellestorg.travel.bookings.actions import happening, write
from fellestorg.travel.bookings.cells import Stated, understand
from fellestorg.travel.bookings.reading import Dropped, Row, Rows
from fellestorg.travel.bookings.tables import AgreementTables
from fellestorg.travel.models import (
    BookingSource,
    Channel,
    HandOver,
    Hotel,
    Mode,
    PublishedFare,
    RentalCar,
    TravelAgencyChannel,
)

FIRST_DAY = date(2022, 6, 20)
BOOKINGS = 420
_AGENCIES = 10
_SOURCE = "Demodata"
# Online address, telephone, fee online and by a consultant.
_CHANNELS = {
    "berghansen": ("https://bestilling.berg-hansen.example/", "210 00 000", "38.00", "295.00"),
    "egencia": ("https://bestilling.egencia.example/", "210 00 001", "42.00", "265.00"),
}
_BUSY = ("OSL", "BGO", "TRD", "TOS", "SVG", "BOO")
_ORE = Decimal("0.01")


def lay(ground: Ground, day: date) -> None:
    """Save travel agencies' channels, sources, and the bookings reported up to ``day``; then a few hand-overs."""
    suppliers = {key: ground.organisations[FURTHER_SUPPLIERS[key][0]] for key in _CHANNELS}
    TravelAgencyChannel.objects.bulk_create(
        TravelAgencyChannel(
            supplier=suppliers[key],
            online_address=address,
            phone=phone,
            fee_online=Decimal(online),
            fee_offline=Decimal(offline),
            source="Adresse, telefon og gebyrer er demodata",
            valid_from=date(2020, 6, 12),
        )
        for key, (address, phone, online, offline) in _CHANNELS.items()
    )
    main = ground.organisations[agencies.MAIN_AGENCY]
    sources = {
        "berg-hansen": _source("berg-hansen", "Berg-Hansen", "travel_agency", suppliers["berghansen"]),
        "egencia": _source("egencia", "Egencia", "travel_agency", suppliers["egencia"]),
        "firmakort": _source("firmakort", f"Firmakort, {main.name}", "card", main, {"transaksjon": "reference"}),
    }
    if day <= FIRST_DAY + timedelta(days=60):
        return
    tables = AgreementTables()
    reported: dict[tuple[str, int], list[Row]] = {}
    for source, row in _rows(ground, day, tables):
        file = reported.setdefault((source, int(row["booked_on"][:4])), [])
        file.append(Row(len(file) + 2, row))
    for (key, year), rows in sorted(reported.items(), key=lambda one: (one[0][1], one[0][0])):
        sent = min(at(date(year + 1, 1, 10), 8), at(day, 7))
        _take_in(ground, sources[key], f"{key}-{year}.csv", rows, sent, tables)
    _hand_overs(ground, day)


def _source(
    key: str, name: str, kind: str, organisation: Organisation, headings: dict[str, str] | None = None
) -> BookingSource:
    return BookingSource.objects.create(
        key=key, name=name, kind=kind, organisation=organisation, headings=headings or {}
    )


def _take_in(
    ground: Ground, source: BookingSource, name: str, rows: list[Row], now: datetime, tables: AgreementTables
) -> None:
    faulty = dict(rows[0].cells)
    faults = (
        {"reference": f"{faulty['reference']}-F1", "agency": "111111111"},
        {"reference": f"{faulty['reference']}-F2", "travelled_on": "31.02.2023"},
        {"reference": f"{faulty['reference']}-F3", "supplier": "kari@demo.example"},
    )
    rows = [*rows, *(Row(rows[-1].number + n, faulty | one) for n, one in enumerate(faults, 1))]
    told = hashlib.sha256(repr([(row.number, sorted(row.cells.items())) for row in rows]).encode()).hexdigest()
    stretches = Rows(iter([rows]), (Dropped("Reisende", "personal_data"),))
    done = write(stretches, source, sent_by=source.name, now=now, file_name=name, sha256=told, tables=tables)
    assert done.intake is not None
    ground.events.append(happening(done.intake, Actor(SYSTEM.key, source.name), now))


def _rows(ground: Ground, day: date, tables: AgreementTables) -> Iterator[tuple[str, dict[str, str]]]:
    """Each booking with the source that reports it."""
    chosen = sorted(
        (one for one in ground.organisations.values() if one.fictional and one.kind == Organisation.Kind.AGENCY),
        key=lambda one: (one.number not in (agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY), one.number),
    )[:_AGENCIES]
    makers = (_Flights(), _Stays(), _Rentals())
    days = (day - FIRST_DAY).days
    for number in range(1, BOOKINGS + 1):
        draw = chance("travel-booking", number)
        agency = draw.choices(chosen, weights=[6, 3, *[1] * (len(chosen) - 2)])[0]
        booked = FIRST_DAY + timedelta(days=draw.randrange(days))
        travels = booked + timedelta(days=draw.choice((1, 3, 6, 10, 14, 21, 35)))
        row = {
            "reference": f"D{number:06}",
            "agency": agency.number,
            "channel": draw.choices((Channel.ONLINE, Channel.OFFLINE, Channel.OUTSIDE), weights=(72, 19, 9))[0].value,
            "booked_on": booked.isoformat(),
            "travelled_on": travels.isoformat(),
        }
        row |= draw.choices(makers, weights=(60, 27, 13))[0].row(draw, travels)
        yield _reporter(draw, row, tables), _paid(draw, row, day, tables)


def _reporter(draw: Random, row: dict[str, str], tables: AgreementTables) -> str:
    """The agency's own travel agency as a rule; now and then the other one; outside both, the cards of the main agency."""
    if row["channel"] == Channel.OUTSIDE and row["agency"] == agencies.MAIN_AGENCY:
        return "firmakort"
    first = tables.organisations[FURTHER_SUPPLIERS["berghansen"][0]]
    probe = _understood(row | {"paid": "0"})
    own = tables.own_travel_agency(probe, first) is not False
    return "berg-hansen" if own != (draw.random() < 0.04) else "egencia"


def _paid(draw: Random, row: dict[str, str], day: date, tables: AgreementTables) -> dict[str, str]:
    """With what was paid: the agreement's price where there is one; for a few, seven per cent more."""
    probe = _understood(row | {"paid": "0"})
    expected = tables.verdict(probe, tables.supplied(probe.mode, probe.supplier)).expected
    published = Decimal(row.get("published") or "1200")
    paid = expected if expected is not None else published
    if expected is not None and draw.random() < 0.03:
        paid = (paid * Decimal("1.07")).quantize(_ORE, ROUND_HALF_UP)
    return row | {"paid": f"{paid:.2f}"}


def _understood(row: dict[str, str]) -> Stated:
    stated, problems = understand(Row(0, row), date.max)
    assert stated is not None, problems
    return stated


class _Flights:
    """Flights on the agreement's routes, the busy ones most, with published fares as they were seen."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, list[str]]] = []
        for line in ROUTES.strip().splitlines():
            origin, *destinations = line.split()
            for one in destinations:
                destination, _colon, airlines = one.partition(":")
                self.routes.append((f"{origin}-{destination}", airlines.split(",")))
        self.weights = [8 if code[:3] in _BUSY and code[4:] in _BUSY else 1 for code, _airlines in self.routes]
        self.fares: dict[tuple[str, str, str], list[tuple[date, Decimal]]] = {}
        fares = PublishedFare.objects.order_by("seen_on", "id").values_list(
            "route__origin", "route__destination", "airline_id", "fare_class", "seen_on", "amount"
        )
        for origin, destination, airline, fare_class, on, amount in fares:
            self.fares.setdefault((f"{origin}-{destination}", airline, fare_class), []).append((on, amount))

    def row(self, draw: Random, travels: date) -> dict[str, str]:
        place, airlines = draw.choices(self.routes, weights=self.weights)[0]
        airline, fare_class = draw.choice(airlines), draw.choices(("basic", "standard", "flex"), weights=(2, 5, 3))[0]
        seen = [fare for on, fare in self.fares.get((place, airline, fare_class), ()) if on <= travels]
        published = seen[-1] if seen else Decimal(1490)
        if draw.random() < 0.11:
            airline = draw.choice(("Nordlysfly", "QR", "TK"))
        return {
            "mode": Mode.AIR.value,
            "place": place if draw.random() < 0.5 else f"{place[4:]}-{place[:3]}",
            "supplier": airline,
            "fare_class": fare_class,
            "cabin": "" if draw.random() < 0.08 else "economy",
            "published": f"{published * draw.choice((95, 100, 108)) / 100:.2f}",
        }


class _Stays:
    """Nights at the agreement's hotels, and some at a guest house that is not on it."""

    def __init__(self) -> None:
        self.hotels = list(Hotel.objects.select_related("place").order_by("key"))

    def row(self, draw: Random, _travels: date) -> dict[str, str]:
        hotel, nights = draw.choice(self.hotels), draw.choices((1, 2, 3), weights=(5, 3, 1))[0]
        outside = draw.random() < 0.12
        return {
            "mode": Mode.HOTEL.value,
            "place": hotel.place.key,
            "supplier": f"Gjestehuset {hotel.place.name}" if outside else hotel.name,
            "fare_class": "standard",
            "nights": "" if draw.random() < 0.05 else str(nights),
            "published": f"{draw.randrange(1290, 2190, 50) * nights:.2f}",
        }


class _Rentals:
    """Rented cars, most of them electric; some from a firm that is not on the agreement."""

    def __init__(self) -> None:
        cars = RentalCar.objects.select_related("lot", "supplier").exclude(car_class="van")
        self.cars = [one for one in cars.order_by("id") for _times in range(3 if one.fuel == "electric" else 1)]

    def row(self, draw: Random, _travels: date) -> dict[str, str]:
        car, days = draw.choice(self.cars), draw.choice((1, 2, 3, 5, 8))
        missing = draw.random() < 0.15
        return {
            "mode": Mode.CAR.value,
            "place": car.lot.key,
            "supplier": "Gårdsplassen Bilutleie" if draw.random() < 0.12 else car.supplier.name,
            "fare_class": car.key,
            "days": str(days),
            "km": "" if missing else str(days * draw.randrange(40, 260, 10)),
            "fuel": car.fuel,
            "published": f"{draw.randrange(590, 990, 20) * days:.2f}",
        }


def _hand_overs(ground: Ground, day: date) -> None:
    """Those who went on from here to their travel agency in the last weeks."""
    own = ground.organisations
    rows = []
    for index in range(12):
        agency = own[agencies.MAIN_AGENCY if index % 3 else agencies.NYNORSK_AGENCY]
        when = at(day - timedelta(days=2 + index * 2), 9 + index % 6)
        channel = Channel.OFFLINE if index == 5 else Channel.ONLINE
        travel_agency = own[FURTHER_SUPPLIERS["berghansen"][0]]
        rows.append(HandOver(agency=agency, travel_agency=travel_agency, mode=Mode.AIR, place="OSL-TRD",
                             channel=channel, at=when))  # fmt: skip
    HandOver.objects.bulk_create(rows)
