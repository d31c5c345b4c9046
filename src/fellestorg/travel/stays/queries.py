"""Hotels as the engine knows them, from the rows that hold on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.engines.travel import stays
from fellestorg.engines.travel.stays import Offer, Point, Ranking, Stay, Terms
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.travel.models import Hotel, HotelPlace, HotelRate, TravelTerms
from fellestorg.values import Refused


def places(day: date) -> QuerySet[HotelPlace]:
    """The places of the agreements that last on a day."""
    lasting = HotelPlace.objects.filter(lot__agreement__starts__lte=day, lot__agreement__ends__gte=day)
    return lasting.select_related("lot__agreement__owner", "lot__agreement__manager").order_by("name")


def terms_on(lot: Lot, day: date) -> Terms:
    """What counts when hotels are put in order. Raises Refused where the agreement's terms are not registered."""
    row = TravelTerms.objects.filter(lot=lot, kind="stay", valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        raise Refused("no_terms", _("Det er ikke registrert hva som teller når hotellene skal sammenlignes."))
    return terms_of(row)


def terms_of(row: TravelTerms) -> Terms:
    """A row as the engine takes it."""
    amounts = {name: Decimal(row.document[name]) for name in TERM_NAMES}
    return Terms(**amounts, version=row.valid_from.isoformat(), source=row.source, verified=row.verified)


TERM_NAMES = ("per_km", "free_km", "ecolabel_share", "breakfast_worth")


def point_of(place: HotelPlace, key: str = "") -> Point:
    """One of the place's points; the usual one where the key is none of them."""
    points: list[dict[str, Any]] = place.points
    found = next((one for one in points if one["key"] == key), points[0])
    return Point(found["name"], Decimal(found["latitude"]), Decimal(found["longitude"]))


def hotels_at(place: HotelPlace, arrival: date, nights: int, only: frozenset[str] | None = None) -> list[stays.Hotel]:
    """The hotels there whose supplier is in position on the day, with the rates that hold on any of the nights.

    ``only``: those of these suppliers (their numbers) alone.
    """
    last = arrival + timedelta(days=nights - 1)
    holding = HotelRate.objects.filter(Q(valid_to=None) | Q(valid_to__gte=arrival), valid_from__lte=last)
    rows = Hotel.objects.filter(place=place, supplier__in=in_position(place.lot, arrival))
    if only is not None:
        rows = rows.filter(supplier__number__in=only)
    vat = ZERO_VAT if place.outside_vat else vat_on(arrival).amount("rate")
    found = rows.select_related("supplier").prefetch_related(Prefetch("rates", holding, "holding"))
    return [_hotel(one, arrival, vat) for one in found]


ZERO_VAT = Decimal(0)


def in_position(lot: Lot, day: date) -> list[int]:
    """The suppliers (their rows' keys) that have a position in the lot on a day and are not suspended."""
    rows = SupplierPosition.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), lot=lot, valid_from__lte=day)
    suspended = Q(suspended_from__lte=day) & (Q(suspended_to=None) | Q(suspended_to__gte=day))
    return list(rows.exclude(suspended).values_list("supplier_id", flat=True))


def vat_on(day: date) -> Rule:
    """The rule of VAT on accommodation that day."""
    return rule_book().rule("VAT-STAY", on=day)


def rank(place: HotelPlace, stay: Stay, offers: Sequence[Offer] = (), only: frozenset[str] | None = None) -> Ranking:
    """The hotels of a place in order, by the terms of the day of arrival. Raises as :func:`terms_on`."""
    terms = terms_on(place.lot, stay.arrival)
    rules = () if place.outside_vat else (vat_on(stay.arrival).ref,)
    return stays.rank_stays(hotels_at(place, stay.arrival, stay.nights, only), stay, terms, offers, rules)


def price_sources(place: HotelPlace, day: date) -> list[str]:
    """Where the rates of a place that hold on a day come from."""
    holding = HotelRate.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, hotel__place=place)
    return list(holding.order_by("source").values_list("source", flat=True).distinct())


def _hotel(row: Hotel, day: date, vat: Decimal) -> stays.Hotel:
    labelled = row.ecolabel and (row.ecolabel_to is None or row.ecolabel_to >= day)
    holding: list[HotelRate] = getattr(row, "holding", [])
    rates = tuple(
        stays.Rate(
            room=one.room,
            model=one.model,
            vat_rate=vat,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            amount=one.amount or Decimal(0),
            discount=one.discount or Decimal(0),
            breakfast=one.breakfast,
            season=one.season,
        )
        for one in holding
    )
    at = Point(row.name, row.latitude, row.longitude)
    return stays.Hotel(row.key, row.name, row.supplier.number, at, row.ecolabel if labelled else "", rates)
