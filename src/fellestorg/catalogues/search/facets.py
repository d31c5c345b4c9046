"""Counting what one may narrow by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fellestorg.catalogues.search.asked import question_of
from fellestorg.catalogues.search.port import MOST_COUNTED, Facets, Wanted
from fellestorg.catalogues.search.sql import Question, fetch, hits_sql


def count_facets(question: Question) -> Facets:
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
        part = replace(question_of(opened, ""), has_text=question.has_text)
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


def _facet_rows(question: Question, names: Sequence[str]) -> list[tuple[str, str, int, bool]]:
    """Name, value, count and whether it was capped, for facets that share one set of hits."""
    parameters: dict[str, Any] = {}
    hit = hits_sql(question, parameters, MOST_COUNTED + 1, priced=False)
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
    return fetch(
        f"WITH {', '.join(ctes)} SELECT r.name, r.value, r.n, size.over FROM ({rows}) r(name, value, n), size"  # noqa: S608
        " ORDER BY 1, 3 DESC, 2",
        parameters,
    )
