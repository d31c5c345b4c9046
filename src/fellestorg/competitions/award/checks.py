"""What must hold before letters go out and before a contract is concluded: guards of law/procedures.toml."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.award import combining
from fellestorg.competitions.award.models import Complaint
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock
from fellestorg.values import Decision, Refused

_YES = Decision("allowed", "holds")


def letters_ready(competition: Competition, now: datetime) -> Decision:
    """Every tender that takes part has the reasons a letter must give (E-11): agreed points with their reasons. Where
    the competition limits who may win how much, the award over lots is proved and stands alone."""
    for lot in competition.lots.all():
        reasons = {row.cell for row in queries.scores(lot) if row.evaluator is None}
        for one in queries.standings(lot):
            lacking = [
                key.key
                for key in queries.quality_criteria(competition)
                if one.remains and (one.tender.supplier_number, key.key) not in reasons
            ]
            if lacking:
                return Decision("refused", "letter_lacks_reasons", params={"name": one.tender.supplier.name})
    try:
        combining.chosen(competition)
    except Refused as error:
        return Decision("refused", error.code)
    return _YES


def standstill_over(competition: Competition, now: datetime) -> Decision:
    """The standstill has ended; its last day is over (D-4)."""
    until = competition.standstill_until
    if until is not None and clock.local_day(now) <= until:
        return Decision("refused", "standstill_lasts", params={"until": until.strftime("%d.%m.%Y")})
    return _YES


def no_complaint_waits(competition: Competition, now: datetime) -> Decision:
    """No complaint is unanswered, and none that was upheld still stands behind this award."""
    if competition.complaints.filter(outcome=Complaint.Outcome.WAITING).exists():
        return Decision("refused", "complaint_waits")
    upheld = competition.complaints.filter(outcome=Complaint.Outcome.UPHELD)
    if competition.decided_at is not None and upheld.filter(answered_at__gt=competition.decided_at).exists():
        return Decision("refused", "upheld_complaint")
    return _YES
