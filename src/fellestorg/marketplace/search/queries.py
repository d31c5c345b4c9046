"""Search as a page and its twins ask it. Always as the things stand in the asker's own transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection

from fellestorg.catalogues.search.words import nearest_words, quoted
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import in_language
from fellestorg.marketplace.firms.policy import sees_buyer_only
from fellestorg.marketplace.search import language
from fellestorg.marketplace.search.asking import Asked, ask
from fellestorg.marketplace.search.counting import choose
from fellestorg.marketplace.search.entries import BOUNDARY, mark, unmarked
from fellestorg.marketplace.search.facets import names
from fellestorg.marketplace.search.language import Note

ORDERS = ("relevance", "newest", "title")
_WORD = re.compile(r"\w+")
_A_NAME = 40
_AROUND = 110
_MOST_CORRECTED = 3
# Up to so many hits are put in order by their keys; more are asked for once more as the question was.
_FETCHED_BY_KEY = 1000
# The rows of hits, how many hits there are, and the counts of facets.
_Answer = tuple[list[tuple[Any, ...]], int, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: the text in the query language, and for each facet the codes that are chosen. Codes of one
    facet widen it, facets narrow each other. ``newer_than``: only what search has known for a shorter time."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = "relevance"
    newer_than: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, ``marked`` where it is what was looked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, in the reader's language."""

    kind: str
    key: str
    address: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    language: str
    at: datetime
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the hits, all of them counted, and for each facet how many hits each code would give, its own choice
    left out. ``corrected``: words that nothing has, with what was looked for instead. ``notes``: what may have been meant
    otherwise, ``unknown_value`` among them where nothing has a filter's value."""

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    corrected: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()


def search(
    wanted: Wanted, actor: Actor, now: datetime, *, start: int = 0, stop: int = 20, counts: bool = True
) -> Found:
    """The hits from ``start`` to ``stop`` in one total order. Nothing anybody writes makes it fail."""
    tree, notes = language.read_with_notes(wanted.text, names())
    asked = ask(tree)
    look = _looked_through if counts else _page
    corrected: tuple[tuple[str, str], ...] = ()
    rows, total, counted = look(wanted, asked, actor, now, start, stop)
    if not total and asked.terms and not any(wanted.chosen.values()):
        text, corrected = _put_right(wanted.text, asked, actor, now)
        if corrected:
            wanted = replace(wanted, text=text)
            asked = ask(language.read(text, names()))
            rows, total, counted = look(wanted, asked, actor, now, start, stop)
            corrected = corrected if total else ()
    if total:
        notes = tuple(note for note in notes if note.code != "small_operator")
    else:
        notes += tuple(
            Note("unknown_value", f"{one.facet}:{one.value}")
            for one in language.filters_of(tree)
            if not _any(ask(one).query, actor, now)
        )
    return Found(tuple(_hit(row, asked.marked) for row in rows), total, counted, corrected, notes)


def _looked_through(wanted: Wanted, asked: Asked, actor: Actor, now: datetime, start: int, stop: int) -> _Answer:
    """The hits from ``start`` to ``stop``, how many there are, and every facet's counts."""
    parameters: dict[str, Any] = {}
    base = _base(wanted, asked, actor, now, parameters)
    filters = _filters(wanted)
    if len(filters) > 1 and "<->" in asked.query:
        # Words that follow each other are looked for in every row that has them: the index passes over what fails two
        # facets' choices, which counts nowhere.
        parameters["nearly"] = _all_but_one(filters)
        base += " AND search @@ %(nearly)s::tsquery"
    found = choose(base, parameters, wanted.chosen)
    total = len(found.keys)
    if start >= min(total, stop):
        return [], total, found.counts
    keys = found.keys if total <= _FETCHED_BY_KEY else None
    rows, _total, _none = _page(wanted, asked, actor, now, start, stop, keys)
    return rows, total, found.counts


