"""Pages where an agency sees what its travel came to, and goes on to its travel agency."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations.models import Organisation
from fellestorg.travel.bookings import actions, handover, queries
from fellestorg.travel.bookings.charts import charts_of
from fellestorg.travel.bookings.forms import HandOverForm
from fellestorg.travel.bookings.policy import AGENCY, SEES_ALL, SENDERS
from fellestorg.travel.bookings.queries import Filters, Sums
from fellestorg.travel.bookings.words import CHANNELS, MISSING, MODES, REASONS, SHOWN, tone
from fellestorg.travel.models import Booking, Channel, Mode
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import Refused

_READERS = (*AGENCY, *SEES_ALL)
_PAGE = 50
_MOST_ROWS = 50_000
_SUMS = (
    "number", "name", "bookings", "paid", "saved", "potential", "leaks", "leaked", "online", "online_share", "elsewhere",
    "known", "elsewhere_share", "wrong_price", "without_co2", "air_kg", "hotel_kg", "car_kg", "kg", "hand_overs",
)  # fmt: skip
_MONTH = ("first", "bookings", "online", "paid", "air_kg", "hotel_kg", "car_kg")
_ROW = (
    "reference", "mode", "agency", "travel_agency", "channel", "booked_on", "travelled_on", "supplier", "place", "cabin",
    "fare_class", "nights", "days", "km", "fuel", "published", "paid", "agreement", "reason", "expected", "best",
    "own_travel_agency", "distance_km", "co2e_kg", "co2_factor", "co2_rule", "co2_source", "co2_verified", "co2_missing",
)  # fmt: skip


@require_safe
@for_roles(*_READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Each agency's bookings added up, and all of them, with charts."""
    actor, wanted = actor_of(request), _wanted(request)
    lines = queries.sums_by_agency(actor, wanted)
    months = queries.by_month(actor, wanted)
    paging = Paging.read(request.GET.dict(), len(lines), 25)
    asked = request.GET.urlencode()
    context = {
        "lines": lines[paging.start : paging.stop],
        "all": queries.added(lines),
        "paging": paging,
        "charts": charts_of(queries.by_reason(actor, wanted), months),
        "months_csv": f"{reverse('booking_months_csv')}?{asked}",
        "downloads": _downloads("bookings", asked),
        "list_link": f"{reverse('booking_list')}?{asked}",
        "year": wanted.year,
        "may_send": actor.has(*SENDERS),
        "crumbs": _crumbs(),
        **_choices(request, wanted),
    }
    return render(request, "travel/bookings/overview.html", context)


@require_safe
@for_roles(*_READERS)
def overview_csv(request: HttpRequest) -> HttpResponse:
    """The sums of each agency, as CSV."""
    lines = queries.sums_by_agency(actor_of(request), _wanted(request))
    return csv_answer("reiser-virksomheter", _SUMS, ([getattr(one, name) for name in _SUMS] for one in lines))


@require_safe
@for_roles(*_READERS)
def overview_json(request: HttpRequest) -> HttpResponse:
    """The sums of each agency, of all, and by month, as JSON."""
    actor, wanted = actor_of(request), _wanted(request)
    lines = queries.sums_by_agency(actor, wanted)
    return json_answer(
        {
            "agencies": [_plain_sums(one) for one in lines],
            "all": _plain_sums(queries.added(lines)),
            "months": [{name: getattr(one, name) for name in _MONTH} for one in queries.by_month(actor, wanted)],
        }
    )


@require_safe
@for_roles(*_READERS)
def months_csv(request: HttpRequest) -> HttpResponse:
    """Bookings, amounts and emissions by month of travel, as CSV."""
    months = queries.by_month(actor_of(request), _wanted(request))
    return csv_answer("reiser-maaneder", _MONTH, ([getattr(one, name) for name in _MONTH] for one in months))


