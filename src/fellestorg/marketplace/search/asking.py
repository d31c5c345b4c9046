"""From the tree of what somebody wrote to what PostgreSQL is asked, with what each word may mean in this transaction."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from django.db import connection

from fellestorg.catalogues.search.dividing import sql_words
from fellestorg.catalogues.search.words import Term, escaped, quoted, terms_in
from fellestorg.marketplace.search.entries import mark
from fellestorg.marketplace.search.facets import facet_named, value_named
from fellestorg.marketplace.search.language import And, Begins, Filter, Node, Not, Or, Phrase, Word, words_of

_WRITTEN = f"""SELECT lexeme FROM unnest(to_tsvector('pg_catalog.simple', {sql_words("%s")})) found,
unnest(found.positions) place ORDER BY place"""  # noqa: S608
# Words to mark in what was found; what is found is asked of the index.
_BEGIN = "SELECT DISTINCT word FROM catalogues_word WHERE word LIKE %s LIMIT 400"
# Stands in no vector: what asks for it finds nothing.
NOTHING = "§nothing"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a tsquery, empty where everything is asked for; ``marked`` are the words that hits are marked by, and
    ``wanted`` what each word that is looked for is asked as, for the order."""

    query: str
    wanted: tuple[str, ...] = ()
    marked: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()


def ask(node: Node | None) -> Asked:
    """The tree as a question."""
    if node is None:
        return Asked("")
    known = _Known()
    query = known.query(node)
    wanted = tuple(dict.fromkeys(found for word in words_of(node) if (found := known.query(word)) != quoted(NOTHING)))
    return Asked(query, wanted, frozenset(known.forms), tuple(known.looked_for(node)))


class _Known:
    """What the words of one question may mean; each is looked up once."""

    def __init__(self) -> None:
        self._terms: dict[str, list[Term]] = {}
        self.forms: set[str] = set()

    def terms(self, text: str) -> list[Term]:
        if text not in self._terms:
            self._terms[text] = terms_in(text)
        return self._terms[text]

    def looked_for(self, node: Node) -> list[Term]:
        return [term for word in words_of(node) if isinstance(word, Word) for term in self.terms(word.text)]

    def query(self, node: Node) -> str:
        match node:
            case Word(text):
                return self.word(text) or quoted(NOTHING)
            case Phrase(text):
                return self._phrase(text)
            case Begins(text):
                return self._begins(text)
            case Filter(facet, value):
                return _filter(facet, value)
            case Not(of):
                return f"!({self.query(of)})"
            case And(parts):
                return " & ".join(f"({self.query(part)})" for part in parts)
            case Or(parts):
                return " | ".join(f"({self.query(part)})" for part in parts)

    def word(self, text: str) -> str:
        """A word with its forms, compounds and synonyms; several where signs divide it ("e-post"), empty for none."""
        asked = []
        for term in self.terms(text):
            meanings = [term.query, *(self._synonym(other) for other in _synonyms(term))]
            self.forms |= {*term.whole, *term.compounds}
            asked.append("(" + " | ".join(f"({one})" for one in meanings if one) + ")")
        return " & ".join(asked)

    def _synonym(self, text: str) -> str:
        """A synonym in all its forms; one of several words as words that follow each other."""
        parts = []
        for term in self.terms(text):
            self.forms |= set(term.whole)
            parts.append(f"({term.whole_query})")
        return " <-> ".join(parts)

    def _phrase(self, text: str) -> str:
        words = written(text)
        self.forms |= set(words)
        return " <-> ".join(quoted(word) for word in words) or quoted(NOTHING)

    def _begins(self, text: str) -> str:
        words = written(text) or [NOTHING]
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, [f"{escaped(words[-1])}%"])
            self.forms |= {*words, *(word for (word,) in cursor.fetchall())}
        return " & ".join([*(quoted(word) for word in words[:-1]), f"{quoted(words[-1])}:*"])


def written(text: str) -> list[str]:
    """The words of a text as they are written, small ones and the same twice too, divided as the index divides them."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [text])
        return [word for (word,) in cursor.fetchall()]


def _filter(facet: str, value: str) -> str:
    codes = value_named(facet_named(facet), value)
    return " | ".join(quoted(mark(facet_named(facet), code)) for code in codes) or quoted(NOTHING)


def _synonyms(term: Term) -> list[str]:
    groups = _groups()
    found: dict[str, None] = {}
    for form in (term.written, term.stem, *term.whole):
        for group in groups.get(form, ()):
            found |= dict.fromkeys(group)
    return [word for word in found if word not in term.whole]


@cache
def _groups() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The groups of synonyms by each of their words."""
    document = tomllib.loads(resources.files(__package__).joinpath("synonyms.toml").read_text("utf-8"))
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in document["groups"]:
        words = tuple(group["words"])
        for word in words:
            found[word] = (*found.get(word, ()), words)
    return found
