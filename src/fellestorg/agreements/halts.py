"""Agreements that are cancelled or delayed: which, on what day, and registering it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from fellestorg.agreements.models import AgreementHalt, FrameworkAgreement

_ONE_DAY = timedelta(days=1)


def halts_on(day: date) -> QuerySet[AgreementHalt]:
    """The halts that hold on a day."""
    return AgreementHalt.objects.filter(Q(ended_on=None) | Q(ended_on__gte=day), since__lte=day)


def halted_on(day: date) -> QuerySet[AgreementHalt, int]:
    """The keys in the database of the agreements that nobody can call off under on a day, as a subquery."""
    return halts_on(day).values_list("agreement_id", flat=True)


def halt_on(agreement: FrameworkAgreement, day: date) -> AgreementHalt | None:
    """What halts an agreement on a day, if anything does."""
    return in_force(agreement.halts.all(), day)


def in_force(halts: Iterable[AgreementHalt], day: date) -> AgreementHalt | None:
    """The one of an agreement's halts that holds on a day; they never overlap."""
    return next((one for one in halts if one.in_force(day)), None)


def last_day(ends: date, halts: Iterable[AgreementHalt], day: date) -> date:
    """The last day that an agreement covers anything: the day before what halts it on ``day``, else ``ends``."""
    halt = in_force(halts, day)
    return ends if halt is None else min(ends, halt.since - _ONE_DAY)
