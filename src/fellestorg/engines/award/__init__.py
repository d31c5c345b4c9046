"""The award engine: lots, package tenders and limits; the lowest total over all permitted combinations, proved.

``solve(problem)`` answers; ``read_problem`` and ``answer_json`` are the wire shapes;
``price_of_limits`` and ``winning_cuts`` say what the limits cost and what losers lacked. Amounts are ``Decimal`` kroner
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
    WinnersIn,
)
from fellestorg.engines.award.study import PriceOfLimit, WinningCut, price_of_limits, winning_cuts
from fellestorg.engines.award.wire import answer_json, read_problem

__all__ = [
    "LIMITS",
    "AwardAnswer",
    "AwardProblem",
    "Limits",
    "Lot",
    "PriceOfLimit",
    "Progress",
    "SetAside",
    "SolverReport",
    "Tender",
    "WinnersIn",
    "WinningCut",
    "answer_json",
    "price_of_limits",
    "read_problem",
    "solve",
    "winning_cuts",
]
