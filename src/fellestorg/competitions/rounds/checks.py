"""Guards of law/procedures.toml that negotiation and dialogue answer for."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.evaluation.queries import standings
from fellestorg.competitions.models import Competition
from fellestorg.competitions.rounds import queries
from fellestorg.competitions.selecting.queries import rules_of
from fellestorg.values import Decision

_YES = Decision("allowed", "holds")


def field_reduced_by_criteria(competition: Competition, now: datetime) -> Decision:
    """Nobody was left out between rounds, or the notice said that it could be, and nobody who was left out stood before
    somebody who goes on in the ranking that was made then (REDUCE)."""
    rows = queries.reductions(competition)
    if not rows:
        return _YES
    if not rules_of(competition).rounds:
        return Decision("refused", "reduction_not_announced")
    for row in rows:
        ranking = row.lot.rankings.filter(made_at__lte=row.made_at).order_by("-version").first() if row.lot else None
        if ranking is None:
            return Decision("refused", "reduced_without_ranking", params={"name": row.supplier.name})
        rank = {one["tender"]: one["rank"] for one in ranking.decision.answer["ranking"]}
        mine = rank.get(row.supplier.number)
        going_on = [one.tender.supplier_number for one in standings(row.lot) if one.remains] if row.lot else []
        if mine is None or any(rank[one] >= mine for one in going_on if one in rank):
            return Decision("refused", "reduced_without_ranking", params={"name": row.supplier.name})
    return _YES


def minutes_written(competition: Competition, now: datetime) -> Decision:
    """There has been a round, and every meeting with somebody who is still in has its minutes."""
    if not competition.rounds.exists():
        return Decision("refused", "no_round")
    missing = queries.without_minutes(competition)
    if missing:
        names = ", ".join(f"{name} ({one.number})" for one, name in missing)
        return Decision("refused", "minutes_missing", params={"names": names})
    return _YES
