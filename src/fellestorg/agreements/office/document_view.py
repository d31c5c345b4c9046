"""A framework document as its readers see it: typed sections, with the call-off rules and contacts of the day below."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from fellestorg.agreements import directory
from fellestorg.agreements.models import FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office.contacts import ContactView, contacts_of
from fellestorg.agreements.office.documents import SECTIONS, has_content
from fellestorg.agreements.office.markup import as_html
from fellestorg.agreements.shown import policy_words
from fellestorg.agreements.words import PolicyWords


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section in the reader's language. ``translated`` is false where bokmål stands in for it."""

    key: str
    heading: str
    text: str
    html: SafeString
    translated: bool
    rules: tuple[tuple[str, PolicyWords | None], ...] = ()
    contacts: tuple[ContactView, ...] = ()


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph in a comparison: ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section in a comparison between two versions: the headings, and the paragraphs that differ."""

    heading: str
    heading_before: str
    paragraphs: tuple[ParagraphChange, ...]


def section_views(
    document: FrameworkDocument, agreement: FrameworkAgreement, language: str, day: date, *, names: bool
) -> list[SectionView]:
    """The sections that have something to say, as they read on a day. ``names`` shows the names of contacts."""
    views = []
    for section in document.sections:
        if not has_content(section):
            continue
        body, heading = section["body"], section["heading"]
        text = body[language] or body["nb"]
        translated = bool(heading[language]) and (bool(body[language]) or not any(body.values()))
        rules: tuple[tuple[str, PolicyWords | None], ...] = ()
        contacts: tuple[ContactView, ...] = ()
        if section["key"] == "call_off_rules":
            found = directory.agreement(agreement.key, day)
            rules = tuple((lot.title, policy_words(lot.policy)) for lot in (found.lots if found else ()))
        elif section["key"] == "contacts":
            contacts = tuple(contacts_of(agreement, names=names))
        if section["key"] == "contacts" and not contacts and not text:
            continue
        views.append(
            SectionView(
                section["key"], heading[language] or heading["nb"], text, as_html(text), translated, rules, contacts
            )
        )
    return views


def compare(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], language: str
) -> list[SectionChange]:
    """What changed from one version to another in a language, section by section; those alike are left out."""
    was, now = ({one["key"]: one for one in sections} for sections in (before, after))
    changes = []
    for key in SECTIONS:
        old, new = was.get(key), now.get(key)
        old_text, new_text = _text(old, "body", language), _text(new, "body", language)
        old_heading, new_heading = _text(old, "heading", language), _text(new, "heading", language)
        if old_text == new_text and (old_heading == new_heading or not new_text):
            continue
        changes.append(
            SectionChange(
                new_heading or old_heading,
                old_heading if old_heading != new_heading and old_text else "",
                tuple(_paragraphs(old_text, new_text)),
            )
        )
    return changes


def _paragraphs(before: str, after: str) -> list[ParagraphChange]:
    old = [line for line in before.splitlines() if line.strip()]
    new = [line for line in after.splitlines() if line.strip()]
    found = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [ParagraphChange("same", line) for line in old[i1:i2]]
        else:
            found += [ParagraphChange("removed", line) for line in old[i1:i2]]
            found += [ParagraphChange("added", line) for line in new[j1:j2]]
    return found


def _text(section: Mapping[str, Any] | None, name: str, language: str) -> str:
    return str(section[name].get(language, "")) if section is not None else ""
