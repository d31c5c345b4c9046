"""Rental cars as the engine knows them, from the rows that hold on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, PolicyVersion, SupplierPosition
from fellestorg.engines.policy import parse_policy
from fellestorg.engines.travel import rentals
from fellestorg.engines.travel.rentals import NET_PRICE, RANK, Choice, Rental, Terms
from fellestorg.travel.models import OneWayFee, RentalCar, RentalPrice, TravelTerms
from fellestorg.values import Refused

TERM_NAMES = ("tolerance", "co2_cap")


def regions(day: date) -> QuerySet[Lot]:
    """The lots with rental cars whose agreement lasts on a day."""
    lasting = Lot.objects.filter(agreement__starts__lte=day, agreement__ends__gte=day)
    # Any lot that has terms for rentals is a region, whatever its agreement is called.
    with_terms = TravelTerms.objects.filter(kind="rental").values("lot")
    return lasting.filter(pk__in=with_terms).select_related("agreement__owner", "agreement__manager").order_by("number")


def terms_on(lot: Lot, day: date) -> Terms:
    """How a region's suppliers are called on, on a day: what decides is the lot's own call-off rules.

    Raises Refused where the agreement's terms are not registered.
    """
    row = TravelTerms.objects.filter(lot=lot, kind="rental", valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        raise Refused("no_terms", _("Det er ikke registrert hvordan bilene i området skal velges."))
    cap = row.document["co2_cap"]
    return Terms(
        decides_in(lot, day),
        Decimal(row.document["tolerance"]),
        None if cap is None else int(cap),
        row.valid_from.isoformat(),
        row.source,
        row.verified,
    )


def decides_in(lot: Lot, day: date) -> str:
    """Rank, where the lot's call-off rules end in the suppliers' order; otherwise the net price."""
    row = PolicyVersion.objects.filter(lot=lot, valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        return NET_PRICE
    return RANK if parse_policy(row.document).steps[-1].mechanism in ("rank", "service_order", "cascade") else NET_PRICE


def cars_in(lot: Lot, day: date, only: frozenset[str] | None = None) -> list[rentals.Car]:
    """The cars of suppliers in position in a region, with the prices that hold on a day.

    ``only``: those of these suppliers (their numbers) alone.
    """
    ranks = _ranks(lot, day)
    holding = Q(valid_to=None) | Q(valid_to__gte=day)
    prices = RentalPrice.objects.filter(holding, valid_from__lte=day)
    rows = RentalCar.objects.filter(lot=lot, supplier__in=ranks)
    if only is not None:
        rows = rows.filter(supplier__number__in=only)
    fees: dict[int, dict[str, Decimal]] = {}
    for fee in OneWayFee.objects.filter(holding, lot=lot, valid_from__lte=day):
        fees.setdefault(fee.supplier_id, {})[fee.to] = fee.fee
    found = rows.select_related("supplier").prefetch_related(Prefetch("prices", prices, "holding"))
    return [
        _car(one, price, ranks[one.supplier_id], fees.get(one.supplier_id, {}))
        for one in found
        for price in getattr(one, "holding", [])
    ]


def choose(lot: Lot, rental: Rental, only: frozenset[str] | None = None) -> Choice:
    """The region's cars in order for a rental, by the terms and prices of its first day. Raises as :func:`terms_on`."""
    terms = terms_on(lot, rental.start)
    return rentals.choose_car(cars_in(lot, rental.start, only), rental, terms, rentals.energy_on(rental.start))


def price_sources(lot: Lot, day: date) -> list[str]:
    """Where a region's prices that hold on a day come from."""
    holding = RentalPrice.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, car__lot=lot)
    return list(holding.order_by("source").values_list("source", flat=True).distinct())


def supplier_names(lot: Lot) -> dict[str, str]:
    """The region's suppliers: number and name, in rank."""
    rows = SupplierPosition.objects.filter(lot=lot).select_related("supplier").order_by("rank", "valid_from")
    return {one.supplier.number: one.supplier.name for one in rows}


def _ranks(lot: Lot, day: date) -> dict[int, int]:
    rows = SupplierPosition.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), lot=lot, valid_from__lte=day)
    suspended = Q(suspended_from__lte=day) & (Q(suspended_to=None) | Q(suspended_to__gte=day))
    return dict(rows.exclude(suspended).values_list("supplier_id", "rank"))


def _car(row: RentalCar, price: RentalPrice, rank: int, fees: dict[str, Decimal]) -> rentals.Car:
    return rentals.Car(
        key=row.key,
        supplier=row.supplier.number,
        rank=rank,
        car_class=row.car_class,
        name=row.name,
        fuel=row.fuel,
        litres_100km=row.litres_100km,
        kwh_100km=row.kwh_100km,
        co2_g_km=row.co2_g_km,
        day=price.day,
        week=price.week,
        month=price.month,
        km_included=price.km_included,
        extra_km=price.extra_km,
        range_km=row.range_km,
        one_way=fees,
    )
