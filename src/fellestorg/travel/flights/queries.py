"""Reads about routes: who delivers where on a day, and what the engine needs to rank offers there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from fellestorg.agreements.models import Lot, PolicyVersion
from fellestorg.engines.travel.climate import flight_factors
from fellestorg.engines.travel.flights import Area, Terms
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.travel.flights.airports import airports, km_between
from fellestorg.travel.models import Airline, FareDiscount, Route, RouteArea

CATEGORY = "flight"
OPEN, CLOSING, CLOSED = "open", "closing", "closed"


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A supplier on a route on a day. ``rates`` are the discounts by fare class; ``closed`` says whether it has stopped
    by then. ``expected`` is the price the rank rests on (kroner), None where none was known."""

    rank: int
    supplier: str
    name: str
    rates: dict[str, Decimal]
    closed_from: date | None
    closed_reason: str
    closed: bool
    expected: Decimal | None
    valid_from: date
    valid_to: date
    pk: int = 0
    supplier_pk: int = 0
    basis_from: str = ""
    basis_to: str = ""
    basis_fares: int = 0


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route on a day with its suppliers in rank. ``status``: ``open``, ``closing`` (somebody stops later), ``closed``
    (nobody flies it on the agreement)."""

    code: str
    origin: str
    destination: str
    km: int
    domestic: bool
    status: str
    areas: tuple[AreaRow, ...]


def flight_lots(day: date) -> QuerySet[Lot]:
    """The lots with routes whose agreement holds on a day."""
    rows = Lot.objects.filter(agreement__starts__lte=day, agreement__ends__gte=day, routes__isnull=False)
    return rows.select_related("agreement__owner", "agreement__manager").distinct().order_by("agreement__starts", "pk")


def new_flight_lot(day: date) -> Lot | None:
    """A lot for flights that has no routes yet, under an agreement that holds on the day."""
    rows = Lot.objects.filter(agreement__starts__lte=day, agreement__ends__gte=day, categories__contains=[CATEGORY])
    return rows.select_related("agreement__owner", "agreement__manager").order_by("agreement__starts", "pk").first()


def find_route(origin: str, destination: str, day: date) -> Route | None:
    """The route between two airports, whichever way, under a lot that holds on the day; None where there is none."""
    either = Q(origin=origin, destination=destination) | Q(origin=destination, destination=origin)
    rows = Route.objects.filter(either, lot__in=flight_lots(day))
    return rows.select_related("lot__agreement__owner", "lot__agreement__manager").first()


def route_by_code(code: str, lot: Lot | None = None) -> Route | None:
    """A route by its code (``OSL-TOS``), whichever way it is written; in the newest lot that has it where none is given."""
    origin, _dash, destination = code.upper().partition("-")
    either = Q(origin=origin, destination=destination) | Q(origin=destination, destination=origin)
    rows = Route.objects.filter(either) if lot is None else Route.objects.filter(either, lot=lot)
    return rows.select_related("lot__agreement__owner", "lot__agreement__manager").order_by("-lot__pk").first()


def route_rows(lots: Iterable[Lot], day: date) -> list[RouteRow]:
    """Every route of these lots as it stands on a day, by code."""
    routes = Route.objects.filter(lot__in=list(lots))
    return sorted((_row(route, day) for route in _with_areas(routes, day)), key=lambda row: row.code)


def route_row(route: Route, day: date) -> RouteRow:
    """One route as it stands on a day."""
    return _row(_with_areas(Route.objects.filter(pk=route.pk), day).get(), day)


def areas_on(route: Route, day: date) -> list[RouteArea]:
    """The suppliers whose agreement on the route holds on a day, in rank."""
    current = RouteArea.objects.filter(_current(day), route=route)
    return list(current.select_related("supplier").order_by("rank"))


def terms_on(route: Route, day: date) -> Terms:
    """What decides on the route for tickets bought on a day. Suppliers that were or will be there are told apart from
    those that never were."""
    discounts: dict[int, dict[str, Decimal]] = {}
    for one in FareDiscount.objects.filter(_current(day), route=route):
        discounts.setdefault(one.supplier_id, {})[one.fare_class] = one.rate
    newest: dict[int, RouteArea] = {}
    for area in RouteArea.objects.filter(route=route).select_related("supplier").order_by("valid_from"):
        held = newest.get(area.supplier_id)
        if held is None or not _holds(held, day):
            newest[area.supplier_id] = area
    agreement = route.lot.agreement
    in_force = agreement.starts <= day <= agreement.ends
    areas = tuple(
        Area(
            one.supplier.number,
            one.rank,
            discounts.get(one.supplier_id, {}),
            in_force and _holds(one, day),
            one.closed_from,
            one.closed_reason,
        )
        for one in newest.values()
    )
    return _terms(km_between(route.origin, route.destination), areas, day, _carbon(route.lot, day))


def terms_without_route(km: int, day: date) -> Terms:
    """What decides between two airports that no agreement covers: nobody is on it."""
    return _terms(km, (), day, Decimal(0))


def rules_used(day: date, *, carbon: bool) -> list[Rule]:
    """The rules that a ranking of offers rests on."""
    names = ["FLY-SHOW", "FLY-RANK", "CO2-FLIGHT", *(["COST-CARBON"] if carbon else [])]
    return [rule_book().rule(name, on=day) for name in names]


def _terms(km: int, areas: tuple[Area, ...], day: date, carbon: Decimal) -> Terms:
    show = rule_book().rule("FLY-SHOW", on=day)
    airlines = dict(Airline.objects.values_list("code", "supplier__number"))
    return Terms(
        km,
        areas,
        airlines,
        flight_factors(day),
        show.count("offers"),
        show.amount("within"),
        show.count("airlines"),
        carbon,
    )


def _carbon(lot: Lot, day: date) -> Decimal:
    """What a kilogram costs where the lot's policy says that carbon decides, else 0."""
    policy = PolicyVersion.objects.filter(lot=lot, valid_from__lte=day).order_by("-version").first()
    if policy is None or "carbon" not in policy.document.get("decides", ()):
        return Decimal(0)
    return rule_book().rule("COST-CARBON", on=day).amount("carbon_per_kg")


