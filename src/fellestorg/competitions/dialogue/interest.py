"""Who is told when something changes: those who follow, who are invited, and who have begun a tender."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.models import TenderDraft
from fellestorg.kernel import clock
from fellestorg.kernel.messages import Recipient, tell
from fellestorg.organisations.models import Person, RoleGrant


def interested(competition: Competition, now: datetime) -> list[Recipient]:
    """Everybody who follows, and the people of every supplier that is invited or has a draft. Each once."""
    today = clock.local_day(now)
    suppliers = {*competition.invitees.exclude(invited_at=None).values_list("supplier", flat=True)}
    suppliers |= {*TenderDraft.objects.filter(competition=competition).values_list("supplier", flat=True)}
    holds = Q(grants__valid_to=None) | Q(grants__valid_to__gte=today)
    people = Person.objects.filter(
        holds, active=True, grants__role=RoleGrant.Role.SUPPLIER, grants__organisation__in=suppliers
    ) | Person.objects.filter(active=True, pk__in=competition.followers.values("person"))
    return [Recipient(one.key, one.email, one.language) for one in people.distinct().order_by("pk")]


def tell_interested(
    competition: Competition, code: str, params: Mapping[str, Any], link: str, now: datetime
) -> list[Recipient]:
    """Tell all of them at once, in the same transaction."""
    told = interested(competition, now)
    facts = {"title": competition.title, "number": competition.number, **params}
    tell(told, code, facts, link=link, at=now)
    return told
