"""Finding a hotel: the place's hotels in order, with what each price is made of and what an offer is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.catalogues.policy import price_sight
from fellestorg.engines.travel.stays import Check, Offer, Passed, Ranked, Ranking, Stay
from fellestorg.engines.travel.stays_wire import passed_json, ranking_json, row_json
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.travel.asking import Asked, answered, refused, require_in_force
from fellestorg.travel.bookings.handover import part
from fellestorg.travel.models import HotelPlace, Mode
from fellestorg.travel.stays import breaches, queries
from fellestorg.travel.stays.forms import StayForm
from fellestorg.travel.stays.offers import read_offers
from fellestorg.travel.stays.words import check_text, passed_text, reason_text
from fellestorg.ui.parts import Crumb, Download

_COLUMNS = (
    "place", "hotel", "name", "supplier", "net", "total", "total_with_vat", "km", "distance_cost", "ecolabel",
    "ecolabel_deduction", "breakfast_cost", "compared", "reason",
)  # fmt: skip
_Asked = Asked[StayForm, HotelPlace, Ranking]


@dataclass(frozen=True, slots=True)
class Row:
    """A hotel with a place, as the page shows it."""

    one: Ranked
    reason: str
    check: str
    report: str
    """Where to report the offer, when it is a breach and the reader may."""


@dataclass(frozen=True, slots=True)
class PassedRow:
    """A hotel without a place."""

    one: Passed
    why: str
    check: str
    report: str


@require_safe
@for_roles()
def hotels(request: HttpRequest) -> HttpResponse:
    """The form, and the hotels of the place that was asked about."""
    asked = _asked(request)
    actor = actor_of(request)
    query = request.GET.urlencode()
    links = ("CSV", "stays_csv", "csv"), ("JSON", "stays_json", "json")
    context = {
        "form": asked.form,
        "place": asked.about,
        "found": asked.found,
        "rows": _rows(asked, actor) if asked.found else [],
        "passed": _passed(asked, actor) if asked.found else [],
        "breaches": [one for one in asked.found.checks if one.breach] if asked.found else [],
        "problems": asked.problems,
        "sources": queries.price_sources(asked.about, asked.found.stay.arrival) if asked.about and asked.found else [],
        "hand_over": part(actor, Mode.HOTEL, asked.about.key, clock.today()) if asked.about and asked.found else None,
        "downloads": [Download(label, f"{reverse(name)}?{query}", kind) for label, name, kind in links],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Reiser"), reverse("travel")), Crumb(_("Hotell"))],
    }
    return render(request, "travel/stays/search.html", context, status=asked.status)


@require_safe
@for_roles()
def hotels_csv(request: HttpRequest) -> HttpResponse:
    """The ranking as CSV; hotels without a place follow with why in the last column."""
    asked = _asked(request)
    if asked.found is None:
        return refused(asked)
    rows = [[row_json(one)[name] for name in _COLUMNS] for one in asked.found.rows]
    blank = dict.fromkeys(_COLUMNS, "")
    for one in asked.found.passed:
        known = passed_json(one)
        rows.append([*({**blank, **known, "reason": known["code"]}[name] for name in _COLUMNS)])
    return csv_answer(f"hotell-{asked.about}-{asked.found.stay.arrival}", _COLUMNS, rows)


@require_safe
@for_roles()
def hotels_json(request: HttpRequest) -> HttpResponse:
    """The ranking as JSON."""
    asked = _asked(request)
    if asked.found is None:
        return refused(asked)
    return json_answer({"place": str(asked.about), **ranking_json(asked.found)})


def _asked(request: HttpRequest) -> _Asked:
    today = clock.today()
    rows = list(queries.places(today))
    by_key = {one.key: one for one in rows}
    given = request.GET.get("sted", "")
    place = by_key.get(given)
    points = [(one["key"], one["name"]) for one in place.points] if place else []
    choices: dict[str, Any] = {"places": [(one.key, one.name) for one in rows], "points": points}
    if not given:
        start = {"ankomst": today + timedelta(days=7), "netter": 1, "rom": "standard"}
        return Asked(StayForm(initial=start, **choices))
    data = request.GET.dict()
    if data.get("punkt") not in dict(points):
        data["punkt"] = ""
    form = StayForm({"netter": "1", "rom": "standard", **data}, **choices)
    if not form.is_valid() or place is None:
        return Asked(form, place, status=422)
    return _answered(form, place, actor_of(request))


def _answered(form: StayForm, place: HotelPlace, actor: Actor) -> _Asked:
    told = form.cleaned_data
    stay = Stay(told["ankomst"], told["netter"], told["rom"], queries.point_of(place, told["punkt"]))
    sight = price_sight(actor)
    only = None if sight.everybody else sight.own

    def find() -> Ranking:
        require_in_force(place.lot.agreement, stay.arrival, _("Avtalen for dette stedet gjelder ikke den dagen."))
        offers: list[Offer] = []
        if told["tilbud"].strip():
            offers = read_offers(told["tilbud"], queries.hotels_at(place, stay.arrival, stay.nights, only))
        return queries.rank(place, stay, offers, only)

    return answered(form, place, find)


def _rows(asked: _Asked, actor: Actor) -> list[Row]:
    assert asked.found is not None
    above: Ranked | None = None
    shown = []
    for one in asked.found.rows:
        check = one.check
        shown.append(
            Row(one, reason_text(one, above), check_text(check) if check else "", _report(check, asked, actor))
        )
        above = one
    return shown


def _passed(asked: _Asked, actor: Actor) -> list[PassedRow]:
    assert asked.found is not None
    return [
        PassedRow(one, passed_text(one), check_text(one.check) if one.check else "", _report(one.check, asked, actor))
        for one in asked.found.passed
    ]


def _report(check: Check | None, asked: _Asked, actor: Actor) -> str:
    """The form for reporting a breach, filled in with what the page knows."""
    if check is None or not check.breach or asked.found is None or not actor.has(*breaches.REPORTERS):
        return ""
    stay = asked.found.stay
    known: dict[str, Any] = {
        "hotel": check.hotel,
        "code": check.code,
        "room": check.room,
        "arrival": stay.arrival.isoformat(),
        "nights": stay.nights,
    }
    offers = read_offers(asked.form.cleaned_data["tilbud"], asked.found.hotels)
    own = [one for one in offers if one.hotel == check.hotel and one.nightly is not None]
    if own:
        dearer = next((one for one in own if one.room == check.room), own[0])
        known["offered"] = dearer.nightly
        if dearer.published is not None and check.code == "discount_short":
            known["published"] = dearer.published
    return f"{reverse('report_rate_breach')}?{urlencode(known)}"
