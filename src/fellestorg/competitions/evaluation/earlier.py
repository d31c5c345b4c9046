"""Tenders of competitions already decided, without names: what a rehearsal may be tried on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.policy import prices_may_be_seen
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.policy import may_see_inside
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class EarlierTender:
    """A tender that was evaluated: price in kroner without VAT, and agreed points as shares of the scale, in order."""

    price: Decimal
    shares: tuple[Decimal, ...]


def decided_lots(actor: Actor, *, but: Competition) -> list[CompetitionLot]:
    """The ranked lots of decided competitions that the actor sees from inside, the newest first."""
    rows = CompetitionLot.objects.filter(competition__stage__in=("awarded", "concluded"), rankings__isnull=False)
    found = rows.exclude(competition=but).select_related("competition__buyer").distinct()
    return [
        lot
        for lot in found.order_by("-competition__decided_at", "competition__number", "number")
        if may_see_inside(actor, lot.competition).allowed and prices_may_be_seen(actor, lot).allowed
    ]


def tenders_of(lot: CompetitionLot) -> list[EarlierTender]:
    """The lot's tenders by price. A rejected one is with them: it might have come again."""
    scale = queries.plan_of(lot.competition).scale
    keys = [one.key for one in queries.quality_criteria(lot.competition)]
    held = {row.cell: row.points for row in queries.scores(lot) if row.evaluator is None}
    made = []
    for supplier, price in queries.prices(lot).items():
        points = [held.get((supplier, key)) for key in keys]
        if None not in points:
            made.append(EarlierTender(price, tuple((one or Decimal(0)) / scale for one in points)))
    return sorted(made, key=lambda one: (one.price, one.shares))
