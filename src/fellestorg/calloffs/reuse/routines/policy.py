"""Who may do what with routines: set up by one in the agency, adopted by another, confirmed by those who keep it."""

from __future__ import annotations

from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

Role = RoleGrant.Role
#: The roles in the agency that may own a routine.
OWNERS = AGENCY


def may_see(actor: Actor, agency: str) -> bool:
    """The agency's own people, SI and auditors."""
    return agency in actor.organisations(*AGENCY) or sees_all(actor)


def sees_all(actor: Actor) -> bool:
    """Those who see every agency's routine."""
    return actor.has(*SEES_ALL) or actor.key in (SYSTEM.key, OPERATOR.key)


def may_set_up(actor: Actor, agency: str) -> Decision:
    """The agency's local agreement manager."""
    if agency in actor.organisations(Role.LOCAL_AGREEMENT_MANAGER):
        return Decision("allowed", "local_manager")
    return Decision("refused", "not_local_manager")


def may_adopt(actor: Actor, routine: ReuseRoutine) -> Decision:
    """An approver in the agency who is not the one that set it up."""
    if routine.agency.number not in actor.organisations(Role.APPROVER):
        return Decision("refused", "not_approver")
    if actor.key == routine.proposed_by_key:
        return Decision("refused", "own_routine")
    return Decision("allowed", "second_person")


def may_confirm(actor: Actor, routine: ReuseRoutine) -> Decision:
    """The agency's local agreement manager, an approver, and the owner of the routine."""
    agency = routine.agency.number
    owner = routine.owner is not None and actor.key == routine.owner.key
    if agency in actor.organisations(Role.LOCAL_AGREEMENT_MANAGER, Role.APPROVER, routine.owner_role or Role.APPROVER):
        return Decision("allowed", "keeps_routine")
    if owner and agency in actor.organisations(*AGENCY):
        return Decision("allowed", "owns_routine")
    return Decision("refused", "not_of_agency")
