"""Reads about items and prices: search, and a lot's price list as it stands on a day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search import HitRow, Wanted, index
from fellestorg.catalogues.search.dividing import SMALL_WORDS
from fellestorg.catalogues.search.port import MOST_COUNTED
from fellestorg.catalogues.search.words import MOST_WORDS, cleaned
from fellestorg.kernel.text import in_language, localised

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class ItemHit:
    """An item found. ``matched``: how many of the words it holds; ``suppliers``: how many price it that day."""

    id: int
    number: str
    lot_id: int
    agreement: str
    lot: str
    names: dict[str, str]
    category: str
    unit: str
    cpv: str
    standard_assortment: bool
    used: bool
    suppliers: int
    matched: int

    @property
    def name(self) -> str:
        """The name in the active language."""
        return in_language(self.names)


def search_items(text: str, *, lot: Lot | None = None, day: date, limit: int = 25) -> list[ItemHit]:
    """The items that fit what somebody wrote, best first: an item number, then the items that hold most of the words.

    Words count in bokmål, nynorsk and English, inflected or inside a compound ("skjermer" finds "PC-skjerm", "laptop"
    finds "bærbar PC" by its English name), typing errors put right (:mod:`fellestorg.catalogues.search`). Only items
    that somebody prices on ``day`` are found; those under an agreement in force come first. An empty or wordless text
    finds nothing.
    """
    words = search_words(text)
    if not words:
        return []
    # A number before the thing is how many somebody wants of it, unless what is written is an item's number.
    wanted = Wanted(text, day, lot=lot.pk if lot else None, also_some_words=True, words=tuple(words))
    rows = index().search(wanted, start=0, stop=limit).hits
    return _hits(rows, day)


def search_words(text: str) -> list[str]:
    """The words worth searching for: at most eight; bare numbers and small words only where there is nothing else."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(cleaned(text))))[:40]
    telling = [word for word in words if not word.isdecimal() and word not in SMALL_WORDS]
    return (telling or words)[:MOST_WORDS]


def _hits(rows: Sequence[HitRow], day: date) -> list[ItemHit]:
    valid = Q(prices__valid_from__lte=day) & (Q(prices__valid_to=None) | Q(prices__valid_to__gte=day))
    items = (
        Item.objects.select_related("lot__agreement")
        .annotate(suppliers=Count("prices", filter=valid))
        .in_bulk([row.id for row in rows])
    )
    return [
        ItemHit(
            item.pk,
            item.number,
            item.lot_id,
            item.lot.agreement.key,
            item.lot.key,
            {"nb": item.name_nb, "nn": item.name_nn, "en": item.name_en},
            item.category,
            item.unit,
            item.cpv,
            item.standard_assortment,
            item.used,
            item.suppliers,
            row.matched,
        )
        for row in rows
        for item in [items[row.id]]
    ]


@dataclass(frozen=True, slots=True)
class SupplierPrice:
    """One supplier's price for an item on a day, kroner without VAT. ``co2e_estimated``: the supplier states none."""

    supplier: str
    supplier_name: str
    rank: int
    supplier_number: str
    product_name: str
    unit_price: Decimal
    list_price: Decimal | None
    discount_rate: Decimal | None
    tiers: tuple[tuple[Decimal, Decimal], ...]
    vat_rate: Decimal
    co2e_kg: Decimal | None
    co2e_estimated: bool
    ecolabel: str
    valid_from: date
    valid_to: date | None
    model: str = "fixed"
    terms: Mapping[str, Any] = field(default_factory=dict)

    @property
    def with_vat(self) -> Decimal:
        """The unit price with VAT, unrounded."""
        return self.unit_price * (1 + self.vat_rate)


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item with the prices that the asker may see, in rank order. ``suppliers`` counts all who price it."""

    number: str
    name: str
    category: str
    unit: str
    cpv: str
    standard_assortment: bool
    used: bool
    suppliers: int
    prices: tuple[SupplierPrice, ...]


@dataclass(frozen=True, slots=True)
class PriceListFilter:
    """What to show of a price list: ``text`` as in :func:`search_items`, ``category``, standard assortment alone."""

    text: str = ""
    category: str = ""
    standard_only: bool = False


def price_list(
    lot: Lot, wanted: PriceListFilter, sight: PriceSight, *, day: date, start: int = 0, stop: int | None = None
) -> tuple[int, list[PricedItem]]:
    """A lot's price list on a day: how many items match, and those from ``start`` to ``stop``.

    In the order of item numbers, or best match first where there is a text. Only items that somebody prices that day;
    a supplier sees the items that it prices itself. Unit prices are filled in only where ``sight`` allows.
    """
    asked = Wanted(
        wanted.text,
        day,
        lot=lot.pk,
        category=(wanted.category,) if wanted.category else (),
        standard=True if wanted.standard_only else None,
        only_of=None if sight.everybody or not sight.own else sight.own,
        order="relevance" if wanted.text else "number",
    )
    found = index().search(asked, start=start, stop=MOST_COUNTED if stop is None else stop)
    shown = [hit.id for hit in found.hits]
    rows = Item.objects.in_bulk(shown)
    prices = _prices_on(lot, shown, day)
    return found.total, [_priced(rows[key], prices.get(key, []), sight) for key in shown]


def _prices_on(lot: Lot, items: list[int], day: date) -> dict[int, list[tuple[PriceLine, int]]]:
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    ranks = dict(
        SupplierPosition.objects.filter(valid, lot=lot, valid_from__lte=day).values_list("supplier_id", "rank")
    )
    found: dict[int, list[tuple[PriceLine, int]]] = {}
    lines = PriceLine.objects.filter(valid, item__in=items, valid_from__lte=day).select_related("supplier")
    for line in lines:
        found.setdefault(line.item_id, []).append((line, ranks.get(line.supplier_id, 0)))
    for many in found.values():
        # A supplier without a place in the lot today stands last.
        many.sort(key=lambda pair: (pair[1] == 0, pair[1], pair[0].supplier.number))
    return found


def _priced(item: Item, lines: list[tuple[PriceLine, int]], sight: PriceSight) -> PricedItem:
    stated = [line.co2e_kg for line, _rank in lines if line.co2e_kg is not None]
    # Not stated counts as the highest that anybody states, so that silence never pays (interfaces.md, netprice).
    highest = max(stated, default=None)
    return PricedItem(
        item.number,
        localised(item, "name"),
        item.category,
        item.unit,
        item.cpv,
        item.standard_assortment,
        item.used,
        len(lines),
        tuple(
            SupplierPrice(
                line.supplier.number,
                line.supplier.name,
                rank,
                line.supplier_number,
                line.product_name,
                line.unit_price,
                line.list_price,
                line.discount_rate,
                tuple((Decimal(tier["from"]), Decimal(tier["unit_price"])) for tier in line.tiers),
                line.vat_rate,
                # A supplier sees only its own figures: another's, even as an estimate, would tell of the other.
                line.co2e_kg if line.co2e_kg is not None else (highest if sight.everybody else None),
                line.co2e_kg is None,
                line.ecolabel,
                line.valid_from,
                line.valid_to,
                line.model,
                line.terms,
            )
            for line, rank in lines
            if sight.of(line.supplier.number)
        ),
    )
