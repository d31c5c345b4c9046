"""Who may hold rounds, and who may read the minutes. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.competitions.rounds.models import RoundMinutes
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

STAGES = ("negotiating", "dialogue")


def has_rounds(competition: Competition) -> bool:
    """Whether its procedure knows negotiation or dialogue."""
    return any(move.target in STAGES for move in procedure(competition.procedure).moves)


def may_hold_rounds(actor: Actor, competition: Competition) -> Decision:
    """The lead, in the dialogue or the negotiation."""
    leads = may_lead(actor, competition)
    if not leads.allowed or competition.stage in STAGES:
        return leads
    return Decision("refused", "not_in_rounds")


def may_read_minutes(actor: Actor, minutes: RoundMinutes) -> Decision:
    """The supplier they are about, and those inside; never another supplier."""
    if minutes.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "is_ones_own")
    return may_see_inside(actor, minutes.round.competition)
