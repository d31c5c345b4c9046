"""Marketing language: superlatives, claims nobody can prove, comparisons. Pure; the words are data (``phrases.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


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
