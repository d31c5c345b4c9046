"""The catalogue index in PostgreSQL: one GIN scan answers words and filters, one B-tree holds every price of an item.

Nothing here is kept up by hand: stored columns and indexes are right in the transaction that wrote the rows. An item is
a hit only where somebody prices it on the day asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
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
    """A question made ready: its terms, the items whose number was written, filters, and who of the suppliers counts.

    ``subsets``: the sets of terms of which an item must have one whole; one set of all terms unless words are let go.
    """

    wanted: Wanted
    terms: tuple[Term, ...]
    coded: tuple[tuple[int, int], ...]
    filters: str
    suppliers: tuple[int, ...] | None
    subsets: tuple[tuple[Term, ...], ...] = ()
    has_text: bool = False

    @property
    def impossible(self) -> bool:
        """Whether something was written that nothing can have."""
        return self.has_text and not self.terms and not self.coded


class PostgresIndex:
    """See :class:`~fellestorg.catalogues.search.port.CatalogueIndex`."""

    def search(self, wanted: Wanted, *, start: int = 0, stop: int = 25) -> Found:
        """The hits from ``start`` to ``stop``."""
        question = _question(wanted, cleaned(wanted.text))
        if question.impossible:
            return Found((), 0, False)
        corrected: tuple[tuple[str, str], ...] = ()
        most: int | None = None
        found = _answer(question, start, stop)
        if not found.total and question.terms:
            question, corrected, most = _loosened(question)
            found = _answer(question, start, stop)
        found = replace(found, corrected=corrected, words=len(question.terms), most_words=most)
        if wanted.also_some_words and len(found.hits) < stop - start:
            found = replace(found, hits=_with_some_words(question, found.hits, start, stop))
        return found

    def facets(self, wanted: Wanted) -> Facets:
        """The values one may narrow by, counted as ``search`` without its last filter would."""
        question = _question(wanted, cleaned(wanted.text))
        if question.impossible:
            return Facets()
        if question.terms and not _any_hit(question):
            question = _loosened(question)[0]
        return _count_facets(question)


def _loosened(question: _Question) -> tuple[_Question, tuple[tuple[str, str], ...], int | None]:
    """A question that nothing answers, asked less strictly: a number may be a beginning, a word written wrongly, and
    then words are let go. With the words put right, and how many words the items have where that is not all."""
    terms, corrected = _corrected(_begun(question.terms), question.wanted)
    question = replace(question, terms=terms, subsets=(terms,), coded=() if corrected else question.coded)
    if _any_hit(question):
        return question, corrected, None
    if len(terms) > 1 and (most := _most_words(question)):
        return replace(question, subsets=most), corrected, len(most[0])
    return question, corrected, None


def _question(wanted: Wanted, text: str) -> _Question:
    numbers = set(wanted.supplier) if wanted.only_of is None else set(wanted.only_of)
    if wanted.only_of is not None and wanted.supplier:
        numbers &= set(wanted.supplier)
    suppliers: tuple[int, ...] | None = None
    if wanted.supplier or wanted.only_of is not None:
        suppliers = tuple(Organisation.objects.filter(number__in=numbers).values_list("id", flat=True))
    question = _Question(wanted, (), (), _filters(wanted), suppliers, has_text=bool(text))
    if not text:
        return question
    coded = _coded(question, _code_of(text))
    # Somebody who writes a whole number with digits in it means that and no words.
    is_number = any(character.isdecimal() for character in text) and any(weight > 1 for _id, weight in coded)
    terms = () if is_number else tuple(terms_in(text, wanted.words))
    return replace(question, coded=coded, terms=terms, subsets=(terms,) if terms else ())


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
    if not question.has_text and wanted.order != "price":
        total, capped = _count(question)
        return Found(_walk(question, start, stop), total, capped)
    rows = _gather(question, start, stop, MOST_COUNTED + 1)
    total = rows[0][3] if rows else (sum(_count(question)) if start else 0)
    capped = total > MOST_COUNTED
    if capped and wanted.order == "price":
        # The cheapest of all must be found among all.
        rows = _gather(question, start, stop, None)
    hits = tuple(HitRow(row[0], row[1], row[2]) for row in rows)
    return Found(hits, min(total, MOST_COUNTED), capped)


def _with_some_words(question: _Question, hits: tuple[HitRow, ...], start: int, stop: int) -> tuple[HitRow, ...]:
    """The hits, and after them items that have ever fewer of the words."""
    found = list(hits)
    fewest = min((len(subset) for subset in question.subsets), default=0)
    for size in range(fewest - 1, 0, -1):
        if len(found) >= stop - start:
            break
        some = replace(question, subsets=tuple(combinations(question.terms, size)), coded=())
        known = {hit.id for hit in found}
        found += [hit for hit in _answer(some, 0, stop).hits if hit.id not in known]
    return tuple(found[: stop - start])


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
    """The CTE ``hit``: the items with the words or the number that pass every filter, priced by somebody on the day."""
    parameters["weights"] = [weight for _id, weight in question.coded]
    matched, ways = "0", []
    if question.terms:
        parts = []
        for number, term in enumerate(question.terms):
            parameters[f"term{number}"] = term.query
            parts.append(f"(i.search @@ %(term{number})s::tsquery)")
        # A condition for each word: the index skips through one list by the other.
        places = dict(zip(question.terms, parts, strict=True))
        ways = [" AND ".join(places[term] for term in subset) for subset in question.subsets]
        whole = len(question.subsets) == 1 and len(question.subsets[0]) == len(question.terms) and not question.coded
        matched = str(len(question.terms)) if whole else " + ".join(f"{part}::int" for part in parts)
    weight, join_codes = "0", ""
    if question.coded:
        parameters["coded"] = [pk for pk, _weight in question.coded]
        ways.append("i.id = ANY(%(coded)s)")
        join_codes = "LEFT JOIN unnest(%(coded)s::bigint[], %(weights)s::int[]) code(id, weight) ON code.id = i.id"
        weight = "coalesce(code.weight, 0)"
    conditions = [f"({' OR '.join(f'({way})' for way in ways)})"] if len(ways) > 1 else ways
    if question.filters:
        parameters["filters"] = question.filters
        conditions.append("i.search @@ %(filters)s::tsquery")
    conditions.append(_priced_sql(question, parameters))
    join, key = _price_sql(question, parameters) if priced else ("", "NULL::numeric")
    most = "" if limit is None else f" LIMIT {int(limit)}"
    return (
        "hit AS MATERIALIZED (SELECT i.id, i.number, i.lot_id, i.category, i.standard_assortment, i.used, i.name_nb,"  # noqa: S608
        f" i.name_nn, i.name_en, i.search, ({matched}) AS matched, {weight} AS weight, {key} AS key"
        f" FROM catalogues_item i {join_codes} {join} WHERE {' AND '.join(conditions)}{most})"
    )


def _coded(question: _Question, code: str) -> tuple[tuple[int, int], ...]:
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
    rows = _fetch(f"SELECT one.id, max(one.weight) FROM ({each}) one(id, weight) GROUP BY one.id", parameters)  # noqa: S608
    return tuple((row[0], row[1]) for row in rows)


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


def _any_hit(question: _Question) -> bool:
    """Whether any item answers the question."""
    parameters: dict[str, Any] = {}
    hit = _hits_sql(question, parameters, 1, priced=False)
    return bool(_fetch(f"WITH {hit} SELECT 1 FROM hit", parameters))  # noqa: S608


def _begun(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms, numbers as the beginnings of numbers."""
    return tuple(replace(term, begins=True) if term.has_digits and len(term.written) > 1 else term for term in terms)


def _corrected(terms: Sequence[Term], wanted: Wanted) -> tuple[tuple[Term, ...], tuple[tuple[str, str], ...]]:
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
        if chosen not in after:
            after.append(chosen)
    return tuple(after), tuple(corrected)


def _has_items(term: Term, wanted: Wanted) -> bool:
    """Whether anything priced on the day has the word, all filters aside."""
    return _any_hit(_Question(_open(wanted), (term,), (), "", None, ((term,),), has_text=True))


def _most_words(question: _Question) -> tuple[tuple[Term, ...], ...]:
    """The largest sets of the words that any item has which passes the filters; none where none has any."""
    alive = [term for term in question.terms if _any_hit(replace(question, subsets=((term,),), coded=()))]
    for size in range(min(len(alive), len(question.terms) - 1), 0, -1):
        sets = [
            subset
            for subset in combinations(alive, size)
            if size == 1 or _any_hit(replace(question, subsets=(subset,), coded=()))
        ]
        if sets:
            return tuple(sets)
    return ()


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
        part = replace(_question(opened, ""), has_text=question.has_text)
        part = replace(part, terms=question.terms, coded=question.coded, subsets=question.subsets)
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
