"""Who may do what with coverage cases. The agency documents, SI decides: never the one who gains by it."""

from __future__ import annotations

from fellestorg.agreements.policy import may_manage
from fellestorg.calloffs.coverage.models import CoverageCase
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

REGISTRARS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def may_register(actor: Actor, buyer: str) -> Decision:
    """The agency's own buyers, approvers and local agreement managers."""
    if buyer in actor.organisations(*REGISTRARS):
        return Decision("allowed", "own_agency")
    return Decision("refused", "not_own_agency")


def may_decide(actor: Actor, case: CoverageCase) -> Decision:
    """Whoever manages the agreement, but not for a case of their own."""
    if actor.key == case.registered_by_key:
        return Decision("refused", "own_case")
    managing = may_manage(actor, case.lot.agreement)
    return managing if managing.allowed else Decision("refused", "not_agreement_manager")


def may_close(actor: Actor, case: CoverageCase) -> Decision:
    """The agency itself, and whoever manages the agreement."""
    own = may_register(actor, case.buyer.number)
    return own if own.allowed else may_manage(actor, case.lot.agreement)
