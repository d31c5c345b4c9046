"""The catalogue index in PostgreSQL: one GIN scan answers words and filters, one B-tree holds every price of an item.

Nothing here is kept up by hand: stored columns and indexes are right in the transaction that wrote the rows. An item is
a hit only where somebody prices it on the day asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.models.vectors import MARK, WITHIN_CODES
from fellestorg.catalogues.search.port import MOST_COUNTED, Facets, Found, HitRow, Wanted
from fellestorg.catalogues.search.words import Term, cleaned, escaped, nearest_words, quoted, terms_in
from fellestorg.organisations.models import Organisation

# A price by rank and a price alone, as one number to find the least of: ranks are far above any price.
_ABOVE_PRICES = 10**15
_IN_FORCE = (
    "SELECT l.id FROM agreements_lot l JOIN agreements_frameworkagreement a ON a.id = l.agreement_id"
    " WHERE a.starts <= %(day)s AND a.ends >= %(day)s"
)
_SHORTEST_PREFIX = 3
_SHORTEST_FOREIGN_PREFIX = 4


@dataclass(frozen=True, slots=True)
class _Question:
    """A question made ready: its terms, its filters as a tsquery, and who of the suppliers counts."""

    wanted: Wanted
    terms: tuple[Term, ...]
    code: str
    filters: str
    suppliers: tuple[int, ...] | None
    at_least: int | None = None

    @property
    def all_words(self) -> str:
        return " & ".join(f"({term.query})" for term in self.terms)

    @property
    def any_word(self) -> str:
        return " | ".join(term.query for term in self.terms)


class PostgresIndex:
    """See :class:`~fellestorg.catalogues.search.port.CatalogueIndex`."""

    def search(self, wanted: Wanted, *, start: int = 0, stop: int = 25) -> Found:
        """The hits from ``start`` to ``stop``."""
        text = cleaned(wanted.text)
        terms = terms_in(text, wanted.words)
        if text and not terms and not _code_of(text):
            return Found((), 0, False)
        question = _question(wanted, text, terms)
        corrected: tuple[tuple[str, str], ...] = ()
        found = _answer(question, start, stop)
        if not found.total and terms:
            terms, corrected = _corrected(terms, wanted)
            if corrected:
                question = replace(question, terms=tuple(terms), code="")
                found = _answer(question, start, stop)
        most: int | None = None
        if len(terms) > 1 and not (found.total and not wanted.also_some_words):
            most = _most_words(question)
            at_least = 1 if wanted.also_some_words else most
            if at_least and (wanted.also_some_words or not found.total):
                found = _answer(replace(question, at_least=at_least), start, stop)
        most = most if most is not None and most < len(terms) else None
        return replace(found, corrected=corrected, words=len(terms), most_words=most)

    def facets(self, wanted: Wanted) -> Facets:
        """The values one may narrow by, counted as ``search`` without its last filter would."""
        text = cleaned(wanted.text)
        terms = terms_in(text, wanted.words)
        if text and not terms and not _code_of(text):
            return Facets()
        question = _question(wanted, text, terms)
        if terms and not _any_hit(replace(question, filters=_filters(replace(_open(wanted)))), question.all_words):
            terms, corrected = _corrected(terms, wanted)
            question = replace(question, terms=tuple(terms), code="" if corrected else question.code)
            if len(terms) > 1 and not _any_hit(question, question.all_words):
                question = replace(question, at_least=_most_words(question) or None)
        return _count_facets(question)


def _question(wanted: Wanted, text: str, terms: Sequence[Term]) -> _Question:
    numbers = set(wanted.supplier) if wanted.only_of is None else set(wanted.only_of)
    if wanted.only_of is not None and wanted.supplier:
        numbers &= set(wanted.supplier)
    suppliers: tuple[int, ...] | None = None
    if wanted.supplier or wanted.only_of is not None:
        suppliers = tuple(Organisation.objects.filter(number__in=numbers).values_list("id", flat=True))
    return _Question(wanted, tuple(terms), _code_of(text), _filters(wanted), suppliers)


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


def _open(wanted: Wanted) -> Wanted:
    return replace(
        wanted, agreement=(), category=(), supplier=(), ecolabel=(), standard=None, used=None, lot=None, only_of=None
    )


def _code_of(text: str) -> str:
    """A text as item numbers are looked up; lower case is left to the database, which made the numbers' own."""
    for sign in WITHIN_CODES:
        text = text.replace(sign, "")
    return text


