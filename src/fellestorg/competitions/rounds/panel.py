"""The section of a competition's page on negotiation and dialogue."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.rounds import queries
from fellestorg.competitions.rounds.policy import STAGES, has_rounds
from fellestorg.competitions.tenders.policy import supplier_of
from fellestorg.kernel.actors import Actor

_BEFORE = ("opened", "evaluating")


def rounds_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """To whoever takes part, what each round is about and the minutes of its own meetings; to the team the way in."""
    if not has_rounds(competition):
        return None
    inside = may_see_inside(actor, competition).allowed
    supplier = supplier_of(actor)
    number = supplier.number if supplier else ""
    found = [one for one in competition.rounds.all() if inside or number in one.participants]
    if not found and not (inside and competition.stage in (*STAGES, *_BEFORE)):
        return None
    return Panel(
        "competitions/rounds/panel.html",
        {
            "number": competition.number,
            "rounds": [(one, queries.minutes_of(one).get(number)) for one in found],
            "inside": inside,
        },
    )
