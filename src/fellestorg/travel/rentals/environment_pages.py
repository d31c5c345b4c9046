"""The environment report of rental cars, as a page with a chart, CSV and JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.travel.bookings import queries as bookings
from fellestorg.travel.bookings.policy import AGENCY, SEES_ALL
from fellestorg.travel.rentals import environment
from fellestorg.travel.rentals.environment import Line, Report
from fellestorg.travel.rentals.words import class_name, fuel_name
from fellestorg.ui.charts import BarChart, Point
from fellestorg.ui.parts import Crumb, Download, Paging

_READERS = (*AGENCY, *SEES_ALL)
_COLUMNS = (
    "agency",
    "agency_name",
    "car_class",
    "fuel",
    "rentals",
    "days",
    "km",
    "co2e_kg",
    "kg_per_km",
    "without_figure",
)
_PAGE = 50


@require_safe
@for_roles(*_READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Rentals by class and fuel, what they emitted, and by which factors."""
    actor = actor_of(request)
    found, year, agency = _asked(request)
    paging = Paging.read(request.GET.dict(), len(found.lines), _PAGE)
    query = request.GET.urlencode()
    context = {
        "found": found,
        "rows": [
            (one, class_name(one.car_class), fuel_name(one.fuel)) for one in found.lines[paging.start : paging.stop]
        ],
        "paging": paging,
        "chart": _chart(found) if found.lines else None,
        "years": bookings.years(actor),
        "agencies": bookings.agencies(actor),
        "year": year,
        "agency": agency,
        "csv": f"{reverse('rental_environment_csv')}?{query}",
        "downloads": [
            Download("CSV", f"{reverse('rental_environment_csv')}?{query}", "csv"),
            Download("JSON", f"{reverse('rental_environment_json')}?{query}", "json"),
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Reiser"), reverse("travel")),
            Crumb(_("Leiebil"), reverse("rentals")),
            Crumb(_("Miljørapport")),
        ],
    }
    return render(request, "travel/rentals/environment.html", context)


@require_safe
@for_roles(*_READERS)
def page_csv(request: HttpRequest) -> HttpResponse:
    """The report as CSV."""
    rows = ([_plain(one)[name] for name in _COLUMNS] for one in _asked(request)[0].lines)
    return csv_answer("miljorapport-leiebil", _COLUMNS, rows)


@require_safe
@for_roles(*_READERS)
def page_json(request: HttpRequest) -> HttpResponse:
    """The report as JSON, with the rules behind the figures."""
    found = _asked(request)[0]
    sources = [{"rule": rule, "source": source, "verified": verified} for rule, source, verified in found.sources]
    told = {"rentals": found.rentals, "km": found.km, "co2e_kg": found.kg, "without_figure": found.without}
    return json_answer({**told, "lines": [_plain(one) for one in found.lines], "sources": sources})


def _asked(request: HttpRequest) -> tuple[Report, int | None, str]:
    text = request.GET.get("ar", "")
    year = int(text) if text.isdecimal() and len(text) == 4 and int(text) > 1900 else None
    agency = request.GET.get("virksomhet", "").replace("\x00", "")
    return environment.report(actor_of(request), year, agency), year, agency


def _plain(one: Line) -> dict[str, Any]:
    return {
        "agency": one.agency,
        "agency_name": one.agency_name,
        "car_class": one.car_class,
        "fuel": one.fuel,
        "rentals": one.rentals,
        "days": one.days,
        "km": one.km,
        "co2e_kg": one.kg,
        "kg_per_km": None if one.kg_km is None else round(one.kg_km, 4),
        "without_figure": one.without,
    }


def _chart(found: Report) -> BarChart:
    points = tuple(Point(fuel_name(fuel), kg) for fuel, (_count, kg) in environment.by_fuel(found.lines).items())
    return BarChart(_("Utslipp etter drivstoff"), points, unit="kg CO2e", places=0, label_heading=_("Drivstoff"))
