"""The catalogues' own jobs."""

from __future__ import annotations

from fellestorg.kernel.jobs import task


@task("remind_of_regulation", cron="20 6 * * *")
def remind_of_regulation() -> None:
    """Remind agreement managers, once for each day, that prices may soon be regulated."""
    from fellestorg.catalogues.regulation.actions import remind
    from fellestorg.kernel import clock

    remind(clock.now())
