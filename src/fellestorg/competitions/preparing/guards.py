"""The guards of the notice and the invitation: each answers for one thing that must be in order, and the checklist shows
every one of them while the lead fills in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.preparing import framework, invitees
from fellestorg.competitions.preparing.plan import current_plan, is_outdated
from fellestorg.competitions.preparing.queries import clauses_of, documents_of
from fellestorg.competitions.preparing.rules import (
    criteria_problems,
    deadline_problems,
    environment_problem,
    environment_weight,
)
from fellestorg.engines.evaluation import PRICED_QUALITY
from fellestorg.kernel import clock
from fellestorg.law.procedures import DateRow, procedure
from fellestorg.values import Decision

_SHORTEST_REASON = 10


def first(problems: Iterator[Decision]) -> Decision:
    """The first thing in the way, or that all is in order."""
    return next(problems, Decision("allowed", "in_order"))


def documents_complete(competition: Competition, now: datetime) -> Decision:
    """Something is bought for a stated value, described, on a contract's terms, and can be priced lot by lot (FA-3)."""
    return first(document_problems(competition, clock.local_day(now)))


def document_problems(competition: Competition, today: date) -> Iterator[Decision]:
    """Everything the documents lack."""
    if competition.under_id is None:
        if competition.estimated_value is None:
            yield _refused("no_estimated_value")
        if competition.maximum_value is None:
            yield _refused("no_maximum_value")
        if not competition.cpv:
            yield _refused("no_cpv")
    kinds = {one.kind for one in documents_of(competition)}
    if "specification" not in kinds:
        yield _refused("no_specification")
    if "contract" not in kinds and competition.under_id is None:
        yield _refused("no_contract_draft")
    if procedure(competition.procedure).move("run") is None:
        for lot in competition.lots.filter(price_lines=None):
            yield _refused("no_price_lines", lot=lot.title)
    for clause in clauses_of(competition, today):
        if clause.choice is None:
            yield _refused("clause_unanswered", rule=clause.proposed.rule.id)


def criteria_complete(competition: Competition, now: datetime) -> Decision:
    """One price, weights that sum to 1, ranges that cannot swap, no price inside quality (E-1, E-2, E-3)."""
    return first(iter(criteria_faults(competition)))


def criteria_faults(competition: Competition) -> list[Decision]:
    """Everything wrong with the criteria."""
    money = competition.questions.filter(kind="money", criterion__kind="points").values_list(
        "criterion__title", flat=True
    )
    return criteria_problems(list(competition.criteria.all()), sorted(set(money)))


def innovation_rewarded(competition: Competition, now: datetime) -> Decision:
    """Something better than the minimum requirements is rewarded, and the documents say what the minimum is (Directive
    2014/24/EU article 31(1))."""
    if not competition.criteria.filter(innovation=True).exists():
        return _refused("no_innovation_criterion")
    return Decision("allowed", "in_order")


def criteria_within_framework(competition: Competition, now: datetime) -> Decision:
    """A competition under an agreement uses the agreement's criteria, made more precise at the most (FA-10)."""
    return first(framework.problems(competition))


def environment_answered(competition: Competition, now: datetime) -> Decision:
    """The rule on climate and environment of the day the notice goes out is met, or something stands in for it (ENV)."""
    criteria = list(competition.criteria.all())
    plan = current_plan(competition)
    priced = plan is not None and plan.model in PRICED_QUALITY
    weight = environment_weight(criteria, priced=priced, estimated_value=competition.estimated_value)
    answer = getattr(competition, "environment", None)
    how, reason = (answer.how, answer.reason) if answer else (None, "")
    problem = environment_problem(criteria, how, reason, competition.notice_date or clock.local_day(now), weight)
    return problem or Decision("allowed", "in_order")


def plan_fixed(competition: Competition, now: datetime) -> Decision:
    """How tenders are scored is fixed, for the criteria as they stand (R3, E-4)."""
    plan = current_plan(competition)
    if plan is None:
        return _refused("no_plan")
    return _refused("plan_outdated") if is_outdated(competition, plan) else Decision("allowed", "in_order")


def team_named(competition: Competition, now: datetime) -> Decision:
    """Two people to open and somebody to evaluate."""
    tasks = competition.team.filter(stepped_back_at=None).values_list("task", "person")
    openers = {person for task, person in tasks if task == TeamMember.Task.OPENER}
    if len(openers) < 2:
        return _refused("too_few_openers", count=str(len(openers)))
    if not any(task == TeamMember.Task.EVALUATOR for task, _person in tasks):
        return _refused("no_evaluator")
    return Decision("allowed", "in_order")


def deadlines_long_enough(competition: Competition, now: datetime) -> Decision:
    """The next deadline lies ahead and is no earlier than the law's earliest day, or says why."""
    row = deadline_row(competition)
    if row is None:
        return Decision("allowed", "in_order")
    until = getattr(competition, row.field)
    return first(
        iter(
            deadline_problems(
                row,
                until,
                competition.questions_until,
                competition.deadline_reason,
                now=now,
                today=clock.local_day(now),
                until_day=clock.local_day(until) if until else None,
            )
        )
    )


def deadline_row(competition: Competition) -> DateRow | None:
    """The date that counts next: requests to participate before they are in, then tenders. For tenders that are revised
    in a negotiation the law asks for a common deadline and gives no number."""
    rows = {row.field: row for row in procedure(competition.procedure).dates}
    if competition.stage == "preparing" and "requests_until" in rows:
        return rows["requests_until"]
    tenders = rows.get("tenders_until")
    return replace(tenders, rule="") if tenders is not None and competition.stage == "negotiating" else tenders


def all_able_are_invited(competition: Competition, now: datetime) -> Decision:
    """Every supplier that is able is invited, and nobody else (FA-10, DPS-7)."""
    return first(invitees.problems(competition, clock.local_day(now)))


def reason_given(competition: Competition, now: datetime) -> Decision:
    """Why is said, in the step's own reason."""
    if len(competition.given_reason) < _SHORTEST_REASON:
        return _refused("no_reason", least=str(_SHORTEST_REASON))
    return Decision("allowed", "in_order")


GUARDS = {
    "documents_complete": documents_complete,
    "criteria_complete": criteria_complete,
    "criteria_within_framework": criteria_within_framework,
    "innovation_rewarded": innovation_rewarded,
    "environment_answered": environment_answered,
    "plan_fixed": plan_fixed,
    "team_named": team_named,
    "deadlines_long_enough": deadlines_long_enough,
    "all_able_are_invited": all_able_are_invited,
    "reason_given": reason_given,
}


def _refused(code: str, **params: str) -> Decision:
    return Decision("refused", code, params=params)
