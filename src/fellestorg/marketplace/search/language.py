"""The query language: what somebody writes, as a tree of words, phrases, filters, AND, OR and NOT.

=========================  =====================================================
``sky lagring``            both words, bent in any way and inside compounds
``sky*``                   whatever begins so, where at least two letters are given
``"sky lagring"``          these words as they are written, one after the other
``sky OR lagring``         at least one of them; also ``ELLER`` and ``|``
``sky AND lagring``        the same as both words; also ``OG``, ``&`` and ``+lagring``
``sky NOT lagring``        the first without the second; also ``IKKE``, ``-lagring``
``(a OR b) c``             parentheses put together
``type:service``           a filter, by its key or its name; ``-type:news`` leaves out
``type:(news OR service)`` the same for each value
=========================  =====================================================

Operators are in capitals, so that "og" and "or" may be looked for. NOT binds closest, then AND, then OR. Nothing anybody
writes is an error: an operator without its other side and a filter without a value are passed over, a parenthesis or
quotation that is not closed ends with the text. What may have been meant otherwise is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARTS = 24
_LONGEST = 400
_DEEPEST = 30
_AND = frozenset({"AND", "OG", "&", "&&"})
_OR = frozenset({"OR", "ELLER", "|", "||"})
_NOT = frozenset({"NOT", "IKKE", "IKKJE"})
_SMALL = frozenset({"or", "eller", "not", "ikke", "ikkje"})
_MINUS = "-"
_TOKEN = re.compile(
    r"""\s*(?:([()]|\|+)
    |([-−–!])(?=[\w"“”«(])
    |\+(?=[\w"“”«(])
    |((?:\w+:)?["“”«][^"“”»]*["“”»]?)
    |([^\s()|"“”«»]+))""",
    re.VERBOSE,
)
_FIELD = re.compile(r"(\w+):(.*)", re.DOTALL)
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
class Begins:
    """Any word that begins so."""

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


Node = Word | Phrase | Begins | Filter | Not | And | Or


@dataclass(frozen=True, slots=True)
class Note:
    """Something that may have been meant otherwise: ``unknown_field``, ``empty_field`` (nothing after the colon),
    ``small_operator`` (looked for as a word), ``unclosed`` or ``too_long``; ``said`` is the word it is about."""

    code: str
    said: str = ""


def read(text: str, facets: frozenset[str] = frozenset()) -> Node | None:
    """The tree of what somebody wrote; None where there is nothing to look for. ``facets``: the names that a filter may
    begin with, in lower case; anything else with a colon in it is words."""
    return _Reader(text, facets).whole()


def read_with_notes(text: str, facets: frozenset[str] = frozenset()) -> tuple[Node | None, tuple[Note, ...]]:
    """The same, and what may have been meant otherwise."""
    reader = _Reader(text, facets)
    return reader.whole(), tuple(dict.fromkeys(reader.notes))


def words_of(node: Node | None) -> tuple[Word | Begins, ...]:
    """The words that are looked for, those that are left out aside."""
    match node:
        case Word() | Begins():
            return (node,)
        case And(parts) | Or(parts):
            return tuple(word for part in parts for word in words_of(part))
        case _:
            return ()


def filters_of(node: Node | None) -> tuple[Filter, ...]:
    """The filters, wherever they stand."""
    match node:
        case Filter():
            return (node,)
        case And(parts) | Or(parts):
            return tuple(found for part in parts for found in filters_of(part))
        case Not(of):
            return filters_of(of)
        case _:
            return ()


class _Reader:
    """Recursive descent over the tokens; at most MOST_PARTS words, phrases and filters are read."""

    def __init__(self, text: str, facets: frozenset[str]) -> None:
        self.facets = facets
        text = text.replace("\x00", " ")
        self.tokens = list(_tokens(text[:_LONGEST]))
        self.notes = [Note("too_long")] if len(text) > _LONGEST else []
        self.at = self.read = self.depth = 0
        self.within = ""  # the filter whose values stand in the parenthesis that is read

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
        if sign == _MINUS or sign in _NOT:
            if self._stops():
                return None
            of = self._single()
            return None if of is None else of.of if isinstance(of, Not) else Not(of)
        if sign == "(":
            return self._inside(self.within) if self.depth < _DEEPEST else None
        if self.read >= MOST_PARTS:
            self.notes.append(Note("too_long"))
            return None
        self.read += 1
        return self._part(sign)

    def _inside(self, within: str) -> Node | None:
        """A parenthesis that was opened; the values of a filter where it stands after one's colon."""
        before, self.within = self.within, within
        self.depth += 1
        inside = self._either()
        self.depth -= 1
        self.within = before
        if self._next() == ")":
            self.at += 1
        else:
            self.notes.append(Note("unclosed", "("))
        return inside

    def _part(self, sign: str) -> Node | None:
        named = _FIELD.fullmatch(sign)
        if named and named[1].casefold() in self.facets:
            return self._filter(named[1], named[2])
        if self.within:
            return _filter(self.within, sign)
        if sign[0] in _QUOTES:
            inside = sign.strip(_QUOTES).strip()
            if sign[-1] not in _QUOTES or len(sign) == 1:
                self.notes.append(Note("unclosed", sign[0]))
            return Phrase(inside) if re.search(r"\w", inside) else None
        if named and named[1][0].isalpha() and not named[2].startswith("//"):
            self.notes.append(Note("unknown_field", named[1]))
        if sign in _SMALL and self.read > 1 and not self._stops():
            self.notes.append(Note("small_operator", sign))
        if re.fullmatch(r"\w[^\s*]*\w\*", sign):
            return Begins(sign[:-1])
        return Word(sign) if re.search(r"\w", sign) else None

    def _filter(self, name: str, value: str) -> Node | None:
        """A filter; its value may stand after a space, and several in a parenthesis."""
        if not value and self._next() == "(":
            self.at += 1
            return self._inside(name.casefold())
        if not value and not self._stops() and self._next() != _MINUS and self._next() not in _NOT:
            value = self._next()
            self.at += 1
        found = _filter(name, value)
        if found is None:
            self.notes.append(Note("empty_field", name))
        return found

    def _stops(self) -> bool:
        """Whether nothing that an operator or a filter could be about comes next."""
        return self.at >= len(self.tokens) or self._next() in (_AND | _OR | {")"})

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _tokens(text: str) -> Iterator[str]:
    for sign, minus, quotation, word in _TOKEN.findall(text):
        if minus:
            yield _MINUS
        elif sign or quotation or (word and word != _MINUS):
            yield sign or quotation or word


def _filter(name: str, value: str) -> Filter | None:
    value = value.strip(_QUOTES).strip()
    return Filter(name.casefold(), value) if value else None


def _all(parts: list[Node]) -> Node | None:
    return None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))
