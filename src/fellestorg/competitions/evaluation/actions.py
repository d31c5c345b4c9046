"""The verbs of evaluation. Each is one transaction under the competition's row, with its event and the new row in it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions import procedures
from fellestorg.competitions.acting import SHORTEST_REASON, locked, reasoned, record, refuse, require
from fellestorg.competitions.evaluation import policy, queries
from fellestorg.competitions.evaluation.grounds import rejection_grounds
from fellestorg.competitions.evaluation.models import (
    Clarification,
    QualificationDecision,
    QualityClosing,
    Ranking,
    Rejection,
    Score,
)
from fellestorg.competitions.evaluation.rules import missing
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    QualificationRequirement,
)
from fellestorg.engines.evaluation import ENGINE, evaluate_json
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, decimal_text


@dataclass(frozen=True, slots=True)
class Decided:
    """Whether a tenderer meets a requirement, and why where it does not."""

    requirement: QualificationRequirement
    supplier: Organisation
    outcome: str
    reason: str = ""


def declare(competition: Competition, text: str, *, conflict: bool, actor: Actor, person: Person) -> None:
    """A team member declares themselves impartial, or steps back because they are not. Raises Refused for others."""
    with transaction.atomic():
        competition, at = locked(competition)
        mine = list(competition.team.select_for_update().filter(person=person, stepped_back_at=None))
        if not mine:
            refuse("not_on_the_team")
        for member in mine:
            member.declaration = text.strip()
            member.declared_at = None if conflict else at
            member.stepped_back_at = at if conflict else None
            member.save(update_fields=["declaration", "declared_at", "stepped_back_at"])
        verb = "team_member_stepped_back" if conflict else "impartiality_declared"
        record(competition, verb, actor, at, {"declaration": text.strip()})


def start(competition: Competition, *, actor: Actor) -> Competition:
    """Begin the evaluation: qualification is decided and the evaluators are impartial."""
    with transaction.atomic():
        require(policy.may_decide(actor, competition))
        return procedures.move(competition, "evaluate", actor=actor, now=clock.now())


def decide_requirement(
    requirement: QualificationRequirement,
    supplier: Organisation,
    outcome: str,
    reason: str,
    *,
    actor: Actor,
    person: Person,
) -> QualificationDecision:
    """Say whether a tenderer meets a requirement. A new decision replaces the one before and says why."""
    given = [Decided(requirement, supplier, outcome, reason)]
    return decide_requirements(requirement.competition, given, actor=actor, person=person)[0]


def decide_requirements(
    competition: Competition, given: Sequence[Decided], *, actor: Actor, person: Person
) -> list[QualificationDecision]:
    """The same of several requirements of one competition at once: all are decided, or none."""
    for one in given:
        if one.outcome not in QualificationDecision.Outcome.values:
            expected = f"expected one of {', '.join(QualificationDecision.Outcome.values)}"
            raise BadInput.of("outcome", "unknown", expected)
        if one.outcome != QualificationDecision.Outcome.MET:
            reasoned(one.reason)
    with transaction.atomic():
        competition, at = locked(competition)
        require(policy.may_decide(actor, competition))
        rows = QualificationDecision.objects.bulk_create(
            QualificationDecision(
                requirement=one.requirement,
                supplier=one.supplier,
                outcome=one.outcome,
                reason=one.reason.strip(),
                made_at=at,
                made_by=person,
            )
            for one in given
        )
        told = [
            {"requirement": one.requirement.key, "supplier": one.supplier.number, "outcome": one.outcome}
            for one in given
        ]
        stream, subject = competition.stream, competition.subject
        events.record(
            *(
                Happening(stream, "requirement_decided", subject, actor, at, said, (row,))
                for said, row in zip(told, rows, strict=True)
            )
        )
    return rows


def give_score(
    lot: CompetitionLot,
    criterion: AwardCriterion,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    *,
    actor: Actor,
    person: Person,
) -> Score:
    """An evaluator's own points, given without seeing prices. A change is a new row with its reason (E-7)."""
    return _score(lot, criterion, supplier, points, reason, evaluator=person, actor=actor, person=person)


