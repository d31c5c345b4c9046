"""What happens to a listing: begun and written by its firm, submitted, and moved on by moderation's rulings.

The firm's own verbs end at ``submit``. ``publish``, ``refuse``, ``remove``, ``correct`` and ``restore`` take a
:class:`Ruling`, which only moderation makes; no page and no interface for suppliers calls them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.listings import drafts
from fellestorg.marketplace.listings.checks import problems_of
from fellestorg.marketplace.listings.models import Listing, ListingStep, ListingVersion
from fellestorg.marketplace.listings.policy import may_edit, may_rule
from fellestorg.marketplace.listings.questions import leaves
from fellestorg.marketplace.listings.words import refusal_text
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Decision, Refused, digest

MOST_UNDER_WAY = 200
_State = ListingVersion.State


@dataclass(frozen=True, slots=True)
class Ruling:
    """What moderation decided of one version: ``kind`` names the verb, as ``publish``, ``refuse`` or ``remove``; ``sha256``
    is of the content that was looked at; ``decided_by`` the keys of everybody who decided; ``reason`` is public."""

    kind: str
    version: int
    sha256: str
    reference: str
    decided_by: tuple[str, ...]
    reason: str = ""


@transaction.atomic
def create(
    firm: Firm,
    category: str,
    title: str,
    *,
    actor: Actor,
    person: Person,
    now: datetime,
    language: str = "nb",
    source: str = ListingVersion.Source.FORM,
) -> ListingVersion:
    """A new listing with its first draft. Raises Refused where the actor does not write for the firm, or it has too many
    drafts; BadInput for a category that listings do not stand in."""
    _require(may_edit(actor, firm))
    title = " ".join(title.split())[:200]
    if category not in {one.key for one in leaves()}:
        raise BadInput.of("category", "unknown", _("Velg en kategori."))
    if not title:
        raise BadInput.of("title", "required", _("Skriv hva tjenesten heter."))
    under_way = ListingVersion.objects.filter(listing__firm=firm, state=_State.DRAFT)
    if under_way.count() >= MOST_UNDER_WAY:
        raise Refused("too_many_drafts", _("Dere har for mange kladder. Send inn eller trekk noen først."))
    listing = Listing.objects.create(firm=firm, key=free_key(title), category=category, created_at=now)
    version = ListingVersion.objects.create(
        listing=listing, number=1, source=source, main_language=language, texts={language: {"title": title}},
        made_at=now, made_by=person, saved_at=now,
    )  # fmt: skip
    _record(version, "listing_created", actor, now, {"firm": firm.pk, "category": category, "source": source})
    return version


@transaction.atomic
def new_version(
    listing: Listing, *, actor: Actor, person: Person, now: datetime, source: str = ListingVersion.Source.FORM
) -> ListingVersion:
    """A draft that begins as the public version, or as the newest where none is public. The one under way, where there is
    one. Refused where SI has removed the listing."""
    _require(may_edit(actor, listing.firm))
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if listing.state == Listing.State.REMOVED:
        raise Refused("removed", refusal_text("removed"))
    versions = list(listing.versions.order_by("-number"))
    under_way = next((one for one in versions if one.state in (_State.DRAFT, _State.SUBMITTED)), None)
    if under_way is not None:
        return under_way
    base = next((one for one in versions if one.state == _State.PUBLISHED), versions[0])
    return ListingVersion.objects.create(
        listing=listing, number=versions[0].number + 1, source=source, made_at=now, made_by=person, saved_at=now,
        **base.content(),
    )  # fmt: skip


@transaction.atomic
def copy(version: ListingVersion, title: str, *, actor: Actor, person: Person, now: datetime) -> ListingVersion:
    """A new listing of the same firm with the same answers and prices, and files of its own with the same content."""
    from fellestorg.marketplace.listings import files

    made = create(
        version.listing.firm, version.listing.category, title, actor=actor, person=person, now=now,
        language=version.main_language,
    )  # fmt: skip
    ids = files.copy_all(version, made.listing, actor=actor, person=person, now=now)
    title_of = made.texts[made.main_language]
    made.texts = {**version.texts, made.main_language: {**version.texts.get(made.main_language, {}), **title_of}}
    made.prices = version.prices
    made.answers = {key: drafts.with_files(kept, ids) for key, kept in version.answers.items()}
    made.save(update_fields=["texts", "prices", "answers"])
    return made


@transaction.atomic
def submit(version: ListingVersion, *, actor: Actor, person: Person, now: datetime) -> ListingVersion:
    """Hand a draft to moderation. From now on its content stands. Raises BadInput with everything that is wrong, Refused
    where the firm is not verified yet."""
    version = drafts.locked(version, actor)
    if version.listing.firm.state != Firm.State.VERIFIED:
        raise Refused("firm_not_verified", refusal_text("firm_not_verified"))
    BadInput.raise_if(problems_of(version, now))
    version.state, version.sha256 = _State.SUBMITTED, digest(version.content())
    version.submitted_at, version.submitted_by = now, person
    version.save(update_fields=["state", "sha256", "submitted_at", "submitted_by"])
    _step(version, "listing_submitted", actor, now, {"changes": drafts.changes(version)})
    return version


@transaction.atomic
def withdraw(version: ListingVersion, *, actor: Actor, now: datetime) -> ListingVersion:
    """Take back a draft, or a version that waits for moderation. It is kept, and can be begun anew from."""
    version = _locked(version)
    _require(may_edit(actor, version.listing.firm))
    _require_state(version, _State.DRAFT, _State.SUBMITTED)
    version.state, version.closed_at = _State.WITHDRAWN, now
    version.save(update_fields=["state", "closed_at"])
    _step(version, "listing_withdrawn", actor, now)
    return version


@transaction.atomic
def end(version: ListingVersion, reason: str, *, actor: Actor, now: datetime) -> ListingVersion:
    """The firm no longer offers this: the public version is taken away, and its page says so."""
    version = _locked(version)
    _require(may_edit(actor, version.listing.firm))
    _require_state(version, _State.PUBLISHED)
    _close(version, _State.ENDED, Listing.State.ENDED, now)
    _step(version, "listing_ended", actor, now, reason=reason[:500])
    return version


@transaction.atomic
def publish(version: ListingVersion, ruling: Ruling, *, actor: Actor, now: datetime) -> ListingVersion:
    """Make a submitted version the public one; the one before it is replaced. The first of a listing takes two who
    decided. Raises Refused where the ruling is not of this, or the version is not waiting."""
    version = _ruled(version, ruling, "publish", actor, _State.SUBMITTED)
    published = version.listing.versions.filter(published_at__isnull=False)
    if not published.exists() and len(set(ruling.decided_by)) < 2:
        raise Refused("four_eyes", refusal_text("four_eyes"))
    if version.listing.firm.state != Firm.State.VERIFIED:
        raise Refused("firm_not_verified", refusal_text("firm_not_verified"))
    _replace(version.listing, actor, now, ruling)
    version.state, version.published_at = _State.PUBLISHED, now
    version.save(update_fields=["state", "published_at"])
    _set_listing(version.listing, Listing.State.PUBLISHED)
    _step(version, "listing_published", actor, now, ruling=ruling)
    return version


@transaction.atomic
def refuse(version: ListingVersion, ruling: Ruling, *, actor: Actor, now: datetime) -> ListingVersion:
    """Say no to a submitted version. What is public stays as it is; the firm may begin a new version from this one."""
    version = _ruled(version, ruling, "refuse", actor, _State.SUBMITTED)
    version.state, version.closed_at = _State.REFUSED, now
    version.save(update_fields=["state", "closed_at"])
    _step(version, "listing_refused", actor, now, ruling=ruling)
    return version


@transaction.atomic
def remove(version: ListingVersion, ruling: Ruling, *, actor: Actor, now: datetime) -> ListingVersion:
    """Take the public version down. No new version can be begun before :func:`reopen`."""
    version = _ruled(version, ruling, "remove", actor, _State.PUBLISHED)
    _close(version, _State.REMOVED, Listing.State.REMOVED, now)
    _step(version, "listing_removed", actor, now, ruling=ruling)
    return version


@transaction.atomic
def reopen(version: ListingVersion, ruling: Ruling, *, actor: Actor, now: datetime) -> Listing:
    """Let a firm begin a new version of a listing that was removed, such as after a complaint. Nothing becomes public."""
    version = _ruled(version, ruling, "reopen", actor, _State.REMOVED)
    _set_listing(version.listing, Listing.State.UNPUBLISHED)
    _record(version, "listing_reopened", actor, now, {"ruling": ruling.reference, "reason": ruling.reason})
    return version.listing


@transaction.atomic
def correct(
    version: ListingVersion, ruling: Ruling, changes: Mapping[str, Any], *, actor: Actor, now: datetime, person: Person
) -> ListingVersion:
    """Put right what the public version says, by SI: a new version with ``changes`` to its content, public at once. The
    firm's own draft goes on beside it."""
    version = _ruled(version, ruling, "correct", actor, _State.PUBLISHED)
    content = {**version.content(), **changes}
    if content.keys() != version.content().keys() or content == version.content():
        raise BadInput.of("changes", "nothing", _("Si hva som skal rettes."))
    made = _public_at_once(version, content, ruling, ListingVersion.Source.CORRECTION, actor, person, now)
    _step(made, "listing_corrected", actor, now, {"corrects": version.number}, ruling=ruling)
    return made


