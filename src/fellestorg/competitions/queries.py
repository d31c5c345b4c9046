"""Reads of competitions; ``visible_to`` is the only way in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.policy import PUBLIC_STAGES
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedures
from fellestorg.organisations.models import RoleGrant


def visible_to(actor: Actor) -> QuerySet[Competition]:
    """What the public sees (published, of procedures that are published), and besides: a team its own, an invited
    supplier what it is invited to, SI's administrators their organisation's, auditors all."""
    everything = Competition.objects.select_related("buyer", "lead", "under__agreement")
    if actor.has(RoleGrant.Role.AUDITOR):
        return everything
    invited_only = [key for key, one in procedures().items() if not one.entrances()]
    seen = Q(stage__in=PUBLIC_STAGES) & ~Q(procedure__in=invited_only)
    seen |= _own(actor)
    seen |= Q(buyer__number__in=actor.organisations(RoleGrant.Role.SI_ADMIN))
    invited = Competition.objects.filter(
        invitees__supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER), invitees__invited_at__isnull=False
    )
    return everything.filter(seen | Q(pk__in=invited.values("pk")))


def open_to_all(now: datetime) -> QuerySet[Competition]:
    """What any supplier may still come into: published, and the time that the table of its procedure sets for it ahead;
    a purchasing system until it ends."""
    found = Q(pk=None)
    for key, one in procedures().items():
        for stage, field in one.entrances().items():
            found |= Q(procedure=key, stage=stage, **({f"{field}__gt": now} if field else {}))
    return Competition.objects.filter(found).select_related("buyer", "result")


def _own(actor: Actor) -> Q:
    kind, _colon, key = actor.key.partition(":")
    if kind != "person":
        return Q(pk=None)
    team = TeamMember.objects.filter(person_id=key, stepped_back_at=None)
    return Q(lead_id=key) | Q(pk__in=team.values("competition"))
