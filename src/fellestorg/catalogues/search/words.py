"""From what somebody writes to the words that stand in names: bent, inside compounds, and with typing errors put right.

The index knows words as they are written. What belongs together (skjerm, skjermer, skjermen, PC-skjerm, skjermarm) is
found in the catalogue's own vocabulary when somebody asks, so that a new word counts at once for every item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from fellestorg.catalogues.models.vectors import MARK
from fellestorg.catalogues.search.categories import named_by
from fellestorg.catalogues.search.dividing import SMALL_WORDS, sql_words

MOST_WORDS = 8
_MOST_COMPOUNDS = 400
_LONGEST_TEXT = 200
_WORDS_LOOKED_UP = 4
_MOST_LOOK_UPS = 32
_LONGEST_ENDING = 3
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Term:
    """A word somebody wrote, its Norwegian stem, and what in the catalogue it may mean.

    ``whole``: the word itself, bent in any way; ``compounds``: words it is a part of or begins. ``begins``: look for
    whatever begins with it too, which costs far more than looking for words. ``categories``: those it names, alone or with
    the other words written.
    """

    written: str
    stem: str
    whole: tuple[str, ...]
    compounds: tuple[str, ...] = ()
    begins: bool = False
    categories: tuple[str, ...] = ()

    @property
    def whole_query(self) -> str:
        """The tsquery of the word itself."""
        return " | ".join(quoted(word) for word in self.whole)

    @property
    def query(self) -> str:
        """The tsquery of everything it may mean."""
        return " | ".join(self._meanings)

    @property
    def queries(self) -> tuple[str, ...]:
        """The same in parts that are looked up one by one: for a query of many words the index weighs every word for
        every item that has any, which takes several times as long."""
        size = max(_WORDS_LOOKED_UP, -(-len(self._meanings) // _MOST_LOOK_UPS))
        return tuple(" | ".join(self._meanings[start : start + size]) for start in range(0, len(self._meanings), size))

    @property
    def _meanings(self) -> list[str]:
        begins = [f"{quoted(self.written)}:*"] if self.begins else []
        named = (f"{MARK}cat{code}" for code in self.categories)
        return [*begins, *(quoted(word) for word in (*self.whole, *self.compounds, *named))]

    @property
    def has_digits(self) -> bool:
        """Whether it is a number or a type designation: those stand in no vocabulary."""
        return bool(_DIGIT.search(self.written))


def cleaned(text: str) -> str:
    """What of a text is searched for: no NUL, at most 200 signs."""
    return text.replace("\x00", " ").strip()[:_LONGEST_TEXT]


def terms_in(text: str, words: Sequence[str] | None = None) -> list[Term]:
    """The words of a text (or those given) with what each may mean by the catalogue's vocabulary in this transaction.

    The text is divided as the index divides names; at most eight words, each once, and small words only where there is
    nothing else.
    """
    found = _fetch(_STEMMED.format(words=sql_words("%s")), [text if words is None else " ".join(words)])
    telling = [row for row in found if row[0] not in SMALL_WORDS]
    return _terms({word: (norwegian, english) for word, norwegian, english in (telling or found)[:MOST_WORDS]})


def _terms(stems: Mapping[str, tuple[str, str]]) -> list[Term]:
    words = list(stems)
    asked: list[str] = []
    parameters: list[Any] = []
    for word in words:
        if _DIGIT.search(word):
            continue
        norwegian, english = stems[word]
        # One may be the other's stem: "bærbare" becomes "bærbar", and that becomes "bærb".
        asked.append("SELECT %s, word, stem_nb, true FROM catalogues_word WHERE stem_nb IN (%s, %s) OR word = %s")
        parameters += [word, word, norwegian, norwegian]
        asked.append("SELECT %s, word, stem_nb, true FROM catalogues_word WHERE stem_en = %s")
        parameters += [word, english]
        if len(word) > 2:
            part = norwegian if len(norwegian) > 2 else word
            asked.append("SELECT %s, word, stem_nb, false FROM catalogues_word WHERE word LIKE %s")
            parameters += [word, f"%{escaped(part)}%"]
    related = _fetch(" UNION ALL ".join(asked), parameters) if asked else []
    whole: dict[str, set[str]] = {word: {word} for word in words}
    inside: dict[str, dict[str, str]] = {word: {} for word in words}
    for word, known, stem, same in related:
        if same:
            whole[word].add(known)
        else:
            inside[word][known] = stem
    parts = {word: (stems[word][0], tuple(sorted(whole[word]))) for word in words}
    named = named_by(stems)
    short = _short_rests((known, stem, *parts[word]) for word in words for known, stem in inside[word].items())
    return [
        Term(
            word,
            parts[word][0],
            parts[word][1],
            _nearest(
                known
                for known, stem in inside[word].items()
                if known not in whole[word]
                and (known.startswith(word) or is_compound(known, stem, *parts[word], short))
            ),
            categories=named[word],
        )
        for word in words
    ]


def is_compound(word: str, stem: str, part: str, forms: Iterable[str], known: frozenset[str]) -> bool:
    """Whether a word (and its ``stem``) is put together of ``part`` (a stem, with its whole ``forms``) and other words.

    What stands before and after must be words too: known ones, a linking s or e aside, or at least long enough to be
    one: "kontor-stol" and "pc-skjerm" are compounds, "pi-stol" and "p-ark" are not.
    """
    return any(all(_may_be_word(rest, part, known) for rest in rests) for rests in _rests(word, stem, part, forms))


def nearest_words(word: str) -> list[str]:
    """Words of the vocabulary that somebody may have meant by a word nothing has, the likeliest first, at most five."""
    if len(word) < 3 or _DIGIT.search(word):
        return []
    most = 1 if len(word) < 5 else 2
    with transaction.atomic():
        # Two letters changed about in a short word leave few trigrams as they were.
        _fetch("SELECT set_config('pg_trgm.similarity_threshold', '0.15', true)", [])
        rows = _fetch(
            "SELECT word, stem_nb, max(similarity(word, %s)) FROM catalogues_word WHERE word %% %s"
            " AND length(word) BETWEEN %s AND %s GROUP BY word, stem_nb ORDER BY 3 DESC, word LIMIT 50",
            [word, word, len(word) - most, len(word) + most + _LONGEST_ENDING],
        )
        _fetch("SELECT set_config('pg_trgm.similarity_threshold', '0.3', true)", [])
    # The catalogue may know the word bent only: "blyannt" is as near to "blyanter" as to "blyant".
    near = [(min(distance(word, known), distance(word, stem)), -similar, known) for known, stem, similar in rows]
    return [known for apart, _similar, known in sorted(near) if apart <= most][:5]


def distance(one: str, other: str) -> int:
    """How many letters must be added, removed, changed or put in each other's place to make one word the other.

    >>> distance("skerm", "skjerm"), distance("stlo", "stol")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        further, before, row = before, row, [i]
        for j, opposite in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, further[j - 2] + 1)
            row.append(cost)
    return row[-1]


