"""Buying, renting, leasing, new against used over the years, as a page, CSV and JSON: from price data, else as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.alternatives.view import WAY_NAMES, ComparisonShown, comparison_json, comparison_shown
from fellestorg.calloffs.alternatives.ways import (
    DEFAULT_YEARS,
    FIELDS,
    WAYS,
    FromPrices,
    number_in,
    read_ways,
    ways_priced,
)
from fellestorg.catalogues.models import Item
from fellestorg.engines.alternatives import PARTS, Weighed, weigh
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.ui import formats
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, decimal_text

_BUYERS = ("buyer", "approver")
_LABELS = {
    "price": gettext_lazy("Pris"),
    "monthly": gettext_lazy("Per måned"),
    "residual": gettext_lazy("Restverdi"),
    "repair": gettext_lazy("Reparasjon per år"),
    "lifetime": gettext_lazy("Levetid, år"),
    "co2e_kg": gettext_lazy("Kg CO2e"),
    "years": gettext_lazy("Antall år"),
    "rate": gettext_lazy("Rente, prosent"),
    "carbon": gettext_lazy("Pris på karbon, kr per kg"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for: the item, the cells of the form, what came of them, and what is wrong."""

    item: Item | None
    common: dict[str, str]
    rows: list[tuple[str, dict[str, str]]]
    sources: dict[str, FromPrices]
    years: Decimal
    weighed: list[Weighed]
    problems: list[Problem]


@require_safe
@for_roles(*_BUYERS)
def alternatives(request: HttpRequest) -> HttpResponse:
    """The comparison: ``?vare=`` fills in what the price lists say; every cell may be typed over."""
    asked = _asked(request)
    query = request.GET.urlencode()
    rule = rule_book().rule("LCC", on=clock.today())
    context: dict[str, Any] = {
        "item": asked.item,
        "item_name": localised(asked.item, "name") if asked.item else "",
        "common": [(name, str(_LABELS[name]), asked.common[name]) for name in ("years", "rate", "carbon")],
        "headings": [str(_LABELS[name]) for name in FIELDS],
        "rows": [
            {
                "name": str(WAY_NAMES[code]),
                "cells": [(f"{code}.{name}", str(_LABELS[name]), cells.get(name, "")) for name in FIELDS],
                "source": asked.sources.get(code),
            }
            for code, cells in asked.rows
        ],
        "problems": [_readable(one) for one in asked.problems],
        "shown": comparison_shown(asked.weighed, asked.years) if asked.weighed else None,
        "rate_source": rule.source,
        "rate_verified": rule.verified,
        "csv": f"{reverse('alternatives_csv')}?{query}",
        "downloads": [
            Download("CSV", f"{reverse('alternatives_csv')}?{query}", "csv"),
            Download("JSON", f"{reverse('alternatives_json')}?{query}", "json"),
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Nytt avrop"), reverse("new_call_off")),
            Crumb(_("Over levetiden")),
        ],
    }
    return render(request, "calloffs/alternatives.html", context, status=422 if asked.problems else 200)


@require_safe
@for_roles(*_BUYERS)
def alternatives_csv(request: HttpRequest) -> HttpResponse:
    """The result as CSV: a row for each way, kroner without VAT."""
    asked = _asked(request)
    columns = ("case", "rank", "present_value", "carbon", "total", "per_year", "total_per_year")
    rows = (
        [one["id"], *(one[name] for name in columns[1:]), *(one["parts_per_year"][name] for name in PARTS)]
        for one in comparison_json(asked.weighed)["cases"]
    )
    answer = csv_answer("over-levetiden", [*columns, *(f"{name}_per_year" for name in PARTS)], rows)
    answer.status_code = 422 if asked.problems else 200
    return answer