def _answer(question: _Question, start: int, stop: int) -> Found:
    """The hits of one question, counted up to MOST_COUNTED."""
    wanted = question.wanted
    if not question.terms and not question.code and wanted.order != "price":
        total, capped = _count(question)
        return Found(_walk(question, start, stop), total, capped)
    rows = _gather(question, start, stop, MOST_COUNTED + 1)
    total = rows[0][3] if rows else (_count(question)[0] if start else 0)
    capped = total > MOST_COUNTED
    if capped and wanted.order == "price":
        # The cheapest of all must be found among all.
        rows = _gather(question, start, stop, None)
    hits = tuple(HitRow(row[0], row[1], row[2]) for row in rows)
    return Found(hits, min(total, MOST_COUNTED), capped)


def _gather(question: _Question, start: int, stop: int, limit: int | None) -> list[tuple[Any, ...]]:
    """Id, matched words, price and count of the hits in order: all hits are found, priced and sorted."""
    wanted = question.wanted
    by_price = wanted.order == "price"
    parameters: dict[str, Any] = {}
    hit = _hits_sql(question, parameters, limit, priced=by_price)
    terms = question.terms
    order: list[str] = []
    if by_price:
        order.append("h.key IS NULL, mod(h.key, %(above)s)")
    if wanted.order == "relevance" or (by_price and terms):
        order += ["h.weight >= 2 DESC", f"h.lot_id IN ({_IN_FORCE}) DESC", "h.weight DESC", "h.matched DESC"]
        fits = []
        for number, term in enumerate(terms):
            parameters[f"whole{number}"] = term.whole_query
            parameters[f"leads{number}"] = f"%{escaped(term.stem)}%"
            # What a thing is stands first in its name: "Mobiltelefon, standard" before "Deksel til mobiltelefon".
            first = [f"split_part(h.name_{code}, ' ', 1) ILIKE %(leads{number})s" for code in ("nb", "nn", "en")]
            fits.append(f"2 * ({' OR '.join(first)})::int + (h.search @@ %(whole{number})s::tsquery)::int")
        if fits:
            order.append(f"{' + '.join(fits)} DESC")
        order.append("h.standard_assortment DESC")
    key = "mod(h.key, %(above)s)" if by_price else "NULL"
    parameters |= {"above": _ABOVE_PRICES, "start": start, "count": max(stop - start, 0)}
    return _fetch(
        f"WITH {hit} SELECT h.id, CASE WHEN h.weight >= 2 THEN 0 ELSE h.matched END, {key}, count(*) OVER ()"  # noqa: S608
        f" FROM hit h ORDER BY {', '.join([*order, 'h.number', 'h.id'])} OFFSET %(start)s LIMIT %(count)s",
        parameters,
    )


def _walk(question: _Question, start: int, stop: int) -> tuple[HitRow, ...]:
    """Hits without words in the order of their numbers, read off the index of numbers: nothing need be gathered."""
    parameters: dict[str, Any] = {"start": start, "count": max(stop - start, 0)}
    conditions = [_priced_sql(question, parameters)]
    if question.filters:
        parameters["filters"] = question.filters
        conditions.append("i.search @@ %(filters)s::tsquery")
    rows = _fetch(
        f"SELECT i.id FROM catalogues_item i WHERE {' AND '.join(conditions)}"  # noqa: S608
        " ORDER BY i.number, i.id OFFSET %(start)s LIMIT %(count)s",
        parameters,
    )
    return tuple(HitRow(row[0], 0) for row in rows)


def _count(question: _Question) -> tuple[int, bool]:
    parameters: dict[str, Any] = {}
    hit = _hits_sql(question, parameters, MOST_COUNTED + 1, priced=False)
    total = _fetch(f"WITH {hit} SELECT count(*) FROM hit", parameters)[0][0]  # noqa: S608
    return min(total, MOST_COUNTED), total > MOST_COUNTED


