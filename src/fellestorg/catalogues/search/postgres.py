"""The catalogue index in PostgreSQL: one GIN scan answers words and filters, one B-tree holds every price of an item.

Nothing here is kept up by hand: stored columns and indexes are right in the transaction that wrote the rows. An item is
a hit only where somebody prices it on the day asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from fellestorg.catalogues.search.asked import question_of, unfiltered
from fellestorg.catalogues.search.facets import count_facets
from fellestorg.catalogues.search.port import MOST_COUNTED, Facets, Found, HitRow, Wanted
from fellestorg.catalogues.search.sql import ABOVE_PRICES, Question, fetch, hits_sql, priced_sql
from fellestorg.catalogues.search.words import Term, cleaned, escaped, nearest_words, terms_in

_IN_FORCE = (
    "SELECT l.id FROM agreements_lot l JOIN agreements_frameworkagreement a ON a.id = l.agreement_id"
    " WHERE a.starts <= %(day)s AND a.ends >= %(day)s"
)


#: With so many items by their names, what a category's name would add is left out.
ENOUGH_BY_NAME = 200


class PostgresIndex:
    """See :class:`~fellestorg.catalogues.search.port.CatalogueIndex`."""

    def search(self, wanted: Wanted, *, start: int = 0, stop: int = 25) -> Found:
        """The hits from ``start`` to ``stop``."""
        if stop <= start:
            # The count comes with the rows, so one is asked for to be told how many there are.
            return replace(self.search(wanted, start=0, stop=1), hits=())
        found = self._search(wanted, start, stop)
        return replace(self.search(wanted, start=0, stop=1), hits=()) if start and not found.hits else found

    def _search(self, wanted: Wanted, start: int, stop: int) -> Found:
        question = _named(question_of(wanted, cleaned(wanted.text)))
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
        question = _named(question_of(wanted, cleaned(wanted.text)))
        if question.impossible:
            return Facets()
        if question.terms and not _any_hit(question):
            question = _loosened(question)[0]
        return count_facets(question)


def _named(question: Question) -> Question:
    """The question, by the names of items alone where those give many: the whole category beside them would be too much
    to read and take long. All filters aside, so that narrowing never adds anything."""
    if not any(term.categories for term in question.terms):
        return question
    terms = tuple(replace(term, categories=()) for term in question.terms)
    by_name = replace(question, terms=terms, subsets=(terms,))
    parameters: dict[str, Any] = {}
    unnarrowed = replace(by_name, wanted=unfiltered(question.wanted), filters="", suppliers=None)
    hit = hits_sql(unnarrowed, parameters, ENOUGH_BY_NAME, priced=False)
    enough = fetch(f"WITH {hit} SELECT count(*) = {ENOUGH_BY_NAME} FROM hit", parameters)[0][0]  # noqa: S608
    return by_name if enough else question


def _loosened(question: Question) -> tuple[Question, tuple[tuple[str, str], ...], int | None]:
    """A question that nothing answers, asked less strictly: a number may be a beginning, a word written wrongly, and
    then words are let go. With the words put right, and how many words the items have where that is not all."""
    terms, corrected = _corrected(_begun(question.terms), question.wanted)
    question = replace(question, terms=terms, subsets=(terms,), coded=() if corrected else question.coded)
    if _any_hit(question):
        return question, corrected, None
    if len(terms) > 1 and (most := _most_words(question)):
        return replace(question, subsets=most), corrected, len(most[0])
    return question, corrected, None


def _answer(question: Question, start: int, stop: int) -> Found:
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


def _with_some_words(question: Question, hits: tuple[HitRow, ...], start: int, stop: int) -> tuple[HitRow, ...]:
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


def _gather(question: Question, start: int, stop: int, limit: int | None) -> list[tuple[Any, ...]]:
    """Id, matched words, price and count of the hits in order: all hits are found, priced and sorted. By price only those
    that may stand before ``stop`` are weighed for what they are."""
    wanted = question.wanted
    by_price = wanted.order == "price"
    parameters: dict[str, Any] = {}
    hit = hits_sql(question, parameters, limit, priced=by_price)
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
    key, total, hits = "NULL", "count(*) OVER ()", "hit h"
    if by_price:
        key, total, hits = "mod(h.key, %(above)s)", "h.total", "h"
        hit += (
            ", cheapest AS MATERIALIZED (SELECT hit.*, count(*) OVER () AS total FROM hit"
            " ORDER BY key IS NULL, mod(key, %(above)s) FETCH FIRST (%(stop)s) ROWS WITH TIES),"
            " h AS (SELECT c.*, i.number, i.standard_assortment, i.name_nb, i.name_nn, i.name_en, i.search"
            " FROM cheapest c JOIN catalogues_item i ON i.id = c.id)"
        )
    parameters |= {"above": ABOVE_PRICES, "start": start, "stop": max(start, stop), "count": max(stop - start, 0)}
    return fetch(
        f"WITH {hit} SELECT h.id, CASE WHEN h.weight >= 2 THEN 0 ELSE h.matched END, {key}, {total}"  # noqa: S608
        f" FROM {hits} ORDER BY {', '.join([*order, 'h.number', 'h.id'])} OFFSET %(start)s LIMIT %(count)s",
        parameters,
    )


def _walk(question: Question, start: int, stop: int) -> tuple[HitRow, ...]:
    """Hits without words in the order of their numbers, read off the index of numbers: nothing need be gathered."""
    parameters: dict[str, Any] = {"start": start, "count": max(stop - start, 0)}
    conditions = [priced_sql(question, parameters)]
    if question.filters:
        parameters["filters"] = question.filters
        conditions.append("i.search @@ %(filters)s::tsquery")
    rows = fetch(
        f"SELECT i.id FROM catalogues_item i WHERE {' AND '.join(conditions)}"  # noqa: S608
        " ORDER BY i.number, i.id OFFSET %(start)s LIMIT %(count)s",
        parameters,
    )
    return tuple(HitRow(row[0], 0) for row in rows)


def _count(question: Question) -> tuple[int, bool]:
    parameters: dict[str, Any] = {}
    hit = hits_sql(question, parameters, MOST_COUNTED + 1, priced=False)
    total = fetch(f"WITH {hit} SELECT count(*) FROM hit", parameters)[0][0]  # noqa: S608
    return min(total, MOST_COUNTED), total > MOST_COUNTED


def _any_hit(question: Question) -> bool:
    """Whether any item answers the question."""
    parameters: dict[str, Any] = {}
    hit = hits_sql(question, parameters, 1, priced=False)
    return bool(fetch(f"WITH {hit} SELECT 1 FROM hit", parameters))  # noqa: S608


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
    return _any_hit(Question(unfiltered(wanted), (term,), (), "", None, ((term,),), has_text=True))


def _most_words(question: Question) -> tuple[tuple[Term, ...], ...]:
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
