"""The routes of the agreement, open to all without their prices; and what they save, for SI."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.travel import Travel, travelled
from fellestorg.catalogues.policy import price_sight
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.travel.flights.airports import airport_name
from fellestorg.travel.flights.forms import ClosureForm
from fellestorg.travel.flights.policy import READERS, SI
from fellestorg.travel.flights.queries import RouteRow, flight_lots, route_by_code, route_row, route_rows
from fellestorg.travel.flights.ranking import Window
from fellestorg.travel.flights.savings import RouteSaving, route_saving, savings
from fellestorg.travel.flights.shown import expected_chart, route_json, route_shown, savings_chart
from fellestorg.travel.flights.words import STATUSES, class_name
from fellestorg.travel.models import PublishedFare, Route
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import kroner

_ROUTE = ("route", "from", "to", "km", "domestic", "status", "suppliers", "closed")
_SAVING = (
    "route", "supplier", "rank", "rank_by_fares", "expected_net", "expected_published", "expected_saved", "fares",
    "tickets", "paid", "realised_saved", "potential", "outside",
)  # fmt: skip
_FARE = ("seen_on", "airline", "class", "published", "source")
_FARES_SHOWN = 40


@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """Every route on the agreement, with filters."""
    travel, rows = travelled(request), _listed(request)
    sight = price_sight(actor_of(request))
    paging = Paging.read(request.GET.dict(), len(rows), 30)
    query = request.GET.urlencode()
    context = {
        "rows": [route_shown(one, sight) for one in rows[paging.start : paging.stop]],
        "total": len(rows),
        "paging": paging,
        "travel": travel,
        "text": _text(request, "q"),
        "supplier": _text(request, "selskap"),
        "status": _text(request, "status"),
        "where": _text(request, "hvor"),
        "suppliers": _supplier_choices(travel),
        "statuses": list(STATUSES.items()),
        "sees_savings": actor_of(request).has(*SI),
        "downloads": [
            Download("CSV", f"{reverse('routes_csv')}?{query}", "csv"),
            Download("JSON", f"{reverse('routes_json')}?{query}", "json"),
        ],
        "crumbs": [*crumbs(), Crumb(_("Flyruter"))],
    }
    return render(request, "travel/flights/routes.html", context)


@require_safe
def routes_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    rows = (
        [one.code, one.origin, one.destination, one.km, one.domestic, one.status,
         ", ".join(area.name for area in one.areas),
         ", ".join(f"{area.name} {area.closed_from}" for area in one.areas if area.closed_from)]
        for one in _listed(request)
    )  # fmt: skip
    return csv_answer("flyruter", _ROUTE, rows)


@require_safe
def routes_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters; discounts for whoever may see prices."""
    sight = price_sight(actor_of(request))
    return json_answer({"routes": [route_json(one, prices=sight) for one in _listed(request)]})


@require_safe
def route(request: HttpRequest, code: str) -> HttpResponse:
    """One route: who flies it in which order and why, discounts, closures, and the fares that were seen."""
    return route_page(request, code, None)


def route_page(
    request: HttpRequest, code: str, form: ClosureForm | None, problems: Any = (), status: int = 200, area: int = 0
) -> HttpResponse:
    """The page of a route, with a form that was filled in where there is one."""
    found = route_by_code(code)
    if found is None:
        raise Http404
    travel, actor = travelled(request), actor_of(request)
    row, sight = route_row(found, travel.day), price_sight(actor)
    context: dict[str, Any] = {
        "route": route_shown(row, sight),
        "agreement": found.lot.agreement,
        "lot": found.lot,
        "travel": travel,
        "problems": problems,
        "manages": may_manage(actor, found.lot.agreement).allowed and not travel.then,
        "closing": area,
        "form": form or ClosureForm(initial={"fra_dag": clock.today()}),
        "downloads": [Download("JSON", f"{reverse('route_json', args=[row.code])}{travel.query}", "json")],
        "crumbs": [*crumbs(), Crumb(_("Flyruter"), reverse("routes")), Crumb(row.code)],
    }
    if sight.everybody:
        window, saving = route_saving(found.lot, row, found, travel.day)
        context |= {
            "saving": saving,
            "window": window,
            "chart": expected_chart(saving),
            "fares": [(one, class_name(one.fare_class)) for one in _fares(request, found)[:_FARES_SHOWN]],
            "fares_csv": f"{reverse('route_fares_csv', args=[row.code])}{travel.query}",
        }
    return render(request, "travel/flights/route.html", context, status=status)


@require_safe
def route_as_json(request: HttpRequest, code: str) -> HttpResponse:
    """One route as data."""
    found = route_by_code(code)
    if found is None:
        raise Http404
    day, sight = travelled(request).day, price_sight(actor_of(request))
    row = route_row(found, day)
    data = route_json(row, prices=sight)
    if sight.everybody:
        _window, saving = route_saving(found.lot, row, found, day)
        data["fares"] = [
            dict(zip(_FARE, (one.seen_on, one.airline_id, one.fare_class, one.amount, one.source), strict=True))
            for one in _fares(request, found)
        ]
        data["saving"] = [dict(zip(_SAVING, line, strict=True)) for line in _lines(saving)]
    return json_answer(data)