def _hits_sql(question: _Question, parameters: dict[str, Any], limit: int | None, *, priced: bool) -> str:
    """The CTEs up to ``hit``: the items with all (or enough) of the words or the number, that pass every filter."""
    parameters["filters"] = question.filters
    matched, words = "0", "false" if question.code else "true"
    if question.terms:
        parts = []
        for number, term in enumerate(question.terms):
            parameters[f"term{number}"] = term.query
            parts.append(f"(i.search @@ %(term{number})s::tsquery)::int")
        if question.at_least is None:
            matched, words = str(len(question.terms)), "i.search @@ %(all)s::tsquery"
            parameters["all"] = " & ".join(filter(None, [question.all_words, question.filters]))
        else:
            matched, words = f"({' + '.join(parts)})", "i.search @@ %(any)s::tsquery"
            parameters["any"] = question.any_word
            if question.at_least > 1:
                parameters["at_least"] = question.at_least
                words = f"{words} AND {matched} >= %(at_least)s"
    passes = " AND i.search @@ %(filters)s::tsquery" if question.filters else ""
    columns = (
        "i.id, i.number, i.lot_id, i.category, i.standard_assortment, i.used, i.name_nb, i.name_nn, i.name_en, i.search"
    )
    join, on_day, key = "", _priced_sql(question, parameters), "NULL::numeric"
    if priced:
        join, key = _price_sql(question, parameters)
    most = "" if limit is None else f" LIMIT {int(limit)}"
    by_words = (
        f"SELECT {columns}, {matched} AS matched, {key} AS key FROM catalogues_item i {join}"  # noqa: S608
        f" WHERE {words}{passes} AND {on_day}{most}"
    )
    if not question.code:
        return f"hit AS MATERIALIZED (SELECT one.*, 0 AS weight FROM ({by_words}) one)"  # noqa: S608
    codes = _codes_sql(question, parameters)
    # With words asked for, how many of them an item has that was found by its number.
    had = f"({' + '.join(parts)})" if question.terms else "0"
    by_code = (
        f"SELECT {columns}, {had} AS matched, {key} AS key, code.weight FROM code"  # noqa: S608
        f" JOIN catalogues_item i ON i.id = code.id {join} WHERE {on_day}{passes}"
    )
    return (
        f"code AS MATERIALIZED ({codes}), coded AS MATERIALIZED ({by_code}),"  # noqa: S608
        f" worded AS MATERIALIZED ({by_words}),"
        " hit AS MATERIALIZED (SELECT * FROM coded UNION ALL SELECT worded.*, 0 FROM worded"
        f" WHERE NOT EXISTS (SELECT 1 FROM coded WHERE coded.id = worded.id){most})"
    )


def _codes_sql(question: _Question, parameters: dict[str, Any]) -> str:
    """Items whose number, a supplier's number for them or GTIN is, or begins with, what was written, however it is
    divided. ``weight``: 2 where it is the whole number, 1 where it begins with it."""
    code = question.code
    parameters |= {"code": code, "begins": f"{escaped(code)}%"}
    own = "i.code LIKE lower(%(begins)s)" if len(code) >= _SHORTEST_PREFIX else "i.code = lower(%(code)s)"
    found = [f"SELECT i.id, 1 + (i.code = lower(%(code)s))::int FROM catalogues_item i WHERE {own}"]  # noqa: S608
    if len(code) >= _SHORTEST_FOREIGN_PREFIX:
        theirs = "lower(p.supplier_number)"
        for sign in WITHIN_CODES:
            theirs = f"replace({theirs}, '{sign}', '')"
        day = "p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"
        if question.suppliers is not None:
            day += " AND p.supplier_id = ANY(%(suppliers)s)"
        found.append(
            f"SELECT p.item_id, 1 + ({theirs} = lower(%(code)s))::int FROM catalogues_priceline p"  # noqa: S608
            f" WHERE {theirs} LIKE lower(%(begins)s) AND {day}"
        )
        if code.isdecimal():
            found.append(
                "SELECT p.item_id, 1 + (p.gtin = %(code)s)::int FROM catalogues_priceline p"  # noqa: S608
                f" WHERE p.gtin <> '' AND p.gtin LIKE %(begins)s AND {day}"
            )
    each = " UNION ALL ".join(f"({one} LIMIT {MOST_COUNTED + 1})" for one in found)
    return f"SELECT one.id, max(one.weight) AS weight FROM ({each}) one(id, weight) GROUP BY one.id"  # noqa: S608


