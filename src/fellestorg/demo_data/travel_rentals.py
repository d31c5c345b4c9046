"""Rental cars of the demo: fleets, prices and one-way fees of four invented firms in seven regions (demodata)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.travel.models import OneWayFee, RentalCar, RentalPrice, TravelTerms

SOURCE = "Demodata"
# Class, fuel, name, litres and kWh over 100 km, grams of CO2 a km, km on a charge, kroner a day. Names are invented.
_FLEET = (
    ("small", "electric", "Myrsnipe E, liten elbil", "0", "15.5", 0, 290, 395),
    ("small", "petrol", "Myrsnipe, liten bensinbil", "5.0", "0", 114, None, 360),
    ("compact", "electric", "Fjellrev E, kompakt elbil", "0", "16.8", 0, 380, 460),
    ("compact", "hybrid", "Fjellrev H, kompakt hybrid", "4.1", "0", 94, None, 440),
    ("compact", "petrol", "Fjellrev, kompakt bensinbil", "5.6", "0", 127, None, 415),
    ("family", "electric", "Tiur E, elektrisk stasjonsvogn", "0", "18.4", 0, 430, 610),
    ("family", "plug_in", "Tiur P, ladbar stasjonsvogn", "2.6", "9.5", 38, None, 590),
    ("family", "diesel", "Tiur, stasjonsvogn diesel", "5.2", "0", 136, None, 560),
    ("suv", "electric", "Elg E, elektrisk SUV med firehjulstrekk", "0", "21.0", 0, 440, 790),
    ("suv", "plug_in", "Elg P, ladbar SUV med firehjulstrekk", "3.4", "11.0", 49, None, 770),
    ("suv", "diesel", "Elg, SUV diesel med firehjulstrekk", "6.6", "0", 172, None, 740),
    ("van", "electric", "Røyskatt E, elektrisk varebil", "0", "24.0", 0, 260, 720),
    ("van", "diesel", "Røyskatt, varebil diesel", "7.4", "0", 190, None, 690),
)
_CAP = 130
# In the north the chargers are far apart and the agreement asks a little more of the tolerance, a little less of the cap.
_NORTH = ("nordland", "troms-finnmark")


def lay(ground: Ground, day: date) -> None:
    """Save fleets, prices, fees between regions and what decides in each."""
    lots = list(Lot.objects.filter(agreement__key="leiebil").select_related("agreement").order_by("number"))
    positions = {lot.key: _positions(lot) for lot in lots}
    terms = [_terms(lot) for lot in lots]
    cars = [car for lot in lots for one in positions[lot.key] for car in _cars(lot, one)]
    for rows in (terms, cars):
        copy_rows(rows)
    copy_rows([_price(car) for car in cars])
    copy_rows([fee for lot in lots for one in positions[lot.key] for fee in _fees(lot, one, lots, positions)])
    for row in terms:
        stream = f"lot:{row.lot}"
        told = {"kind": "rental", "valid_from": row.valid_from.isoformat(), "after": row.document}
        ground.events.append(
            Happening(stream, "travel_terms_published", stream, SYSTEM, at(min(row.valid_from, day), 7), told, (row,))
        )


def _positions(lot: Lot) -> list[SupplierPosition]:
    return list(lot.positions.select_related("supplier").order_by("rank"))


def _terms(lot: Lot) -> TravelTerms:
    north = lot.key in _NORTH
    return TravelTerms(
        lot=lot,
        kind="rental",
        valid_from=lot.agreement.starts,
        document={"tolerance": "0.15" if north else "0.10", "co2_cap": 140 if north else _CAP},
        source="Rammeavtalen for leiebil: utslippsfri bil først (toleranse og tak er demodata)",
    )


def _cars(lot: Lot, position: SupplierPosition) -> list[RentalCar]:
    draw = chance("fleet", lot.key, position.supplier.number)
    return [
        RentalCar(
            lot=lot,
            supplier=position.supplier,
            key=f"{position.supplier.name.split()[0].lower()}-{car_class}-{fuel.replace('_', '-')}",
            name=name,
            car_class=car_class,
            fuel=fuel,
            litres_100km=Decimal(litres),
            kwh_100km=Decimal(kwh),
            co2_g_km=grams,
            range_km=reach,
        )
        for car_class, fuel, name, litres, kwh, grams, reach, _day in _FLEET
        # Not everybody has everything.
        if draw.random() < 0.85 or (fuel == "electric" and position.rank == 1)
    ]


def _price(car: RentalCar) -> RentalPrice:
    draw = chance("rental price", car.lot.key, car.key)
    usual = next(one[-1] for one in _FLEET if one[:2] == (car.car_class, car.fuel))
    day = Decimal(usual * draw.randint(92, 112) // 100 // 5 * 5)
    return RentalPrice(
        car=car,
        day=day,
        week=day * 5,
        month=day * 15,
        km_included=draw.choice((None, 200, 250)),
        extra_km=Decimal(draw.choice((150, 200, 250))) / 100,
        valid_from=car.lot.agreement.starts,
        source=SOURCE,
    )


def _fees(
    lot: Lot, position: SupplierPosition, lots: list[Lot], positions: dict[str, list[SupplierPosition]]
) -> list[OneWayFee]:
    """Little between stations of one region; between regions by how far apart they are in the list, north to south."""
    own = [
        OneWayFee(
            lot=lot, supplier=position.supplier, to="", fee=Decimal(150), valid_from=lot.agreement.starts, source=SOURCE
        )
    ]
    for other in lots:
        here = other.key == lot.key or all(one.supplier_id != position.supplier_id for one in positions[other.key])
        if not here:
            fee = Decimal(600 + 350 * abs(other.number - lot.number))
            own.append(
                OneWayFee(
                    lot=lot,
                    supplier=position.supplier,
                    to=other.key,
                    fee=fee,
                    valid_from=lot.agreement.starts,
                    source=SOURCE,
                )
            )
    return own
