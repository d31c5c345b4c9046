"""Finding a rental car: the region's cars in order, what each costs with energy, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.policy import price_sight
from fellestorg.engines.travel.rentals import RANK, Choice, Energy, Passed, Priced, energy_on
from fellestorg.engines.travel.rentals_wire import choice_json, row_json
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.travel.asking import Asked, answered, refused, require_in_force
from fellestorg.travel.bookings.handover import part
from fellestorg.travel.models import Mode
from fellestorg.travel.rentals import queries
from fellestorg.travel.rentals.forms import RentalForm
from fellestorg.travel.rentals.words import fuel_name, mix_text, outcome_text, passed_text, reason_text, trace_lines
from fellestorg.ui.parts import Crumb, Download

_COLUMNS = (
    "place", "car", "name", "supplier", "rank", "fuel", "way", "months", "weeks", "days", "rent", "one_way", "extra_km",
    "energy", "net", "co2e_kg",
)  # fmt: skip
_Asked = Asked[RentalForm, Lot, Choice]


@dataclass(frozen=True, slots=True)
class Row:
    """A car with a place, as the page shows it."""

    one: Priced
    supplier: str
    fuel: str
    mix: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedRow:
    """A car without a place."""

    one: Passed
    supplier: str
    why: str


@require_safe
@for_roles()
def cars(request: HttpRequest) -> HttpResponse:
    """The form, and the cars of the region that was asked about."""
    asked = _asked(request)
    region, found, query = asked.about, asked.found, request.GET.urlencode()
    names = queries.supplier_names(region) if region else {}
    links = ("CSV", "rentals_csv", "csv"), ("JSON", "rentals_json", "json")
    context = {
        "form": asked.form,
        "region": localised(region, "title") if region else "",
        "found": found,
        "outcome": outcome_text(found) if found else "",
        "by_rank": found is not None and found.terms.decides == RANK,
        "rows": _rows(found, names) if found else [],
        "passed": [PassedRow(one, names.get(one.car.supplier, ""), passed_text(one)) for one in found.passed]
        if found
        else [],
        "trace": trace_lines(found) if found else [],
        "energy": _energy(energy_on(found.rental.start)) if found else None,
        "problems": asked.problems,
        "sources": queries.price_sources(region, found.rental.start) if region and found else [],
        "hand_over": part(actor_of(request), Mode.CAR, region.key, clock.today()) if region and found else None,
        "policy": reverse("lot", args=[region.agreement.key, region.key]) if region else "",
        "downloads": [Download(label, f"{reverse(name)}?{query}", kind) for label, name, kind in links],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Reiser"), reverse("travel")), Crumb(_("Leiebil"))],
    }
    return render(request, "travel/rentals/search.html", context, status=asked.status)


@require_safe
@for_roles()
def cars_csv(request: HttpRequest) -> HttpResponse:
    """The cars in order as CSV."""
    asked = _asked(request)
    if asked.found is None:
        return refused(asked)
    rows = ([row_json(one)[name] for name in _COLUMNS] for one in asked.found.rows)
    return csv_answer(f"leiebil-{asked.about.key if asked.about else ''}", _COLUMNS, rows)


@require_safe
@for_roles()
def cars_json(request: HttpRequest) -> HttpResponse:
    """The choice as JSON, with its trace."""
    asked = _asked(request)
    if asked.found is None:
        return refused(asked)
    return json_answer({"region": asked.about.key if asked.about else "", **choice_json(asked.found)})


def _asked(request: HttpRequest) -> _Asked:
    today = clock.today()
    rows = list(queries.regions(today))
    by_key = {one.key: one for one in rows}
    given = request.GET.get("omraade", "")
    region = by_key.get(given)
    names = [(one.key, localised(one, "title")) for one in rows]
    choices: dict[str, Any] = {
        "regions": names,
        "deliver": [one for one in names if one[0] != given],
        "suppliers": list(queries.supplier_names(region).items()) if region else [],
    }
    if not given:
        start = {"fra": today + timedelta(days=7), "dager": 2, "km": 200, "klasse": "compact"}
        return Asked(RentalForm(initial=start, **choices))
    data = request.GET.copy()
    for name, usual in (("klasse", "compact"), ("dager", "1"), ("km", "0")):
        data.setdefault(name, usual)
    # Another region has other suppliers: what was ticked there says nothing here.
    data.setlist("borte", [one for one in data.getlist("borte") if one in dict(choices["suppliers"])])
    if data.get("lever") == given:
        data["lever"] = ""
    form = RentalForm(data, **choices)
    if not form.is_valid() or region is None:
        return Asked(form, region, status=422)
    return _answered(form, region, actor_of(request))


def _answered(form: RentalForm, region: Lot, actor: Actor) -> _Asked:
    sight = price_sight(actor)

    def find() -> Choice:
        rental = form.rental()
        text = _("Avtalen for dette området gjelder ikke den dagen.")
        require_in_force(region.agreement, rental.start, text)
        return queries.choose(region, rental, None if sight.everybody else sight.own)

    return answered(form, region, find)


def _rows(found: Choice, names: dict[str, str]) -> list[Row]:
    above: Priced | None = None
    shown = []
    for one in found.rows:
        why = reason_text(one, above, by_rank=found.terms.decides == RANK)
        name = names.get(one.car.supplier, "")
        shown.append(Row(one, name, fuel_name(one.car.fuel), mix_text(one.mix), why))
        above = one
    return shown


def _energy(energy: Energy) -> dict[str, Any]:
    """Prices and factors of the day as the page tells them."""
    units = {"petrol": _("liter bensin"), "diesel": _("liter diesel"), "kwh": _("kWh strøm")}
    rows = [(units[kind], energy.price[kind], energy.kg[kind]) for kind in units]
    return {"rows": rows, "rule": energy.rule}
