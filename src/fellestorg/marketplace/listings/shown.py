"""View models of a listing: its answers with what they rest on, its prices, and how far a draft has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fellestorg.marketplace.listings.answers import EVIDENCE, InWords, in_words
from fellestorg.marketplace.listings.drafts import price_per_base
from fellestorg.marketplace.listings.models import ListingFile, ListingVersion
from fellestorg.marketplace.listings.queries import Published
from fellestorg.marketplace.listings.questions import (
    catalogue,
    category,
    question,
    questions_of,
    section_label,
    unit,
)
from fellestorg.marketplace.listings.words import STANDINGS, STATES
from fellestorg.values import Problem, decimal_text

Toned = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer: in words, what it rests on, and how fresh it is. ``link`` leads to the evidence."""

    key: str
    question: str
    words: InWords
    basis: str
    basis_tone: str
    evidence: str
    link: str
    outward: bool
    answered_on: date | None
    expires_on: date | None
    standing: Toned | None
    withheld: str
    buyers_only: bool


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section's answers."""

    key: str
    label: str
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True)
class PriceShown:
    """A price line; ``compared`` is the amount in ``base``, where the unit is not its own base."""

    title: str
    unit: str
    amount: Decimal | None
    from_quantity: str
    note: str
    compared: Decimal | None
    base: str
    buyers_only: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a draft's form: how many of its questions are answered, and how many problems it has."""

    key: str
    label: str
    link: str
    answered: int
    of: int
    problems: int


def sections(seen: Published, file_link: str = "listing_file", *, number: int = 0) -> list[SectionShown]:
    """The answers of a listing by section, those that are there or withheld. ``file_link`` names the address of files."""
    files = _file_names(seen)
    found: dict[str, list[AnswerShown]] = {}
    for one in questions_of(seen.category):
        kept = seen.answers.get(one.key)
        if kept is None:
            continue
        evidence = kept.get("evidence") or {}
        proven = kept.get("basis") == EVIDENCE
        file = evidence.get("file", "")
        where = [seen.key, *([number] if number else []), file]
        words = in_words(one, kept["value"])
        link = reverse(file_link, args=where) if file in files else evidence.get("url", "")
        if one.kind == "file":
            words = InWords(files.get(str(kept["value"]), "–"))
        elif one.kind == "link" and kept["value"]:
            link = str(kept["value"])
        found.setdefault(one.section, []).append(
            AnswerShown(
                one.key,
                one.text,
                words,
                _("Belagt") if proven else _("Egenerklært"),
                "success" if proven else "neutral",
                files.get(file, "") or evidence.get("reference", ""),
                link,
                not file,
                _day(kept.get("answered_at")),
                date.fromisoformat(kept["expires_at"]) if kept.get("expires_at") else None,
                STANDINGS[kept["standing"]] if kept.get("standing") in ("outdated", "hidden") else None,
                kept.get("withheld", ""),
                bool(kept.get("buyers_only")),
            )
        )
    return [SectionShown(key, section_label(key), tuple(answers)) for key, answers in found.items()]


def prices(lines: Sequence[Mapping[str, Any]]) -> list[PriceShown]:
    """Price lines, with the amount in a unit that can be compared."""
    made = []
    for line in lines:
        known = unit(line.get("unit", ""))
        per = price_per_base(line)
        base = unit(known.base) if known and known.base != known.key else None
        made.append(
            PriceShown(
                line.get("title", ""),
                known.label if known else str(line.get("unit", "")),
                per * known.factor if per is not None and known else None,
                str(line.get("from_quantity") or "").replace(".", ","),
                line.get("note", ""),
                Decimal(decimal_text(per.quantize(Decimal("0.000001")))) if per is not None and base else None,
                base.label if base else "",
                bool(line.get("buyers_only")),
            )
        )
    return made


def parts(version: ListingVersion, problems: Sequence[Problem]) -> list[Part]:
    """The parts of a draft's form, in order: texts, the sections that have questions, prices."""
    where = [version.listing.key, version.number]
    faults = [one.where.split(".")[0] for one in problems]
    texts = ("title", "summary", "description")
    written = version.texts.get(version.main_language, {})
    made = [
        Part("texts", _("Navn og beskrivelse"), reverse("listing_texts", args=where),
             sum(1 for one in texts if written.get(one)), 3, sum(1 for one in faults if one in texts))
    ]  # fmt: skip
    asked = questions_of(version.listing.category)
    for key in catalogue().sections:
        keys = {one.key for one in asked if one.section == key}
        if keys:
            made.append(
                Part(key, section_label(key), reverse("listing_section", args=[*where, key]),
                     sum(1 for one in keys if one in version.answers), len(keys), sum(1 for one in faults if one in keys))
            )  # fmt: skip
    lines = len(version.prices)
    link = reverse("listing_prices", args=where)
    made.append(Part("prices", _("Priser"), link, lines, max(lines, 1), faults.count("prices")))
    return made


def problem_links(version: ListingVersion, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Each problem's text, with the address of the form where it is mended."""
    where = [version.listing.key, version.number]
    made = []
    for problem in problems:
        asked = question(problem.where)
        name = "listing_prices" if problem.where.startswith("prices") else "listing_texts"
        link = reverse("listing_section", args=[*where, asked.section]) if asked else reverse(name, args=where)
        made.append((problem.text, f"{link}#q-{problem.where}" if asked else link))
    return made


def state_of(state: str) -> Toned:
    """A state's name and tone."""
    return STATES[state]


def category_path(key: str) -> str:
    """A category's name with its parent's before it."""
    found = category(key)
    if found is None:
        return key
    parent = category(found.parent)
    return f"{parent.label}: {found.label}" if parent else found.label


def change_words(changes: Sequence[str]) -> list[str]:
    """What changed between two versions, in words."""
    names = {"texts": _("Tekst"), "prices": _("Priser"), "main_language": _("Hovedspråk")}
    made = []
    for one in changes:
        asked = question(one.removeprefix("answers."))
        made.append(asked.text if asked else names.get(one, one))
    return made


def _file_names(seen: Published) -> dict[str, str]:
    ids = {(kept.get("evidence") or {}).get("file") for kept in seen.answers.values()} - {None, ""}
    if not ids:
        return {}
    rows = ListingFile.objects.filter(listing__key=seen.key).only("id", "name")
    return {str(row.pk): row.name for row in rows if str(row.pk) in ids}


def _day(text: Any) -> date | None:
    return datetime.fromisoformat(text).date() if text else None
