"""The award problem and its answer: lots, tenders on packages of lots, limits. Amounts are ``Decimal`` kroner."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fellestorg.values import RuleRef

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot. ``reserve`` is what it costs to leave it uncovered; ``None``: it must be covered."""

    id: str
    reserve: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tender:
    """A price for all of ``lots`` together, taken whole or not at all.

    A bidder's tenders combine unless they overlap or share a name in ``exclusive``.
    """

    id: str
    bidder: str
    lots: tuple[str, ...]
    price: Decimal
    exclusive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WinnersIn:
    """At least ``min_winners`` different bidders win something on ``lots``: a region, a trade, a group of lots."""

    lots: tuple[str, ...]
    min_winners: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What an award must keep besides giving each lot to at most one tender.

    ``max_value_share`` is the largest share, for any bidder, of the sum of the awarded prices (reserves and
    ``cost_per_winner`` not counted); ``min_value_share`` is the smallest for a bidder that wins anything: that much or
    nothing. ``cost_per_winner`` is added to the total for every bidder that wins anything.
    """

    max_lots_per_bidder: int | None = None
    min_winners: int = 0
    max_value_share: Decimal | None = None
    cost_per_winner: Decimal = ZERO
    min_value_share: Decimal | None = None
    winners_in: tuple[WinnersIn, ...] = ()


#: The limits' names, in the order they are shown.
LIMITS = (
    "max_lots_per_bidder",
    "min_winners",
    "max_value_share",
    "min_value_share",
    "winners_in",
    "cost_per_winner",
)


@dataclass(frozen=True, slots=True)
class AwardProblem:
    """Everything that decides the award: the lowest total over all combinations that keep the limits."""

    lots: tuple[Lot, ...]
    tenders: tuple[Tender, ...]
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A tender that cannot be part of the lowest total, found before any search.

    ``reason``: ``too_many_lots`` (alone above the limit), ``dearer`` (the same bidder's ``by`` covers the same lots for
    less) or ``above_reserves`` (leaving its lots uncovered costs less).
    """

    tender: str
    reason: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SolverReport:
    """What one solver said about one independent part: its verified total, its bound and whether it claims proof.

    ``part`` counts from 0. ``total`` is computed anew from its solution, ``None`` without one that keeps every rule.
    ``seconds`` is wall time.
    """

    solver: str
    version: str
    part: int
    total: Decimal | None
    bound: Decimal | None
    claims_proof: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running solve has come: the best total that keeps every rule, and what nothing can be below."""

    seconds: float
    total: Decimal | None
    bound: Decimal | None
    solver: str


@dataclass(frozen=True, slots=True)
class AwardAnswer:
    """The award with the lowest total, or why there is none.

    ``awarded`` are the winning tenders in the order of the problem; ``None`` when no award keeps the rules or none was
    found, and then ``reason`` is ``no_tender`` (``lots`` have neither tender nor reserve), ``limits`` (no combination
    keeps the limits; ``loosen`` names those whose removal alone makes one possible) or ``not_found`` (none found in
    the time given, which proves nothing).

    Nothing can cost less than ``bound``; ``gap`` is ``(total - bound) / total``. ``proved`` only when no other
    combination can be cheaper by even the smallest step prices allow, every solver's bound and solution agree
    (``agreed``), and each rule was checked anew in exact arithmetic. ``ties`` are other awards with the same total, as
    tender ids; ``ties_complete`` says whether all of them are named. With ties the documents' own rule must choose:
    ``awarded`` is only the first by the order of the tenders.

    ``lot_by_lot`` gives each lot, by itself, to the cheapest tender for that lot alone (or leaves it uncovered where
    the reserve is lower), without regard to limits across lots; its total counts ``cost_per_winner`` and is ``None``
    when some lot then has nothing.
    """

    problem: AwardProblem
    awarded: tuple[Tender, ...] | None
    uncovered: tuple[str, ...]
    total: Decimal | None
    proved: bool
    bound: Decimal | None
    gap: Decimal | None
    agreed: bool
    ties: tuple[tuple[str, ...], ...]
    ties_complete: bool
    lot_by_lot: tuple[Tender, ...]
    lot_by_lot_total: Decimal | None
    reason: str | None
    lots: tuple[str, ...]
    loosen: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    solvers: tuple[SolverReport, ...]
    seconds: float
    rules: tuple[RuleRef, ...]
