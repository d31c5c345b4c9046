"""Reads about price lists that were sent in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, F, Q, QuerySet

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.catalogues.models import PriceListSubmission, SubmittedLine
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant

#: Bounds of the bars that show how prices move, as shares.
STEPS = tuple(Decimal(step) / 100 for step in (-10, -5, -2, 0, 2, 5, 10))
SORTS = {"row": "row", "number": "number", "price": "unit_price", "before": "old_price", "change": "change"}


def visible_to(actor: Actor, agreement: FrameworkAgreement) -> QuerySet[PriceListSubmission]:
    """The price lists of an agreement that somebody sees: a supplier its own; its manager and auditors all."""
    rows = PriceListSubmission.objects.filter(agreement=agreement).select_related("supplier", "lot", "agreement__owner")
    rows = rows.select_related("agreement__manager", "sent_by", "decided_by")
    if may_manage(actor, agreement).allowed or actor.has(RoleGrant.Role.AUDITOR):
        return rows
    return rows.filter(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))


def waiting_for(actor: Actor) -> list[PriceListSubmission]:
    """The price lists that wait for this reader's decision, oldest first."""
    owners = actor.organisations(RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
    if not owners:
        return []
    rows = PriceListSubmission.objects.filter(
        state=PriceListSubmission.State.PROPOSED, agreement__owner__number__in=owners
    ).select_related("supplier", "lot", "agreement__owner", "agreement__manager")
    return [one for one in rows.order_by("id") if may_manage(actor, one.agreement).allowed]


def of_lot(rows: QuerySet[PriceListSubmission], lot: Lot) -> QuerySet[PriceListSubmission]:
    """Those about a lot, newest first."""
    return rows.filter(Q(lot=lot) | Q(lot=None)).order_by("-id")


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines to show: a kind or ``over`` (more than the regulation allows), and words in number or name."""

    kind: str = ""
    text: str = ""


def lines_of(submission: PriceListSubmission, wanted: LineFilter, sort: str) -> QuerySet[SubmittedLine]:
    """The lines of a price list. ``sort`` is one of ``SORTS``, with ``-`` before it for descending."""
    rows = SubmittedLine.objects.filter(submission=submission)
    if wanted.kind == "over":
        rows = rows.filter(over_regulation=True)
    elif wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.text:
        named = Q(number__icontains=wanted.text) | Q(product_name__icontains=wanted.text)
        rows = rows.filter(named | Q(supplier_number__icontains=wanted.text))
    key = F(SORTS[sort.removeprefix("-")])
    order = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return rows.order_by(order, "id")


def spread_of(submission: PriceListSubmission) -> list[int]:
    """How many changed prices move by how much: below the first of ``STEPS``, between each two, and above the last."""
    changed = SubmittedLine.objects.filter(submission=submission, kind="changed")
    bounds = [None, *STEPS, None]
    counts = {}
    for at, (low, high) in enumerate(pairwise(bounds)):
        within = Q(change__isnull=False)
        if low is not None:
            within &= Q(change__gte=low)
        if high is not None:
            within &= Q(change__lt=high)
        counts[f"step_{at}"] = Count("id", filter=within)
    found = changed.aggregate(**counts)
    return [found[name] for name in counts]
