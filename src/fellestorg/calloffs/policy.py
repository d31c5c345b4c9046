"""Who may do what with call-offs. Each answer is a decision that can say why."""

from __future__ import annotations

from datetime import date

from fellestorg.calloffs.models import CallOff
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.rules import needs_second_person
from fellestorg.values import Decision

_BUYING = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
_AGENCY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
_SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def may_commit(actor: Actor, buyer: str) -> Decision:
    """A buyer or approver of the agency itself may call off for it."""
    if buyer in actor.organisations(*_BUYING):
        return Decision("allowed", "buyer_of_agency")
    return Decision("refused", "not_buyer_of_agency", params={"buyer": buyer})


def may_see(actor: Actor, call_off: CallOff) -> Decision:
    """The agency's people, the supplier that got an order, SI and auditors see a call-off."""
    if actor.has(*_SEES_ALL) or call_off.buyer.number in actor.organisations(*_AGENCY):
        return Decision("allowed", "sees_call_off")
    suppliers = actor.organisations(RoleGrant.Role.SUPPLIER)
    if suppliers and call_off.orders.filter(supplier__number__in=suppliers).exists():
        return Decision("allowed", "has_order")
    return Decision("refused", "not_party")


def may_approve(actor: Actor, call_off: CallOff, today: date) -> Decision:
    """Another person at the agency, with authority for the amount (rule BDM), while the reserve holds."""
    buyer = call_off.buyer.number
    if call_off.state != CallOff.State.AWAITING_APPROVAL:
        return Decision("refused", "not_awaiting_approval")
    if call_off.reserve_until is not None and today > call_off.reserve_until:
        return Decision("refused", "reserve_lapsed", params={"day": call_off.reserve_until.isoformat()})
    if buyer not in actor.organisations(RoleGrant.Role.APPROVER):
        return Decision("refused", "not_approver_of_agency")
    if call_off.requested_by is not None and actor.key == call_off.requested_by.key:
        return Decision("refused", "own_request")
    if needs_second_person(call_off.contract_value, actor.limit_in(buyer)):
        return Decision("refused", "above_authority")
    return Decision("allowed", "approver_with_authority")


def may_cancel(actor: Actor, call_off: CallOff) -> Decision:
    """The agency's own buyers and approvers may cancel what is not already closed."""
    open_states = (
        CallOff.State.COMMITTED,
        CallOff.State.AWAITING_APPROVAL,
        CallOff.State.MINI_COMPETITION,
        CallOff.State.DPS_INVITATION,
        CallOff.State.OFFERED,
    )
    if call_off.state not in open_states:
        return Decision("refused", "already_closed")
    return may_commit(actor, call_off.buyer.number)