def _page(
    wanted: Wanted, asked: Asked, actor: Actor, now: datetime, start: int, stop: int, keys: list[int] | None = None
) -> _Answer:
    """The hits from ``start`` to ``stop``, and how many there are; of those with ``keys`` where they are known."""
    parameters: dict[str, Any] = {"start": start, "count": max(stop - start, 0)}
    if keys is not None:
        parameters["keys"] = f"{{{','.join(map(str, keys))}}}"
        where = "id = ANY(%(keys)s::bigint[])"
    else:
        conditions = [_base(wanted, asked, actor, now, parameters)]
        for number, one in enumerate(_filters(wanted)):
            # Each a condition of its own: the index then leaps past what the rarest rules out.
            parameters[f"filter{number}"] = one
            conditions.append(f"search @@ %(filter{number})s::tsquery")
        where = f"id IN (SELECT id FROM marketplace_searchindex WHERE {' AND '.join(conditions)})"  # noqa: S608
    order = _order(wanted, asked, parameters)
    rows = _fetch(
        f"WITH page AS (SELECT id, count(*) OVER () AS total FROM marketplace_searchentry WHERE {where}"  # noqa: S608
        f" ORDER BY {order} OFFSET %(start)s LIMIT %(count)s)"
        " SELECT total, kind, key, address, titles, leads, text, at, facets"
        f" FROM page JOIN marketplace_searchentry USING (id) ORDER BY {order}",
        parameters,
    )
    if not rows and start:
        [(total,)] = _fetch(f"SELECT count(*) FROM marketplace_searchentry WHERE {where}", parameters)  # noqa: S608
        return [], total, {}
    return [row[1:] for row in rows], rows[0][0] if rows else 0, {}


def _order(wanted: Wanted, asked: Asked, parameters: dict[str, Any]) -> str:
    """Most of the words in the title, then by the order asked for; a title's own letters decide last. Nobody can buy a
    place."""
    order = {"newest": ["at DESC"], "title": []}.get(wanted.order)
    if order is None:
        in_title = []
        for number, one in enumerate(asked.wanted):
            parameters[f"word{number}"] = one
            in_title.append(f"(title_search @@ %(word{number})s::tsquery)::int")
        order = [f"({' + '.join(in_title)}) DESC"] if in_title else []
    return ", ".join([*order, "sort_name", "id"])


def _base(wanted: Wanted, asked: Asked, actor: Actor, now: datetime, parameters: dict[str, Any]) -> str:
    """What must hold whatever is chosen: the question, who may see it, and that it is still of use."""
    newer = ""
    if wanted.newer_than is not None:
        parameters["newer"] = wanted.newer_than
        newer = " AND first_seen_at > %(newer)s"
    return _seen(asked.query, actor, now, parameters) + newer


def _seen(query: str, actor: Actor, now: datetime, parameters: dict[str, Any]) -> str:
    parameters["now"] = now
    who = "buyers" if sees_buyer_only(actor) else "public"
    parameters["audiences"] = ["all", who]
    seen = f"({quoted(mark('for', 'all'))} | {quoted(mark('for', who))})"
    # The index needs a word to begin at; where a question has one, who may see it is cheaper asked of what was found.
    begins = query and not query.lstrip("( ").startswith("!")
    parameters["query"] = query if begins else f"{seen} & ({query})" if query else seen
    return (
        "search @@ %(query)s::tsquery AND audience = ANY(%(audiences)s)"
        " AND (shown_until IS NULL OR shown_until > %(now)s)"
    )


def _filters(wanted: Wanted) -> list[str]:
    """What each facet that something is chosen of asks for."""
    return [
        f"({' | '.join(quoted(mark(facet, code)) for code in codes)})"
        for facet, codes in wanted.chosen.items()
        if codes
    ]


