"""What moderation shows on a listing's pages: what is disputed and where to report, and on the firm's own its cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.policy import keeps
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.listings.panels import Panel
from fellestorg.marketplace.moderation import reports
from fellestorg.marketplace.moderation.complaints import complain_by
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.marketplace.moderation.words import COMPLAINT_DECIDED, COMPLAINT_STATES, DECIDED, KINDS, STATES


def public(listing: Listing, actor: Actor) -> Panel:
    """What is disputed, with the firm's answer, and where to report a fault."""
    found = [(reports.about_words(one.about), one) for one in reports.disputed(listing.key)]
    return Panel(
        "marketplace/moderation/_public.html", {"key": listing.key, "disputed": found, "rules": keeps(actor).allowed}
    )


def own(version: ListingVersion, actor: Actor) -> Panel | None:
    """The cases that the firm has been told of: what has been decided, or waits for it."""
    found = []
    for case in _told_of().filter(version__listing=version.listing).order_by("-id"):
        complaint = getattr(case, "complaint", None)
        found.append(
            {
                "case": case,
                "kind": KINDS[case.kind],
                "state": STATES[case.state],
                "outcome": DECIDED.get(case.outcome, "") if case.state == "closed" else "",
                "complain_by": complain_by(case) if complaint is None else None,
                "complaint": COMPLAINT_STATES[complaint.state][0] if complaint else "",
                "complaint_outcome": COMPLAINT_DECIDED.get(complaint.outcome, "")
                if complaint and complaint.state == "closed"
                else "",
            }
        )
    return Panel("marketplace/moderation/_own.html", {"rows": found}) if found else None


def of_firm(firm: Firm) -> list[dict[str, Any]]:
    """The firm's cases for the export of its data: what was decided and why, what it said, its complaints."""
    names = (
        "kind", "state", "opened_at", "outcome", "reason", "text", "answer_by", "answer", "answered_at", "closed_at",
        "complaint__text", "complaint__made_at", "complaint__state", "complaint__outcome", "complaint__grounds",
    )  # fmt: skip
    rows = _told_of().filter(version__listing__firm=firm).order_by("id")
    return list(rows.values("id", "version__listing__key", "version__number", *names))


def _told_of() -> QuerySet[ModerationCase]:
    """The cases that their firms know of: decided, or waiting for them."""
    rows = ModerationCase.objects.filter(Q(state="closed") | Q(state="hearing")).exclude(kind="report", answer_by=None)
    return rows.select_related("complaint")
