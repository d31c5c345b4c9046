"""The glossary: words of cloud and procurement, each with what it means, in three languages as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fellestorg.kernel.text import LANGUAGES
from fellestorg.values import BadInput, Problem


@dataclass(frozen=True, slots=True)
class Word:
    """A word in one language. ``forms`` are the other shapes it takes in running text."""

    key: str
    term: str
    meaning: str
    forms: tuple[str, ...]
    others: Mapping[str, str]
    """The term in every language."""


@cache
def words(language: str) -> tuple[Word, ...]:
    """Every word, in alphabetical order of the language. ``BadInput`` names what is wrong in the file."""
    content = resources.files(__package__).joinpath("glossary.toml").read_text(encoding="utf-8")
    table = read(content)
    found = [
        Word(
            key,
            row[language]["term"],
            row[language]["text"],
            tuple(row[language].get("forms", ())),
            {code: row[code]["term"] for code in LANGUAGES},
        )
        for key, row in table.items()
    ]
    return tuple(sorted(found, key=lambda word: _alphabet(word.term)))


def word(key: str, language: str) -> Word | None:
    """One word, or None."""
    return next((one for one in words(language) if one.key == key), None)


@cache
def pattern(language: str) -> tuple[re.Pattern[str], dict[str, Word]]:
    """What finds the words in running text, the longest first, and which word each form belongs to."""
    by_form = {form.lower(): one for one in words(language) for form in (one.term, *one.forms)}
    longest_first = sorted(by_form, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE), by_form


def read(content: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of a glossary file: key -> language -> term, text and forms."""
    table: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(content)["words"]
    problems = []
    forms: dict[tuple[str, str], str] = {}
    for key, row in table.items():
        for code in LANGUAGES:
            if not row.get(code, {}).get("term") or not row[code].get("text"):
                problems.append(Problem(f"{key}.{code}", "missing", "expected term and text"))
                continue
            problems += [
                Problem(f"{key}.{code}", "twice", f"{form!r} is also in {forms[code, form.lower()]}")
                for form in (row[code]["term"], *row[code].get("forms", ()))
                if forms.setdefault((code, form.lower()), key) != key
            ]
    BadInput.raise_if(problems)
    return table


def _alphabet(term: str) -> str:
    return term.lower().replace("æ", "z1").replace("ø", "z2").replace("å", "z3")
