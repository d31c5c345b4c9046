"""Reads of firms. ``visible_to`` is the only way in: what somebody may not see looks as if it did not exist."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.policy import sees_everything


def visible_to(actor: Actor) -> QuerySet[Firm]:
    """The firms somebody may see: the verified are public, a firm's own people see it whatever its state, SI sees all."""
    firms = Firm.objects.select_related("organisation")
    if sees_everything(actor):
        return firms
    return firms.filter(Q(state=Firm.State.VERIFIED) | Q(pk__in=firms_of(actor).values("pk")))


def firms_of(actor: Actor) -> QuerySet[Firm]:
    """The firms somebody acts for today, in any role."""
    if not actor.key.startswith("person:"):
        return Firm.objects.none()
    person = int(actor.key.removeprefix("person:"))
    held = Firm.objects.filter(members__person_id=person, members__ended_at=None)
    return held.exclude(state=Firm.State.WITHDRAWN).select_related("organisation").distinct()
