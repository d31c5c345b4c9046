"""``/varer``: every item that can be bought, found by words and narrowed step by step, with the agency's own price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.options import unchosen
from fellestorg.agreements.words import category_name
from fellestorg.catalogues.policy import PriceSight, price_sight
from fellestorg.catalogues.search import Found, Wanted, index
from fellestorg.catalogues.search.port import Order
from fellestorg.catalogues.search.results import Result, for_asker, results
from fellestorg.catalogues.search.shown import ADDRESS, narrowing
from fellestorg.catalogues.words import unit_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.parts import Crumb, Download, Paging

_PAGE = 25
_MOST_IN_A_FILE = 5000
_BUYERS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
_BUYS_FOR = (*_BUYERS, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
_COLUMNS = (
    "number", "name", "agreement", "lot", "category", "unit", "standard_assortment", "used", "suppliers", "ecolabels",
    "lifetime_years", "spare_parts_years", "chemicals",
)  # fmt: skip
_PRICE_COLUMNS = ("price", "with_vat", "mechanism", "supplier", "supplier_name", "co2e_kg", "visual_grade", "per_year")
_ORDERS: dict[str, Order] = {"treff": "relevance", "pris": "price", "nummer": "number"}


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The items that fit: words (``?q=``), filters, a day (``?dag=``) and an order (``?sorter=``)."""
    actor = actor_of(request)
    sight = price_sight(actor)
    wanted = for_asker(_wanted(request), sight, agency_of(actor, request.GET))
    found, paging = _page(request, wanted)
    shown = narrowing(index().facets(wanted), wanted, request.GET, sight)
    context = {
        "wanted": wanted,
        "order": next(name for name, order in _ORDERS.items() if order == wanted.order),
        "found": found,
        "rows": _rows(results(found.hits, wanted, sight), agency_of(actor, request.GET), wanted.day),
        "paging": paging,
        "narrowing": shown,
        "hidden": _kept(request.GET, {"q", "sorter", "dag", "side", "virksomhet"}),
        "notes": _notes(found),
        "agencies": _agencies(actor),
        "agency": agency_of(actor, request.GET),
        "shows_prices": not sight.nobody,
        "only_own": bool(sight.own) and not sight.everybody,
        "may_buy": actor.has(*_BUYERS),
        "today": wanted.day == clock.today(),
        "back": request.get_full_path(),
        "downloads": [
            Download("CSV", f"{reverse('items_csv')}?{request.GET.urlencode()}", "csv"),
            Download("JSON", f"{reverse('items_json')}?{request.GET.urlencode()}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Varer"))],
    }
    return render(request, "catalogues/items.html", context)


@require_safe
def items_csv(request: HttpRequest) -> HttpResponse:
    """The hits as CSV, at most 5,000, with prices only for those who may see them."""
    sight = price_sight(actor_of(request))
    rows = _file(request, sight)[2]
    columns = _COLUMNS if sight.nobody else (*_COLUMNS, *_PRICE_COLUMNS)
    return csv_answer("varer", columns, ([_cell(getattr(row, name)) for name in columns] for row in rows))


@require_safe
def items_json(request: HttpRequest) -> HttpResponse:
    """The hits as JSON, at most 5,000, with how many there are, what was put right, and the facets."""
    sight = price_sight(actor_of(request))
    found, wanted, rows = _file(request, sight)
    columns = _COLUMNS if sight.nobody else (*_COLUMNS, *_PRICE_COLUMNS)
    facets = index().facets(wanted).counts
    if not sight.everybody:
        facets.pop("supplier", None)
    return json_answer(
        {**answer_head(found, wanted), "facets": facets, "items": [row_json(row, columns) for row in rows]}
    )


def answer_head(found: Found, wanted: Wanted) -> dict[str, Any]:
    """What an answer says of itself, on the wire."""
    return {
        "text": wanted.text,
        "day": wanted.day,
        "order": wanted.order,
        "total": found.total,
        "over": found.capped,
        "corrected": dict(found.corrected),
        "most_words": found.most_words,
    }