def agree_score(
    lot: CompetitionLot,
    criterion: AwardCriterion,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    *,
    actor: Actor,
    person: Person,
) -> Score:
    """What the evaluators agreed on, with the reasons that the letters will carry. Every evaluator has scored first."""
    return _score(lot, criterion, supplier, points, reason, evaluator=None, actor=actor, person=person)


def close_quality(lot: CompetitionLot, *, actor: Actor, person: Person) -> QualityClosing:
    """Close a lot's quality, so that prices enter. Refused while anybody's score or a consensus is missing."""
    with transaction.atomic():
        competition, at = locked(lot.competition)
        require(policy.may_agree(actor, competition))
        if queries.is_closed(lot):
            refuse("quality_closed")
        remaining = [one.tender.supplier_number for one in queries.standings(lot) if one.remains]
        criteria = [one.key for one in queries.quality_criteria(competition)]
        people = [one.key for one in queries.evaluators(competition)]
        if gaps := missing(queries.scores(lot), people, remaining, criteria):
            refuse("scores_missing", missing=str(len(gaps)))
        row = QualityClosing.objects.create(lot=lot, closed=True, made_at=at, made_by=person)
        record(competition, "quality_closed", actor, at, {"lot": lot.key}, row)
    return row


def reopen_quality(lot: CompetitionLot, reason: str, *, actor: Actor, person: Person) -> QualityClosing:
    """Open a lot's quality again, with a reason. The log and the protocol tell that prices had been seen."""
    reasoned(reason)
    with transaction.atomic():
        competition, at = locked(lot.competition)
        require(policy.may_decide(actor, competition))
        if not queries.is_closed(lot):
            refuse("quality_not_closed")
        row = QualityClosing.objects.create(lot=lot, closed=False, reason=reason.strip(), made_at=at, made_by=person)
        record(competition, "quality_reopened", actor, at, {"lot": lot.key, "reason": reason.strip()}, row)
    return row


def reject(
    competition: Competition,
    supplier: Organisation,
    ground: str,
    reason: str,
    *,
    lot: CompetitionLot | None = None,
    actor: Actor,
    person: Person,
) -> Rejection:
    """Take a tender out, in a lot or in all. A low price is rejected only after the tenderer could explain it (W9)."""
    _known_ground(ground)
    reasoned(reason)
    with transaction.atomic():
        competition, at = locked(competition)
        require(policy.may_decide(actor, competition))
        if ground == "REJECT-LOW" and not _explained(competition, supplier):
            refuse("explanation_not_asked")
        return _rejection(competition, supplier, lot, ground, reason, True, actor, person, at)


def take_in(rejection: Rejection, reason: str, *, actor: Actor, person: Person) -> Rejection:
    """Take a rejected tender in again, with a reason."""
    reasoned(reason)
    with transaction.atomic():
        competition, at = locked(rejection.competition)
        require(policy.may_decide(actor, competition))
        key = (rejection.lot.key if rejection.lot else "", rejection.supplier.number)
        if key not in queries.rejections(competition):
            refuse("not_rejected")
        return _rejection(
            competition, rejection.supplier, rejection.lot, rejection.ground, reason, False, actor, person, at
        )


def rank(lot: CompetitionLot, *, actor: Actor, person: Person) -> Ranking:
    """Rank a lot's remaining tenders by the plan that was fixed before opening, exactly, and keep request and answer.

    Raises Refused before the quality is closed, and where nothing has changed since the ranking before.
    """
    with transaction.atomic():
        competition, at = locked(lot.competition)
        require(policy.may_decide(actor, competition))
        if not queries.is_closed(lot):
            refuse("quality_not_closed")
        request = queries.request_of(lot)
        if not request["tenders"]:
            refuse("no_tender_remains")
        before = queries.newest_ranking(lot)
        if before is not None and before.decision.facts == request:
            refuse("ranking_is_current")
        made = evaluate_json(request)
        version = before.version + 1 if before else 1
        decision = DecisionRecord.objects.create(
            # Whoever ranks the same lot for the same time makes the same record.
            id=uuid.uuid5(competition.pk, f"ranking:{lot.key}:{version}"),
            kind="evaluation",
            engine=ENGINE,
            made_at=at,
            actor=actor.key,
            outcome="ranked" if made["winner"] else "tie",
            reason=request["model"],
            facts=request,
            answer=made,
        )
        row = Ranking.objects.create(
            lot=lot,
            version=version,
            decision=decision,
            without=[
                {"supplier": one.tender.supplier_number, "ground": one.rejection.ground}
                for one in queries.standings(lot)
                if one.rejection is not None
            ],
            made_at=at,
            made_by=person,
        )
        told = {"lot": lot.key, "version": row.version, "winner": made["winner"], "tie": made["tie"]}
        record(competition, "tenders_ranked", actor, at, told, decision, row)
    return row


