"""Marketing language: superlatives, claims nobody can prove, comparisons. Pure; the words are data (``phrases.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fellestorg.kernel.text import in_language


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a text, from ``start`` to ``end``, that should be said otherwise. ``kind``: ``superlative``,
    ``unprovable``, ``comparison`` or ``endorsement``; ``advice`` by language. ``blocks``: it may not be submitted, by the
    rule in ``source``."""

    start: int
    end: int
    text: str
    kind: str
    advice: Mapping[str, str]
    blocks: bool = False
    source: str = ""


def check(text: str) -> list[Finding]:
    """What in a text is advertising, in the order it stands; no two findings overlap, the longest counts.

    >>> [one.text for one in check("Markedets billigste, og helt sikker.")]
    ['Markedets billigste', 'helt sikker']
    """
    found = [
        Finding(one.start(), one.end(), one[0], kind, advice, blocks, source)
        for pattern, kind, advice, blocks, source in _patterns()
        for one in pattern.finditer(text)
    ]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


@dataclass(frozen=True, slots=True)
class Advice:
    """A finding in a version: in which language's text, in which field, and what to write instead."""

    language: str
    field: str
    finding: Finding

    @property
    def text(self) -> str:
        return self.finding.text

    @property
    def advice(self) -> str:
        return in_language(self.finding.advice)


def advice_on(texts: Mapping[str, Mapping[str, str]]) -> list[Advice]:
    """What in a version's texts, ``{language: {field: text}}``, should be said otherwise. The firm sees it while it writes,
    and the handlers see the same."""
    return [
        Advice(code, field, one)
        for code, said in texts.items()
        for field in ("title", "summary", "description")
        for one in check(str(said.get(field) or ""))
    ]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, Mapping[str, str], bool, str], ...]:
    document = tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    return tuple(
        (
            re.compile("|".join(map(_pattern, _longest_first(group["words"]))), re.IGNORECASE),
            group["kind"],
            group["advice"],
            group.get("blocks", False),
            group.get("source", ""),
        )
        for group in document["groups"]
    )


def _longest_first(words: list[str]) -> list[str]:
    """The first that fits counts in a pattern: "best i test" before "best"."""
    return sorted(words, key=len, reverse=True)


def _pattern(word: str) -> str:
    stem = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
    ending = r"\w*" if word.endswith("*") else ""
    return rf"(?<!\w){stem}{ending}(?!\w)"
