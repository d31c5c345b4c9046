"""Reads of listings. ``published`` is the only way in for readers; a firm's own people and SI see drafts too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.policy import sees_buyer_only, sees_everything
from fellestorg.marketplace.firms.queries import firms_of
from fellestorg.marketplace.listings.freshness import standing
from fellestorg.marketplace.listings.models import Listing, ListingStep, ListingVersion
from fellestorg.marketplace.listings.questions import leaves


@dataclass(frozen=True, slots=True)
class Published:
    """A public listing as somebody may see it. Answers that are only for buyers, or too old to show, have ``value`` None
    and say so: ``withheld`` is ``buyers_only`` or ``hidden``. Prices for buyers alone are left out for others."""

    version: int
    number: int
    key: str
    category: str
    firm: Firm
    main_language: str
    texts: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Mapping[str, Any]]
    prices: Sequence[Mapping[str, Any]]
    hidden_prices: int
    published_at: datetime | None
    sha256: str

    def text(self, field: str, language: str = "nb") -> str:
        """Title, summary or description in a language, or in the main one where it is not written in that."""
        return next(
            (str(found) for one in (language, self.main_language) if (found := self.texts.get(one, {}).get(field))), ""
        )


def published(
    actor: Actor,
    day: date,
    *,
    category: str = "",
    firm: Firm | None = None,
    keys: Collection[str] | None = None,
    versions: Collection[int] | None = None,
) -> list[Published]:
    """The public listings of verified firms, as the actor may see them on ``day``, by title.

    ``category`` takes in its parts. The order is by title in the firm's main language and then by key: nobody can buy a
    place in it.
    """
    rows = published_rows()
    if category:
        rows = rows.filter(listing__category__in=[one.key for one in leaves(category)])
    if firm is not None:
        rows = rows.filter(listing__firm=firm)
    if keys is not None:
        rows = rows.filter(listing__key__in=keys)
    if versions is not None:
        rows = rows.filter(pk__in=versions)
    found = [as_seen(row, actor, day) for row in rows]
    return sorted(found, key=lambda one: (one.text("title", one.main_language).casefold(), one.key))


def published_rows() -> QuerySet[ListingVersion]:
    """The rows behind ``published``, with everything the firms keep to buyers: for indexes, never for showing."""
    return ListingVersion.objects.filter(
        state=ListingVersion.State.PUBLISHED, listing__state=Listing.State.PUBLISHED,
        listing__firm__state=Firm.State.VERIFIED,
    ).select_related("listing__firm__organisation")  # fmt: skip


def as_seen(version: ListingVersion, actor: Actor, day: date, *, everything: bool = False) -> Published:
    """A version as somebody sees it. ``everything``: as the firm itself and SI do."""
    buyer = everything or sees_buyer_only(actor)
    shown = {key: _answer(kept, day, buyer=buyer, everything=everything) for key, kept in version.answers.items()}
    prices = [one for one in version.prices if buyer or not one.get("buyers_only")]
    listing = version.listing
    return Published(
        version.pk, version.number, listing.key, listing.category, listing.firm, version.main_language, version.texts,
        shown, prices, len(version.prices) - len(prices), version.published_at, version.sha256,
    )  # fmt: skip


def seen_whole(actor: Actor, firm: Firm) -> bool:
    """Whether somebody sees a firm's listings as it wrote them: its own people, SI and auditors."""
    return sees_everything(actor) or firms_of(actor).filter(pk=firm.pk).exists()


def own(actor: Actor) -> QuerySet[Listing]:
    """The listings of the firms somebody acts for."""
    return Listing.objects.filter(firm__in=firms_of(actor)).select_related("firm__organisation")


def workable(actor: Actor) -> QuerySet[Listing]:
    """The listings whose drafts somebody may see: of their own firms, or all for SI and auditors."""
    if sees_everything(actor):
        return Listing.objects.select_related("firm__organisation")
    return own(actor)


def version_for(actor: Actor, key: str, number: int) -> ListingVersion | None:
    """One version of a listing that the actor works with; None where there is none that they may see."""
    rows = ListingVersion.objects.select_related("listing__firm__organisation")
    return rows.filter(listing__in=workable(actor), listing__key=key, number=number).first()


def public_steps(listing: Listing) -> QuerySet[ListingStep]:
    """The listing's public log: what was published, replaced, corrected, removed or ended, the newest first."""
    shown = ["published", "replaced", "removed", "ended"]
    return ListingStep.objects.filter(version__listing=listing, state__in=shown).select_related("version")


def _answer(kept: Mapping[str, Any], day: date, *, buyer: bool, everything: bool) -> dict[str, Any]:
    stands = standing(kept, day)
    made = {**kept, "standing": stands, "withheld": ""}
    if kept.get("buyers_only") and not buyer:
        made |= {"value": None, "evidence": {}, "withheld": "buyers_only"}
    elif stands == "hidden" and not everything:
        made |= {"value": None, "evidence": {}, "withheld": "hidden"}
    return made