def _with_areas(routes: QuerySet[Route], day: date) -> QuerySet[Route]:
    # Many routes are of one lot and a few suppliers: each is read once.
    areas = RouteArea.objects.filter(_current(day)).prefetch_related("supplier").order_by("rank")
    return routes.prefetch_related(
        "lot__agreement", Prefetch("areas", areas), Prefetch("discounts", FareDiscount.objects.filter(_current(day)))
    )


def _row(route: Route, day: date) -> RouteRow:
    rates: dict[int, dict[str, Decimal]] = {}
    for one in route.discounts.all():
        rates.setdefault(one.supplier_id, {})[one.fare_class] = one.rate
    ends = route.lot.agreement.ends
    areas = tuple(_area(one, rates.get(one.supplier_id, {}), day, ends) for one in route.areas.all())
    known = airports()
    return RouteRow(
        route.code,
        route.origin,
        route.destination,
        km_between(route.origin, route.destination),
        all(known[code].country == "NO" for code in (route.origin, route.destination)),
        _status(areas),
        areas,
    )


def _area(one: RouteArea, rates: dict[str, Decimal], day: date, ends: date) -> AreaRow:
    basis = one.basis or {}
    return AreaRow(
        one.rank,
        one.supplier.number,
        one.supplier.name,
        rates,
        one.closed_from,
        one.closed_reason,
        one.closed_from is not None and one.closed_from <= day,
        Decimal(basis["expected"]) if basis.get("expected") else None,
        one.valid_from,
        # Options that are not used yet make it no longer.
        min(one.valid_to or ends, ends),
        one.pk,
        one.supplier_id,
        basis.get("from", ""),
        basis.get("to", ""),
        basis.get("fares", 0),
    )


def _status(areas: Sequence[AreaRow]) -> str:
    if all(one.closed for one in areas):
        return CLOSED
    return CLOSING if any(one.closed_from is not None for one in areas) else OPEN


def _current(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def _holds(one: RouteArea, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
