"""What a concluded contract becomes. The room that knows a procedure's outcome registers it; the rest become nothing
but the contract itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person

# Competition, lot, supplier, rank, value, actor, person, at -> the subject that it became.
Outcome = Callable[[Competition, CompetitionLot, Organisation, int, Decimal, Actor, Person, datetime], str]

_outcomes: dict[str, Outcome] = {}


def register_outcome(procedure: str, outcome: Outcome) -> None:
    """Say what contracts of a procedure become. Called in the transaction that concludes; an error undoes all of it."""
    _outcomes[procedure] = outcome


def become(
    competition: Competition,
    lot: CompetitionLot,
    supplier: Organisation,
    rank: int,
    value: Decimal,
    *,
    actor: Actor,
    person: Person,
    at: datetime,
) -> str:
    """The subject that a lot's contract became, or an empty text."""
    outcome = _outcomes.get(competition.procedure)
    return outcome(competition, lot, supplier, rank, value, actor, person, at) if outcome else ""
