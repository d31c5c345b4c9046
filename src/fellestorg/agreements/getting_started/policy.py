"""Who fills in, who answers and who sees how far an agency has come."""

from __future__ import annotations

from fellestorg.agreements.models import SupplierSetup
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

AGENCY = (RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def may_fill_in(actor: Actor, agency: str) -> Decision:
    """The agency's local agreement manager."""
    if agency in actor.organisations(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER):
        return Decision("allowed", "local_agreement_manager")
    return Decision("refused", "not_local_agreement_manager")


def may_answer(actor: Actor, part: SupplierSetup) -> Decision:
    """The supplier it was sent to, once it has been."""
    if part.supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER) or not part.revision:
        return Decision("refused", "not_sent_to_you")
    if part.state == SupplierSetup.State.DRAFT:
        return Decision("refused", "changed_meanwhile")
    return Decision("allowed", "sent_to_you")
