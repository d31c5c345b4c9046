"""Flying: the airlines of a route in the agreement's order, and offers ranked by net price."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.calloffs import shown as answers_shown
from fellestorg.calloffs.answers import answer_need, names_for
from fellestorg.calloffs.forms import wire_need
from fellestorg.calloffs.listing import buyer_choices
from fellestorg.calloffs.needs import Need, Stated, Unavailable
from fellestorg.calloffs.words import EXCLUSIONS
from fellestorg.catalogues.policy import price_sight
from fellestorg.engines.policy import UNAVAILABLE
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer, problem_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import ApiToken, Organisation
from fellestorg.organisations.token_access import for_token_or_roles
from fellestorg.travel.bookings import handover, rail
from fellestorg.travel.flights.forms import FlightForm
from fellestorg.travel.flights.offers import Answer, Asked, answer_json, answer_offers, parse_asked, read_offers
from fellestorg.travel.flights.policy import BUYERS, READERS
from fellestorg.travel.flights.queries import AreaRow, RouteRow, find_route, route_row
from fellestorg.travel.flights.shown import offers_shown, route_shown, route_title
from fellestorg.travel.models import Mode, Route
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, decimal_text, quote

_LONGEST_LINK = 6000
_COLUMNS = (
    "rank", "airline", "supplier", "flight", "class", "cabin", "stops", "departs", "published", "discount", "net", "saved",
    "co2e_kg", "on_agreement", "highlighted", "reasons",
)  # fmt: skip


@dataclass
class Trip:
    """What was asked, and what came of it. ``unavailable``: suppliers the buyer says cannot take it, with a code."""

    form: FlightForm
    bought: date
    route: Route | None = None
    row: RouteRow | None = None
    unavailable: dict[str, str] = field(default_factory=dict)
    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()
    status: int = 200

    @property
    def asked(self) -> bool:
        return self.form.is_bound and not self.form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*READERS)
def flights(request: HttpRequest) -> HttpResponse:
    """The form; the route's airlines with whom to use; the offers ranked; where to book. ``GET`` with the same fields
    answers too, so that a trip has an address."""
    actor, trip = actor_of(request), _trip(request)
    cleaned = trip.form.cleaned_data if trip.asked else {}
    origin, destination, day = (cleaned.get(name) for name in ("fra", "til", "dag"))
    context: dict[str, Any] = {
        "form": trip.form,
        "trip": trip,
        "problems": trip.problems,
        "crumbs": [*_crumbs(), Crumb(_("Fly"))],
    }
    if trip.asked and origin and destination and day:
        answer = trip.answer
        context |= {
            "offers": offers_shown(answer.ranked, _names(answer)) if answer else [],
            "answer": answer,
            "downloads": _downloads(request, trip),
            "rail": rail.alternative(origin, destination, day),
            "flight_kg": _lightest(answer),
            "hand_over": handover.part(actor, Mode.AIR, f"{origin}-{destination}", trip.bought),
        }
        if trip.row is not None:
            context |= {
                "route": route_shown(trip.row, price_sight(actor)),
                "title": route_title(trip.row),
                "choices": _choices(trip),
                "planned": _planned(request, trip, day),
            }
    return render(request, "travel/flights/search.html", context, status=trip.status)


@csrf_exempt  # It writes nothing: other systems may ask with a key, or the session alone.
@require_http_methods(["GET", "HEAD", "POST"])
@for_token_or_roles(ApiToken.Scope.FLIGHT_OFFERS, *READERS)
def offers_json(request: HttpRequest) -> HttpResponse:
    """Offers ranked, as data: ``POST`` with the wire shape, or ``GET`` with the page's fields."""
    if request.method == "POST":
        try:
            asked = parse_asked(json.loads(request.body), clock.today())
        except (ValueError, RecursionError):
            return _unreadable([Problem("", "not_json", "expected JSON")])
        except BadInput as error:
            return _unreadable(error.problems)
        return json_answer(answer_json(answer_offers(asked)))
    trip = _trip(request)
    if trip.answer is None:
        return _unreadable(_all_problems(trip))
    return json_answer(answer_json(trip.answer))


