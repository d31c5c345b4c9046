"""Who may make, see and use shortlists. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.competitions.policy import STARTERS
from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.shortlists.models import Shortlist
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

MAKERS = (*STARTERS, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
READERS = tuple(role for role in RoleGrant.Role if role not in (RoleGrant.Role.SUPPLIER, RoleGrant.Role.AUDITOR))
"""Those who work for a public body, each in their own."""


def may_make(actor: Actor, organisation: str) -> Decision:
    """An agency's buyers, approvers, project leads and agreement managers."""
    if organisation in actor.organisations(*MAKERS):
        return Decision("allowed", "makes_shortlists")
    return Decision("refused", "not_a_buyer_here")


def may_change(actor: Actor, shortlist: Shortlist) -> Decision:
    """Those who may make one for the agency, while it is a draft."""
    if not (answer := may_make(actor, shortlist.buyer.number)).allowed:
        return answer
    if shortlist.state != Shortlist.State.DRAFT:
        return Decision("refused", "not_a_draft")
    return answer


def may_use(actor: Actor, shortlist: Shortlist) -> Decision:
    """Those who may make one for the agency, once it is fixed."""
    if not (answer := may_make(actor, shortlist.buyer.number)).allowed:
        return answer
    if shortlist.state != Shortlist.State.FIXED:
        return Decision("refused", "not_fixed")
    return answer
