"""The award over lots computed by the worker: asked for once, followed on the page, kept when it is done."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction

from fellestorg.competitions.acting import locked, require
from fellestorg.competitions.award import combining
from fellestorg.competitions.award.models import CombinationRun
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.evaluation.checks import ranking_is_final
from fellestorg.competitions.models import Competition
from fellestorg.engines.award import Progress
from fellestorg.kernel import clock, jobs
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import Refused

_OFTEN = 1.0
#: A computation takes a minute at most; one that is still under way after this was lost.
_LOST = timedelta(minutes=10)


def ask(competition: Competition, *, actor: Actor, person: Person) -> CombinationRun | None:
    """Ask for the award over lots; ``None`` where what is kept still holds and is proved.

    Asked again while one is under way, the same is answered. Raises Refused where it cannot be computed.
    """
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        require(ranking_is_final(row, at))
        running = under_way(row)
        if running is not None and running.asked_at > at - _LOST:
            return running
        if running is not None:
            _end(running, state=CombinationRun.State.REFUSED, refusal={"code": "combination_lost", "params": {}})
        facts, kept = combining.problem_of(row), combining.newest(row)
        if kept is not None and combining.is_of(kept, facts) and kept.answer["proved"]:
            return None
        run = CombinationRun.objects.create(competition=row, asked_by=person, asked_at=at)
        jobs.defer("combine_award", run_id=run.pk)
    return run


def under_way(competition: Competition) -> CombinationRun | None:
    """The computation that waits or runs, if any."""
    return competition.combination_runs.filter(state__in=CombinationRun.UNDER_WAY).first()


def newest(competition: Competition) -> CombinationRun | None:
    """The computation asked for last."""
    return competition.combination_runs.select_related("asked_by").first()


def run(run_id: int) -> None:
    """Compute what was asked for. Bears being run twice: what is done is left alone, what was cut short begins anew."""
    found = CombinationRun.objects.select_related("competition", "asked_by").get(pk=run_id)
    if found.state not in CombinationRun.UNDER_WAY:
        return
    actor = actor_for(found.asked_by, clock.now().date())
    try:
        made = combining.combine(found.competition, actor=actor, tell=_Follower(found).tell)
    except Refused as error:
        _end(found, state=CombinationRun.State.REFUSED, refusal={"code": error.code, "params": error.params})
    else:
        _end(found, state=CombinationRun.State.DONE, decision=made)


def _end(run: CombinationRun, **values: object) -> None:
    CombinationRun.objects.filter(pk=run.pk, state__in=CombinationRun.UNDER_WAY).update(**values)


class _Follower:
    """Writes down how far a computation has come, at most once a second."""

    def __init__(self, run: CombinationRun) -> None:
        self.run, self.started, self.written, self.step = run, time.monotonic(), 0.0, ""

    def tell(self, step: str, progress: Progress | None) -> None:
        now = time.monotonic()
        if step == self.step and now - self.written < _OFTEN:
            return
        self.step, self.written = step, now
        seen = {} if progress is None else {"total": progress.total, "bound": progress.bound}
        CombinationRun.objects.filter(pk=self.run.pk, state__in=CombinationRun.UNDER_WAY).update(
            state=CombinationRun.State.RUNNING, step=step, seconds=int(now - self.started), **seen
        )
