"""The kernel's own jobs."""

from __future__ import annotations

from fellestorg.kernel import mail
from fellestorg.kernel.jobs import task


@task("send_mail")
def send_mail() -> None:
    """Send what is in the outbox."""
    mail.send_unsent()


@task("send_mail_left_over", cron="*/15 * * * *")
def send_mail_left_over() -> None:
    """Send what earlier jobs gave up on."""
    mail.send_unsent()