@require_safe
@for_roles(*_READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """The bookings themselves, with what each was measured against."""
    actor, wanted = actor_of(request), _wanted(request)
    rows = _related(queries.found(actor, wanted))
    paging = Paging.read(request.GET.dict(), rows.count(), _PAGE)
    context = {
        "rows": [_shown(one) for one in rows[paging.start : paging.stop]],
        "paging": paging,
        "downloads": _downloads("booking_list", request.GET.urlencode()),
        "crumbs": _crumbs(Crumb(_("Alle bestillinger"))),
        **_choices(request, wanted),
    }
    return render(request, "travel/bookings/list.html", context)


@require_safe
@for_roles(*_READERS)
def listed_csv(request: HttpRequest) -> HttpResponse:
    """The bookings as CSV, with the same filters."""
    return csv_answer("reisebestillinger", _ROW, ([row[name] for name in _ROW] for row in _plain_rows(request)))


@require_safe
@for_roles(*_READERS)
def listed_json(request: HttpRequest) -> HttpResponse:
    """The bookings as JSON, with the same filters."""
    return json_answer({"bookings": _plain_rows(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def book(request: HttpRequest) -> HttpResponse:
    """Go on to the agency's travel agency: counted by POST, then shown with the way there."""
    form = HandOverForm(request.POST or request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("travel"))
    given = form.cleaned_data
    agency = Organisation.objects.filter(number=given["agency"]).first()
    if agency is None or agency.number not in actor_of(request).organisations(*handover.BOOKERS):
        raise PermissionDenied
    mode, channel = Mode(given["mode"]), Channel(given["channel"])
    if request.method == "POST":
        with suppress(Refused):  # the page then says that there is no travel agency yet
            actions.hand_over(agency, mode, given["place"], channel, actor=actor_of(request), now=clock.now())
        return HttpResponseRedirect(f"{reverse('book_travel')}?{urlencode(given)}")
    found = handover.reached([agency.number], clock.today())
    context = {
        "reached": found[0] if found else None,
        "agency": agency.name,
        "mode": MODES[mode],
        "place": given["place"],
        "online": channel == Channel.ONLINE and bool(found and found[0].online_address),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Reiser"), reverse("travel")), Crumb(_("Bestill reisen"))],
    }
    return render(request, "travel/bookings/book.html", context)


def _wanted(request: HttpRequest) -> Filters:
    given = request.GET.dict()
    year = given.get("ar", "")
    return Filters(
        year=int(year) if year.isdecimal() and len(year) == 4 and int(year) > 0 else None,
        agency=number if (number := given.get("virksomhet", "")).isdecimal() and len(number) == 9 else "",
        mode=given["type"] if given.get("type") in Mode.values else "",
        channel=given["kanal"] if given.get("kanal") in Channel.values else "",
        show=given["vis"] if given.get("vis") in queries.SHOWN else "",
    )


def _choices(request: HttpRequest, wanted: Filters) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "wanted": wanted,
        "years": queries.years(actor),
        "agencies": queries.agencies(actor),
        "modes": list(MODES.items()),
        "channels": list(CHANNELS.items()),
        "shown": list(SHOWN.items()),
    }


def _related(rows: Any) -> Any:
    return rows.select_related("agency", "travel_agency", "supplier", "agreement")


def _shown(one: Booking) -> dict[str, Any]:
    wrong = one.expected is not None and not one.reason and one.paid != one.expected
    return {
        "one": one,
        "mode": MODES[one.mode],
        "place": one.place if one.mode == Mode.AIR else one.place.capitalize(),
        "channel": CHANNELS[one.channel],
        "reason": REASONS[one.reason],
        "tone": tone(one.reason),
        "wrong": wrong,
        "missing": MISSING.get(one.co2_missing, ""),
        "lost": max(one.paid - one.best, Decimal(0)) if one.best is not None else None,
    }


def _plain_rows(request: HttpRequest) -> list[dict[str, Any]]:
    rows = _related(queries.found(actor_of(request), _wanted(request)))[:_MOST_ROWS]
    return [
        {name: getattr(one, name) for name in _ROW}
        | {
            "agency": one.agency.number,
            "travel_agency": one.travel_agency.number if one.travel_agency else None,
            "supplier": one.supplier.number if one.supplier else one.supplier_stated,
            "agreement": one.agreement.key if one.agreement else None,
        }
        for one in rows
    ]


def _plain_sums(one: Sums) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _SUMS}


def _downloads(name: str, asked: str) -> list[Download]:
    query = f"?{asked}" if asked else ""
    return [Download(kind.upper(), f"{reverse(f'{name}_{kind}')}{query}", kind) for kind in ("csv", "json")]


def _crumbs(*last: Crumb) -> list[Crumb]:
    link = reverse("bookings") if last else ""
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Reiser"), reverse("travel")),
        Crumb(_("Reisebestillinger"), link),
        *last,
    ]
