"""What the search index keeps of a row, as expressions that PostgreSQL stores itself.

A stored expression is right in the same statement that wrote the row, whoever wrote it: the ORM, COPY or raw SQL.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, Value, When
from django.db.models.functions import Cast, Lower, Replace
from django.db.models.lookups import Regex

# What PostgreSQL's parser would read as part of a word: signs of paths, addresses and numbers ("bruk/kast" would be one
# word), and signs beyond ASCII, which all count as letters where the database sorts by code points.
BETWEEN_WORDS = "/.-_@:+~&<>§–—‘’“”«»®™©°×·…•\u00a0"
# The same inside the brackets of a regular expression, where a hyphen in the middle would mean from and to.
_SIGNS = "-" + BETWEEN_WORDS.replace("-", "")
# What people leave out or put into an item number when they write it: "pc 14 std", "PC-14/STD".
WITHIN_CODES = "- ./_"
# It never stands in a word, so nobody can write a filter as one.
MARK = "§"


def catalogue_vector() -> Func:
    """The words of the three names as they are written, and the filters that the item itself decides as marked words
    (``§lot3``, ``§catpaper``, ``§std``, ``§used``), so that one scan of one index answers words and filters alike."""
    names = _joined(F("name_nb"), Value(" "), _unless("name_nn", "name_nb"), Value(" "), _unless("name_en", "name_nb"))
    divided = Func(
        names,
        Value(BETWEEN_WORDS),
        Value(" " * len(BETWEEN_WORDS)),
        function="translate",
        output_field=models.TextField(),
    )
    # Looking each letter up among so many signs costs more than all the rest; most names have none of them.
    text = Case(When(Regex(names, Value(f"[{_SIGNS}]")), then=divided), default=names, output_field=models.TextField())
    lot = _joined(Value(f"{MARK}lot"), Cast(F("lot"), models.TextField()))
    category = _joined(Value(f"{MARK}cat"), F("category"))
    standard = Case(When(standard_assortment=True, then=Value(f"{MARK}std")), default=Value(f"{MARK}other"))
    used = Case(When(used=True, then=Value(f"{MARK}used")), default=Value(f"{MARK}new"))
    return Func(
        Func(Func(text, template="to_tsvector('pg_catalog.simple', %(expressions)s)"), function="strip"),
        Func(Func(lot, category, standard, used, template="ARRAY[%(expressions)s]"), function="array_to_tsvector"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )


def code_of(field: str) -> Any:
    """A number as it is looked up: in lower case and without what people write differently (``pc14std``)."""
    code: Any = Lower(F(field))
    for sign in WITHIN_CODES:
        code = Replace(code, Value(sign), Value(""))
    return code


def stem_of(field: str, dictionary: str) -> Func:
    """A word's stem by one of PostgreSQL's dictionaries; the word itself where that knows it as a small word."""
    return Func(
        F(field),
        template=f"COALESCE((ts_lexize('pg_catalog.{dictionary}', %(expressions)s))[1], %(expressions)s)",
        output_field=models.CharField(max_length=100),
    )


def _unless(field: str, other: str) -> Case:
    """A field's text, or nothing where it says the same as another: its words are then there already."""
    return Case(When(then=Value(""), **{field: F(other)}), default=F(field), output_field=models.TextField())


def _joined(*parts: Any) -> Func:
    return Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=models.TextField())
