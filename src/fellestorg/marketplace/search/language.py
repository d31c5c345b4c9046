"""The query language: what somebody writes, as a tree of words, phrases, filters, AND, OR and NOT.

=====================  =========================================================
``sky lagring``        both words, bent in any way and inside compounds
``"sky lagring"``      these words as they are written, one after the other
``sky OR lagring``     at least one of them; also ``ELLER``
``sky AND lagring``    the same as both words; also ``OG``
``sky NOT lagring``    the first without the second; also ``IKKE`` and ``-lagring``
``(a OR b) c``         parentheses put together
``type:service``       a filter, by its key or its name; ``-type:news`` leaves out
=====================  =========================================================

Operators are in capitals, so that "og" and "or" may be looked for. NOT binds closest, then AND, then OR. Nothing anybody
writes is an error: an operator without its other side is passed over, a parenthesis or quotation that is not closed ends
with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARTS = 24
_LONGEST = 400
_AND, _OR, _NOT = frozenset({"AND", "OG"}), frozenset({"OR", "ELLER"}), frozenset({"NOT", "IKKE", "IKKJE"})
_TOKEN = re.compile(r'\s*(?:(\()|(\))|([-−])(?=[\w"“”«(])|((?:\w+:)?["“”«][^"“”»]*["“”»]?)|([^\s()"“”«»]+))')
_FIELD = re.compile(r"(\w+):(.+)", re.DOTALL)
_QUOTES = '"“”«»'


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in any form, or part of a compound."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they are written, one after the other."""

    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet's value, each as somebody wrote it."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    of: Node


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


Node = Word | Phrase | Filter | Not | And | Or


def read(text: str, facets: frozenset[str] = frozenset()) -> Node | None:
    """The tree of what somebody wrote; None where there is nothing to look for. ``facets``: the names that a filter may
    begin with, in lower case; anything else with a colon in it is words."""
    return _Reader(text, facets).whole()


def words_of(node: Node | None) -> tuple[Word, ...]:
    """The words that are looked for, those that are left out aside."""
    match node:
        case Word():
            return (node,)
        case And(parts) | Or(parts):
            return tuple(word for part in parts for word in words_of(part))
        case _:
            return ()


class _Reader:
    """Recursive descent over the tokens; at most MOST_PARTS words, phrases and filters are read."""

    def __init__(self, text: str, facets: frozenset[str]) -> None:
        self.facets = facets
        self.tokens = list(_tokens(text.replace("\x00", " ")[:_LONGEST]))
        self.at = self.read = 0

    def whole(self) -> Node | None:
        found: list[Node] = []
        while self.at < len(self.tokens):
            before = self.at
            one = self._either()
            if one is not None:
                found.append(one)
            if self.at == before:
                self.at += 1  # a closing parenthesis that nothing opened
        return _all(found)

    def _either(self) -> Node | None:
        found = [one for one in [self._both()] if one is not None]
        while self._next() in _OR:
            self.at += 1
            one = self._both()
            if one is not None:
                found.append(one)
        return None if not found else found[0] if len(found) == 1 else Or(tuple(found))

    def _both(self) -> Node | None:
        found: list[Node] = []
        while self.at < len(self.tokens) and self._next() not in _OR and self._next() != ")":
            if self._next() in _AND:
                self.at += 1
                continue
            one = self._single()
            if one is not None:
                found.append(one)
        return _all(found)

    def _single(self) -> Node | None:
        sign = self._next()
        self.at += 1
        if sign == "-" or sign in _NOT:
            if self.at >= len(self.tokens) or self._next() in (_AND | _OR | {")"}):
                return None
            of = self._single()
            return None if of is None else of.of if isinstance(of, Not) else Not(of)
        if sign == "(":
            inside = self._either()
            if self._next() == ")":
                self.at += 1
            return inside
        if self.read >= MOST_PARTS:
            return None
        self.read += 1
        return self._part(sign)

    def _part(self, sign: str) -> Node | None:
        named = _FIELD.fullmatch(sign)
        if named and named[1].casefold() in self.facets:
            value = named[2].strip(_QUOTES).strip()
            return Filter(named[1].casefold(), value) if value else None
        if sign[0] in _QUOTES:
            inside = sign.strip(_QUOTES).strip()
            return Phrase(inside) if re.search(r"\w", inside) else None
        return Word(sign) if re.search(r"\w", sign) else None

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        sign = next((one for one in found.groups() if one), "")
        if sign:
            yield "-" if sign == "−" else sign


def _all(parts: list[Node]) -> Node | None:
    return None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))