def _valid_sql(question: _Question, parameters: dict[str, Any]) -> str:
    parameters["day"] = question.wanted.day
    return "p.item_id = i.id AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"


def _priced_sql(question: _Question, parameters: dict[str, Any]) -> str:
    """That somebody who counts prices the item on the day. LIMIT keeps it a look-up for each item, so that counting can
    stop at the most that is counted."""
    conditions = [_valid_sql(question, parameters)]
    if question.suppliers is not None:
        parameters["suppliers"] = list(question.suppliers)
        conditions.append("p.supplier_id = ANY(%(suppliers)s)")
    if question.wanted.ecolabel:
        parameters["ecolabels"] = list(question.wanted.ecolabel)
        conditions.append("p.ecolabel = ANY(%(ecolabels)s)")
    return f"(SELECT true FROM catalogues_priceline p WHERE {' AND '.join(conditions)} LIMIT 1)"  # noqa: S608


def _price_sql(question: _Question, parameters: dict[str, Any]) -> tuple[str, str]:
    """Joins that find what the agency would pay for an item, and the key it is ordered by (see ``Standing.line_of``)."""
    modes = question.wanted.standing.modes
    parameters |= {
        "mode_lots": [mode.lot for mode in modes],
        "mode_categories": [mode.category for mode in modes],
        "mode_standards": [mode.standard for mode in modes],
        "mode_ranks": [mode.by_rank for mode in modes],
        # Arrays of arrays must be even, so suppliers travel as text.
        "mode_suppliers": ["{" + ",".join(map(str, mode.suppliers)) + "}" for mode in modes],
        "above": _ABOVE_PRICES,
    }
    only = ""
    if question.wanted.only_of is not None:
        only = " AND p.supplier_id = ANY(%(suppliers)s)"
    valid = _valid_sql(question, parameters)
    return (
        "LEFT JOIN (SELECT lot, category, standard, by_rank, suppliers::bigint[] AS suppliers"  # noqa: S608
        " FROM unnest(%(mode_lots)s::bigint[], %(mode_categories)s::text[], %(mode_standards)s::boolean[],"
        " %(mode_ranks)s::boolean[], %(mode_suppliers)s::text[]) one(lot, category, standard, by_rank, suppliers)) m"
        " ON m.lot = i.lot_id AND m.category = i.category AND m.standard = i.standard_assortment"
        " LEFT JOIN LATERAL (SELECT min(CASE WHEN m.by_rank"
        " THEN array_position(m.suppliers, p.supplier_id) * %(above)s::numeric + p.unit_price"
        " WHEN p.supplier_id = ANY(m.suppliers) THEN p.unit_price END) AS key"
        f" FROM catalogues_priceline p WHERE {valid}{only}) o ON true",
        "o.key",
    )


def _any_hit(question: _Question, words: str) -> bool:
    """Whether any item has the words, by them alone."""
    return bool(
        _fetch("SELECT 1 FROM catalogues_item i WHERE i.search @@ %(words)s::tsquery LIMIT 1", {"words": words})
    )


def _corrected(terms: Sequence[Term], wanted: Wanted) -> tuple[list[Term], tuple[tuple[str, str], ...]]:
    """The terms, those that no item has put right by the vocabulary; and what was put right."""
    after: list[Term] = []
    corrected: list[tuple[str, str]] = []
    for term in terms:
        chosen = term
        if not _has_items(term, wanted):
            for near in terms_in("", nearest_words(term.written)):
                if _has_items(near, wanted):
                    chosen = near
                    corrected.append((term.written, near.written))
                    break
        after.append(chosen)
    return after, tuple(corrected)


def _has_items(term: Term, wanted: Wanted) -> bool:
    """Whether anything priced on the day has the word, all filters aside."""
    question = _Question(_open(wanted), (term,), "", "", None)
    parameters: dict[str, Any] = {"words": term.query}
    on_day = _priced_sql(question, parameters)
    sql = f"SELECT 1 FROM catalogues_item i WHERE i.search @@ %(words)s::tsquery AND {on_day} LIMIT 1"  # noqa: S608
    return bool(_fetch(sql, parameters))


def _most_words(question: _Question) -> int:
    """The most of the words that any item has that passes the filters; 0 where none has any."""
    parameters: dict[str, Any] = {}
    hit = _hits_sql(replace(question, at_least=1, code=""), parameters, None, priced=False)
    most = _fetch(f"WITH {hit} SELECT max(matched) FROM hit", parameters)[0][0]  # noqa: S608
    return int(most or 0)


