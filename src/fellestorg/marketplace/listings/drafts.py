"""Writing a draft: texts, answers a section at a time, prices. What is typed is kept, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.listings import answers as answering
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.models import CONTENT, Listing, ListingVersion
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.listings.questions import questions_of, unit
from fellestorg.marketplace.listings.words import refusal_text
from fellestorg.values import BadInput, Refused, decimal_text

LONGEST = {"title": 120, "summary": 400, "description": 10_000}
MOST_PRICES = 50
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Price:
    """A price line as typed: what it is for, its unit, kroner without VAT, and from which quantity it holds."""

    title: str
    unit: str
    amount: str
    from_quantity: str = ""
    note: str = ""
    buyers_only: bool = False


def locked(version: ListingVersion, actor: Actor) -> ListingVersion:
    """The draft with its listing's row and its own locked. Refused where the actor does not write for the firm, or the
    version is no draft."""
    listing = Listing.objects.select_for_update(of=("self",)).select_related("firm").get(pk=version.listing_id)
    found = ListingVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    found.listing = listing
    may = may_edit(actor, listing.firm)
    if not may.allowed:
        raise Refused(may.reason, refusal_text(may.reason))
    if found.state != ListingVersion.State.DRAFT:
        raise Refused("not_a_draft", refusal_text("not_a_draft"))
    return found


@transaction.atomic
def save_texts(
    version: ListingVersion, main_language: str, texts: Mapping[str, Mapping[str, str]], *, actor: Actor, now: datetime
) -> ListingVersion:
    """Keep title, summary and description in the languages that something is written in."""
    version = locked(version, actor)
    if main_language not in LANGUAGES:
        raise BadInput.of("main_language", "unknown", _("Velg et språk."))
    version.main_language = main_language
    version.texts = {
        language: {name: text for name in LONGEST if (text := _text(given.get(name, ""), name))}
        for language, given in texts.items()
        if language in LANGUAGES and any(str(text).strip() for text in given.values())
    }
    return _saved(version, now, "texts", "main_language")


@transaction.atomic
def save_answers(
    version: ListingVersion,
    given: Mapping[str, Given],
    *,
    actor: Actor,
    now: datetime,
    confirmed: bool = False,
) -> ListingVersion:
    """Keep answers; those not named stay. ``confirmed``: the firm has gone through these today, so their lives begin anew.

    BadInput for a key that is no question of the category.
    """
    version = locked(version, actor)
    asked = {one.key: one for one in questions_of(version.listing.category)}
    if unknown := sorted(given.keys() - asked.keys()):
        raise BadInput.of(unknown[0][:60], "unknown_question", _("Spørsmålet finnes ikke i denne kategorien."))
    kept = dict(version.answers)
    for key, one in given.items():
        made = answering.answer(asked[key], one, kept.get(key), now, confirmed=confirmed)
        if made is None:
            kept.pop(key, None)
        else:
            kept[key] = made
    version.answers = kept
    return _saved(version, now, "answers")


@transaction.atomic
def save_prices(version: ListingVersion, prices: Sequence[Price], *, actor: Actor, now: datetime) -> ListingVersion:
    """Keep the price lines in place of those before. BadInput where there are too many."""
    version = locked(version, actor)
    if len(prices) > MOST_PRICES:
        raise BadInput.of("prices", "too_many", _("Høyst %(most)s prislinjer.") % {"most": MOST_PRICES})
    version.prices = [_price(one) for one in prices if one.title.strip() or one.amount.strip()]
    return _saved(version, now, "prices")


def with_files(kept: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """An answer that points at other files, by ids old to new."""
    made = dict(kept)
    evidence = kept.get("evidence") or {}
    if evidence.get("kind") == "file":
        made["evidence"] = {**evidence, "file": ids.get(evidence["file"], "")}
    if isinstance(kept.get("value"), str) and kept["value"] in ids:
        made["value"] = ids[kept["value"]]
    return made


def changes(version: ListingVersion) -> list[str]:
    """What this version says otherwise than the public one: names of texts and keys of questions, in order; all of it
    where none is public."""
    before = version.listing.versions.filter(state=ListingVersion.State.PUBLISHED).exclude(pk=version.pk).first()
    return changed(before, version)


def changed(before: ListingVersion | None, after: ListingVersion) -> list[str]:
    """What ``after`` says otherwise than ``before``. Days alone are no change."""
    found = []
    for name in CONTENT:
        old, new = (getattr(before, name) if before else None), getattr(after, name)
        if name == "answers":
            old = old or {}
            keys = sorted(old.keys() | new.keys())
            found += [f"answers.{key}" for key in keys if _says(old.get(key)) != _says(new.get(key))]
        elif old != new:
            found.append(name)
    return found


def price_per_base(line: Mapping[str, Any]) -> Decimal | None:
    """A price line's amount in its unit's base, so that prices in different units can be compared; None where the
    amount cannot be read."""
    known = unit(line.get("unit", ""))
    try:
        return decimal_in(str(line["amount"])) / known.factor if known else None
    except (RowError, KeyError):
        return None


def is_amount(text: str) -> bool:
    """Whether a price can be read."""
    try:
        decimal_in(text, places=6)
    except RowError:
        return False
    return True


def _says(kept: Mapping[str, Any] | None) -> Any:
    return None if kept is None else {k: v for k, v in kept.items() if k not in ("answered_at", "expires_at")}


def _price(one: Price) -> dict[str, Any]:
    return {
        "title": " ".join(one.title.split())[:_LONGEST_NOTE],
        "unit": one.unit[:40],
        "amount": _decimal(one.amount),
        "from_quantity": _decimal(one.from_quantity) if one.from_quantity.strip() else "",
        "note": " ".join(one.note.split())[:_LONGEST_NOTE],
        "buyers_only": one.buyers_only,
    }


def _decimal(text: str) -> str:
    """The amount as decimal text; as it was typed where it cannot be read, for the check to tell of."""
    try:
        return decimal_text(decimal_in(text, places=6))
    except RowError:
        return text.strip()[:40]


def _text(given: object, name: str) -> str:
    text = str(given).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST[name]:
        raise BadInput.of(name, "too_long", _("Teksten er for lang: høyst %(most)s tegn.") % {"most": LONGEST[name]})
    return " ".join(text.split()) if name == "title" else text


def _saved(version: ListingVersion, now: datetime, *fields: str) -> ListingVersion:
    version.saved_at = now
    version.save(update_fields=[*fields, "saved_at"])
    return version
