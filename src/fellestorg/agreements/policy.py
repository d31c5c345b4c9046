"""Who may do what with agreements. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

_SEES_LEDGER = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
AGENCY_REGISTRARS = (RoleGrant.Role.BUYER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)


def may_manage(actor: Actor, agreement: FrameworkAgreement) -> Decision:
    """The agreement's own manager and the owner's administrators, while they hold the role; and the operator."""
    if actor.key in (SYSTEM.key, OPERATOR.key):
        return Decision("allowed", "runs_the_machine")
    owner = agreement.owner.number
    if owner in actor.organisations(RoleGrant.Role.SI_ADMIN):
        return Decision("allowed", "si_admin")
    if actor.key == agreement.manager.key and owner in actor.organisations(RoleGrant.Role.AGREEMENT_MANAGER):
        return Decision("allowed", "manages_agreement")
    return Decision("refused", "not_agreement_manager", params={"agreement": agreement.key})


def may_see_ledger(actor: Actor) -> Decision:
    """SI's agreement managers and administrators, and auditors, see every line of a ledger; others its sums."""
    if actor.has(*_SEES_LEDGER) or actor.key in (SYSTEM.key, OPERATOR.key):
        return Decision("allowed", "sees_ledger")
    return Decision("refused", "sees_sums_only")


def may_decide(actor: Actor, proposal: ChangeProposal) -> Decision:
    """Somebody other than the proposer: an agreement manager or administrator of the agreement's owner.

    Never the operator: four eyes are two people with names.
    """
    if actor.key in (SYSTEM.key, OPERATOR.key):
        return Decision("refused", "operator_cannot_decide")
    owner = proposal.agreement.owner.number
    if owner not in actor.organisations(RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AGREEMENT_MANAGER):
        return Decision("refused", "not_decider", params={"agreement": proposal.agreement.key})
    if actor.key == proposal.proposed_by_key:
        return Decision("refused", "own_proposal")
    return Decision("allowed", "second_person")


def may_withdraw(actor: Actor, proposal: ChangeProposal) -> Decision:
    """The proposer, and others who manage the agreement."""
    if actor.key == proposal.proposed_by_key or may_manage(actor, proposal.agreement).allowed:
        return Decision("allowed", "may_withdraw")
    return Decision("refused", "not_proposer")


def may_register(actor: Actor, agreement: FrameworkAgreement, kind: str, buyer: str) -> Decision:
    """Facts on the ceiling: whoever manages the agreement registers all of them; an agency's buyers and local agreement
    managers register and take back what their own agency (``buyer``, its number) bought elsewhere, never balances."""
    managing = may_manage(actor, agreement)
    if managing.allowed or not actor.has(*AGENCY_REGISTRARS):
        return managing
    if kind != "elsewhere":
        return Decision("refused", "balances_by_manager")
    if buyer not in actor.organisations(*AGENCY_REGISTRARS):
        return Decision("refused", "another_agency", params={"buyer": buyer})
    return Decision("allowed", "own_agency")