def _score(
    lot: CompetitionLot,
    criterion: AwardCriterion,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    *,
    evaluator: Person | None,
    actor: Actor,
    person: Person,
) -> Score:
    with transaction.atomic():
        competition, at = locked(lot.competition)
        require((policy.may_agree if evaluator is None else policy.may_score)(actor, competition))
        if queries.is_closed(lot):
            refuse("quality_closed")
        _fits(competition, criterion, points, reason)
        if supplier.number not in [one.tender.supplier_number for one in queries.standings(lot) if one.remains]:
            refuse("no_such_tender")
        cell = (supplier.number, criterion.key)
        given = [one for one in queries.scores(lot) if one.cell == cell]
        if evaluator is None:
            lacking = {one.key for one in queries.evaluators(competition)} - {one.evaluator for one in given}
            if lacking:
                refuse("own_scores_first", missing=str(len(lacking)))
        row = Score.objects.create(
            lot=lot,
            criterion=criterion,
            supplier=supplier,
            evaluator=evaluator,
            points=points,
            reason=reason.strip(),
            made_at=at,
            made_by=person,
        )
        told = {
            "lot": lot.key,
            "criterion": criterion.key,
            "supplier": supplier.number,
            "points": decimal_text(points),
            "changed": any(one.evaluator == (evaluator.key if evaluator else None) for one in given),
        }
        record(competition, "score_agreed" if evaluator is None else "score_given", actor, at, told, row)
    return row


def _fits(competition: Competition, criterion: AwardCriterion, points: Decimal, reason: str) -> None:
    scale = queries.plan_of(competition).scale
    problems = []
    if criterion.competition_id != competition.pk or criterion.kind != AwardCriterion.Kind.POINTS:
        problems.append(Problem("criterion", "unknown", _("Velg et av kriteriene som gis poeng.")))
    if not 0 <= points <= scale:
        problems.append(
            Problem("points", "out_of_range", _("Gi fra 0 til %(most)s poeng.") % {"most": f"{scale.normalize():f}"})
        )
    if len(reason.strip()) < SHORTEST_REASON:
        problems.append(
            Problem(
                "reason", "too_short", _("Skriv en begrunnelse på minst %(least)s tegn.") % {"least": SHORTEST_REASON}
            )
        )
    BadInput.raise_if(problems)


def _rejection(
    competition: Competition,
    supplier: Organisation,
    lot: CompetitionLot | None,
    ground: str,
    reason: str,
    rejected: bool,
    actor: Actor,
    person: Person,
    at: datetime,
) -> Rejection:
    row = Rejection.objects.create(
        competition=competition,
        lot=lot,
        supplier=supplier,
        rejected=rejected,
        ground=ground,
        reason=reason.strip(),
        made_at=at,
        made_by=person,
    )
    told = {"supplier": supplier.number, "lot": lot.key if lot else "", "ground": ground, "reason": row.reason}
    record(competition, "tender_rejected" if rejected else "tender_taken_in", actor, at, told, row)
    return row


def _explained(competition: Competition, supplier: Organisation) -> bool:
    asked = competition.clarifications.filter(supplier=supplier, kind=Clarification.Kind.LOW_PRICE)
    return asked.exclude(assessment="").exists()


def _known_ground(ground: str) -> None:
    if ground not in rejection_grounds():
        raise BadInput.of("ground", "unknown", f"expected one of {', '.join(rejection_grounds())}")
