"""The data of competitions, by subject, one file each."""

from fellestorg.competitions.models.competition import Competition, CompetitionLot, Invitee, TeamMember
from fellestorg.competitions.models.criteria import (
    AwardCriterion,
    EvaluationPlan,
    PriceSheetLine,
    QualificationRequirement,
    Question,
)

__all__ = [
    "AwardCriterion",
    "Competition",
    "CompetitionLot",
    "EvaluationPlan",
    "Invitee",
    "PriceSheetLine",
    "QualificationRequirement",
    "Question",
    "TeamMember",
]

# The rooms inside competitions keep their own; Django finds them from here.
from fellestorg.competitions.evaluation.models import (  # noqa: E402, F401
    Clarification,
    QualificationDecision,
    QualityClosing,
    Ranking,
    Rejection,
    Score,
)
