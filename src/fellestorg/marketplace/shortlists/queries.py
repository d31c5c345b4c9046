"""Reads of shortlists; ``visible_to`` is the only way in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.shortlists.models import Shortlist, ShortlistEntry
from fellestorg.marketplace.shortlists.policy import READERS
from fellestorg.organisations.models import RoleGrant


def visible_to(actor: Actor) -> QuerySet[Shortlist]:
    """The agency's own people see its shortlists, and auditors all. Once one is evidence, the team of that competition
    sees it too. Suppliers never do, and to them it looks as if there was none."""
    rows = Shortlist.objects.exclude(state=Shortlist.State.DROPPED).select_related(
        "buyer", "made_by", "fixed__fixed_by"
    )
    if actor.has(RoleGrant.Role.AUDITOR):
        return rows
    return rows.filter(Q(buyer__number__in=actor.organisations(*READERS)) | Q(pk__in=_used_by(actor).values("pk")))


def _used_by(actor: Actor) -> QuerySet[Shortlist]:
    """Shortlists that are evidence in a competition whose team the actor is on, with a role in some public body."""
    kind, _colon, key = actor.key.partition(":")
    if kind != "person" or not actor.has(*READERS):
        return Shortlist.objects.none()
    team = TeamMember.objects.filter(person_id=key, stepped_back_at=None).values("competition")
    inside = Competition.objects.filter(Q(lead_id=key) | Q(pk__in=team))
    return Shortlist.objects.filter(uses__competition__in=inside)


def entries_of(shortlist: Shortlist) -> list[ShortlistEntry]:
    """The entries by title and then key, as listings are ordered everywhere: no place says anything of merit."""
    rows = list(shortlist.entries.select_related("version__listing__firm__organisation"))
    return sorted(rows, key=lambda one: (title_of(one.version).casefold(), one.version.listing.key))


def title_of(version: ListingVersion) -> str:
    """A version's title in the firm's main language."""
    return version.text("title", version.main_language)


def public_versions(listings: list[int]) -> dict[int, ListingVersion]:
    """The version of each listing that is public now, by the listing's id."""
    rows = ListingVersion.objects.filter(
        listing_id__in=listings, state=ListingVersion.State.PUBLISHED, listing__state=Listing.State.PUBLISHED,
        listing__firm__state="verified",
    ).select_related("listing__firm__organisation")  # fmt: skip
    return {one.listing_id: one for one in rows}
