"""The framework document: SI's guideline on how an agreement is to be used, in sections and three languages.

There is at most one draft. A published version never changes (the database holds that); the next one follows it. On any
day the newest published version whose day has come is the one that counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fellestorg.agreements.guards import require_manager
from fellestorg.agreements.models import FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office.markup import clean
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.values import BadInput, Problem, Refused

LONGEST_HEADING, LONGEST_BODY = 120, 20_000
# The sections a document has, in reading order, with the headings they begin with. Those generated are written by the
# house itself, below whatever is typed: the call-off rules from the policy in force, the contacts from the list.
SECTIONS: Mapping[str, tuple[str, str, str]] = {
    "purpose": ("Formål", "Føremål", "Purpose"),
    "who": ("Hvem som kan bruke avtalen", "Kven som kan bruke avtalen", "Who may use the agreement"),
    "how_to_buy": ("Slik kjøper du", "Slik kjøper du", "How to buy"),
    "call_off_rules": ("Avropsregler", "Avropsreglar", "Call-off rules"),
    "prices": ("Priser og prisregulering", "Prisar og prisregulering", "Prices and price regulation"),
    "delivery": ("Levering", "Levering", "Delivery"),
    "environment": ("Klima og miljø", "Klima og miljø", "Climate and environment"),
    "follow_up": ("Oppfølging og avvik", "Oppfølging og avvik", "Follow-up and deviations"),
    "contacts": ("Kontakter", "Kontaktar", "Contacts"),
    "changes": ("Endret siden forrige versjon", "Endra sidan førre versjon", "Changed since the last version"),
}
GENERATED = frozenset(("call_off_rules", "contacts"))
Sections = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Missing:
    """A section that lacks a language it has in another."""

    key: str
    languages: tuple[str, ...]


def in_force(agreement: FrameworkAgreement, day: date) -> FrameworkDocument | None:
    """The version that counts on a day, or None before the first."""
    return published(agreement).filter(valid_from__lte=day).first()


def published(agreement: FrameworkAgreement) -> QuerySet[FrameworkDocument]:
    """The published versions, the newest first."""
    return FrameworkDocument.objects.filter(agreement=agreement, state="published").order_by("-version")


def draft_of(agreement: FrameworkAgreement) -> FrameworkDocument | None:
    """The draft, where there is one."""
    return FrameworkDocument.objects.filter(agreement=agreement, state="draft").first()


def blank_sections() -> Sections:
    """Every section with its heading and nothing in it."""
    return [
        {"key": key, "heading": dict(zip(LANGUAGES, names, strict=True)), "body": dict.fromkeys(LANGUAGES, "")}
        for key, names in SECTIONS.items()
    ]


def missing_languages(sections: Sequence[Mapping[str, Any]]) -> list[Missing]:
    """The sections that have text in one language and lack it in another, heading or body."""
    found = []
    for section in sections:
        written = any(section["body"].values())
        lacks = tuple(
            code for code in LANGUAGES if (written and not section["body"][code]) or not section["heading"][code]
        )
        if lacks:
            found.append(Missing(section["key"], lacks))
    return found


def has_content(section: Mapping[str, Any]) -> bool:
    """Whether a section is shown: something is written in it, or the house writes it itself."""
    return section["key"] in GENERATED or any(section["body"].values())


@transaction.atomic
def start_draft(agreement: FrameworkAgreement, *, actor: Actor, now: datetime) -> FrameworkDocument:
    """Begin the next version from the newest published one (or from empty sections). The draft there is already comes
    back as it is."""
    require_manager(actor, agreement)
    # The agreement's row orders those who begin at once.
    FrameworkAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    there = draft_of(agreement)
    if there is not None:
        return there
    last = published(agreement).first()
    sections = blank_sections()
    if last is not None:
        before = {one["key"]: one for one in last.sections}
        sections = [before.get(one["key"], one) for one in sections]
        changes = next(one for one in sections if one["key"] == "changes")
        changes["body"] = dict.fromkeys(LANGUAGES, "")
    row = FrameworkDocument.objects.create(
        agreement=agreement,
        version=last.version + 1 if last else 1,
        state=FrameworkDocument.State.DRAFT,
        sections=sections,
        written_by=actor.name,
    )
    _record(agreement, "document_drafted", actor, now, {"version": row.version})
    return row


@transaction.atomic
def save_section(
    agreement: FrameworkAgreement,
    key: str,
    heading: Mapping[str, str],
    body: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> FrameworkDocument:
    """Write one section of the draft. Raises BadInput for texts too long or a heading missing in bokmål, Refused where
    there is no draft."""
    require_manager(actor, agreement)
    row = FrameworkDocument.objects.select_for_update().filter(agreement=agreement, state="draft").first()
    if row is None:
        raise Refused("no_draft", _("Det finnes ikke noe utkast. Start et nytt."))
    headings = {code: " ".join(clean(heading.get(code, "")).split()) for code in LANGUAGES}
    bodies = {code: clean(body.get(code, "")) for code in LANGUAGES}
    problems = []
    if not headings["nb"]:
        problems.append(Problem("heading_nb", "missing", _("overskriften mangler på bokmål")))
    for code in LANGUAGES:
        if len(headings[code]) > LONGEST_HEADING:
            problems.append(Problem(f"heading_{code}", "too_long", _("overskriften kan ha høyst 120 tegn")))
        if len(bodies[code]) > LONGEST_BODY:
            problems.append(Problem(f"body_{code}", "too_long", _("teksten kan ha høyst 20 000 tegn")))
    BadInput.raise_if(problems)
    if key not in {one["key"] for one in row.sections}:
        raise BadInput.of("key", "unknown_section", _("det finnes ingen slik del"))
    row.sections = [
        {"key": key, "heading": headings, "body": bodies} if one["key"] == key else one for one in row.sections
    ]
    row.written_by = actor.name
    row.save(update_fields=["sections", "written_by"])
    return row


@transaction.atomic
def discard_draft(agreement: FrameworkAgreement, *, actor: Actor, now: datetime) -> None:
    """Throw the draft away. Raises Refused where there is none."""
    require_manager(actor, agreement)
    row = FrameworkDocument.objects.select_for_update().filter(agreement=agreement, state="draft").first()
    if row is None:
        raise Refused("no_draft", _("Det finnes ikke noe utkast. Start et nytt."))
    _record(agreement, "document_discarded", actor, now, {"version": row.version})
    row.delete()


def _record(agreement: FrameworkAgreement, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    subject = f"agreement:{agreement.key}"
    events.record(Happening(subject, verb, subject, actor, now, payload))
