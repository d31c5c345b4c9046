"""A lot's price list on a day, as a page and as CSV and JSON; and the page that brings in a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.directory import LotView
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.words import category_name
from fellestorg.catalogues import queries
from fellestorg.catalogues.policy import price_sight
from fellestorg.catalogues.price_words import price_words
from fellestorg.catalogues.queries import PricedItem, PriceListFilter, SupplierPrice
from fellestorg.catalogues.words import unit_name
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download, Paging

_PAGE = 25
_ITEM = ("number", "name", "category", "unit", "cpv", "standard_assortment", "used")
_PRICE = (
    "supplier", "supplier_name", "rank", "supplier_number", "product_name", "unit_price", "with_vat", "list_price",
    "discount_rate", "vat_rate", "co2e_kg", "co2e_estimated", "ecolabel", "valid_from", "valid_to", "model",
)  # fmt: skip
_BUYERS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)


@require_safe
def prices(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The price list on a day (``?dag=``): the assortment for everybody, unit prices for those who may see them."""
    agreement, view, row = lot_or_404(key, lot)
    actor = actor_of(request)
    wanted, day, sight = _filter(request), _day(request), price_sight(actor)
    total, _none = queries.price_list(row, wanted, sight, day=day, stop=0)
    paging = Paging.read(request.GET.dict(), total, _PAGE)
    _total, items = queries.price_list(row, wanted, sight, day=day, start=paging.start, stop=paging.stop)
    parameters = request.GET.urlencode()
    columns = _columns(view, items)
    context = {
        "agreement": agreement,
        "lot": view,
        "suppliers": columns,
        "items": [
            {
                "view": item,
                "category": category_name(item.category),
                "unit": unit_name(item.unit),
                "cells": _cells(item, columns),
            }
            for item in items
        ],
        "wanted": wanted,
        "day": day,
        "categories": [(code, category_name(code)) for code in view.categories],
        "paging": paging,
        "shows_prices": not sight.nobody,
        "only_own": bool(sight.own) and not sight.everybody,
        "may_buy": actor.has(*_BUYERS),
        "sends": may_manage(actor, row.agreement).allowed
        or any(one.number in actor.organisations(RoleGrant.Role.SUPPLIER) for one in view.suppliers),
        "back": request.get_full_path(),
        "downloads": [
            Download("CSV", f"{reverse('price_list_csv', args=[key, lot])}?{parameters}", "csv"),
            Download("JSON", f"{reverse('price_list_json', args=[key, lot])}?{parameters}", "json"),
        ],
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(_("Prisliste"))],
    }
    return render(request, "catalogues/prices.html", context)


@require_safe
def prices_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The price list as CSV: a row for each item and supplier whose price one may see, else a row for each item."""
    items = _all(request, key, lot)
    if price_sight(actor_of(request)).nobody:
        return csv_answer(f"sortiment-{key}-{lot}", _ITEM, ([getattr(one, name) for name in _ITEM] for one in items))
    headings = [*_ITEM, *_PRICE, "tiers"]
    return csv_answer(f"priser-{key}-{lot}", headings, (row for item in items for row in _rows(item)))


@require_safe
def prices_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The price list as JSON, with the same filters and the same limits on who sees which price."""
    return json_answer(
        {
            "agreement": key,
            "lot": lot,
            "day": _day(request),
            "items": [
                {
                    **{name: getattr(item, name) for name in _ITEM},
                    "suppliers": item.suppliers,
                    "prices": [_price_json(price) for price in item.prices],
                }
                for item in _all(request, key, lot)
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A supplier's column in the price list, with its rank where it has a place in the lot today."""

    number: str
    label: str


def _columns(view: LotView, items: list[PricedItem]) -> list[Column]:
    """The suppliers whose prices show on this page: those in the lot by rank, then others of the day asked about."""
    shown = {price.supplier: price.supplier_name for item in items for price in item.prices}
    ranked = [Column(one.number, f"{one.rank}. {one.supplier}") for one in view.suppliers if one.number in shown]
    placed = {one.number for one in ranked}
    return [*ranked, *(Column(number, name) for number, name in sorted(shown.items()) if number not in placed)]


def _cells(item: PricedItem, columns: list[Column]) -> list[tuple[str, SupplierPrice | None, str]]:
    """For each column: its label, the price, and in words how it is made up where its figures do not say it all."""
    prices = {price.supplier: price for price in item.prices}
    found = [(column.label, prices.get(column.number)) for column in columns]
    return [
        (label, price, price_words(price.model, price.unit_price, price.terms) if price else "")
        for label, price in found
    ]


def _all(request: HttpRequest, key: str, lot: str) -> list[PricedItem]:
    row = lot_or_404(key, lot)[2]
    return queries.price_list(row, _filter(request), price_sight(actor_of(request)), day=_day(request))[1]


def _rows(item: PricedItem) -> Iterator[list[Any]]:
    for price in item.prices:
        tiers = "|".join(f"{tier['from']}={tier['unit_price']}" for tier in _price_json(price)["tiers"])
        yield [*(getattr(item, name) for name in _ITEM), *(getattr(price, name) for name in _PRICE), tiers]


def _price_json(price: SupplierPrice) -> dict[str, Any]:
    tiers = [
        {"from": start.normalize().__format__("f"), "unit_price": format(unit, "f")} for start, unit in price.tiers
    ]
    return {**{name: getattr(price, name) for name in _PRICE}, "terms": dict(price.terms), "tiers": tiers}


def _filter(request: HttpRequest) -> PriceListFilter:
    def text(name: str) -> str:
        return request.GET.get(name, "").replace("\x00", "").strip()[:200]

    return PriceListFilter(text("q"), text("kategori"), text("standard") == "1")


def _day(request: HttpRequest) -> date:
    """The day asked about; today where none is asked or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        return clock.today()