def quoted(word: str) -> str:
    """A word as a tsquery takes it literally."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def escaped(text: str) -> str:
    """A text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_STEMMED = """
SELECT lexeme, coalesce((ts_lexize('pg_catalog.norwegian_stem', lexeme))[1], lexeme),
       coalesce((ts_lexize('pg_catalog.english_stem', lexeme))[1], lexeme)
FROM unnest(to_tsvector('pg_catalog.simple', {words})) ORDER BY positions[1]"""


def _may_be_word(rest: str, part: str, known: frozenset[str]) -> bool:
    return (
        len(rest) >= _long_enough(part) or rest in known or (len(rest) > 2 and rest[-1] in "se" and rest[:-1] in known)
    )


def _long_enough(part: str) -> int:
    return 3 if len(part) > 3 else 4


def _rests(word: str, stem: str, part: str, forms: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """What is left of a word around a part, in each way the part may stand in it: last, in the middle, or first.

    First it must stand as a form that the catalogue knows: a bare stem begins too many words ("skriv" in "skrivebord").
    """
    if stem.endswith(part):
        yield (stem[: -len(part)],)
    at = stem.find(part, 1)
    while at > 0 and at + len(part) < len(stem):
        yield stem[:at], stem[at + len(part) :]
        at = stem.find(part, at + 1)
    for form in forms:
        if len(form) > 2 and word.startswith(form):
            yield (word[len(form) :],)


def _short_rests(words: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> frozenset[str]:
    """Which of the short rests of words are words of the vocabulary themselves."""
    asked: set[str] = set()
    for word, stem, part, forms in words:
        for rests in _rests(word, stem, part, forms):
            for rest in rests:
                if 1 < len(rest) < _long_enough(part):
                    asked |= {rest, rest[:-1]}
    if not asked:
        return frozenset()
    return frozenset(
        row[0] for row in _fetch("SELECT DISTINCT word FROM catalogues_word WHERE word = ANY(%s)", [sorted(asked)])
    )


def _nearest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (len(word), word))[:_MOST_COMPOUNDS])


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
