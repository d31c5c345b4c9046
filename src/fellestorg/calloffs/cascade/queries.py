"""Reads about offers in turn. :func:`visible_to` is the only way in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant

_AGENCY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
_SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def visible_to(actor: Actor) -> QuerySet[RankedOffer]:
    """The offers an actor may see: all for SI and auditors, those of the agency's own call-offs, and a supplier's own
    from the moment it was asked."""
    everything = RankedOffer.objects.select_related("supplier", "call_off__lot__agreement", "call_off__buyer")
    if actor.has(*_SEES_ALL):
        return everything
    own = Q(call_off__buyer__number__in=actor.organisations(*_AGENCY))
    asked = Q(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER), opened_at__isnull=False)
    return everything.filter(own | asked)


def listed(actor: Actor, state: str = "") -> QuerySet[RankedOffer]:
    """The visible offers that somebody has been asked about, the newest first."""
    found = visible_to(actor).filter(opened_at__isnull=False)
    if state:
        found = found.filter(state=state)
    return found.order_by("-opened_at", "-pk")


def waiting_for(actor: Actor) -> QuerySet[RankedOffer]:
    """The offers that wait for this supplier's answer, the shortest deadline first."""
    return (
        visible_to(actor)
        .filter(state=RankedOffer.State.OPEN, supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))
        .order_by("answer_by", "pk")
    )


def own_offer(actor: Actor, number: str) -> RankedOffer | None:
    """The supplier's own offer under a call-off, if it was ever asked."""
    suppliers = actor.organisations(RoleGrant.Role.SUPPLIER)
    return visible_to(actor).filter(call_off__number=number, supplier__number__in=suppliers).first()
