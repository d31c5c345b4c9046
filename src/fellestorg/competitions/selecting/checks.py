"""Guards of law/procedures.toml that the first stage answers for."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.selecting import queries
from fellestorg.competitions.selecting.policy import two_stages
from fellestorg.values import Decision

_YES = Decision("allowed", "holds")


def selection_announced(competition: Competition, now: datetime) -> Decision:
    """Where the number of candidates will be limited, the notice says how many at the least and by which objective
    criteria (SELECT-MIN)."""
    if not two_stages(competition):
        return _YES
    return next(queries.announced_problems(competition), _YES)


def candidates_decided(competition: Competition, now: datetime) -> Decision:
    """Somebody was selected, from candidates, decisions and points as they stand now."""
    newest = queries.newest_selection(competition)
    if newest is None:
        return Decision("refused", "nobody_selected")
    return _YES if queries.is_current(newest) else Decision("refused", "selection_is_stale")
