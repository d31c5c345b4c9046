"""The reasons there are for refusing and removing, read from ``reasons.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fellestorg.kernel.text import LANGUAGES, in_language


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason, what it rests on, and whether that is confirmed. ``at_once``: the firm is heard afterwards."""

    code: str
    labels: Mapping[str, str]
    texts: Mapping[str, str]
    source: str
    verified: bool
    at_once: bool

    @property
    def label(self) -> str:
        return in_language(self.labels)

    @property
    def text(self) -> str:
        return in_language(self.texts)


@dataclass(frozen=True, slots=True)
class Reasons:
    """All of them. ``answer_days``: how long a firm has to be heard, with ``source``."""

    by_code: Mapping[str, Reason]
    answer_days: int
    source: str
    verified: bool


@cache
def reasons() -> Reasons:
    """The file that comes with the product. Raises ValueError where a language is missing."""
    document = tomllib.loads(resources.files(__package__).joinpath("reasons.toml").read_text("utf-8"))
    found = {}
    for code, row in document["reasons"].items():
        for words in (row["label"], row["text"]):
            if missing := set(LANGUAGES) - set(words):
                raise ValueError(f"reasons.toml: {code} lacks {', '.join(sorted(missing))}")
        found[code] = Reason(code, row["label"], row["text"], row["source"], row["verified"], row.get("at_once", False))
    return Reasons(found, document["answer_days"], document["source"], document["verified"])


def choices() -> list[tuple[str, str]]:
    """The reasons one may choose among: code and label."""
    return [(one.code, one.label) for one in reasons().by_code.values()]