@require_safe
@for_roles(*READERS)
def offers_csv(request: HttpRequest) -> HttpResponse:
    """The ranked offers as CSV, by the page's fields."""
    trip = _trip(request)
    if trip.answer is None:
        return _unreadable(_all_problems(trip))
    rows = answer_json(trip.answer)["offers"]
    for row in rows:
        row["reasons"] = ", ".join(reason["code"] for reason in row["reasons"])
    return csv_answer("flytilbud", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


def _trip(request: HttpRequest) -> Trip:
    source = request.POST if request.method == "POST" else request.GET
    today = clock.today()
    if not any(source.get(name) for name in ("fra", "til", "tilbud")):
        return Trip(FlightForm(initial={"dag": today}), today)
    data = source.copy()
    data.setdefault("dag", today.isoformat())
    trip = Trip(FlightForm(data, request.FILES or None), today)
    if not trip.form.is_valid():
        trip.status = 422
        return trip
    given = trip.form.cleaned_data
    trip.route = find_route(given["fra"], given["til"], today)
    trip.row = route_row(trip.route, today) if trip.route is not None else None
    if trip.row is not None:
        stated = {one.supplier: source.get(f"ledig-{one.supplier}", "") for one in trip.row.areas}
        trip.unavailable = {number: code for number, code in stated.items() if code in UNAVAILABLE}
    content = given["fil"].read() if given["fil"] else given["tilbud"].encode()
    if content.strip():
        try:
            offers = read_offers(content, given["dag"])
            trip.answer = answer_offers(Asked(given["fra"], given["til"], today, offers))
        except BadInput as error:
            trip.problems, trip.status = error.problems, 422
    return trip


def _choices(trip: Trip) -> list[tuple[AreaRow, list[tuple[str, str, bool]]]]:
    """Each supplier of the route with the reasons one may give for passing it over."""
    assert trip.row is not None
    return [
        (
            one,
            [("", _("Ledig"), False)]
            + [(code, str(EXCLUSIONS[code]), trip.unavailable.get(one.supplier) == code) for code in UNAVAILABLE],
        )
        for one in trip.row.areas
    ]


def _planned(request: HttpRequest, trip: Trip, departs: date) -> dict[str, Any] | None:
    """Whom the call-off goes to by the route's table, with the button; None for whoever buys for nobody."""
    actor = actor_of(request)
    assert trip.route is not None
    buyers = buyer_choices(actor) if actor.has(*BUYERS) else []
    amount = _amount(trip)
    if not buyers or amount is None:
        return None
    lot = trip.route.lot
    need = Need(
        str(uuid.uuid4()),
        buyers[0][0],
        agreement=lot.agreement.key,
        lot=lot.key,
        amount=quote(amount),
        category=lot.categories[0],
        deliver_by=departs,
        stated=Stated(
            route=trip.route.code,
            unavailable=tuple(Unavailable(number, code) for number, code in trip.unavailable.items()),
        ),
    )
    try:
        found = answer_need(need, actor=actor, at=clock.now())[0]
    except BadInput as error:
        return {"problems": error.problems}
    shown = answers_shown.show(found.answer, names_for(found.answer, need.buyer), {})
    return {
        "shown": shown,
        "turn": next(
            (
                line.because
                for step, line in zip(found.answer["trace"], shown.trace, strict=True)
                if step["code"] == "table_supplier_chosen" and step["params"]["passed"]
            ),
            "",
        ),
        "need": json.dumps(wire_need(need), ensure_ascii=False),
        "agreement": localised(lot.agreement, "title"),
        "agreement_url": f"/avtaler/{lot.agreement.key}",
        "lot": localised(lot, "title"),
        "lot_url": f"/avtaler/{lot.agreement.key}/{lot.key}",
        "amount": quote(amount),
        "expected": trip.answer is None,
    }


def _amount(trip: Trip) -> Decimal | None:
    """What the call-off is for: the cheapest offer of the first supplier that can take it, else what a ticket with it is
    expected to cost."""
    assert trip.row is not None
    first = next((one for one in trip.row.areas if not one.closed and one.supplier not in trip.unavailable), None)
    if first is None:
        # Nobody can: the answer says so, whatever the amount.
        return next((one.expected for one in trip.row.areas if one.expected is not None), None)
    ranked = trip.answer.ranked if trip.answer is not None else ()
    offers = [one.net for one in ranked if one.on_agreement and one.supplier == first.supplier]
    return min(offers) if offers else first.expected


def _lightest(answer: Answer | None) -> Decimal | None:
    """What the lightest flight on the agreement emits, to set beside a train."""
    return min((one.co2e_kg for one in answer.ranked), default=None) if answer is not None else None


def _names(answer: Answer) -> dict[str, str]:
    numbers = {one.supplier for one in answer.ranked}
    return dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))


def _downloads(request: HttpRequest, trip: Trip) -> list[Download]:
    """The ranked list as CSV and JSON, where the offers fit in an address."""
    if trip.answer is None:
        return []
    given = trip.form.cleaned_data
    text = "\n".join(["airline;flight;class;published;departs;cabin;stops", *map(_line, trip.answer.asked.offers)])
    query = urlencode({"fra": given["fra"], "til": given["til"], "dag": given["dag"].isoformat(), "tilbud": text})
    if len(query) > _LONGEST_LINK:
        return []
    return [
        Download("CSV", f"{reverse('flight_offers_csv')}?{query}", "csv"),
        Download("JSON", f"{reverse('flight_offers_json')}?{query}", "json"),
    ]


def _line(offer: Any) -> str:
    departs = f"{offer.departs.isoformat()}T{offer.time}" if offer.time else offer.departs.isoformat()
    cells = (offer.airline, offer.flight, offer.fare_class, decimal_text(offer.published), departs, offer.cabin)
    return ";".join((*cells, str(offer.stops)))


def _all_problems(trip: Trip) -> list[Problem]:
    found = list(trip.problems)
    found += [Problem(name, "bad_field", str(text)) for name, said in trip.form.errors.items() for text in said]
    return found or [Problem("tilbud", "missing", "expected fra, til and tilbud")]


def _unreadable(problems: Iterable[Problem]) -> HttpResponse:
    return problem_answer(422, "bad_input", _("Det som ble sendt, kan ikke leses."), problems)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Reiser"), reverse("travel"))]
