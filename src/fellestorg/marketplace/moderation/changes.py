"""The marketplace's public change log: what was published, changed, corrected, restored, removed and ended, when, and by
which reason. It names services and firms, never people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.listings.models import ListingStep, ListingVersion
from fellestorg.marketplace.moderation.acting import reason_of
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.marketplace.moderation.reasons import Reason

_Source = ListingVersion.Source
KINDS: dict[str, tuple[str | Promise, str]] = {
    "published": (_("Ny tjeneste"), "success"),
    "changed": (_("Ny versjon"), "info"),
    "corrected": (_("Rettet av SI"), "warning"),
    "restored": (_("Publisert etter klage"), "info"),
    "removed": (_("Fjernet av SI"), "danger"),
    "ended": (_("Tilbys ikke lenger"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log. ``reason`` is the reason of the case behind it, ``text`` what the public reads of why."""

    id: int
    at: datetime
    kind: str
    title: str
    key: str
    firm: str
    version: int
    case: str
    reason: Reason | None
    text: str

    @property
    def link(self) -> str:
        return reverse("listing", args=[self.key])


def rows(kind: str = "", key: str = "") -> QuerySet[ListingStep]:
    """The steps of the log, the newest first, of one kind or of one listing where it is named."""
    public = ListingVersion.objects.filter(listing=OuterRef("version__listing"), published_at__isnull=False)
    first = public.order_by().values("listing").annotate(least=Min("number")).values("least")
    found = (
        ListingStep.objects.filter(state__in=["published", "removed", "ended"])
        .filter(version__listing__firm__state=Firm.State.VERIFIED)
        .annotate(first=Subquery(first))
        .select_related("version__listing__firm__organisation")
        .order_by("-at", "-id")
    )
    if key:
        found = found.filter(version__listing__key=key)
    return found.filter(_of_kind(kind)) if kind in KINDS else found


def changes(steps: Sequence[ListingStep]) -> list[Change]:
    """These steps as lines of the log."""
    references = {int(step.ruling[2:]) for step in steps if step.ruling.startswith("M-") and step.ruling[2:].isdigit()}
    cases = {one.reference: one for one in ModerationCase.objects.filter(pk__in=references)}
    made = []
    for step in steps:
        case, version = cases.get(step.ruling), step.version
        made.append(
            Change(
                step.pk, step.at, _kind(step), version.text("title"), version.listing.key,
                version.listing.firm.organisation.name, version.number, case.reference if case else "",
                reason_of(case) if case and case.outcome not in ("publish", "keep") else None, step.reason,
            )
        )  # fmt: skip
    return made


def _kind(step: ListingStep) -> str:
    if step.state != "published":
        return str(step.state)
    by_source = {_Source.CORRECTION.value: "corrected", _Source.COMPLAINT.value: "restored"}
    if found := by_source.get(step.version.source):
        return found
    return "published" if step.version.number == getattr(step, "first", None) else "changed"


def _of_kind(kind: str) -> Q:
    if kind in ("removed", "ended"):
        return Q(state=kind)
    published = Q(state="published")
    if kind in ("corrected", "restored"):
        return published & Q(version__source=_Source.CORRECTION if kind == "corrected" else _Source.COMPLAINT)
    by_firm = ~Q(version__source__in=[_Source.CORRECTION, _Source.COMPLAINT])
    first = Q(version__number=F("first"))
    return published & by_firm & (first if kind == "published" else ~first)
