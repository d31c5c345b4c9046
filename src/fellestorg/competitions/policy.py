"""Who may do what in a competition. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

# Whoever holds one of these in an organisation may start a competition for it.
STARTERS = (
    RoleGrant.Role.PROJECT_LEAD,
    RoleGrant.Role.BUYER,
    RoleGrant.Role.APPROVER,
    RoleGrant.Role.AGREEMENT_MANAGER,
)
PUBLIC_STAGES = (
    "published",
    "running",
    "selecting",
    "opened",
    "dialogue",
    "negotiating",
    "evaluating",
    "awarded",
    "concluded",
    "ended",
    "cancelled",
)


def may_start(actor: Actor, organisation: str) -> Decision:
    """Project leads and buyers of the organisation."""
    if organisation in actor.organisations(*STARTERS):
        return Decision("allowed", "starts_competitions")
    return Decision("refused", "not_a_project_lead")


def may_lead(actor: Actor, competition: Competition) -> Decision:
    """The competition's own lead, and whoever is on its team as one, while they hold a role in its organisation."""
    if competition.buyer.number not in actor.organisations():
        return Decision("refused", "not_a_project_lead")
    if actor.key == competition.lead.key or _has_task(actor, competition, TeamMember.Task.LEAD):
        return Decision("allowed", "leads_competition")
    return Decision("refused", "not_a_project_lead")


def has_task(actor: Actor, competition: Competition, task: TeamMember.Task) -> Decision:
    """Whoever the team names with that task and who has not stepped back. An opener or evaluator may sit elsewhere."""
    if _has_task(actor, competition, task):
        return Decision("allowed", f"is_{task}")
    return Decision("refused", "not_on_the_team")


def may_see_inside(actor: Actor, competition: Competition) -> Decision:
    """The team, the organisation's administrators and auditors see more than the public does; never sealed content."""
    if actor.has(RoleGrant.Role.AUDITOR) or competition.buyer.number in actor.organisations(RoleGrant.Role.SI_ADMIN):
        return Decision("allowed", "sees_all")
    leads = actor.key == competition.lead.key and competition.buyer.number in actor.organisations()
    if leads or _tasks(actor, competition):
        return Decision("allowed", "on_the_team")
    return Decision("refused", "not_on_the_team")


def _has_task(actor: Actor, competition: Competition, task: str) -> bool:
    return task in _tasks(actor, competition)


def _tasks(actor: Actor, competition: Competition) -> set[str]:
    """What the team names somebody with."""
    if not actor.key.startswith("person:"):
        return set()
    mine = competition.team.filter(person=int(actor.key.removeprefix("person:")), stepped_back_at=None)
    return set(mine.order_by().values_list("task", flat=True))