def _all_but_one(filters: Sequence[str]) -> str:
    """A tsquery for what meets all of two filters or more, or all but one of them."""
    half = len(filters) // 2
    sides = filters[:half], filters[half:]
    return " | ".join(
        f"({' & '.join([*met, *([f'({_all_but_one(rest)})'] if len(rest) > 1 else [])])})"
        for met, rest in (sides, sides[::-1])
    )


def _put_right(text: str, asked: Asked, actor: Actor, now: datetime) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text with words that nothing has exchanged for the likeliest that something has; and which."""
    corrected = []
    for term in asked.terms[:_MOST_CORRECTED]:
        if _any(term.query, actor, now):
            continue
        near = next(
            (word for word in nearest_words(term.written) if _any(ask(language.Word(word)).query, actor, now)), ""
        )
        if near:
            corrected.append((term.written, near))
            text = re.sub(rf"(?i)(?<!\w){re.escape(term.written)}(?!\w)", near, text)
    return text, tuple(corrected)


def _any(query: str, actor: Actor, now: datetime) -> bool:
    parameters: dict[str, Any] = {}
    seen = _seen(query, actor, now, parameters)
    return bool(_fetch(f"SELECT EXISTS (SELECT 1 FROM marketplace_searchindex WHERE {seen})", parameters)[0][0])  # noqa: S608


def _fetch(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _hit(row: tuple[Any, ...], marked: frozenset[str]) -> Hit:
    kind, key, address, titles, leads, text, at, facets = row
    titles, leads = (_plain(one) for one in (titles, leads))
    title = in_language(titles) or next(iter(titles.values()))
    shown = next(code for code, one in titles.items() if one == title)
    lead = in_language(leads) or next((one for one in leads.values() if one), "")
    found: dict[str, list[str]] = {}
    for one in facets:
        facet, code = unmarked(one)
        found.setdefault(facet, []).append(code)
    return Hit(
        kind, key, address, tuple(_marked(title, marked)), tuple(_marked(_excerpt(lead, text, marked), marked)), shown, at,
        {facet: tuple(codes) for facet, codes in found.items()},
    )  # fmt: skip


def _plain(value: Any) -> dict[str, str]:
    """A JSON column of a raw statement, which the driver leaves as text."""
    found: dict[str, str] = json.loads(value) if isinstance(value, str) else value
    return found


def _excerpt(lead: str, text: str, marked: frozenset[str]) -> str:
    """The lead, or where the lead has none of what was looked for, the stretch around the first such word. A stretch is of
    one text alone: an entry holds the same in several languages. A text that says more than a name goes first;
    a name stands before the lead."""
    if lead and (not marked or not marked.isdisjoint(_WORD.findall(lead.casefold()))):
        return lead
    around = [piece for each in text.split(BOUNDARY) if (piece := _around(" ".join(each.split()), marked))]
    says = next((piece for piece in around if len(piece) > _A_NAME), "")
    return says or " · ".join(one for one in (next(iter(around), ""), lead) if one) or _begun(text)


def _around(text: str, marked: frozenset[str]) -> str:
    """The stretch around the first word that was looked for; empty where there is none."""
    for found in _WORD.finditer(text):
        if found[0].casefold() in marked:
            start, end = max(found.start() - _AROUND, 0), min(found.end() + _AROUND, len(text))
            before = text.rfind(" ", 0, start) + 1 if start else 0
            after = text.find(" ", end)
            after = len(text) if after < 0 else after
            return ("… " if before else "") + text[before:after] + (" …" if after < len(text) else "")
    return ""


def _begun(text: str) -> str:
    return " ".join(text.replace(BOUNDARY, " ")[: 2 * _AROUND].split())


def _marked(text: str, marked: frozenset[str]) -> Iterable[Piece]:
    """A text in pieces, the words that were looked for marked."""
    end = 0
    for found in _WORD.finditer(text):
        if found[0].casefold() in marked:
            if found.start() > end:
                yield Piece(text[end : found.start()])
            yield Piece(found[0], marked=True)
            end = found.end()
    if end < len(text):
        yield Piece(text[end:])
