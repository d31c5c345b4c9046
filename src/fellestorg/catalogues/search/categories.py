"""What goods are called as a kind: the name of a category finds everything in it, whatever the items are called.

Names are taken in all three languages at once, as item names are. "Skap og reoler" is two names, and a name of several
words ("Bærbar PC") must be written whole: one of them alone would find far too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.utils import translation

from fellestorg.agreements.words import category_name
from fellestorg.catalogues.search.dividing import SMALL_WORDS, sql_words
from fellestorg.kernel.text import LANGUAGES

_BETWEEN_NAMES = re.compile(r"\s+(?:og|and|eller|or)\s+|[,;()]")


@dataclass(frozen=True, slots=True)
class _Name:
    """One of a category's names: its words as stems of its own language."""

    category: str
    english: bool
    stems: frozenset[str]


def named_by(words: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """For each of the words somebody wrote (with its Norwegian and English stem), the categories it helps to name."""
    norwegian = {stem: word for word, (stem, _english) in words.items()}
    english = {stem: word for word, (_norwegian, stem) in words.items()}
    found: dict[str, set[str]] = {word: set() for word in words}
    for name in _names(_categories()):
        written = english if name.english else norwegian
        if name.stems <= written.keys():
            for stem in name.stems:
                found[written[stem]].add(name.category)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}


def _categories() -> tuple[str, ...]:
    """Every category that some lot has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unnest(categories) AS code FROM agreements_lot ORDER BY code")
        return tuple(row[0] for row in cursor.fetchall())


@lru_cache(maxsize=8)
def _names(categories: tuple[str, ...]) -> tuple[_Name, ...]:
    given: list[tuple[str, bool, str]] = []
    for code in LANGUAGES:
        with translation.override(code):
            given += [(one, code == "en", name) for one in categories for name in _parts(category_name(one))]
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [[name for _category, _english, name in given], sorted(SMALL_WORDS)])
        rows: list[tuple[int, list[str], list[str]]] = cursor.fetchall()
    found = (
        _Name(given[at - 1][0], given[at - 1][1], frozenset(english if given[at - 1][1] else norwegian))
        for at, norwegian, english in rows
    )
    return tuple(dict.fromkeys(found))


def _parts(name: str) -> Iterable[str]:
    """The names that a name holds; half a compound ("Møte-") is none."""
    return (part.strip() for part in _BETWEEN_NAMES.split(name) if part.strip() and not part.strip().endswith("-"))


_STEMS = f"""
SELECT n.at, array_agg(coalesce((ts_lexize('pg_catalog.norwegian_stem', w.lexeme))[1], w.lexeme)),
       array_agg(coalesce((ts_lexize('pg_catalog.english_stem', w.lexeme))[1], w.lexeme))
FROM unnest(%s::text[]) WITH ORDINALITY n(name, at),
     unnest(to_tsvector('pg_catalog.simple', {sql_words("n.name")})) w
WHERE w.lexeme <> ALL(%s::text[]) GROUP BY n.at"""  # noqa: S608
