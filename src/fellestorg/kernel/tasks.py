"""The kernel's own jobs."""

from __future__ import annotations

from fellestorg.kernel import mail
from fellestorg.kernel.jobs import take_over, task


@task("send_mail")
def send_mail() -> None:
    """Send what is in the outbox: all of it, so that after a busy second one job has done what many asked for."""
    take_over("send_mail")
    mail.send_unsent()


@task("send_mail_left_over", cron="*/15 * * * *")
def send_mail_left_over() -> None:
    """Send what earlier jobs gave up on."""
    mail.send_unsent()
