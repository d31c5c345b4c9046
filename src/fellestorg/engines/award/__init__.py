"""The award engine: lots, package tenders and limits; the lowest total over all permitted combinations, proved.

``solve(problem)`` answers; ``read_problem`` and ``answer_json`` are the wire shapes. Amounts are ``Decimal`` kroner
without VAT, whole øre.
"""

from fellestorg.engines.award.answer import solve
from fellestorg.engines.award.problem import (
    LIMITS,
    AwardAnswer,
    AwardProblem,
    Limits,
    Lot,
    Progress,
    SetAside,
    SolverReport,
    Tender,
)
from fellestorg.engines.award.wire import answer_json, read_problem

__all__ = [
    "LIMITS",
    "AwardAnswer",
    "AwardProblem",
    "Limits",
    "Lot",
    "Progress",
    "SetAside",
    "SolverReport",
    "Tender",
    "answer_json",
    "read_problem",
    "solve",
]
