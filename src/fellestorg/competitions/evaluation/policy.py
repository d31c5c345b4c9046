"""Who may do what while tenders are evaluated. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.competitions.evaluation.models import Clarification, QualityClosing
from fellestorg.competitions.models import Competition, CompetitionLot, TeamMember
from fellestorg.competitions.policy import has_task, may_lead, may_see_inside
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

OPEN_STAGES = ("selecting", "opened", "evaluating")
SETTLED_STAGES = ("awarded", "concluded")


def may_see_tenders(actor: Actor, competition: Competition) -> Decision:
    """The team, administrators of the organisation and auditors, once the tenders are opened."""
    if competition.opened_at is None:
        return Decision("refused", "not_opened")
    return may_see_inside(actor, competition)


def may_score(actor: Actor, competition: Competition) -> Decision:
    """An evaluator who has declared themselves impartial, while the tenders are evaluated."""
    named = has_task(actor, competition, TeamMember.Task.EVALUATOR)
    if not named.allowed:
        return named
    if competition.stage != "evaluating":
        return Decision("refused", "not_evaluating")
    if not any(member.person.key == actor.key and member.declared_at for member in _evaluators(competition)):
        return Decision("refused", "not_declared_impartial")
    return Decision("allowed", "evaluates")


def may_agree(actor: Actor, competition: Competition) -> Decision:
    """Evaluators and the lead write down what was agreed on."""
    if competition.stage == "evaluating" and may_lead(actor, competition).allowed:
        return Decision("allowed", "leads_competition")
    return may_score(actor, competition)


def may_decide(actor: Actor, competition: Competition) -> Decision:
    """The lead decides on qualification and rejection, of candidates and of tenderers once the tenders are open."""
    leads = may_lead(actor, competition)
    if not leads.allowed or competition.stage in OPEN_STAGES:
        return leads
    return Decision("refused", "not_evaluating")


def prices_may_be_seen(actor: Actor, lot: CompetitionLot) -> Decision:
    """Those who see the tenders, once the lot's quality is agreed on and closed (E-6); the decision is made after that."""
    seen = may_see_tenders(actor, lot.competition)
    if not seen.allowed or lot.competition.stage in SETTLED_STAGES:
        return seen
    newest = QualityClosing.objects.filter(lot=lot).order_by("-id").first()
    if newest is None or not newest.closed:
        return Decision("refused", "quality_not_closed")
    return seen


def may_answer(actor: Actor, clarification: Clarification) -> Decision:
    """The tenderer that was asked, once."""
    if clarification.supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("refused", "not_asked")
    if clarification.answered_at is not None:
        return Decision("refused", "already_answered")
    return Decision("allowed", "is_asked")


def _evaluators(competition: Competition) -> list[TeamMember]:
    return list(competition.team.filter(task=TeamMember.Task.EVALUATOR, stepped_back_at=None).select_related("person"))
