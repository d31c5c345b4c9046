"""Changes on routes that need four eyes: new discounts, an airline that stops flying, and a new ranking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_wanted, register_kind
from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.verbs import register_verbs
from fellestorg.organisations.models import Organisation
from fellestorg.travel.flights.importing import KIND as DISCOUNTS
from fellestorg.travel.flights.words import class_name
from fellestorg.travel.models import MOST_SUPPLIERS, FareDiscount, Route, RouteArea
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.formats import share
from fellestorg.values import BadInput, Problem, decimal_text

CLOSURE = "route_closure"
RANKING = "route_ranking"
SHORTEST_REASON = 10


def register() -> None:
    """Tell the proposals of these kinds, and what their events are called."""
    kinds = (
        (
            DISCOUNTS,
            gettext_lazy("Flyruter og rabatter"),
            _discounts_now,
            _check_discounts,
            _compare_discounts,
            _set,
            _discounts_anew,
        ),
        (
            CLOSURE,
            gettext_lazy("Flyselskap slutter på en rute"),
            _closure_now,
            _check_closure,
            _compare_closure,
            _close,
            as_wanted,
        ),
        (
            RANKING,
            gettext_lazy("Ny rekkefølge på flyruter"),
            _ranks_now,
            _check_ranking,
            _compare_ranking,
            _rank,
            _ranking_anew,
        ),
    )
    for key, name, rests_on, check, compare, apply, anew in kinds:
        register_kind(key, Kind(name, rests_on, check, compare, apply, direct_in_draft=False, anew=anew))
    register_verbs(
        {
            "routes_imported": gettext_lazy("Flyruter lagt inn"),
            "flight_discounts_changed": gettext_lazy("Rabatter på flyruter endret"),
            "airline_registered": gettext_lazy("Flyselskap registrert"),
            "fares_imported": gettext_lazy("Publiserte flypriser lest inn"),
            "route_closed": gettext_lazy("Flyselskap slutter på en rute"),
            "route_opened": gettext_lazy("Flyselskap flyr en rute likevel"),
            "routes_ranked": gettext_lazy("Ny rekkefølge på flyruter"),
        }
    )


def closure_payload(area: RouteArea, since: date | None, why: str) -> dict[str, Any]:
    """That a supplier stops on a route from a day (None: that it flies after all)."""
    return {
        "route": area.route.code,
        "supplier": area.supplier.number,
        "from": since.isoformat() if since else None,
        "why": why.strip() if since else "",
    }


def _discounts_now(target: Target, payload: Payload) -> dict[str, Any]:
    on = date.fromisoformat(payload["on"])
    found = {
        (one.route.code, one.supplier.number, one.fare_class): decimal_text(one.rate)
        for one in _discounts_from(target, on)
        if one.valid_from <= on
    }
    routes = {row[0] for row in payload["areas"]}
    ranks = sorted([*key, rank] for key, rank in _ranks_on(target, on).items() if key[0] in routes)
    return {"rows": [[*row[:3], found.get((row[0], row[1], row[2]))] for row in payload["rows"]], "ranks": ranks}


def _discounts_anew(_target: Target, payload: Payload, was: Payload, _now: datetime) -> dict[str, Any]:
    """The discounts that the proposal changed; the others are as they have become."""
    rows = [row for row, then in zip(payload["rows"], was["rows"], strict=True) if row[3] != then[3]]
    return {**payload, "rows": rows}


def _check_discounts(target: Target, payload: Payload, now: datetime) -> None:
    on = date.fromisoformat(payload["on"])
    problems = _not_passed(on, now)
    there = _ranks_on(target, on)
    for index, (route, supplier, rank) in enumerate(payload["areas"]):
        taken = {other for key, other in there.items() if key[0] == route}
        if (route, supplier) in there or rank in taken or not 1 <= rank <= MOST_SUPPLIERS:
            problems.append(Problem(f"areas[{index}]", "taken", _("plassen er tatt på ruten")))
        there[route, supplier] = rank
    for index, (route, supplier, fare_class, rate) in enumerate(payload["rows"]):
        where = f"rows[{index}]"
        if (route, supplier) not in there:
            problems.append(Problem(where, "not_on_route", _("selskapet har ikke avtale på ruten denne dagen")))
        if fare_class not in FARE_CLASSES or not 0 <= Decimal(rate) < 1:
            problems.append(Problem(where, "not_a_discount", _("rabatten må være under 100 prosent")))
    BadInput.raise_if(problems)


def _compare_discounts(_target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = _names(row[1] for row in payload["rows"])
    rows = [
        Compared(_("%(route)s, ny på ruten") % {"route": route}, "", f"{rank}. {names.get(supplier, supplier)}")
        for route, supplier, rank in payload["areas"]
    ]
    rows += [
        Compared(
            f"{route}, {names.get(supplier, supplier)}, {class_name(fare_class).lower()}",
            _percent(was[3]),
            _percent(rate),
        )
        for (route, supplier, fare_class, rate), was in zip(payload["rows"], before["rows"], strict=True)
    ]
    changed = any(row.changed for row in rows)
    return [*rows, Compared(_("Gjelder fra"), "", _shown(payload["on"]) if changed else "")]


def _set(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    on = date.fromisoformat(payload["on"])
    suppliers = _suppliers(row[1] for row in (*payload["rows"], *payload["areas"]))
    routes = _routes_made(target, payload)
    RouteArea.objects.bulk_create(
        RouteArea(
            route=routes[route],
            supplier=suppliers[supplier],
            rank=rank,
            valid_from=on,
            valid_to=target.agreement.latest_end,
        )
        for route, supplier, rank in payload["areas"]
    )
    wanted = {(row[0], row[1], row[2]): Decimal(row[3]) for row in payload["rows"]}
    for one in _discounts_from(target, on):
        key = (one.route.code, one.supplier.number, one.fare_class)
        if key not in wanted:
            continue
        if one.valid_from >= on:
            one.delete()
        else:
            one.valid_to = on - timedelta(days=1)
            one.save(update_fields=["valid_to"])
    FareDiscount.objects.bulk_create(
        FareDiscount(
            route=routes[route],
            supplier=suppliers[supplier],
            fare_class=fare_class,
            rate=rate,
            valid_from=on,
            valid_to=target.agreement.latest_end,
            source=_("Endring godkjent %(day)s") % {"day": clock.local_day(now).isoformat()},
        )
        for (route, supplier, fare_class), rate in wanted.items()
    )
    _record(target, "flight_discounts_changed", actor, now, payload)


def _closure_now(target: Target, payload: Payload) -> dict[str, Any]:
    area = _areas(target, payload).first()
    closed = area.closed_from if area is not None else None
    return {
        "from": closed.isoformat() if closed else None,
        "why": area.closed_reason if area is not None else "",
    }


def _check_closure(target: Target, payload: Payload, _now: datetime) -> None:
    if not _areas(target, payload).exists():
        raise BadInput.of("route", "not_on_route", _("selskapet har ikke avtale på ruten"))
    if payload["from"] is not None and len(payload["why"]) < SHORTEST_REASON:
        raise BadInput.of("why", "missing", _("oppgi en grunn på minst ti tegn"))


def _compare_closure(_target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = _names([payload["supplier"]])
    label = f"{payload['route']}, {names.get(payload['supplier'], payload['supplier'])}"
    return [
        Compared(_("%(what)s: første dag uten fly") % {"what": label}, _shown(before["from"]), _shown(payload["from"])),
        Compared(_("Grunn"), before["why"], payload["why"]),
    ]


def _close(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    since = date.fromisoformat(payload["from"]) if payload["from"] else None
    _areas(target, payload).update(closed_from=since, closed_reason=payload["why"])
    _record(target, "route_closed" if since else "route_opened", actor, now, payload)


def _ranks_now(target: Target, payload: Payload) -> dict[str, Any]:
    on = date.fromisoformat(payload["on"])
    rows = RouteArea.objects.filter(_holds(on), route__lot=target.lot).select_related("route", "supplier")
    ranks: dict[str, list[str]] = {}
    for one in rows.order_by("rank"):
        ranks.setdefault(one.route.code, []).append(one.supplier.number)
    return {"ranks": {row["route"]: ranks.get(row["route"], []) for row in payload["routes"]}}


def _ranking_anew(_target: Target, payload: Payload, was: Payload, _now: datetime) -> dict[str, Any]:
    """The routes whose order the proposal changed; the others are as they have become."""
    routes = [
        row for row in payload["routes"] if [one["supplier"] for one in row["ranking"]] != was["ranks"][row["route"]]
    ]
    return {**payload, "routes": routes}


def _check_ranking(target: Target, payload: Payload, now: datetime) -> None:
    problems = _not_passed(date.fromisoformat(payload["on"]), now)
    present = _ranks_now(target, payload)["ranks"]
    for index, row in enumerate(payload["routes"]):
        if sorted(one["supplier"] for one in row["ranking"]) != sorted(present[row["route"]]):
            text = _("%(route)s har andre leverandører nå") % {"route": row["route"]}
            problems.append(Problem(f"routes[{index}]", "other_suppliers", text))
    BadInput.raise_if(problems)


def _compare_ranking(_target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = _names(number for ranks in before["ranks"].values() for number in ranks)
    rows = [
        Compared(
            row["route"],
            _in_order(before["ranks"][row["route"]], names),
            _in_order([one["supplier"] for one in row["ranking"]], names),
        )
        for row in payload["routes"]
    ]
    changed = any(row.changed for row in rows)
    return [*rows, Compared(_("Gjelder fra"), "", _shown(payload["on"]) if changed else "")]


def _rank(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    on = date.fromisoformat(payload["on"])
    wanted = {row["route"]: row["ranking"] for row in payload["routes"]}
    rows = RouteArea.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), route__lot=target.lot)
    held = [one for one in rows.select_related("route", "supplier") if one.route.code in wanted]
    # All give up their places before anybody takes a new one, so that two may change places.
    until = {(one.route.code, one.supplier.number): one.valid_to for one in held}
    closed = {(one.route.code, one.supplier.number): (one.closed_from, one.closed_reason) for one in held}
    for one in held:
        if one.valid_from >= on:
            one.delete()
        else:
            one.valid_to = on - timedelta(days=1)
            one.save(update_fields=["valid_to"])
    routes, suppliers = _routes(target), _suppliers(number for _code, number in until)
    RouteArea.objects.bulk_create(
        RouteArea(
            route=routes[route],
            supplier=suppliers[one["supplier"]],
            rank=rank,
            basis=one["basis"],
            valid_from=on,
            valid_to=until[route, one["supplier"]],
            closed_from=closed[route, one["supplier"]][0],
            closed_reason=closed[route, one["supplier"]][1],
        )
        for route, ranking in wanted.items()
        for rank, one in enumerate(ranking, 1)
    )
    _record(target, "routes_ranked", actor, now, payload)


def _areas(target: Target, payload: Payload) -> QuerySet[RouteArea]:
    """The rows that a closure is about: the supplier's on the route from the day it stops, or those that are closed."""
    origin, _dash, destination = payload["route"].partition("-")
    rows = RouteArea.objects.filter(
        route__lot=target.lot,
        route__origin=origin,
        route__destination=destination,
        supplier__number=payload["supplier"],
    )
    if payload["from"] is None:
        return rows.exclude(closed_from=None).order_by("-valid_from")
    return rows.exclude(valid_to__lt=payload["from"]).order_by("-valid_from")


