"""From what somebody wants to a question: its terms, the items whose number was written, and its filters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.models.vectors import MARK, WITHIN_CODES
from fellestorg.catalogues.search.port import MOST_COUNTED, Wanted
from fellestorg.catalogues.search.sql import Question, fetch
from fellestorg.catalogues.search.words import escaped, quoted, terms_in
from fellestorg.organisations.models import Organisation

_SHORTEST_PREFIX = 3
_SHORTEST_FOREIGN_PREFIX = 4


def question_of(wanted: Wanted, text: str) -> Question:
    numbers = set(wanted.supplier) if wanted.only_of is None else set(wanted.only_of)
    if wanted.only_of is not None and wanted.supplier:
        numbers &= set(wanted.supplier)
    suppliers: tuple[int, ...] | None = None
    if wanted.supplier or wanted.only_of is not None:
        suppliers = tuple(Organisation.objects.filter(number__in=numbers).values_list("id", flat=True))
    question = Question(wanted, (), (), _filters(wanted), suppliers, has_text=bool(text))
    if not text:
        return question
    coded = coded_as(question, code_of(text))
    # Somebody who writes a whole number with digits in it means that and no words.
    is_number = any(character.isdecimal() for character in text) and any(weight > 1 for _id, weight in coded)
    terms = () if is_number else tuple(terms_in(text, wanted.words))
    return replace(question, coded=coded, terms=terms, subsets=(terms,) if terms else ())


def unfiltered(wanted: Wanted) -> Wanted:
    return replace(
        wanted, agreement=(), category=(), supplier=(), ecolabel=(), standard=None, used=None, lot=None, only_of=None
    )


def _filters(wanted: Wanted) -> str:
    """The filters that an item itself decides, as a tsquery; empty where there are none."""
    groups: list[list[str]] = []
    if wanted.agreement or wanted.lot is not None:
        lots = Lot.objects.filter(
            Q(agreement__key__in=wanted.agreement) if wanted.agreement else Q(),
            Q(pk=wanted.lot) if wanted.lot is not None else Q(),
        )
        groups.append([f"lot{pk}" for pk in lots.values_list("pk", flat=True)] or ["nothing"])
    if wanted.category:
        groups.append([f"cat{code[:60]}" for code in wanted.category])
    if wanted.standard is not None:
        groups.append(["std" if wanted.standard else "other"])
    if wanted.used is not None:
        groups.append(["used" if wanted.used else "new"])
    return " & ".join("(" + " | ".join(quoted(MARK + value) for value in group) + ")" for group in groups)


def coded_as(question: Question, code: str) -> tuple[tuple[int, int], ...]:
    """Items whose number, a supplier's number for them or GTIN is, or begins with, what was written, however it is
    divided: their keys, with 2 where it is the whole number and 1 where it begins with it."""
    if not code:
        return ()
    parameters: dict[str, Any] = {"code": code, "begins": f"{escaped(code)}%", "day": question.wanted.day}
    own = "i.code LIKE lower(%(begins)s)" if len(code) >= _SHORTEST_PREFIX else "i.code = lower(%(code)s)"
    found = [f"SELECT i.id, 1 + (i.code = lower(%(code)s))::int FROM catalogues_item i WHERE {own}"]  # noqa: S608
    if len(code) >= _SHORTEST_FOREIGN_PREFIX:
        theirs = "lower(p.supplier_number)"
        for sign in WITHIN_CODES:
            theirs = f"replace({theirs}, '{sign}', '')"
        valid = "p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"
        if question.suppliers is not None:
            parameters["suppliers"] = list(question.suppliers)
            valid += " AND p.supplier_id = ANY(%(suppliers)s)"
        found.append(
            f"SELECT p.item_id, 1 + ({theirs} = lower(%(code)s))::int FROM catalogues_priceline p"  # noqa: S608
            f" WHERE {theirs} LIKE lower(%(begins)s) AND {valid}"
        )
        if code.isdecimal():
            found.append(
                "SELECT p.item_id, 1 + (p.gtin = %(code)s)::int FROM catalogues_priceline p"  # noqa: S608
                f" WHERE p.gtin <> '' AND p.gtin LIKE %(begins)s AND {valid}"
            )
    each = " UNION ALL ".join(f"({one} LIMIT {MOST_COUNTED + 1})" for one in found)
    rows = fetch(f"SELECT one.id, max(one.weight) FROM ({each}) one(id, weight) GROUP BY one.id", parameters)  # noqa: S608
    return tuple((row[0], row[1]) for row in rows)


def code_of(text: str) -> str:
    """A text as item numbers are looked up; lower case is left to the database, which made the numbers' own."""
    for sign in WITHIN_CODES:
        text = text.replace(sign, "")
    return text
