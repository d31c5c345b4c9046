"""The SQL of a question: which items are hits on a day, and what the agency would pay for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from fellestorg.catalogues.search.port import Wanted
from fellestorg.catalogues.search.words import Term

_COLUMNS = (
    "i.id, i.number, i.lot_id, i.category, i.standard_assortment, i.used, i.name_nb, i.name_nn, i.name_en, i.search"
)
# A price by rank and a price alone, as one number to find the least of: ranks are far above any price.
ABOVE_PRICES = 10**15


@dataclass(frozen=True, slots=True)
class Question:
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


def hits_sql(question: Question, parameters: dict[str, Any], limit: int | None, *, priced: bool) -> str:
    """The CTE ``hit``: the items with the words or the number that pass every filter, priced by somebody on the day.

    ``priced``: with the ``key`` they are ordered by, and without the columns that nothing but facets and relevance need.
    """
    parameters["weights"] = [weight for _id, weight in question.coded]
    matched, ways = "0", []
    if question.terms:
        parts = []
        for number, term in enumerate(question.terms):
            asked = term.queries
            names = [f"term{number}_{place}" for place in range(len(asked))]
            parameters |= dict(zip(names, asked, strict=True))
            parts.append("(" + " OR ".join(f"i.search @@ %({name})s::tsquery" for name in names) + ")")
        # A condition for each word: the index skips through one list by the other.
        places = dict(zip(question.terms, parts, strict=True))
        ways = [" AND ".join(places[term] for term in subset) for subset in question.subsets]
        whole = len(question.subsets) == 1 and len(question.subsets[0]) == len(question.terms) and not question.coded
        matched = str(len(question.terms)) if whole else " + ".join(f"{part}::int" for part in parts)
    weight, join_codes = "0", ""
    if question.coded:
        parameters["coded"] = [pk for pk, _weight in question.coded]
        ways.append("i.id = ANY(%(coded)s::bigint[])")
        join_codes = "LEFT JOIN unnest(%(coded)s::bigint[], %(weights)s::int[]) code(id, weight) ON code.id = i.id"
        weight = "coalesce(code.weight, 0)"
    conditions = [f"({' OR '.join(f'({way})' for way in ways)})"] if len(ways) > 1 else ways
    if question.filters:
        parameters["filters"] = question.filters
        conditions.append("i.search @@ %(filters)s::tsquery")
    join, columns = "", _COLUMNS
    if priced:
        join, columns = _price_sql(question, parameters), "i.id, i.lot_id, o.key"
        conditions.append("o.counts")
    else:
        conditions.append(priced_sql(question, parameters))
    most = "" if limit is None else f" LIMIT {int(limit)}"
    return (
        f"hit AS MATERIALIZED (SELECT {columns}, ({matched}) AS matched, {weight} AS weight"  # noqa: S608
        f" FROM catalogues_item i {join_codes} {join} WHERE {' AND '.join(conditions)}{most})"
    )


def priced_sql(question: Question, parameters: dict[str, Any]) -> str:
    """That somebody who counts prices the item on the day. LIMIT keeps it a look-up for each item, so that counting can
    stop at the most that is counted."""
    conditions = [_valid_sql(question, parameters), *_counted_sql(question, parameters)]
    return f"(SELECT true FROM catalogues_priceline p WHERE {' AND '.join(conditions)} LIMIT 1)"  # noqa: S608


def _counted_sql(question: Question, parameters: dict[str, Any]) -> list[str]:
    """What makes a price one that counts, apart from its days."""
    conditions = []
    if question.suppliers is not None:
        parameters["suppliers"] = list(question.suppliers)
        conditions.append("p.supplier_id = ANY(%(suppliers)s)")
    if question.wanted.ecolabel:
        parameters["ecolabels"] = list(question.wanted.ecolabel)
        conditions.append("p.ecolabel = ANY(%(ecolabels)s)")
    return conditions


def _price_sql(question: Question, parameters: dict[str, Any]) -> str:
    """Joins that find what the agency would pay for an item: the ``key`` it is ordered by (see ``Standing.line_of``), and
    ``counts``: whether anybody who counts prices it. One look at an item's prices answers both."""
    parameters |= {"modes": question.wanted.standing.document, "above": ABOVE_PRICES}
    counted = " AND ".join(_counted_sql(question, parameters)) or "true"
    only = ""
    if question.wanted.only_of is not None:
        only = " AND p.supplier_id = ANY(%(suppliers)s)"
    valid = _valid_sql(question, parameters)
    return (
        "LEFT JOIN jsonb_to_recordset(%(modes)s::jsonb)"  # noqa: S608
        " m(lot bigint, standard boolean, by_rank boolean, suppliers bigint[], categories text[])"
        " ON m.lot = i.lot_id AND m.standard = i.standard_assortment AND i.category = ANY(m.categories)"
        " LEFT JOIN LATERAL (SELECT min(CASE WHEN m.by_rank"
        " THEN array_position(m.suppliers, p.supplier_id) * %(above)s::numeric + p.unit_price"
        f" WHEN p.supplier_id = ANY(m.suppliers) THEN p.unit_price END) AS key, bool_or({counted}) AS counts"
        f" FROM catalogues_priceline p WHERE {valid}{only}) o ON true"
    )


def fetch(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _valid_sql(question: Question, parameters: dict[str, Any]) -> str:
    parameters["day"] = question.wanted.day
    return "p.item_id = i.id AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"