@require_safe
@for_roles(*_BUYERS)
def alternatives_json(request: HttpRequest) -> HttpResponse:
    """The result as JSON, with what it was asked with."""
    asked = _asked(request)
    told = [{"where": one.where, "code": one.code, "text": one.text} for one in asked.problems]
    answer = json_answer({"asked": asked.common, **comparison_json(asked.weighed), "problems": told})
    answer.status_code = 422 if asked.problems else 200
    return answer


def shown_for(lot: Lot, number: str) -> tuple[ComparisonShown, str] | None:
    """The comparison for one item of a lot by price data alone, with the address where it may be changed; None where the
    price lists know fewer than two ways."""
    item = Item.objects.filter(lot=lot, number=number).first()
    day = clock.today()
    priced = ways_priced(item, day) if item else {}
    if len(priced) < 2:
        return None
    rules = rule_book()
    ways, _problems = read_ways([(code, one.cells) for code, one in priced.items()])
    rate, carbon = rules.rule("LCC", on=day).amount("rate"), rules.rule("COST-CARBON", on=day).amount("carbon_per_kg")
    shown = comparison_shown(weigh(ways, rate, DEFAULT_YEARS, carbon), DEFAULT_YEARS)
    return shown, f"{reverse('alternatives')}?{urlencode({'vare': number, 'avtale': lot.agreement.key})}"


def _asked(request: HttpRequest) -> Asked:
    actor_of(request)
    today, rules, given = clock.today(), rule_book(), request.GET
    item = _item(given.get("vare", ""), given.get("avtale", ""))
    sources = ways_priced(item, today) if item else {}
    typed = any(f"{code}.{name}" in given for code in WAYS for name in FIELDS)
    common = {
        "years": given.get("years") or decimal_text(DEFAULT_YEARS),
        "rate": given.get("rate") or formats.number(rules.rule("LCC", on=today).amount("rate") * 100, code="nb"),
        "carbon": given.get("carbon")
        or formats.number(rules.rule("COST-CARBON", on=today).amount("carbon_per_kg"), code="nb"),
    }
    rows = [
        (
            code,
            {name: given.get(f"{code}.{name}", "").strip()[:30] for name in FIELDS}
            if typed
            else {
                name: formats.number(cell, code="nb") if cell else "" for name, cell in _cells(sources, code).items()
            },
        )
        for code in WAYS
    ]
    ways, problems = read_ways(rows)
    figures: dict[str, Decimal] = {}
    for name, most in (("years", Decimal(40)), ("rate", Decimal(100)), ("carbon", Decimal(1000))):
        try:
            figures[name] = number_in(common[name][:30], name, most=most)
        except BadInput as error:
            problems += error.problems
    if figures.get("years") == 0:
        problems.append(Problem("years", "too_small", "expected more than 0"))
    weighed = weigh(ways, figures["rate"] / 100, figures["years"], figures["carbon"]) if ways and not problems else []
    return Asked(item, common, rows, sources, figures.get("years", DEFAULT_YEARS), weighed, problems)


def _cells(sources: Mapping[str, FromPrices], code: str) -> Mapping[str, str]:
    return sources[code].cells if code in sources else {}


def _item(number: str, agreement: str) -> Item | None:
    if not number:
        return None
    found = Item.objects.filter(number=number[:60].replace("\x00", ""))
    if agreement:
        found = found.filter(lot__agreement__key=agreement[:60].replace("\x00", ""))
    item = found.order_by("-lot__agreement__starts", "id").first()
    if item is None:
        raise Http404
    return item


def _readable(problem: Problem) -> Problem:
    code, _dot, name = problem.where.rpartition(".")
    where = str(_LABELS[name]) if not code else f"{WAY_NAMES[code]}, {str(_LABELS[name]).lower()}"
    texts = {
        "not_a_decimal": _("Skriv et tall, for eksempel 12 500."),
        "too_small": _("Tallet må være over 0."),
        "too_large": _("Restverdien kan ikke være høyere enn prisen.")
        if name == "residual"
        else _("Tallet er for stort."),
    }
    return Problem(where, problem.code, texts[problem.code])