@require_safe
@for_roles(*READERS)
def route_fares_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The fares that were seen on a route up to the day, newest first."""
    found = route_by_code(code)
    if found is None:
        raise Http404
    rows = ([one.seen_on, one.airline_id, one.fare_class, one.amount, one.source] for one in _fares(request, found))
    return csv_answer(f"priser-{found.code}", _FARE, rows)


@require_safe
@for_roles(*SI)
def saved(request: HttpRequest) -> HttpResponse:
    """What each route saves: expected over the fares that were seen, realised on what was booked."""
    travel = travelled(request)
    lot = _lot(travel)
    window, found = savings(lot, travel.day) if lot is not None else (Window.before(travel.day), [])
    paging = Paging.read(request.GET.dict(), len(found), 40)
    query = request.GET.urlencode()
    context = {
        "rows": found[paging.start : paging.stop],
        "paging": paging,
        "window": window,
        "travel": travel,
        "chart": savings_chart(found),
        "reorder": [one.row.code for one in found if one.reorder],
        "manages": lot is not None and may_manage(actor_of(request), lot.agreement).allowed and not travel.then,
        "tickets": sum(one.realised.tickets for one in found),
        "realised": sum(one.realised.saved for one in found),
        "potential": sum(one.realised.potential for one in found),
        "downloads": [
            Download("CSV", f"{reverse('flight_savings_csv')}?{query}", "csv"),
            Download("JSON", f"{reverse('flight_savings_json')}?{query}", "json"),
        ],
        "crumbs": [*crumbs(), Crumb(_("Flyruter"), reverse("routes")), Crumb(_("Besparelse"))],
    }
    return render(request, "travel/flights/savings.html", context)


@require_safe
@for_roles(*SI)
def saved_csv(request: HttpRequest) -> HttpResponse:
    """The savings as CSV: one row for each supplier of each route."""
    return csv_answer("flyruter-besparelse", _SAVING, (line for one in _saved(request) for line in _lines(one)))


@require_safe
@for_roles(*SI)
def saved_json(request: HttpRequest) -> HttpResponse:
    """The savings as JSON."""
    lines = [dict(zip(_SAVING, line, strict=True)) for one in _saved(request) for line in _lines(one)]
    return json_answer({"savings": lines})


def crumbs() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Reiser"), reverse("travel")), Crumb(_("Fly"), reverse("flights"))]


def _saved(request: HttpRequest) -> list[RouteSaving]:
    travel = travelled(request)
    lot = _lot(travel)
    return savings(lot, travel.day)[1] if lot is not None else []


def _fares(request: HttpRequest, route: Route) -> QuerySet[PublishedFare]:
    rows = PublishedFare.objects.filter(route=route, seen_on__lte=travelled(request).day).select_related("airline")
    return rows.order_by("-seen_on", "airline", "amount")


def _lot(travel: Travel) -> Lot | None:
    return flight_lots(travel.day).first()


def _lines(one: RouteSaving) -> list[list[Any]]:
    """One line for each supplier; what was realised stands with the first, so that sums are right."""
    lines = []
    for place, area in enumerate(one.row.areas):
        known = one.expected.get(area.supplier)
        by_fares = one.order.index(area.supplier) + 1 if area.supplier in one.order else None
        done = one.realised if place == 0 else None
        lines.append(
            [
                one.row.code,
                area.name,
                area.rank,
                by_fares,
                kroner(known.expected) if known else None,
                kroner(known.published) if known else None,
                kroner(known.saved) if known else None,
                known.fares if known else 0,
                done.tickets if done else None,
                done.paid if done else None,
                done.saved if done else None,
                done.potential if done else None,
                done.outside if done else None,
            ]
        )
    return lines


def _listed(request: HttpRequest) -> list[RouteRow]:
    day = travelled(request).day
    rows = route_rows(flight_lots(day), day)
    words = _text(request, "q").casefold().replace("–", "-").split()
    supplier, status, where = (_text(request, name) for name in ("selskap", "status", "hvor"))
    return [
        row
        for row in rows
        if all(word in _searched(row) for word in words)
        and (not supplier or any(one.supplier == supplier for one in row.areas))
        and (not status or row.status == status)
        and (where not in ("innland", "utland") or row.domestic == (where == "innland"))
    ]


def _searched(row: RouteRow) -> str:
    names = [airport_name(row.origin), airport_name(row.destination), *(one.name for one in row.areas)]
    return " ".join([row.code, f"{row.destination}-{row.origin}", *names]).casefold()


def _supplier_choices(travel: Travel) -> list[tuple[str, str]]:
    rows = route_rows(flight_lots(travel.day), travel.day)
    return sorted({(one.supplier, one.name) for row in rows for one in row.areas}, key=lambda pair: pair[1])


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]
