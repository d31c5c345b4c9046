"""Who may ask, and until when."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

OPEN_STAGES = ("published", "invited", "selecting", "running", "dialogue", "negotiating")


def may_ask(actor: Actor, competition: Competition, now: datetime) -> Decision:
    """Suppliers, while the competition is out and the deadline for questions has not passed."""
    if not actor.has(RoleGrant.Role.SUPPLIER):
        return Decision("refused", "only_suppliers_ask")
    if competition.stage not in OPEN_STAGES:
        return Decision("refused", "not_open_for_questions")
    until = competition.questions_until or competition.tenders_until
    if until is not None and until <= now:
        return Decision("refused", "questions_are_closed")
    return Decision("allowed", "may_ask")


def supplier_of(actor: Actor) -> str:
    """The number of the supplier the actor speaks for."""
    return min(actor.organisations(RoleGrant.Role.SUPPLIER), default="")
