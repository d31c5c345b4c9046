"""The agreements' own jobs."""

from __future__ import annotations

from fellestorg.kernel.jobs import task


@task("tell_of_gaps", cron="20 * * * *")
def tell_of_gaps() -> None:
    """Tell of agreements that end soon with nothing to follow, each once."""
    from fellestorg.agreements import gap_alerts
    from fellestorg.kernel import clock

    gap_alerts.tell_of_gaps(now=clock.now())


@task("remind_of_admissions", cron="50 6 * * *")
def remind_of_admissions() -> None:
    """Remind of applications that must be decided and declarations that must be renewed, each once."""
    from fellestorg.agreements.admissions.reminding import remind
    from fellestorg.kernel import clock

    remind(now=clock.now())
