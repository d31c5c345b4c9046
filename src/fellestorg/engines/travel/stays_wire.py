"""Hotels on the wire: reads a stay with its hotels, terms and offers, and writes the ranking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fellestorg.engines.travel.reader import Reader
from fellestorg.engines.travel.stays import (
    LRA,
    PERCENTAGE_OFF,
    ROOMS,
    Check,
    Hotel,
    Offer,
    Passed,
    Point,
    Ranked,
    Ranking,
    Rate,
    Stay,
    Terms,
    rank_stays,
)
from fellestorg.values import BadInput, decimal_text, kroner

_ONE = Decimal(1)


def rank_stays_from(data: object) -> Ranking:
    """Read ``{"stay", "terms", "hotels", "offers"}`` and rank. Raises BadInput with every problem, each with its path."""
    reader = Reader()
    record = reader.record(data, "", ("stay", "terms", "hotels"), ("offers",))
    stay = _stay(reader, record.get("stay"))
    terms = _terms(reader, record.get("terms"))
    hotels = reader.records(record.get("hotels"), "hotels", lambda one, at: _hotel(reader, one, at))
    offers = reader.records(record.get("offers"), "offers", lambda one, at: _offer(reader, one, at))
    reader.unique([one.key for one in hotels], "hotels", "key")
    known = {one.key for one in hotels}
    for at, offer in enumerate(offers):
        if offer.hotel not in known:
            reader.problem(f"offers[{at}].hotel", "unknown", f"there is no hotel {offer.hotel!r} in the list")
    BadInput.raise_if(reader.problems)
    return rank_stays(hotels, stay, terms, offers)


def ranking_json(found: Ranking) -> dict[str, Any]:
    """The wire shape of a ranking: amounts to the øre, half up; kilometres with one decimal."""
    stay = found.stay
    return {
        "arrival": stay.arrival.isoformat(),
        "nights": stay.nights,
        "room": stay.room,
        "point": stay.point.name,
        "terms": {
            "per_km": decimal_text(found.terms.per_km),
            "free_km": decimal_text(found.terms.free_km),
            "ecolabel_share": decimal_text(found.terms.ecolabel_share),
            "breakfast_worth": decimal_text(found.terms.breakfast_worth),
            "version": found.terms.version,
            "source": found.terms.source,
            "verified": found.terms.verified,
        },
        "hotels": [row_json(one) for one in found.rows],
        "passed": [passed_json(one) for one in found.passed],
        "rules": [one.as_json() for one in found.rules],
    }


def row_json(one: Ranked) -> dict[str, Any]:
    """One hotel with a place."""
    return {
        "place": one.place,
        "hotel": one.hotel.key,
        "name": one.hotel.name,
        "supplier": one.hotel.supplier,
        "net": kroner(one.net),
        "total": kroner(one.total),
        "total_with_vat": kroner(one.total_with_vat),
        "km": decimal_text(one.km),
        "distance_cost": kroner(one.distance_cost),
        "ecolabel": one.hotel.ecolabel or None,
        "ecolabel_deduction": kroner(one.ecolabel_deduction),
        "breakfast_cost": kroner(one.breakfast_cost),
        "compared": kroner(one.compared),
        "reason": one.reason,
        "seasons": list(one.seasons),
        "check": check_json(one.check),
    }


def passed_json(one: Passed) -> dict[str, Any]:
    """One hotel without a place."""
    return {
        "hotel": one.hotel.key,
        "name": one.hotel.name,
        "supplier": one.hotel.supplier,
        "code": one.code,
        "km": decimal_text(one.km),
        "discount": None if one.discount is None else decimal_text(one.discount),
        "check": check_json(one.check),
    }


def check_json(one: Check | None) -> dict[str, Any] | None:
    """What an offer was worth against the agreement."""
    if one is None:
        return None
    return {
        "room": one.room,
        "code": one.code,
        "breach": one.breach,
        "agreed": None if one.agreed is None else kroner(one.agreed),
        "offered": None if one.offered is None else kroner(one.offered),
        "over": None if one.over is None else kroner(one.over),
    }


def _stay(reader: Reader, value: object) -> Stay:
    record = reader.record(value, "stay", ("arrival", "nights", "point"), ("room",))
    return Stay(
        reader.day(record, "arrival", "stay"),
        reader.count(record, "nights", "stay", 90),
        reader.one_of(record, "room", "stay", ROOMS, ROOMS[0]),
        _point(reader, record.get("point"), "stay.point"),
    )


def _point(reader: Reader, value: object, where: str) -> Point:
    record = reader.record(value, where, ("latitude", "longitude"), ("name",))
    return Point(
        reader.text(record, "name", where),
        reader.amount(record, "latitude", where, least=Decimal(-90), most=Decimal(90)),
        reader.amount(record, "longitude", where, least=Decimal(-180), most=Decimal(180)),
    )


def _terms(reader: Reader, value: object) -> Terms:
    names = ("per_km", "free_km", "ecolabel_share", "breakfast_worth")
    record = reader.record(value, "terms", (), (*names, "version", "source", "verified"))
    return Terms(
        reader.amount(record, "per_km", "terms"),
        reader.amount(record, "free_km", "terms"),
        reader.amount(record, "ecolabel_share", "terms", most=Decimal("0.5")),
        reader.amount(record, "breakfast_worth", "terms"),
        reader.text(record, "version", "terms"),
        reader.text(record, "source", "terms"),
        reader.truth(record, "verified", "terms", False),
    )


def _hotel(reader: Reader, value: object, where: str) -> Hotel:
    record = reader.record(value, where, ("key", "latitude", "longitude", "rates"), ("name", "supplier", "ecolabel"))
    at = _point(reader, {name: record[name] for name in ("latitude", "longitude") if name in record}, where)
    key = reader.text(record, "key", where)
    rates = reader.records(record.get("rates"), f"{where}.rates", lambda one, path: _rate(reader, one, path))
    return Hotel(
        key,
        reader.text(record, "name", where) or key,
        reader.text(record, "supplier", where) or key,
        at,
        reader.text(record, "ecolabel", where),
        rates,
    )


def _rate(reader: Reader, value: object, where: str) -> Rate:
    optional = ("valid_from", "valid_to", "amount", "discount", "breakfast", "season", "vat_rate")
    record = reader.record(value, where, ("room",), optional)
    fixed = "amount" in record
    if fixed == ("discount" in record):
        reader.problem(where, "one_of", "expected amount (a fixed rate) or discount (off the price of the day)")
    return Rate(
        room=reader.one_of(record, "room", where, ROOMS),
        model=LRA if fixed else PERCENTAGE_OFF,
        vat_rate=reader.amount(record, "vat_rate", where, most=_ONE),
        valid_from=reader.day(record, "valid_from", where),
        valid_to=reader.day_or_none(record, "valid_to", where),
        amount=reader.amount(record, "amount", where),
        discount=reader.amount(record, "discount", where, most=_ONE),
        breakfast=reader.truth(record, "breakfast", where, True),
        season=reader.text(record, "season", where),
    )


def _offer(reader: Reader, value: object, where: str) -> Offer:
    record = reader.record(value, where, ("hotel", "nightly"), ("room", "published"))
    return Offer(
        reader.text(record, "hotel", where),
        reader.one_of(record, "room", where, ROOMS, ROOMS[0]),
        reader.amount_or_none(record, "nightly", where),
        reader.amount_or_none(record, "published", where),
    )
