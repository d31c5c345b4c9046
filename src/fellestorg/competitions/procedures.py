"""Moving a competition by the table of its procedure (law/procedures.toml). Nothing else changes its stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from fellestorg.competitions import guards
from fellestorg.competitions.models import Competition
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.law.procedures import DateRow, Move, procedure
from fellestorg.values import Decision, Refused


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that starts in the competition's stage, and what stands in its way now (nothing: it may be made)."""

    move: Move
    refusals: tuple[Decision, ...]

    @property
    def possible(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True)
class ComingDate:
    """A date of the competition that lies ahead, or has passed without the step that waits for it."""

    row: DateRow
    at: datetime | date
    passed: bool
    lets: Move | None


def open_moves(competition: Competition, now: datetime) -> tuple[OpenMove, ...]:
    """Every move from where the competition stands, each with every reason against it."""
    return tuple(
        OpenMove(move, _refusals(competition, move, now))
        for move in procedure(competition.procedure).moves_from(competition.stage)
    )


def next_date(competition: Competition, now: datetime) -> ComingDate | None:
    """The next event: the earliest date ahead, or the one that has passed and whose move waits to be made. None where
    everything is over, whatever dates are ahead."""
    found = procedure(competition.procedure)
    moves = found.moves_from(competition.stage)
    if not moves:
        return None
    waiting = {move.after: move for move in moves if move.after}
    dates = [
        ComingDate(row, at, is_over(at, now), waiting.get(row.field))
        for row in found.dates
        if (at := getattr(competition, row.field)) is not None and (not is_over(at, now) or row.field in waiting)
    ]
    return min(
        dates,
        key=lambda one: (not one.passed, clock.local_day(one.at) if isinstance(one.at, datetime) else one.at),
        default=None,
    )


def move(
    competition: Competition,
    key: str,
    *,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    covers: Sequence[models.Model] = (),
    reason: str = "",
    **fields: Any,
) -> Competition:
    """Take a step of the procedure, in the caller's transaction and with its event. ``fields`` are set with the stage;
    ``reason`` is why, where the table asks for it, and stands in the event.

    The competition's row is locked and read anew first, so that of two who press at once one is refused. Raises
    Refused with every reason where the step does not start here, a date has not passed, or a guard says no.
    """
    locked = Competition.objects.select_for_update().get(pk=competition.pk)
    step = procedure(locked.procedure).move(key)
    if step is None or locked.stage not in step.sources:
        raise Refused("not_from_here", reason_text(Decision("refused", "not_from_here")), move=key, stage=locked.stage)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.given_reason = reason.strip() or locked.cancelled_reason.strip()
    refusals = _refusals(locked, step, now)
    if refusals:
        raise Refused(refusals[0].reason, " ".join(reason_text(one) for one in refusals), move=key)
    came_from, locked.stage = locked.stage, step.target
    locked.save(update_fields=["stage", *fields])
    events.record(
        Happening(
            locked.stream,
            f"competition_{key}",
            locked.subject,
            actor,
            now,
            {
                "from": came_from,
                "to": step.target,
                "law": step.law,
                **({"reason": locked.given_reason} if locked.given_reason else {}),
                **(payload or {}),
            },
            covers,
        )
    )
    for name in ("stage", *fields):
        setattr(competition, name, getattr(locked, name))
    return locked


def is_over(at: datetime | date, now: datetime) -> bool:
    """Whether a date has passed: an instant when it is behind us, a day when it is wholly behind us (Europe/Oslo)."""
    return at <= now if isinstance(at, datetime) else at < clock.local_day(now)


def _refusals(competition: Competition, step: Move, now: datetime) -> tuple[Decision, ...]:
    found = []
    if step.after:
        at = getattr(competition, step.after)
        if at is None or not is_over(at, now):
            found.append(
                Decision("refused", "too_early", params={"date": step.after, "at": at.isoformat() if at else ""})
            )
    found += [one for name in step.guards if not (one := guards.ask(name, competition, now)).allowed]
    return tuple(found)