@transaction.atomic
def restore(version: ListingVersion, ruling: Ruling, *, actor: Actor, person: Person, now: datetime) -> ListingVersion:
    """Make what a version said public again, or for the first time, after a complaint: a new version with its content.
    The first of a listing takes two who decided. Raises Refused where the ruling is not of this."""
    version = _ruled(version, ruling, "restore", actor, _State.REMOVED, _State.REFUSED, _State.REPLACED)
    if not version.listing.versions.filter(published_at__isnull=False).exists() and len(set(ruling.decided_by)) < 2:
        raise Refused("four_eyes", refusal_text("four_eyes"))
    if version.listing.firm.state != Firm.State.VERIFIED:
        raise Refused("firm_not_verified", refusal_text("firm_not_verified"))
    made = _public_at_once(version, version.content(), ruling, ListingVersion.Source.COMPLAINT, actor, person, now)
    _set_listing(version.listing, Listing.State.PUBLISHED)
    _step(made, "listing_restored", actor, now, {"restores": version.number}, ruling=ruling)
    return made


def _ruled(version: ListingVersion, ruling: Ruling, kind: str, actor: Actor, *states: str) -> ListingVersion:
    """The version locked, when the ruling is of just this and of what it says."""
    if not isinstance(ruling, Ruling):
        raise TypeError("only a ruling of moderation moves a version on")
    version = _locked(version)
    _require(may_rule(actor, version.listing.firm))
    _require_state(version, *states)
    if (ruling.kind, ruling.version, ruling.sha256) != (kind, version.pk, version.sha256) or not ruling.decided_by:
        raise Refused("not_this_ruling", refusal_text("not_this_ruling"))
    return version


