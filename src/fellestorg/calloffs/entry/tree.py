"""The category tree, and the categories that somebody's words point at. Pure: the tree is data (``tree.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

_WORD = re.compile(r"[^\W_][\w-]*", re.UNICODE)
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Group:
    """A group of item categories. ``titles`` by language; ``words`` are the stems of each category's words."""

    key: str
    titles: dict[str, str]
    words: dict[str, tuple[str, ...]]


@cache
def groups() -> tuple[Group, ...]:
    """The tree, in the order it is shown."""
    text = resources.files("fellestorg.calloffs.entry").joinpath("tree.toml").read_text(encoding="utf-8")
    return tuple(
        Group(one["key"], one["title"], {key: tuple(words.split()) for key, words in one["categories"].items()})
        for one in tomllib.loads(text)["groups"]
    )


def group_of(category: str) -> Group | None:
    """The group that a category stands in."""
    return next((one for one in groups() if category in one.words), None)


def categories_in(text: str) -> list[str]:
    """The categories that the words of a text point at, in the order they are written; none where no word is known.

    >>> categories_in("to hotellrom i Bodø")
    ['hotel_night']
    """
    written = [word.lower() for word in _WORD.findall(text)]
    # Two words may be one: "rental car", "office chair".
    pairs = [f"{first}-{second}" for first, second in pairwise(written)]
    found = [category for word in [*pairs, *written] for category in _meant(word)]
    return list(dict.fromkeys(found))


def _meant(word: str) -> list[str]:
    """The categories that a word points at by its longest stem: "desktop" is no desk."""
    stems = [
        (len(stem), category)
        for group in groups()
        for category, known in group.words.items()
        for stem in known
        if word == stem or (len(stem) > _SHORT and word.startswith(stem))
    ]
    longest = max((length for length, _category in stems), default=0)
    return [category for length, category in stems if length == longest]
