"""Search as a page and its twins ask it. Always as the things stand in the asker's own transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
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
from fellestorg.marketplace.search.entries import mark, unmarked
from fellestorg.marketplace.search.facets import names

ORDERS = ("relevance", "newest", "title")
_WORD = re.compile(r"\w+")
_AROUND = 110
_MOST_CORRECTED = 3


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
    left out. ``corrected``: words that nothing has, with what was looked for instead."""

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    corrected: tuple[tuple[str, str], ...] = ()


def search(
    wanted: Wanted, actor: Actor, now: datetime, *, start: int = 0, stop: int = 20, counts: bool = True
) -> Found:
    """The hits from ``start`` to ``stop`` in one total order. Nothing anybody writes makes it fail."""
    asked = ask(language.read(wanted.text, names()))
    corrected: tuple[tuple[str, str], ...] = ()
    rows, total = _rows(wanted, asked, actor, now, start, stop)
    if not total and asked.terms and not any(wanted.chosen.values()):
        text, corrected = _put_right(wanted.text, asked, actor, now)
        if corrected:
            wanted = replace(wanted, text=text)
            asked = ask(language.read(text, names()))
            rows, total = _rows(wanted, asked, actor, now, start, stop)
            corrected = corrected if total else ()
    return Found(
        tuple(_hit(row, asked.marked) for row in rows),
        total,
        _counts(wanted, asked, actor, now) if counts else {},
        corrected,
    )


def _rows(
    wanted: Wanted, asked: Asked, actor: Actor, now: datetime, start: int, stop: int
) -> tuple[list[tuple[Any, ...]], int]:
    """The rows of the hits and how many there are. Order: most of the words in the title, then by the order asked for;
    a title's own letters decide last. Nobody can buy a place."""
    parameters: dict[str, Any] = {"start": start, "count": max(stop - start, 0)}
    conditions = [_base(asked.query, actor, now, parameters)]
    if filters := _filters(wanted):
        parameters["filters"] = filters
        conditions.append("search @@ %(filters)s::tsquery")
    if wanted.newer_than is not None:
        parameters["newer"] = wanted.newer_than
        conditions.append("first_seen_at > %(newer)s")
    order = {"newest": ["at DESC"], "title": []}.get(wanted.order)
    if order is None:
        in_title = []
        for number, one in enumerate(asked.wanted):
            parameters[f"word{number}"] = one
            in_title.append(f"(title_search @@ %(word{number})s::tsquery)::int")
        order = [f"({' + '.join(in_title)}) DESC"] if in_title else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, count(*) OVER () FROM marketplace_searchentry WHERE {' AND '.join(conditions)}"  # noqa: S608
            f" ORDER BY {', '.join([*order, 'sort_name', 'id'])} OFFSET %(start)s LIMIT %(count)s",
            parameters,
        )
        found = cursor.fetchall()
        if not found and start:
            cursor.execute(
                f"SELECT count(*) FROM marketplace_searchentry WHERE {' AND '.join(conditions)}",  # noqa: S608
                parameters,
            )
            return [], cursor.fetchone()[0]
        cursor.execute(
            "SELECT kind, key, address, titles, leads, text, at, facets FROM marketplace_searchentry"
            " JOIN unnest(%s::bigint[]) WITH ORDINALITY AS wanted(id, place) USING (id) ORDER BY place",
            [[pk for pk, _total in found]],
        )
        return cursor.fetchall(), found[0][1] if found else 0


def _counts(wanted: Wanted, asked: Asked, actor: Actor, now: datetime) -> dict[str, dict[str, int]]:
    """How many each facet's codes would give: a thing that fails one facet's choice counts for that facet alone."""
    parameters: dict[str, Any] = {}
    base = _base(asked.query, actor, now, parameters)
    chosen = {facet: codes for facet, codes in wanted.chosen.items() if codes}
    rows, conditions, may_count = "facets", [], ""
    if chosen:
        fails = []
        for number, (facet, codes) in enumerate(chosen.items()):
            parameters[f"chosen{number}"] = [mark(facet, code) for code in codes]
            parameters[f"facet{number}"] = mark(facet, "")
            fails.append(f"CASE WHEN NOT facets && %(chosen{number})s::text[] THEN %(facet{number})s END")
        rows += f", concat({', '.join(fails)}) AS failed"
        # A thing that fails two facets counts nowhere, and most of them do.
        may_count = f" AND num_nonnulls({', '.join(fails)}) <= 1"
        conditions = ["starts_with(code, failed)"]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, count(*) FROM (SELECT {rows} FROM marketplace_searchentry WHERE {base}{may_count} OFFSET 0) hit,"  # noqa: S608
            f" unnest(hit.facets) code {where} GROUP BY code",
            parameters,
        )
        found: dict[str, dict[str, int]] = {}
        for code, number in cursor.fetchall():
            facet, value = unmarked(code)
            if facet != "for":
                found.setdefault(facet, {})[value] = number
        return found


def _base(query: str, actor: Actor, now: datetime, parameters: dict[str, Any]) -> str:
    """What must hold whatever is chosen: the question, who may see it, and that it is still of use."""
    parameters["now"] = now
    who = "buyers" if sees_buyer_only(actor) else "public"
    seen = f"({quoted(mark('for', 'all'))} | {quoted(mark('for', who))})"
    parameters["query"] = f"{seen} & ({query})" if query else seen
    return "search @@ %(query)s::tsquery AND (shown_until IS NULL OR shown_until > %(now)s)"


def _filters(wanted: Wanted) -> str:
    groups = [
        " | ".join(quoted(mark(facet, code)) for code in codes) for facet, codes in wanted.chosen.items() if codes
    ]
    return " & ".join(f"({group})" for group in groups)


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
    base = _base(query, actor, now, parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM marketplace_searchentry WHERE {base})", parameters)  # noqa: S608
        return bool(cursor.fetchone()[0])


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
    """The lead, or the stretch of the text around the first word that was looked for, where the lead has none."""
    if lead and (not marked or any(word.casefold() in marked for word in _WORD.findall(lead))):
        return lead
    for found in _WORD.finditer(text):
        if found[0].casefold() in marked:
            start, end = max(found.start() - _AROUND, 0), min(found.end() + _AROUND, len(text))
            before = text.rfind(" ", 0, start) + 1 if start else 0
            after = text.find(" ", end)
            after = len(text) if after < 0 else after
            return ("… " if before else "") + " ".join(text[before:after].split()) + (" …" if after < len(text) else "")
    return lead or " ".join(text[: 2 * _AROUND].split())


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
