"""Who may do what with a firm in the marketplace. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.marketplace.firms.models import Firm, FirmMember, JoinRequest
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

KEEPERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
"""Those who look after the marketplace for SI."""


def acts_for(actor: Actor, firm: Firm, *roles: str) -> Decision:
    """Whether somebody acts for a firm today in one of the roles (any role when none is named).

    A firm that is refused or taken down may still be mended by its own people; one that has withdrawn has none.
    """
    if firm.state == Firm.State.WITHDRAWN:
        return Decision("refused", "firm_withdrawn")
    if not actor.key.startswith("person:"):
        return Decision("refused", "not_a_member")
    held = FirmMember.objects.filter(firm=firm, person_id=int(actor.key.removeprefix("person:")), ended_at=None)
    role = held.values_list("role", flat=True).first()
    if role is None:
        return Decision("refused", "not_a_member")
    if roles and role not in roles:
        return Decision("refused", "not_this_role")
    return Decision("allowed", role)


def keeps(actor: Actor) -> Decision:
    """SI's agreement managers and administrators verify firms and decide what is public; and the operator."""
    if actor.has(*KEEPERS) or actor.key in (SYSTEM.key, OPERATOR.key):
        return Decision("allowed", "si")
    return Decision("refused", "not_si")


def sees_everything(actor: Actor) -> bool:
    """Whether somebody sees firms that are not public: SI and auditors."""
    return keeps(actor).allowed or actor.has(RoleGrant.Role.AUDITOR)


def sees_buyer_only(actor: Actor) -> bool:
    """Whether somebody sees what suppliers mark "Buyer only": people with a role in a Norwegian public body."""
    return any(grant.role != RoleGrant.Role.SUPPLIER for grant in actor.grants)


def may_manage_members(actor: Actor, firm: Firm) -> Decision:
    """A firm's administrators invite, change and remove its people. SI decides only who is let in."""
    return acts_for(actor, firm, FirmMember.Role.ADMINISTRATOR)


def may_decide_join(actor: Actor, asked: JoinRequest) -> Decision:
    """Who answers a request to join: SI; a verified firm's administrators; where the organisation has no firm, those who
    hold the supplier's role in it. Whoever registered a firm that nobody has verified decides nothing."""
    if keeps(actor).allowed:
        return keeps(actor)
    firm = Firm.objects.filter(organisation=asked.organisation).first()
    if firm is not None:
        if firm.state != Firm.State.VERIFIED:
            return Decision("refused", "not_verified")
        return may_manage_members(actor, firm)
    if asked.organisation.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "supplier")
    return Decision("refused", "not_supplier")
