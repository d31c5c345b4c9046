"""Rental cars on the wire: reads a need with its cars and terms, and writes the choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fellestorg.engines.travel.reader import Reader
from fellestorg.engines.travel.rentals import (
    CAR_CLASSES,
    FUELS,
    NET_PRICE,
    RANK,
    Car,
    Choice,
    Passed,
    Priced,
    Rental,
    Terms,
    choose_car,
    energy_on,
)
from fellestorg.values import BadInput, decimal_text, kroner

_ONE = Decimal(1)


def choose_car_from(data: object) -> Choice:
    """Read ``{"rental", "terms", "cars"}`` and choose, with the energy prices of the day the rental starts.

    Raises BadInput with every problem, each with its path.
    """
    reader = Reader()
    record = reader.record(data, "", ("rental", "terms", "cars"))
    rental = _rental(reader, record.get("rental"))
    terms = _terms(reader, record.get("terms"))
    cars = reader.records(record.get("cars"), "cars", lambda one, at: _car(reader, one, at))
    reader.unique([one.key for one in cars], "cars", "key")
    BadInput.raise_if(reader.problems)
    return choose_car(cars, rental, terms, energy_on(rental.start))


def choice_json(found: Choice) -> dict[str, Any]:
    """The wire shape of a choice: amounts to the øre, half up; emissions in whole grams."""
    rental = found.rental
    return {
        "car_class": rental.car_class,
        "start": rental.start.isoformat(),
        "days": rental.days,
        "km": rental.km,
        "one_way": rental.one_way,
        "outcome": found.outcome,
        "terms": {
            "decides": found.terms.decides,
            "tolerance": decimal_text(found.terms.tolerance),
            "co2_cap": found.terms.co2_cap,
            "version": found.terms.version,
            "source": found.terms.source,
            "verified": found.terms.verified,
        },
        "cars": [row_json(one) for one in found.rows],
        "passed": [passed_json(one) for one in found.passed],
        "trace": [one.as_json() for one in found.trace],
        "rules": [one.as_json() for one in found.rules],
    }


def row_json(one: Priced) -> dict[str, Any]:
    """One car with a place."""
    return {
        "place": one.place,
        "car": one.car.key,
        "name": one.car.name,
        "supplier": one.car.supplier,
        "rank": one.car.rank,
        "fuel": one.car.fuel,
        "way": one.way,
        "months": one.mix.months,
        "weeks": one.mix.weeks,
        "days": one.mix.days,
        "rent": kroner(one.mix.amount),
        "one_way": kroner(one.one_way),
        "extra_km": kroner(one.extra_km),
        "energy": kroner(one.energy),
        "net": kroner(one.net),
        "co2e_kg": decimal_text(one.kg.quantize(Decimal("0.001"))),
    }


def passed_json(one: Passed) -> dict[str, Any]:
    """One car without a place."""
    return {"car": one.car.key, "supplier": one.car.supplier, "code": one.code, "params": dict(one.params)}


def _rental(reader: Reader, value: object) -> Rental:
    optional = ("km", "one_way", "longest_leg_km", "unfit", "unavailable")
    record = reader.record(value, "rental", ("car_class", "start", "days"), optional)
    gone = reader.record(
        record.get("unavailable") or {}, "rental.unavailable", (), tuple(record.get("unavailable") or ())
    )
    return Rental(
        reader.one_of(record, "car_class", "rental", CAR_CLASSES),
        reader.day(record, "start", "rental"),
        reader.count(record, "days", "rental", 730),
        reader.count(record, "km", "rental", 200_000, least=0),
        None if record.get("one_way") is None else reader.text(record, "one_way", "rental"),
        reader.count(record, "longest_leg_km", "rental", 5000, least=0),
        reader.text(record, "unfit", "rental"),
        {supplier: reader.text(gone, supplier, "rental.unavailable") for supplier in gone},
    )


def _terms(reader: Reader, value: object) -> Terms:
    optional = ("decides", "tolerance", "co2_cap", "version", "source", "verified")
    record = reader.record(value, "terms", (), optional)
    cap = None if record.get("co2_cap") is None else reader.count(record, "co2_cap", "terms", 1000, least=0)
    return Terms(
        reader.one_of(record, "decides", "terms", (NET_PRICE, RANK), NET_PRICE),
        reader.amount(record, "tolerance", "terms", most=_ONE),
        cap,
        reader.text(record, "version", "terms"),
        reader.text(record, "source", "terms"),
        reader.truth(record, "verified", "terms", False),
    )


def _car(reader: Reader, value: object, where: str) -> Car:
    required = ("key", "supplier", "car_class", "fuel", "day", "week", "month")
    optional = (
        "rank", "name", "litres_100km", "kwh_100km", "co2_g_km", "km_included", "extra_km", "range_km", "one_way",
    )  # fmt: skip
    record = reader.record(value, where, required, optional)
    fees = record.get("one_way") or {}
    fees = reader.record(fees, f"{where}.one_way", (), tuple(fees))
    key = reader.text(record, "key", where)

    def count_or_none(name: str, most: int) -> int | None:
        return None if record.get(name) is None else reader.count(record, name, where, most, least=0)

    return Car(
        key=key,
        supplier=reader.text(record, "supplier", where),
        rank=reader.count(record, "rank", where, 99),
        car_class=reader.one_of(record, "car_class", where, CAR_CLASSES),
        name=reader.text(record, "name", where) or key,
        fuel=reader.one_of(record, "fuel", where, FUELS),
        litres_100km=reader.amount(record, "litres_100km", where),
        kwh_100km=reader.amount(record, "kwh_100km", where),
        co2_g_km=reader.count(record, "co2_g_km", where, 1000, least=0),
        day=reader.amount(record, "day", where),
        week=reader.amount(record, "week", where),
        month=reader.amount(record, "month", where),
        km_included=count_or_none("km_included", 100_000),
        extra_km=reader.amount(record, "extra_km", where),
        range_km=count_or_none("range_km", 5000),
        one_way={name: reader.amount(fees, name, f"{where}.one_way") for name in fees},
    )