def row_json(row: Result, columns: tuple[str, ...] = (*_COLUMNS, *_PRICE_COLUMNS)) -> dict[str, Any]:
    """A result on the wire."""
    return {name: getattr(row, name) for name in columns}


def agency_of(actor: Actor, parameters: QueryDict) -> str | None:
    """Whose price is shown: the agency asked for among the actor's own, else the first of them; ``None``: nobody's."""
    own = sorted(actor.organisations(*_BUYS_FOR))
    asked = parameters.get("virksomhet", "")
    return asked if asked in own else own[0] if own else None


def _agencies(actor: Actor) -> list[tuple[str, str]]:
    """The agencies to choose between; none where there is no choice."""
    own = actor.organisations(*_BUYS_FOR)
    if len(own) < 2:
        return []
    return list(Organisation.objects.filter(number__in=own).order_by("number").values_list("number", "name"))


def _wanted(request: HttpRequest) -> Wanted:
    def many(facet: str) -> tuple[str, ...]:
        values = (value.replace("\x00", "").strip()[:60] for value in request.GET.getlist(ADDRESS[facet])[:20])
        return tuple(dict.fromkeys(value for value in values if value))

    def truth(facet: str) -> bool | None:
        return {"1": True, "0": False}.get(request.GET.get(ADDRESS[facet], ""))

    text = request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    return Wanted(
        text,
        _day(request),
        agreement=many("agreement"),
        category=many("category"),
        supplier=many("supplier"),
        ecolabel=many("ecolabel"),
        standard=truth("standard"),
        used=truth("used"),
        order=_ORDERS.get(request.GET.get("sorter", ""), "relevance"),
    )


def _day(request: HttpRequest) -> date:
    """The day asked about; today where none is asked or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        return clock.today()


def _page(request: HttpRequest, wanted: Wanted) -> tuple[Found, Paging]:
    """The hits of the page asked for, or of the last one where it lies beyond."""
    asked = request.GET.get("side", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    start = max(number - 1, 0) * _PAGE
    found = index().search(wanted, start=start, stop=start + _PAGE)
    kept = tuple(_kept(request.GET, {"side"}))
    paging = replace(Paging.read({"side": asked}, found.total, _PAGE), parameters=kept)
    if paging.start != start:
        found = index().search(wanted, start=paging.start, stop=paging.start + _PAGE)
    return found, paging


def _kept(parameters: QueryDict, without: set[str]) -> list[tuple[str, str]]:
    return sorted((key, value) for key, values in parameters.lists() if key not in without for value in values if value)


def _notes(found: Found) -> list[str]:
    """What was done with the words, for the reader to know."""
    notes = [
        _("Ingen varer har ordet «%(written)s». Viser treff for «%(word)s».") % {"written": written, "word": word}
        for written, word in found.corrected
    ]
    if found.most_words:
        counts = {"n": found.most_words, "of": found.words}
        notes.append(_("Ingen varer har alle ordene. Viser varer som har %(n)s av %(of)s.") % counts)
    return notes


def _rows(found: Sequence[Result], agency: str | None, day: date) -> list[dict[str, Any]]:
    needs = unchosen({(one.agreement, one.lot) for one in found}, agency, day) if agency else {}
    return [
        {
            "view": one,
            "category": category_name(one.category),
            "unit": unit_name(one.unit),
            "how": _how(one.mechanism),
            "option": needs.get((one.agreement, one.lot, one.category), ""),
        }
        for one in found
    ]


def _how(mechanism: str) -> str:
    return {
        "rank": _("høyest rangert"),
        "lowest_net_price": _("lavest pris"),
        "mini_competition": _("lavest pris; avgjøres ved minikonkurranse"),
    }.get(mechanism, "")


def _file(request: HttpRequest, sight: PriceSight) -> tuple[Found, Wanted, list[Result]]:
    wanted = for_asker(_wanted(request), sight, agency_of(actor_of(request), request.GET))
    found = index().search(wanted, start=0, stop=_MOST_IN_A_FILE)
    return found, wanted, results(found.hits, wanted, sight)


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, tuple) else value
