"""Keeping what was needed, and counting how much of it agreements covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from fellestorg.agreements.models import Lot
from fellestorg.agreements.words import category_name
from fellestorg.calloffs.answers import Answered
from fellestorg.calloffs.entry.finding import Finding, find
from fellestorg.calloffs.entry.models import StatedNeed
from fellestorg.calloffs.needs import Need
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation

COVERAGES = ("covered", "partly", "not_covered")


@transaction.atomic
def keep(text: str, category: str, finding: Finding, agency: Organisation, *, now: datetime) -> StatedNeed:
    """Keep a need as it was answered. The same agency's same words the same day are one need, answered last."""
    way = finding.way
    return _keep(text, category, finding.reason, way.lot if way else None, agency, now, finding.coverage)


# Why the engine refused, in the words of a finding.
_REFUSED = {
    "agreement_not_halted": "halted",
    "covered_by_an_agreement": "gap",
    "agreement_in_force": "gap",
    "buyer_listed": "not_participant",
    "within_scope": "region",
    "options_chosen": "option_not_chosen",
    "policy_allows": "no_terms",
}


def keep_answered(need: Need, answers: Sequence[Answered], *, now: datetime) -> StatedNeed | None:
    """Keep a need that was stated as words or as an amount in a category on the way to a call-off. Item numbers are no
    need of their own: somebody found them in an agreement first. Nothing is kept for a buyer that does not exist."""
    agency = Organisation.objects.filter(number=need.buyer).first()
    said = need.text or (category_name(need.category) if need.amount is not None else "")
    if agency is None or not said:
        return None
    if need.text:
        return keep(said, "", find(said, "", agency, clock.local_day(now)), agency, now=now)
    best = next(iter(answers), None)
    reason = "no_agreement"
    if best is not None:
        reason = "" if best.lawful else _REFUSED.get(best.answer["reason"]["code"], "refused")
    return _keep(said, need.category, reason, best.lot if best else None, agency, now)


def _keep(
    text: str, category: str, reason: str, lot: Lot | None, agency: Organisation, now: datetime, coverage: str = ""
) -> StatedNeed:
    row, _made = StatedNeed.objects.update_or_create(
        agency=agency,
        day=clock.local_day(now),
        text=" ".join(text.split())[:500],
        defaults={
            "category": category,
            "coverage": coverage or ("not_covered" if reason else "covered"),
            "reason": reason,
            "agreement": lot.agreement if lot else None,
            "stated_at": now,
        },
    )
    return row


@dataclass(frozen=True, slots=True)
class Counted:
    """How many needs were stated in a time, by how they were covered."""

    covered: int = 0
    partly: int = 0
    not_covered: int = 0

    @property
    def total(self) -> int:
        return self.covered + self.partly + self.not_covered

    @property
    def share(self) -> Decimal | None:
        """The share that was wholly covered; None where nothing was stated."""
        return Decimal(self.covered) / self.total if self.total else None


def stated(first: date, last: date) -> QuerySet[StatedNeed]:
    """The needs stated from a day to a day, both included, newest first."""
    return StatedNeed.objects.filter(day__gte=first, day__lte=last).select_related("agency", "agreement")


def counted(rows: QuerySet[StatedNeed]) -> Counted:
    """The needs by coverage."""
    found = rows.order_by().values_list("coverage").annotate(n=Count("id"))
    return Counted(**dict(found))


def by_month(rows: QuerySet[StatedNeed]) -> list[tuple[date, Counted]]:
    """(first day of month, needs by coverage), for the months in which some were stated, oldest first."""
    months: dict[date, dict[str, int]] = {}
    found = rows.order_by().annotate(month=TruncMonth("day")).values_list("month", "coverage")
    for month, coverage, n in found.annotate(n=Count("id")):
        months.setdefault(month, {})[coverage] = n
    return [(month, Counted(**months[month])) for month in sorted(months)]
