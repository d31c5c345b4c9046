"""Which entries meet what is chosen, and how many each code of each facet would give, in one pass over what a question finds.

An entry that meets every facet's choice counts for all its codes; one that fails a single facet's counts for that facet's
codes alone, since a facet's counts leave its own choice out; one that fails two counts nowhere. Asked of the database, each
entry's facets would be taken apart one by one; here they come as one row of numbers (``SearchIndex.numbers``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection

from fellestorg.kernel.sql import prepared
from fellestorg.marketplace.search.entries import unmarked

# What a mark's number means never changes, and a connection is to one database.
_known: WeakKeyDictionary[psycopg.Connection[Any], dict[int, tuple[str, str]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The keys of the entries that meet all that is chosen, and for each facet how many each of its codes would give."""

    keys: list[int]
    counts: Mapping[str, Mapping[str, int]]


def choose(where: str, parameters: Mapping[str, Any], chosen: Mapping[str, tuple[str, ...]]) -> Chosen:
    """Choose and count among the entries that a condition of the index holds for."""
    import numpy as np

    [(joined,)] = prepared(
        f"SELECT string_agg(numbers, '') FROM marketplace_searchindex WHERE {where}",  # noqa: S608
        parameters,
        binary=True,
    )
    numbers = np.frombuffer(joined or b"", dtype=">i4").astype(np.intp)
    starts = np.flatnonzero(numbers < 0)
    if not len(starts):
        return Chosen([], {})
    keys = (-1 - numbers[starts] << 31) | numbers[starts + 1]
    numbers[starts] = numbers[starts + 1] = 0  # no mark has this number
    marks = _marks((np.flatnonzero(np.bincount(numbers)[1:]) + 1).tolist())

    narrowing = [facet for facet, codes in chosen.items() if codes]
    # For each mark its facet, and the facet whose choice it meets, as a bit; none for the facets nothing is chosen of.
    facet_of = np.zeros(max(marks, default=0) + 1, np.int64)
    meets = np.zeros_like(facet_of)
    for number, (facet, code) in marks.items():
        if facet in narrowing:
            facet_of[number] = 1 << narrowing.index(facet)
            if code in chosen[facet]:
                meets[number] = facet_of[number]
    failed = np.bitwise_or.reduceat(meets[numbers], starts) ^ ((1 << len(narrowing)) - 1)
    lengths = np.diff(starts, append=len(numbers))
    few = failed & (failed - 1) == 0  # fails one facet's choice or none
    numbers, fails = numbers[np.repeat(few, lengths)], np.repeat(failed[few], lengths[few])
    found = np.bincount(numbers[(fails == 0) | (fails == facet_of[numbers])])

    counts: dict[str, dict[str, int]] = {}
    for number in np.flatnonzero(found).tolist():
        facet, code = marks.get(number, ("for", ""))  # who may see it is no facet of a page
        if facet != "for":
            of = counts.setdefault(facet, {})
            of[code] = of.get(code, 0) + int(found[number])
    return Chosen(keys[failed == 0].tolist(), counts)


def _marks(numbers: list[int]) -> dict[int, tuple[str, str]]:
    """The facet and the code of each number."""
    connection.ensure_connection()
    known = _known.setdefault(connection.connection, {})
    new = [number for number in numbers if number not in known]
    if new:
        rows = prepared("SELECT id, mark FROM marketplace_searchmark WHERE id = ANY(%s::int[])", [new])
        known |= {number: unmarked(mark) for number, mark in rows}
    return {number: known[number] for number in numbers}
