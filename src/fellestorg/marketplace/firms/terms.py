"""The terms firms accept, why they may be refused, and the EEA: dated data (``registration.toml``)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from fellestorg.kernel.text import LANGUAGES, in_language


@dataclass(frozen=True, slots=True)
class Terms:
    """A version of the terms: points in three languages. ``verified`` is false where nobody has confirmed the words."""

    version: str
    valid_from: date
    points: Mapping[str, Sequence[str]]
    source: str
    verified: bool

    def digest(self, language: str) -> str:
        """SHA-256 of the text in one language, kept with an acceptance."""
        return hashlib.sha256("\n".join(self.points[language]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a firm is refused or taken down, and the point of the terms it rests on."""

    code: str
    decisions: Sequence[str]
    texts: Mapping[str, str]
    source: str

    @property
    def text(self) -> str:
        """In the active language."""
        return in_language(self.texts)


@cache
def all_terms() -> tuple[Terms, ...]:
    """Every version, the oldest first."""
    made = [
        Terms(
            row["version"],
            row["valid_from"],
            {key: row[key] for key in LANGUAGES},
            row["source"],
            row["verified"],
        )
        for row in _data()["terms"]
    ]
    return tuple(sorted(made, key=lambda one: one.valid_from))


def terms_on(day: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    in_force = [one for one in all_terms() if one.valid_from <= day]
    return in_force[-1] if in_force else all_terms()[0]


@cache
def reasons() -> Mapping[str, Reason]:
    """The reasons by code."""
    rows = _data()["reasons"]
    return {
        row["code"]: Reason(row["code"], row["decision"], {key: row[key] for key in LANGUAGES}, row["source"])
        for row in rows
    }


def in_eea(country: str, day: date) -> bool:
    """Whether a country (ISO 3166-1) is of the European Economic Area on a day."""
    rows = [row for row in _data()["eea"] if row["valid_from"] <= day] or _data()["eea"][:1]
    return country in max(rows, key=lambda row: row["valid_from"])["countries"]


@cache
def _data() -> dict[str, Any]:
    text = resources.files("fellestorg.marketplace.firms").joinpath("registration.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
