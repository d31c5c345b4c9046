"""The data of competitions, by subject, one file each."""

from fellestorg.competitions.models.competition import Competition, CompetitionLot, Invitee, TeamMember
from fellestorg.competitions.models.criteria import (
    AwardCriterion,
    EvaluationPlan,
    PriceSheetLine,
    QualificationRequirement,
    Question,
)
from fellestorg.competitions.models.dialogue import DeadlineChange, Follower, PublishedAnswer, SupplierQuestion
from fellestorg.competitions.models.documents import ClauseChoice, CompetitionDocument, EnvironmentAnswer

__all__ = [
    "AwardCriterion",
    "ClauseChoice",
    "Competition",
    "CompetitionDocument",
    "CompetitionLot",
    "DeadlineChange",
    "EnvironmentAnswer",
    "EvaluationPlan",
    "Follower",
    "Invitee",
    "PriceSheetLine",
    "PublishedAnswer",
    "QualificationRequirement",
    "Question",
    "SupplierQuestion",
    "TeamMember",
]

# The rooms inside competitions keep their own; Django finds them from here.
from fellestorg.competitions.award.models import (  # noqa: F401
    AccessRequest,
    AwardDecision,
    AwardLetter,
    CombinationRun,
    Complaint,
    ConcludedContract,
    DebriefSlot,
)
from fellestorg.competitions.evaluation.models import (  # noqa: F401
    Clarification,
    QualificationDecision,
    QualityClosing,
    Ranking,
    Rejection,
    Score,
)
from fellestorg.competitions.rounds.models import Round, RoundMinutes  # noqa: F401
from fellestorg.competitions.selecting.models import (  # noqa: F401
    CandidateLetter,
    CandidatePoints,
    ParticipationRequest,
    RequestFile,
    Selection,
    SelectionCriterion,
    SelectionRules,
)
from fellestorg.competitions.tenders.models import (  # noqa: F401
    CompetitionKey,
    KeyEnvelope,
    OpenedPrice,
    OpenedQuality,
    Opening,
    OpeningHalf,
    OpeningKey,
    Tender,
    TenderDraft,
    TenderFile,
    TenderFileChunk,
    TenderStamp,
    TenderWithdrawal,
    VaultEntry,
)
