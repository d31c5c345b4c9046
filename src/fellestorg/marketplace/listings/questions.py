"""What firms are asked, by category: read from ``questions.toml`` once, and refused as a whole where it lacks something.

One definition gives the field of the form, its validation, what one may narrow a search by, and the row of a comparison
(``ui/questions.py`` does the single values, ``answers.py`` whole answers). Words are in three languages and come in the
reader's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.ui.formats import language
from fellestorg.ui.questions import KINDS
from fellestorg.values import BadInput, Problem

PROOFS = ("file", "registry", "self")
Words = Mapping[str, str]
_COLUMN_KINDS = ("line", "date", "choice", "number")
_KNOWN = {
    "for", "section", "kind", "label", "help", "options", "required", "life_months", "proof", "facet", "comparable",
    "buyers_only", "minimum", "maximum", "unit", "better", "columns", "most_rows", "expires",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Category:
    """A category, or a part of one; ``parent`` is empty at the top. Listings stand in those without parts."""

    key: str
    parent: str
    labels: Words
    texts: Words
    units: tuple[str, ...]

    @property
    def label(self) -> str:
        return in_language(self.labels)

    @property
    def text(self) -> str:
        return in_language(self.texts)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a price is for. It is compared as ``amount / factor`` in ``base``."""

    key: str
    base: str
    factor: Decimal
    labels: Words

    @property
    def label(self) -> str:
        return in_language(self.labels)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, or a column of one whose answer has rows. It is a ``ui.questions.TypedQuestion``."""

    key: str
    kind: str
    labels: Words
    helps: Words
    section: str = ""
    asked_of: tuple[str, ...] = ()
    required: bool = False
    life_months: int = 0
    proof: tuple[str, ...] = ()
    facet: bool = False
    comparable: bool = False
    buyers_only: bool = False
    option_words: Mapping[str, Words] = field(default_factory=dict)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit_words: Words = field(default_factory=dict)
    better: str = ""
    columns: tuple[Question, ...] = ()
    most_rows: int = 0
    expires: str = ""
    must: bool = False

    @property
    def text(self) -> str:
        return in_language(self.labels)

    @property
    def help(self) -> str:
        return in_language(self.helps)

    @property
    def options(self) -> Mapping[str, str]:
        active = language()
        return {code: words.get(active, words["nb"]) for code, words in self.option_words.items()}

    @property
    def unit(self) -> str:
        return in_language(self.unit_words)

    @property
    def may_be_declared(self) -> bool:
        """Whether the firm's own word is enough."""
        return "self" in self.proof


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole of the file. ``due_days`` and ``hidden_days``: before an answer's last day, and after it; ``remind_days``:
    the steps before it at which the firm is reminded, the first when it is due."""

    categories: Mapping[str, Category]
    sections: Mapping[str, Words]
    questions: Mapping[str, Question]
    units: Mapping[str, Unit]
    countries: Mapping[str, Words]
    due_days: int
    hidden_days: int
    remind_days: tuple[int, ...]


@cache
def catalogue() -> Catalogue:
    """The categories, questions and units that come with the product. ``BadInput`` names every fault in the file."""
    return read(resources.files("fellestorg.marketplace.listings").joinpath("questions.toml").read_text("utf-8"))


def categories() -> list[Category]:
    """The categories at the top, in order."""
    return [one for one in catalogue().categories.values() if not one.parent]


def parts_of(key: str) -> list[Category]:
    """A category's parts, in order; none for one that has questions of its own."""
    return [one for one in catalogue().categories.values() if one.parent == key]


def category(key: str) -> Category | None:
    """A category or a part of one, by its key."""
    return catalogue().categories.get(key)


def leaves(key: str = "") -> list[Category]:
    """The categories that listings stand in: all of them, or those of one category."""
    found = catalogue().categories
    return [one for one in found.values() if not parts_of(one.key) and key in ("", one.key, one.parent)]


@cache
def questions_of(key: str) -> tuple[Question, ...]:
    """What is asked of a listing in this category, in the order of the sections; nothing for an unknown one."""
    found = category(key)
    if found is None:
        return ()
    names = {"all", found.key, found.parent}
    asked = [one for one in catalogue().questions.values() if names & set(one.asked_of)]
    order = list(catalogue().sections)
    return tuple(sorted(asked, key=lambda one: order.index(one.section)))