def _count_facets(question: _Question) -> Facets:
    wanted = question.wanted
    counts: dict[str, dict[str, int]] = {}
    capped: set[str] = set()
    own = {
        "agreement": bool(wanted.agreement),
        "category": bool(wanted.category),
        "supplier": bool(wanted.supplier),
        "standard": wanted.standard is not None,
        "used": wanted.used is not None,
        "ecolabel": bool(wanted.ecolabel),
    }
    groups = [[name for name, active in own.items() if not active], *([name] for name, active in own.items() if active)]
    for names in groups:
        if not names:
            continue
        opened = _without(wanted, names[0]) if own[names[0]] else wanted
        part = replace(_question(opened, "", ()), terms=question.terms, code=question.code, at_least=question.at_least)
        for name, value, count, over in _facet_rows(part, names):
            counts.setdefault(name, {})[value] = count
            if over:
                capped.add(name)
    return Facets({name: counts.get(name, {}) for name in own}, frozenset(capped))


def _without(wanted: Wanted, facet: str) -> Wanted:
    empty: dict[str, Any] = {facet: None if facet in ("standard", "used") else ()}
    return replace(wanted, **empty)


_OF_ITEMS = {
    "agreement": "a.key",
    "category": "h.category",
    "standard": "h.standard_assortment::int::text",
    "used": "h.used::int::text",
}
_OF_LINES = {"supplier": "s.number", "ecolabel": "p.ecolabel"}


def _facet_rows(question: _Question, names: Sequence[str]) -> list[tuple[str, str, int, bool]]:
    """Name, value, count and whether it was capped, for facets that share one set of hits."""
    parameters: dict[str, Any] = {}
    hit = _hits_sql(question, parameters, MOST_COUNTED + 1, priced=False)
    parameters["most"] = MOST_COUNTED
    ctes = [hit, "size AS (SELECT count(*) > %(most)s AS over FROM hit)"]
    parts = []
    of_items = [name for name in names if name in _OF_ITEMS]
    if of_items:
        # One pass counts every combination; there are few of them.
        ctes.append(
            "cube AS MATERIALIZED (SELECT lot_id, category, standard_assortment, used, count(*) AS n FROM hit"
            " GROUP BY 1, 2, 3, 4)"
        )
        for name in of_items:
            joined = (
                "JOIN agreements_lot l ON l.id = h.lot_id JOIN agreements_frameworkagreement a ON a.id = l.agreement_id"
                if name == "agreement"
                else ""
            )
            parts.append(f"SELECT '{name}', {_OF_ITEMS[name]}, sum(h.n)::bigint FROM cube h {joined} GROUP BY 2")  # noqa: S608
    of_lines = [name for name in names if name in _OF_LINES]
    if of_lines:
        conditions = ["p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"]
        if question.suppliers is not None:
            conditions.append("p.supplier_id = ANY(%(suppliers)s)")
        if question.wanted.ecolabel:
            conditions.append("p.ecolabel = ANY(%(ecolabels)s)")
        ctes.append(
            "line AS MATERIALIZED (SELECT h.id, p.supplier_id, p.ecolabel FROM hit h"  # noqa: S608
            f" JOIN catalogues_priceline p ON p.item_id = h.id WHERE {' AND '.join(conditions)})"
        )
        if "supplier" in of_lines:
            # A supplier has one price for an item at a time.
            parts.append(
                "SELECT 'supplier', s.number, p.n FROM (SELECT supplier_id, count(*) AS n FROM line GROUP BY 1) p"
                " JOIN organisations_organisation s ON s.id = p.supplier_id"
            )
        if "ecolabel" in of_lines:
            parts.append(
                "SELECT 'ecolabel', p.ecolabel, count(DISTINCT p.id) FROM line p WHERE p.ecolabel <> '' GROUP BY 2"
            )
    rows = " UNION ALL ".join(parts)
    return _fetch(
        f"WITH {', '.join(ctes)} SELECT r.name, r.value, r.n, size.over FROM ({rows}) r(name, value, n), size"  # noqa: S608
        " ORDER BY 1, 3 DESC, 2",
        parameters,
    )


def _fetch(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
