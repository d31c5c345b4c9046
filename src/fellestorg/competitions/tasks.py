"""The jobs of competitions: stamps that follow receipts, files that nobody finished, awards over lots."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from fellestorg.competitions.tenders import stamping
from fellestorg.competitions.tenders.models import TenderFile
from fellestorg.kernel import clock
from fellestorg.kernel.jobs import task

_ABANDONED = timedelta(days=2)


@task("stamp_receipts", cron="* * * * *")
def stamp_receipts() -> None:
    """Stamp what is not stamped, every minute: nothing of it is in the way when a tender is delivered."""
    if settings.STAMP_URL:
        stamping.stamp_waiting()


@task("sweep_tender_files", cron="17 3 * * *")
def sweep_tender_files() -> None:
    """Take away files that were begun and never finished."""
    TenderFile.objects.filter(complete=False, begun_at__lt=clock.now() - _ABANDONED).delete()


@task("combine_award")
def combine_award(run_id: int) -> None:
    """Compute an award over lots that somebody asked for."""
    from fellestorg.competitions.award import combining_runs

    combining_runs.run(run_id)
