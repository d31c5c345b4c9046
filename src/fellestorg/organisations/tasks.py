"""The jobs of accounts."""

from __future__ import annotations

from datetime import datetime

from django.core.management import call_command

from fellestorg.kernel import clock
from fellestorg.kernel.jobs import task
from fellestorg.organisations import accounts, tries


@task("note_failed_sign_in")
def note_failed_sign_in(person: int, at: str) -> None:
    """Tell the log of an attempt that failed."""
    accounts.note_failed_sign_in(person, datetime.fromisoformat(at))


@task("send_password_link")
def send_password_link(username: str, at: str) -> None:
    """Send a link to whoever has forgotten a password."""
    accounts.send_password_link(username, datetime.fromisoformat(at))


@task("clear_old_sessions", cron="17 3 * * *")
def clear_old_sessions() -> None:
    """Throw away sessions that have ended and counts that no longer matter."""
    call_command("clearsessions")
    tries.forget_old(clock.now())
