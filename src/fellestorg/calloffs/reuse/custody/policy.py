"""Who may do what with chains of custody: the agency registers what happens at its own place, the supplier the rest."""

from __future__ import annotations

from django.db.models import QuerySet

from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.custody.rules import AGENCY_STEPS, STEPS
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision


def may_take(actor: Actor, step: str, agency: str, supplier: str) -> Decision:
    """A step at the agency is registered by its own people, the others by the lot's supplier."""
    if step in AGENCY_STEPS:
        if agency in actor.organisations(*AGENCY):
            return Decision("allowed", "own_agency")
        return Decision("refused", "not_own_agency")
    if supplier in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "own_supplier")
    return Decision("refused", "not_supplier")


def steps_for(actor: Actor, supplier: str) -> tuple[str, ...]:
    """The steps somebody may register in a lot."""
    agency = bool(actor.organisations(*AGENCY))
    supplying = supplier in actor.organisations(RoleGrant.Role.SUPPLIER)
    return tuple(one for one in STEPS if (agency if one in AGENCY_STEPS else supplying))


def visible_to(actor: Actor) -> QuerySet[CustodyStep]:
    """The steps that stand (not corrected) and that somebody may see."""
    rows = CustodyStep.objects.filter(corrected_by=None).select_related("agency", "supplier", "lot__agreement")
    if actor.has(*SEES_ALL) or actor.key in (SYSTEM.key, OPERATOR.key):
        return rows
    own, supplying = actor.organisations(*AGENCY), actor.organisations(RoleGrant.Role.SUPPLIER)
    return rows.filter(agency__number__in=own) | rows.filter(supplier__number__in=supplying)
