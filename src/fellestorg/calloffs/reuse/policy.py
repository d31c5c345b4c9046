"""Who may do what with settlements: the supplier registers its own; agencies see theirs, SI and auditors all."""

from __future__ import annotations

from django.db.models import QuerySet

from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

AGENCY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def may_settle(actor: Actor, lot: Lot, supplier: str) -> Decision:
    """The supplier itself, and whoever manages the agreement."""
    if supplier in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "own_settlement")
    return may_manage(actor, lot.agreement)


def visible_to(actor: Actor) -> QuerySet[ReuseSettlement]:
    """The settlements that stand (not corrected) and that somebody may see."""
    rows = ReuseSettlement.objects.filter(corrected_by=None).select_related("agency", "supplier", "lot__agreement")
    if actor.has(*SEES_ALL) or actor.key in (SYSTEM.key, OPERATOR.key):
        return rows
    own = actor.organisations(*AGENCY)
    return rows.filter(agency__number__in=own) | rows.filter(
        supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER)
    )