def question(key: str) -> Question | None:
    """A question by its key."""
    return catalogue().questions.get(key)


def section_label(key: str) -> str:
    """A section's name in the reader's language."""
    return in_language(catalogue().sections[key])


def units_of(key: str) -> list[Unit]:
    """The units that prices in this category may be in."""
    found = category(key)
    return [catalogue().units[one] for one in found.units] if found else []


def unit(key: str) -> Unit | None:
    """A unit by its key."""
    return catalogue().units.get(key)


def read(content: str) -> Catalogue:
    """The catalogue of a file. ``BadInput`` names every fault: a missing language, an unknown kind, section, category,
    unit or list, a question that nobody is asked, a life that is missing."""
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise BadInput.of("questions.toml", "not_toml", str(error)) from None
    reader = _Reader(document)
    made = reader.catalogue()
    BadInput.raise_if(reader.problems)
    return made


class _Reader:
    """Reads the file, noting every fault where it stands."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.lists = {
            name: {code: self.words(f"options.{name}.{code}", words) for code, words in options.items()}
            for name, options in document.get("options", {}).items()
        }

    def catalogue(self) -> Catalogue:
        units = {key: self.unit(key, row) for key, row in self.document.get("units", {}).items()}
        for key, priced in units.items():
            if priced.base not in units or units[priced.base].factor != 1:
                self.fault(f"units.{key}.base", "unknown_unit", f"{priced.base!r} is no base unit")
        sections = {
            key: self.words(f"sections.{key}", words) for key, words in self.document.get("sections", {}).items()
        }
        found = {one.key: one for row in self.document.get("categories", ()) for one in self.category(row, units)}
        parents = {one.parent for one in found.values()}
        for one in found.values():
            if one.key not in parents and not one.units:
                self.fault(f"categories.{one.key}.units", "missing", "prices need a unit")
        questions = {
            key: self.question(f"questions.{key}", key, row, sections, found)
            for key, row in self.document.get("questions", {}).items()
        }
        days = self.document.get("freshness", {})
        for name in ("due_days", "hidden_days"):
            if not isinstance(days.get(name), int):
                self.fault(f"freshness.{name}", "missing", "expected a count of days")
        return Catalogue(
            found, sections, questions, units, self.lists.get("country", {}),
            days.get("due_days", 0), days.get("hidden_days", 0),
            tuple(sorted({days.get("due_days", 0), *days.get("remind_again", ())}, reverse=True)),
        )  # fmt: skip

    def category(self, row: Mapping[str, Any], units: Mapping[str, Unit]) -> list[Category]:
        where = f"categories.{row.get('key', '?')}"
        parts = row.get("parts", ())
        texts = self.words(f"{where}.text", row.get("text"))
        made = [Category(row.get("key", "?"), "", self.words(where, row.get("label")), texts,
                         self.units(where, row, units))]  # fmt: skip
        for part in parts:
            inner = f"{where}.{part.get('key', '?')}"
            made.append(
                Category(part["key"], row["key"], self.words(inner, part.get("label")), texts,
                         self.units(inner, part, units))
            )  # fmt: skip
        return made

    def units(self, where: str, row: Mapping[str, Any], units: Mapping[str, Unit]) -> tuple[str, ...]:
        for one in row.get("units", ()):
            if one not in units:
                self.fault(f"{where}.units", "unknown_unit", f"{one!r} is in no catalogue of units")
        return tuple(one for one in row.get("units", ()) if one in units)

    def unit(self, key: str, row: Mapping[str, Any]) -> Unit:
        factor = self.number(f"units.{key}.factor", row.get("factor")) or Decimal(1)
        return Unit(key, str(row.get("base", "")), factor, self.words(f"units.{key}", row.get("label")))

    def question(
        self, where: str, key: str, row: Mapping[str, Any], sections: Mapping[str, Words],
        found: Mapping[str, Category],
    ) -> Question:  # fmt: skip
        for name in row.keys() - _KNOWN:
            self.fault(f"{where}.{name}", "unknown_field", "no question has this")
        if row.get("section") not in sections:
            self.fault(f"{where}.section", "unknown_section", f"{row.get('section')!r} is no section")
        for one in row.get("for", ()):
            if one != "all" and one not in found:
                self.fault(f"{where}.for", "unknown_category", f"{one!r} is no category")
        if not row.get("for"):
            self.fault(f"{where}.for", "missing", "nobody is asked")
        if not row.get("proof") or set(row.get("proof", ())) - set(PROOFS):
            self.fault(f"{where}.proof", "unknown_proof", f"expected some of {', '.join(PROOFS)}")
        if not isinstance(row.get("life_months"), int) or row["life_months"] < 1:
            self.fault(f"{where}.life_months", "missing", "an answer needs a life")
        if row.get("better", "higher") not in ("higher", "lower"):
            self.fault(f"{where}.better", "unknown", "expected higher or lower")
        columns = self.columns(where, row) if row.get("kind") == "rows" else ()
        if row.get("expires") and row["expires"] not in {one.key for one in columns if one.kind == "date"}:
            self.fault(f"{where}.expires", "unknown_column", "no column of days has this key")
        return self.typed(
            where, key, row, (*KINDS, "rows"), section=str(row.get("section")), asked_of=tuple(row.get("for", ())),
            life_months=row.get("life_months", 0), proof=tuple(row.get("proof", ())), facet=row.get("facet", False),
            comparable=row.get("comparable", False), buyers_only=row.get("buyers_only", False), columns=columns,
            most_rows=row.get("most_rows", 1), expires=row.get("expires", ""), better=row.get("better", ""),
        )  # fmt: skip

    def columns(self, where: str, row: Mapping[str, Any]) -> tuple[Question, ...]:
        rows: Sequence[Mapping[str, Any]] = self.document.get("columns", {}).get(row.get("columns"), ())
        if not rows:
            self.fault(f"{where}.columns", "missing", "rows need columns")
        return tuple(self.typed(f"{where}.{one['key']}", one["key"], one, _COLUMN_KINDS) for one in rows)

    def typed(self, where: str, key: str, row: Mapping[str, Any], kinds: Sequence[str], **more: Any) -> Question:
        kind = str(row.get("kind"))
        if kind not in kinds:
            self.fault(f"{where}.kind", "unknown_kind", f"{kind!r} is none of {', '.join(kinds)}")
        return Question(
            key,
            kind,
            self.words(f"{where}.label", row.get("label")),
            self.words(f"{where}.help", row["help"]) if "help" in row else {},
            required=row.get("required", False),
            option_words=self.options(where, row, kind),
            minimum=self.number(f"{where}.minimum", row.get("minimum")),
            maximum=self.number(f"{where}.maximum", row.get("maximum")),
            unit_words=self.unit_name(where, row.get("unit")),
            **more,
        )

    def options(self, where: str, row: Mapping[str, Any], kind: str) -> Mapping[str, Words]:
        given = row.get("options", "country" if kind == "countries" else {})
        if isinstance(given, str):
            found: Mapping[str, Words] = self.lists.get(given, {})
        else:
            found = {code: self.words(f"{where}.options.{code}", words) for code, words in given.items()}
        if kind in ("choice", "several", "countries") and not found:
            self.fault(f"{where}.options", "missing", "there is nothing to choose")
        return found

    def unit_name(self, where: str, given: Any) -> Words:
        """The unit of a number: a sign that is the same everywhere, or words."""
        if isinstance(given, str):
            return dict.fromkeys(LANGUAGES, given)
        return self.words(f"{where}.unit", given) if given else {}

    def number(self, where: str, given: Any) -> Decimal | None:
        if given is None:
            return None
        try:
            return Decimal(given if isinstance(given, str) else "x")
        except InvalidOperation:
            self.fault(where, "not_a_number", "expected a number as text")
            return None

    def words(self, where: str, given: Any) -> Words:
        if not isinstance(given, Mapping) or any(not str(given.get(one, "")).strip() for one in LANGUAGES):
            self.fault(where, "missing_language", f"expected words in {', '.join(LANGUAGES)}")
            return dict.fromkeys(LANGUAGES, "")
        return dict(given)

    def fault(self, where: str, code: str, text: str) -> None:
        self.problems.append(Problem(where, code, text))
