"""What the agreements say of every route, location and region, read once for many bookings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fellestorg.agreements.models import Lot, Participation, SupplierAssignment, SupplierPosition
from fellestorg.engines.travel.stays import LRA
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation
from fellestorg.travel.bookings.cells import Stated
from fellestorg.travel.bookings.handover import TRAVEL_AGENCIES
from fellestorg.travel.bookings.measures import (
    Bought,
    Emission,
    Place,
    Price,
    Seat,
    Seen,
    Verdict,
    drive_emission,
    flight_emission,
    judge,
    stay_emission,
)
from fellestorg.travel.flights.airports import airports, km_between
from fellestorg.travel.models import (
    Airline,
    FareDiscount,
    Hotel,
    HotelPlace,
    HotelRate,
    Mode,
    PublishedFare,
    RentalCar,
    RentalPrice,
    RouteArea,
)

# Lots whose items are these categories rent out cars in their region; its key is the lot's.
CAR_CATEGORY = "car_rental"
_Stretch = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Supplied:
    """Who a source's name for a supplier is: a seat's name, and the organisation where it is known."""

    seat: str
    organisation: int | None


class AgreementTables:
    """Places, suppliers' names, participants and travel agencies, as they are when it is made."""

    def __init__(self) -> None:
        self.organisations: dict[str, int] = dict(Organisation.objects.values_list("number", "id"))
        self._buyers = frozenset(
            Organisation.objects.exclude(kind=Organisation.Kind.SUPPLIER).values_list("number", flat=True)
        )
        self._places: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._names: dict[str, dict[str, Supplied]] = {mode: {} for mode in Mode.values}
        self._participants = _dated(
            (body, agreement, (first, last))
            for body, agreement, first, last in Participation.objects.values_list(
                "organisation_id", "agreement_id", "valid_from", "valid_to"
            )
        )
        assigned = SupplierAssignment.objects.filter(lot__categories__contains=[TRAVEL_AGENCIES])
        self._assigned = _dated(
            (one.organisation_id, one.supplier_id, (one.valid_from, one.valid_to)) for one in assigned
        )
        self._name_organisations()
        self._lay_routes()
        self._lay_hotels()
        self._lay_cars()

    def is_buyer(self, number: str) -> bool:
        """Whether a number is a body that travels on the agreements' account, and not a supplier's."""
        return number in self._buyers

    def supplied(self, mode: str, stated: str) -> Supplied:
        """Who is meant: by airline code, hotel key, organisation number or name, whatever the case."""
        return self._names[mode].get(stated.casefold(), Supplied(stated.casefold(), None))

    def verdict(self, stated: Stated, supplied: Supplied) -> Verdict:
        """Where a booking stands against the agreements."""
        on = stated.booked_on if stated.mode == Mode.AIR else stated.travelled_on
        units = {Mode.AIR: 1, Mode.HOTEL: stated.nights, Mode.CAR: stated.days}[Mode(stated.mode)]
        vat = rule_book().rule("VAT-STAY", on).amount("rate") if stated.mode == Mode.HOTEL else Decimal(0)
        bought = Bought(supplied.seat, on, stated.travelled_on, stated.fare_class, units, stated.published, vat)
        key = "-".join(sorted(stated.place.split("-"))) if stated.mode == Mode.AIR else stated.place
        agency = self.organisations[stated.agency]
        participates = self._holding(self._participants, agency, on)
        return judge(bought, self._places.get((stated.mode, key), ()), participates)

    def emission(self, stated: Stated) -> tuple[int | None, Emission]:
        """The distance flown in a straight line, where both airports are known; and what the booking emitted."""
        if stated.mode == Mode.HOTEL:
            return None, stay_emission(stated.nights, stated.travelled_on)
        if stated.mode == Mode.CAR:
            return None, drive_emission(stated.km, stated.fuel, stated.travelled_on)
        ends = stated.place.split("-")
        km = km_between(*ends) if all(one in airports() for one in ends) else None
        return km, flight_emission(km, stated.cabin, stated.travelled_on)

    def own_travel_agency(self, stated: Stated, travel_agency: int | None) -> bool | None:
        """Whether it was booked with the travel agency that the agency was assigned to on the day; None where it had none."""
        assigned = self._holding(self._assigned, self.organisations[stated.agency], stated.booked_on)
        return None if not assigned else travel_agency in assigned

    def _holding(self, rows: Mapping[int, list[tuple[int, _Stretch]]], organisation: int, day: date) -> frozenset[int]:
        found = rows.get(organisation, ())
        return frozenset(which for which, (first, last) in found if first <= day and (last is None or day <= last))

    def _name_organisations(self) -> None:
        for key, number, name in Organisation.objects.filter(kind="supplier").values_list("id", "number", "name"):
            for mode in (Mode.AIR, Mode.CAR):
                self._names[mode] |= {text: Supplied(number, key) for text in (number, name.casefold())}
        for airline in Airline.objects.select_related("supplier"):
            supplied = Supplied(airline.supplier.number, airline.supplier_id)
            self._names[Mode.AIR] |= {airline.code.casefold(): supplied, airline.name.casefold(): supplied}
        for hotel, name, supplier_id in Hotel.objects.values_list("key", "name", "supplier_id"):
            supplied = Supplied(hotel, supplier_id)
            self._names[Mode.HOTEL] |= {hotel: supplied, name.casefold(): supplied}

    def _lay_routes(self) -> None:
        prices: dict[tuple[int, int], list[Price]] = defaultdict(list)
        discounts = FareDiscount.objects.values_list(
            "route_id", "supplier_id", "fare_class", "valid_from", "valid_to", "rate"
        )
        for route_id, supplier_id, fare_class, first, last, rate in discounts:
            price = Price(fare_class.casefold(), first, last, "discount", (rate,))
            prices[route_id, supplier_id].append(price)
        seen: dict[tuple[int, int], list[Seen]] = defaultdict(list)
        fares = PublishedFare.objects.values_list("route_id", "airline__supplier_id", "fare_class", "seen_on", "amount")
        for route_id, supplier_id, fare_class, on, amount in fares.order_by():
            seen[route_id, supplier_id].append(Seen(fare_class.casefold(), on, amount))
        seats: dict[int, list[Seat]] = defaultdict(list)
        routes = {}
        for area in RouteArea.objects.select_related("route__lot__agreement", "supplier"):
            key = (area.route_id, area.supplier_id)
            routes[area.route_id] = area.route
            seats[area.route_id].append(
                Seat(
                    area.supplier.number,
                    area.valid_from,
                    area.valid_to,
                    area.closed_from,
                    tuple(prices[key]),
                    tuple(seen[key]),
                )
            )
        for pk, route in routes.items():
            self._add(Mode.AIR, "-".join(sorted((route.origin, route.destination))), route.lot, seats[pk])

    def _lay_hotels(self) -> None:
        prices: dict[int, list[Price]] = defaultdict(list)
        rates = HotelRate.objects.values_list(
            "hotel_id", "room", "model", "amount", "discount", "valid_from", "valid_to", "hotel__place__outside_vat"
        )
        for hotel_id, room, model, amount, discount, first, last, outside_vat in rates.order_by():
            fixed = model == LRA
            figure = amount if fixed else discount
            if figure is not None:
                kind = "discount" if not fixed else "night_untaxed" if outside_vat else "night"
                prices[hotel_id].append(Price(room, first, last, kind, (figure,)))
        for place in HotelPlace.objects.select_related("lot__agreement").prefetch_related("hotels"):
            seats = [Seat(one.key, date.min, None, None, tuple(prices[one.pk])) for one in place.hotels.all()]
            self._add(Mode.HOTEL, place.key, place.lot, seats)

    def _lay_cars(self) -> None:
        prices: dict[tuple[int, int], list[Price]] = defaultdict(list)
        groups: dict[tuple[int, int, str], set[int]] = defaultdict(set)
        cars = {one.pk: one for one in RentalCar.objects.only("lot_id", "supplier_id", "car_class", "key").order_by()}
        for car in cars.values():
            groups[car.lot_id, car.supplier_id, car.car_class].add(car.pk)
        rows = RentalPrice.objects.values_list("car_id", "valid_from", "valid_to", "day", "week", "month")
        for car_id, first, last, day, week, month in rows.order_by():
            car = cars[car_id]
            # A class says which price only where the supplier has one car in it.
            alone = len(groups[car.lot_id, car.supplier_id, car.car_class]) == 1
            for name in (car.key, car.car_class) if alone else (car.key,):
                price = Price(name.casefold(), first, last, "rental", (day, week, month))
                prices[car.lot_id, car.supplier_id].append(price)
        lots = Lot.objects.select_related("agreement").filter(categories__contains=[CAR_CATEGORY])
        positions: dict[int, list[SupplierPosition]] = defaultdict(list)
        for one in SupplierPosition.objects.filter(lot__in=lots).select_related("supplier"):
            positions[one.lot_id].append(one)
        for lot in lots:
            seats = [
                Seat(
                    one.supplier.number,
                    one.valid_from,
                    one.valid_to,
                    None if one.suspended_to else one.suspended_from,
                    tuple(prices[lot.pk, one.supplier_id]),
                )
                for one in positions[lot.pk]
            ]
            self._add(Mode.CAR, lot.key, lot, seats)

    def _add(self, mode: str, key: str, lot: Lot, seats: list[Seat]) -> None:
        agreement = lot.agreement
        self._places[mode, key].append(Place(agreement.pk, agreement.starts, agreement.ends, tuple(seats)))


def _dated(rows: Iterable[tuple[int, int, _Stretch]]) -> dict[int, list[tuple[int, _Stretch]]]:
    """What an organisation has, each with its days."""
    found: dict[int, list[tuple[int, _Stretch]]] = defaultdict(list)
    for organisation, which, stretch in rows:
        found[organisation].append((which, stretch))
    return found
