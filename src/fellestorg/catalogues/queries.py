"""Reads about items and prices: search, and a lot's price list as it stands on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.kernel.text import in_language, localised

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 8
# Small words of the three languages that PostgreSQL's own stop lists leave in, or that only one of the lists knows.
_STOP = frozenset(
    (
        "er",
        "en",
        "et",
        "ei",
        "ein",
        "eit",
        "som",
        "og",
        "til",
        "for",
        "med",
        "av",
        "på",
        "i",
        "the",
        "of",
        "and",
        "with",
    )
)


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
    finds "bærbar PC" by its English name). Only items that somebody prices on ``day`` are found; those under an
    agreement in force come first. An empty or wordless text finds nothing.
    """
    text = text.replace("\x00", " ").strip()[:200]
    words = search_words(text)
    if not words:
        return []
    matches = " + ".join(f"({_MATCH})::int" for _ in words)
    any_word = " OR ".join(f"({_MATCH})" for _ in words)
    # What a thing is stands first in its name: "Mobiltelefon, standard" before "Deksel til mobiltelefon".
    leads = " + ".join(f"({_LEADS})::int" for _ in words)
    lead_parameters = [f"{_like(_stem(word))}%" for word in words for _ in range(3)]
    word_parameters = [parameter for word in words for parameter in _match_parameters(word)]
    ranked = " | ".join(words)
    sql = f"""
        WITH hit AS (
            SELECT i.*, (upper(i.number) = upper(%s)) AS exactly, (upper(i.number) LIKE upper(%s)) AS begins,
                   {matches} AS matched, {leads} AS leads,
                   ts_rank(i.search, to_tsquery('norwegian', %s) || to_tsquery('english', %s)) AS weight
            FROM catalogues_item i
            WHERE (%s::bigint IS NULL OR i.lot_id = %s) AND (upper(i.number) LIKE upper(%s) OR {any_word})
        )
        SELECT h.id, h.number, h.lot_id, a.key, l.key, h.name_nb, h.name_nn, h.name_en, h.category, h.unit, h.cpv,
               h.standard_assortment, h.used, p.suppliers, h.matched
        FROM hit h
        JOIN agreements_lot l ON l.id = h.lot_id
        JOIN agreements_frameworkagreement a ON a.id = l.agreement_id
        JOIN LATERAL (
            SELECT count(*) AS suppliers FROM catalogues_priceline p
            WHERE p.item_id = h.id AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
        ) p ON p.suppliers > 0
        ORDER BY h.exactly DESC, (a.starts <= %s AND %s <= a.ends) DESC, h.begins DESC, h.matched DESC, h.leads DESC,
                 h.weight DESC, h.standard_assortment DESC, h.number, h.id
        LIMIT %s"""  # noqa: S608 (only fixed text is put in; every value is a parameter)
    prefix = _like(text) + "%"
    number_of_lot = lot.pk if lot else None
    parameters: list[Any] = [
        text,
        prefix,
        *word_parameters,
        *lead_parameters,
        ranked,
        ranked,
        number_of_lot,
        number_of_lot,
        prefix,
        *word_parameters,
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, day, day, day, day, limit])
        return [_hit(row) for row in cursor.fetchall()]


def search_words(text: str) -> list[str]:
    """The words worth searching for: at most eight; bare numbers and small words only where there is nothing else."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:40]
    telling = [word for word in words if not word.isdecimal() and word not in _STOP]
    return (telling or words)[:_MOST_WORDS]


# A word matches by its stem in Norwegian or English, by its beginning, or inside a compound.
_MATCH = (
    "i.search @@ to_tsquery('norwegian', %s) OR i.search @@ to_tsquery('english', %s)"
    " OR i.search @@ to_tsquery('simple', %s) OR (i.name_nb || ' ' || i.name_nn) ILIKE %s"
)
_LEADS = "i.name_nb ILIKE %s OR i.name_nn ILIKE %s OR i.name_en ILIKE %s"


def _match_parameters(word: str) -> list[str]:
    begins = f"{word}:*" if len(word) > 2 else word
    # Norwegian compounds hide a word inside another; its stem is what it and its plural share.
    inside = f"%{_like(_stem(word))}%" if len(word) > 3 else word
    return [word, word, begins, inside]


def _stem(word: str) -> str:
    """The word without the common Norwegian endings of number and gender; rough, and only for looking inside words."""
    for ending in ("ene", "ane", "er", "ar", "en", "et", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _hit(row: tuple[Any, ...]) -> ItemHit:
    item, number, lot_id, agreement, lot, nb, nn, en, category, unit, cpv, standard, used, suppliers, matched = row
    names = {"nb": nb, "nn": nn, "en": en}
    return ItemHit(item, number, lot_id, agreement, lot, names, category, unit, cpv, standard, used, suppliers, matched)


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
    valid = Q(prices__valid_to=None) | Q(prices__valid_to__gte=day)
    items = Item.objects.filter(valid, lot=lot, prices__valid_from__lte=day)
    if sight.own and not sight.everybody:
        items = items.filter(prices__supplier__number__in=sight.own)
    if wanted.category:
        items = items.filter(category=wanted.category)
    if wanted.standard_only:
        items = items.filter(standard_assortment=True)
    keys = list(items.order_by("number", "id").values_list("id", flat=True).distinct())
    if wanted.text:
        among = set(keys)
        keys = [hit.id for hit in search_items(wanted.text, lot=lot, day=day, limit=2000) if hit.id in among]
    shown = keys[start:stop]
    rows = Item.objects.in_bulk(shown)
    prices = _prices_on(lot, shown, day)
    return len(keys), [_priced(rows[key], prices.get(key, []), sight) for key in shown]


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
            )
            for line, rank in lines
            if sight.of(line.supplier.number)
        ),
    )
