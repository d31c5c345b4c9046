"""Who may tender, and who may open. Each answer is a decision that can say why."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.policy import has_task
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.values import Decision


def supplier_of(actor: Actor) -> Organisation | None:
    """The supplier somebody acts for; the first by name where they act for several."""
    numbers = actor.organisations(RoleGrant.Role.SUPPLIER)
    return Organisation.objects.filter(number__in=numbers).first() if numbers else None


def may_tender(supplier: Organisation, competition: Competition, now: datetime) -> Decision:
    """Any supplier where tenders are open to all, the invited elsewhere, until the deadline. The deadline itself is
    decided by the database when a tender is written; this tells earlier."""
    if competition.stage not in ("published", "invited") or competition.tenders_until is None:
        return Decision("refused", "not_open_for_tenders")
    if competition.tenders_until <= now:
        return Decision("refused", "deadline_passed")
    if competition.stage == "published":
        if procedure(competition.procedure).move("close_requests") is not None:
            return Decision("refused", "not_open_for_tenders")
        return Decision("allowed", "open_to_all")
    if competition.invitees.filter(supplier=supplier, invited_at__isnull=False).exists():
        return Decision("allowed", "invited")
    return Decision("refused", "not_invited")


def may_open(actor: Actor, competition: Competition, now: datetime) -> Decision:
    """A named opener, once the deadline has passed and the tenders are not opened already."""
    named = has_task(actor, competition, TeamMember.Task.OPENER)
    if not named.allowed:
        return named
    if competition.stage not in ("published", "invited"):
        return Decision("refused", "not_open_for_tenders")
    if competition.tenders_until is None or competition.tenders_until > now:
        return Decision("refused", "before_the_deadline")
    return Decision("allowed", "opens")