def _discounts_from(target: Target, on: date) -> list[FareDiscount]:
    rows = FareDiscount.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), route__lot=target.lot)
    return list(rows.select_related("route", "supplier").order_by("valid_from"))


def _ranks_on(target: Target, on: date) -> dict[tuple[str, str], int]:
    """Who is on each route on a day, and in which place."""
    rows = RouteArea.objects.filter(_holds(on), route__lot=target.lot).select_related("route", "supplier")
    return {(one.route.code, one.supplier.number): one.rank for one in rows}


def _holds(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def _routes(target: Target) -> dict[str, Route]:
    return {one.code: one for one in Route.objects.filter(lot=target.lot)}


def _routes_made(target: Target, payload: Payload) -> dict[str, Route]:
    """The lot's routes, those that the proposal brings made as well."""
    routes = _routes(target)
    for code in dict.fromkeys(row[0] for row in payload["areas"]):
        if code not in routes:
            origin, _dash, destination = code.partition("-")
            routes[code] = Route.objects.create(lot=target.the_lot, origin=origin, destination=destination)
    return routes


def _suppliers(numbers: Any) -> dict[str, Organisation]:
    return {one.number: one for one in Organisation.objects.filter(number__in=set(numbers))}


def _names(numbers: Any) -> dict[str, str]:
    return dict(Organisation.objects.filter(number__in=set(numbers)).values_list("number", "name"))


def _in_order(numbers: list[str], names: Mapping[str, str]) -> str:
    return ", ".join(f"{rank}. {names.get(number, number)}" for rank, number in enumerate(numbers, 1))


def _not_passed(on: date, now: datetime) -> list[Problem]:
    if on >= clock.local_day(now):
        return []
    return [Problem("on", "passed", _("endringen kan ikke gjelde fra en dag som har vært"))]


def _percent(rate: str | None) -> str:
    return "" if rate is None else share(Decimal(rate), 2)


def _shown(day: str | None) -> str:
    return shown_day(date.fromisoformat(day), "medium") if day else ""


def _record(target: Target, verb: str, actor: Actor, now: datetime, payload: Payload) -> None:
    events.record(Happening(target.subject, verb, target.subject, actor, now, dict(payload)))
