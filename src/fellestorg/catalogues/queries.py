"""Reads about items and prices: search, and a lot's price list as it stands on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from fellestorg.agreements.models import Lot
from fellestorg.kernel.text import in_language

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
    word_parameters = [parameter for word in words for parameter in _match_parameters(word)]
    ranked = " | ".join(words)
    sql = f"""
        WITH hit AS (
            SELECT i.*, (upper(i.number) = upper(%s)) AS exactly, (upper(i.number) LIKE upper(%s)) AS begins,
                   {matches} AS matched,
                   ts_rank(i.search, to_tsquery('norwegian', %s) || to_tsquery('english', %s)) AS weight
            FROM catalogues_item i
            WHERE (%s::bigint IS NULL OR i.lot_id = %s) AND (upper(i.number) LIKE upper(%s) OR {any_word})
        )
        SELECT h.id, h.number, h.lot_id, a.key, l.key, h.name_nb, h.name_nn, h.name_en, h.category, h.unit, h.cpv,
               h.standard_assortment, p.suppliers, h.matched
        FROM hit h
        JOIN agreements_lot l ON l.id = h.lot_id
        JOIN agreements_frameworkagreement a ON a.id = l.agreement_id
        JOIN LATERAL (
            SELECT count(*) AS suppliers FROM catalogues_priceline p
            WHERE p.item_id = h.id AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
        ) p ON p.suppliers > 0
        ORDER BY h.exactly DESC, (a.starts <= %s AND %s <= a.ends) DESC, h.begins DESC, h.matched DESC, h.weight DESC,
                 h.standard_assortment DESC, h.number, h.id
        LIMIT %s"""  # noqa: S608 (only fixed text is put in; every value is a parameter)
    prefix = _like(text) + "%"
    number_of_lot = lot.pk if lot else None
    parameters = [
        text,
        prefix,
        *word_parameters,
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
    item, number, lot_id, agreement, lot, nb, nn, en, category, unit, cpv, standard, suppliers, matched = row
    names = {"nb": nb, "nn": nn, "en": en}
    return ItemHit(item, number, lot_id, agreement, lot, names, category, unit, cpv, standard, suppliers, matched)