def _locked(version: ListingVersion) -> ListingVersion:
    """The version as it stands, with its listing's row and its own locked, in that order."""
    listing = Listing.objects.select_for_update(of=("self",)).select_related("firm").get(pk=version.listing_id)
    found = ListingVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    found.listing = listing
    return found


def _public_at_once(
    version: ListingVersion, content: Mapping[str, Any], ruling: Ruling, source: str, actor: Actor, person: Person,
    now: datetime,
) -> ListingVersion:  # fmt: skip
    """A new public version by SI, in place of the public one; the firm's own draft goes on beside it."""
    last = version.listing.versions.order_by("-number").first()
    assert last is not None
    _replace(version.listing, actor, now, ruling)
    return ListingVersion.objects.create(
        listing=version.listing, number=last.number + 1, state=_State.PUBLISHED, source=source, sha256=digest(content),
        made_at=now, made_by=person, saved_at=now, submitted_at=now, submitted_by=person, published_at=now, **content,
    )  # fmt: skip


def _replace(listing: Listing, actor: Actor, now: datetime, ruling: Ruling) -> None:
    standing = listing.versions.select_for_update().filter(state=_State.PUBLISHED).first()
    if standing is not None:
        standing.listing = listing
        standing.state, standing.closed_at = _State.REPLACED, now
        standing.save(update_fields=["state", "closed_at"])
        _step(standing, "listing_replaced", actor, now, ruling=ruling, reason="")


def _close(version: ListingVersion, state: str, listing_state: str, now: datetime) -> None:
    version.state, version.closed_at = state, now
    version.save(update_fields=["state", "closed_at"])
    _set_listing(version.listing, listing_state)


def _set_listing(listing: Listing, state: str) -> None:
    listing.state = state
    listing.save(update_fields=["state"])


def _step(
    version: ListingVersion,
    verb: str,
    actor: Actor,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    *,
    ruling: Ruling | None = None,
    reason: str | None = None,
) -> None:
    """Write the step and the event that covers it and the version as it stands now."""
    why = reason if reason is not None else ruling.reason if ruling else ""
    step = ListingStep.objects.create(
        version=version, state=version.state, at=now, by=actor.key, ruling=ruling.reference if ruling else "",
        reason=why, sha256=version.sha256 or digest(version.content()),
    )  # fmt: skip
    told = {**(payload or {}), "reason": why} if why else dict(payload or {})
    if ruling is not None:
        told |= {"ruling": ruling.reference, "decided_by": list(ruling.decided_by)}
    _record(version, verb, actor, now, told, step, version)


def _record(
    version: ListingVersion, verb: str, actor: Actor, now: datetime, payload: Mapping[str, Any], *covers: Any
) -> None:
    stream = version.listing.stream
    facts = {"version": version.number, "sha256": version.sha256, **payload}
    events.record(Happening(stream, verb, stream, actor, now, facts, covers))


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason))


def _require_state(version: ListingVersion, *states: str) -> None:
    if version.state not in states:
        raise Refused("wrong_state", refusal_text("wrong_state"), state=version.state)


def free_key(title: str) -> str:
    """An address for a listing of this name that no other has, or has had."""
    plain = title.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    base = slugify(plain)[:60].strip("-") or "tjeneste"
    taken = set(Listing.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return base if base not in taken else next(one for one in numbered if one not in taken)
