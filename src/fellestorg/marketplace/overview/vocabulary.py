"""The words that figures of the market have in common: geographies, categories, measures and units."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from fellestorg.kernel.text import in_language
from fellestorg.marketplace.listings import questions

Words = Mapping[str, str]
FIELDS = ("geographies", "categories", "measures", "units")
GLOBAL, NORWAY = "global", "norway"


def words(field: str) -> Mapping[str, Words]:
    """The keys of a field with their names in three languages; categories with those of the listings."""
    known = dict(_read()[field])
    if field == "categories":
        known |= {key: one.labels for key, one in questions.catalogue().categories.items()}
    return known


def key_of(field: str, text: str) -> str:
    """The key of what somebody wrote: a key or a name in any of the languages. Empty where it is none of them."""
    return _by_name(field).get(" ".join(text.split()).casefold(), "")


def name(field: str, key: str) -> str:
    """A key's name in the active language; what is no key, as it is written."""
    known = words(field).get(key)
    return in_language(known) if known is not None else key


@cache
def _by_name(field: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, names in words(field).items():
        found |= {spelled.casefold(): key for spelled in (*names.values(), key)}
    return found


@cache
def _read() -> Mapping[str, Mapping[str, Words]]:
    document: Mapping[str, Mapping[str, Words]] = tomllib.loads(
        resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8")
    )
    return document
