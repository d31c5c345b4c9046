"""What in a version reads as advertising, wherever the firm has written it: names and texts, answers in words, prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.kernel.text import in_language
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.questions import Question, questions_of
from fellestorg.marketplace.moderation.language import Finding, check

LANGUAGE_NAMES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
_IN_WORDS = ("line", "text")


@dataclass(frozen=True, slots=True)
class Advice:
    """A finding in a version. ``part`` is the part of the form: ``texts``, a section, or ``prices``; ``where`` the field in
    it: ``summary:nn``, a question's key or ``prices.2``; ``place`` names it to people."""

    part: str
    where: str
    place: str
    finding: Finding

    @property
    def text(self) -> str:
        return self.finding.text

    @property
    def advice(self) -> str:
        return in_language(self.finding.advice)


def advice_on(version: ListingVersion) -> list[Advice]:
    """What should be said otherwise, in the order of the form. The firm sees it while it writes, the handlers the same."""
    return [Advice(part, where, place, one) for part, where, place, text in _written(version) for one in check(text)]


def _written(version: ListingVersion) -> Iterator[tuple[str, str, str, str]]:
    """Every text that the firm has written: part, field, the field's name, and the text."""
    names = {"title": _("Navn"), "summary": _("Sammendrag"), "description": _("Beskrivelse")}
    for code, said in version.texts.items():
        for name, label in names.items():
            yield "texts", f"{name}:{code}", f"{label}, {LANGUAGE_NAMES.get(code, code)}", str(said.get(name) or "")
    for question in questions_of(version.listing.category):
        for text in _answered(question, version.answers.get(question.key) or {}):
            yield question.section, question.key, question.text, text
    for number, line in enumerate(version.prices, 1):
        label = _("Prislinje %(number)s") % {"number": number}
        for name in ("title", "note"):
            yield "prices", f"prices.{number}", label, str(line.get(name) or "")


def _answered(question: Question, kept: Mapping[str, Any]) -> Iterator[str]:
    value = kept.get("typed", kept.get("value"))
    if question.kind in _IN_WORDS and isinstance(value, str):
        yield value
    if question.kind == "rows":
        columns = [column.key for column in question.columns if column.kind in _IN_WORDS]
        for row in value if isinstance(value, list) else ():
            yield from (str(row.get(column) or "") for column in columns)
    yield str((kept.get("evidence") or {}).get("reference", ""))
