"""What must hold before the evaluation begins and before a decision goes out: guards of law/procedures.toml."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.models import Clarification, QualificationDecision
from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.tenders.queries import opened
from fellestorg.values import Decision, Refused

_YES = Decision("allowed", "holds")


def evaluators_impartial(competition: Competition, now: datetime) -> Decision:
    """Somebody evaluates, and everybody who does has declared themselves impartial."""
    team = list(competition.team.filter(task=TeamMember.Task.EVALUATOR, stepped_back_at=None).select_related("person"))
    if not team:
        return Decision("refused", "no_evaluator")
    silent = [one.person.name for one in team if one.declared_at is None]
    if silent:
        return Decision("refused", "evaluators_not_declared", params={"names": ", ".join(silent)})
    return _YES


def qualification_decided(competition: Competition, now: datetime) -> Decision:
    """Every requirement is decided for every tenderer that has not been rejected, and who fails one is rejected."""
    out = {supplier for lot, supplier in queries.rejections(competition) if not lot}
    held = queries.qualification(competition)
    waiting: list[str] = []
    for tender in opened(competition):
        if tender.supplier_number in out:
            continue
        for requirement in competition.requirements.all():
            row = held.get((tender.supplier_number, requirement.key))
            if row is None or row.outcome == QualificationDecision.Outcome.AWAITED:
                waiting.append(tender.supplier.name)
            elif row.outcome == QualificationDecision.Outcome.NOT_MET:
                return Decision("refused", "unqualified_not_rejected", params={"name": tender.supplier.name})
    if waiting:
        return Decision("refused", "qualification_waits", params={"names": ", ".join(sorted(set(waiting)))})
    return _YES


def ranking_is_final(competition: Competition, now: datetime) -> Decision:
    """Every lot with tenders is ranked from what holds now, names a winner, and no question to a tenderer waits."""
    if competition.clarifications.filter(assessed_at=None).exists():
        return Decision("refused", "clarification_waits")
    ranked = 0
    for lot in competition.lots.all():
        if not any(one.remains for one in queries.standings(lot)):
            continue
        newest = queries.newest_ranking(lot)
        if newest is None:
            return Decision("refused", "lot_not_ranked", params={"lot": lot.title})
        try:
            asked = queries.request_of(lot)
        except Refused:
            asked = {}
        if asked != newest.decision.facts:
            return Decision("refused", "ranking_is_stale", params={"lot": lot.title})
        if newest.decision.answer["winner"] is None:
            return Decision("refused", "tie_not_settled", params={"lot": lot.title})
        ranked += 1
    return _YES if ranked else Decision("refused", "no_tender_remains")


def waiting_clarifications(competition: Competition) -> list[Clarification]:
    """Questions to tenderers that nobody has assessed yet."""
    return list(competition.clarifications.filter(assessed_at=None).select_related("supplier"))
