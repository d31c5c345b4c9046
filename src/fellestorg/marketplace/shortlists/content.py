"""What is fixed of a shortlist: all of it, in one document that stands by itself; and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.law.load import rule_book
from fellestorg.marketplace.listings.drafts import changed
from fellestorg.marketplace.listings.freshness import standing
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.queries import as_seen
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistEntry
from fellestorg.marketplace.shortlists.queries import entries_of, public_versions, title_of
from fellestorg.values import digest

FORMAT, VERSION = "fellestorg-shortlist", 1
_ANSWER = ("value", "basis", "evidence", "buyers_only", "answered_at", "expires_at", "standing")


def content_of(shortlist: Shortlist, actor: Actor, now: datetime) -> dict[str, Any]:
    """The document: need, search, and each listing with its version, verdict, grounds, answers and prices as the buyer
    sees them now. Listings stand by title and key."""
    day = clock.local_day(now)
    rule = rule_book().rule("MARKET-EQUAL", on=day)
    return {
        "format": FORMAT,
        "version": VERSION,
        "number": shortlist.pk,
        "buyer": {"number": shortlist.buyer.number, "name": shortlist.buyer.name},
        "purpose": shortlist.purpose,
        "title": shortlist.title,
        "need": shortlist.need,
        "common_grounds": shortlist.common_grounds,
        "search": shortlist.search or None,
        "questions": shortlist.questions,
        "order": "title, key",
        "begun_from": shortlist.begun_from_id,
        "rules": [{"id": rule.id, "version": rule.version, "source": rule.source, "verified": rule.verified}],
        "listings": [_entry(one, shortlist, actor, day) for one in entries_of(shortlist)],
        "as_of": now.isoformat(),
    }


def is_whole(fixed: FixedShortlist) -> bool:
    """Whether the content is still what the fingerprint was taken of."""
    return digest(fixed.content) == fixed.sha256


@dataclass(frozen=True, slots=True)
class Since:
    """How a listing stands now beside what was fixed: ``state`` is ``same``, ``newer`` or ``gone``; ``changes`` names what
    a newer version says otherwise; ``outdated`` the questions whose answers are no longer fresh, and were then."""

    key: str
    state: str
    number: int
    changes: tuple[str, ...]
    outdated: tuple[str, ...]


def since(shortlist: Shortlist, day: date) -> dict[str, Since]:
    """What has happened to each listing since, by its key."""
    entries = list(shortlist.entries.select_related("version__listing"))
    now = public_versions([one.listing_id for one in entries])
    fixed = {one["key"]: one["answers"] for one in shortlist.fixed.content["listings"]} if _is_fixed(shortlist) else {}
    return {one.version.listing.key: _since(one.version, now.get(one.listing_id), fixed, day) for one in entries}


def _since(
    version: ListingVersion, public: ListingVersion | None, fixed: Mapping[str, Mapping[str, Any]], day: date
) -> Since:
    key = version.listing.key
    if public is None:
        return Since(key, "gone", version.number, (), ())
    if public.pk != version.pk:
        return Since(key, "newer", public.number, tuple(changed(version, public)), ())
    aged = [
        question
        for question, kept in fixed.get(key, {}).items()
        if kept["standing"] in ("current", "due") and standing(kept, day) in ("outdated", "hidden")
    ]
    return Since(key, "same", version.number, (), tuple(aged))


def _is_fixed(shortlist: Shortlist) -> bool:
    return shortlist.state == Shortlist.State.FIXED


def _entry(entry: ShortlistEntry, shortlist: Shortlist, actor: Actor, day: date) -> dict[str, Any]:
    seen = as_seen(entry.version, actor, day)
    own = entry.grounds.strip()
    left_out = entry.verdict == ShortlistEntry.Verdict.LEFT_OUT
    return {
        "key": seen.key,
        "version": seen.number,
        "sha256": seen.sha256,
        "title": title_of(entry.version),
        "firm": seen.firm.name,
        "organisation": seen.firm.organisation.number,
        "category": seen.category,
        "published_at": seen.published_at.isoformat() if seen.published_at else None,
        "found_by_search": entry.found,
        "verdict": entry.verdict,
        "grounds": own or (shortlist.common_grounds.strip() if left_out else ""),
        "answers": {
            key: {name: kept.get(name) for name in _ANSWER}
            for key, kept in sorted(seen.answers.items())
            if not shortlist.questions or key in shortlist.questions
        },
        "prices": [dict(one) for one in seen.prices],
    }
