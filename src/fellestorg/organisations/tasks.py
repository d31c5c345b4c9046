"""The jobs of accounts, and of the register that organisations stand in."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.management import call_command

from fellestorg.kernel import clock
from fellestorg.kernel.jobs import task
from fellestorg.organisations import accounts, own_accounts, tries
from fellestorg.organisations.registry import watching
from fellestorg.organisations.registry.client import RegistryDownError

log = logging.getLogger(__name__)


@task("note_failed_sign_in")
def note_failed_sign_in(person: int, at: str) -> None:
    """Tell the log of an attempt that failed."""
    accounts.note_failed_sign_in(person, datetime.fromisoformat(at))


@task("send_password_link")
def send_password_link(username: str, at: str) -> None:
    """Send a link to whoever has forgotten a password."""
    accounts.send_password_link(username, datetime.fromisoformat(at))


@task("read_registry_changes", cron="43 5 * * *")
def read_registry_changes() -> None:
    """Hear from the register what has changed for organisations the house knows. Failing is tried again next morning."""
    try:
        watching.read_changes(clock.now())
    except RegistryDownError as error:
        log.warning("the register did not answer: %s", error)


@task("send_account_link")
def send_account_link(email: str, onward: str, language: str, at: str) -> None:
    """Send a link to somebody who wants an account of her own."""
    own_accounts.send_link(email, onward, language, datetime.fromisoformat(at))


@task("clear_old_sessions", cron="17 3 * * *")
def clear_old_sessions() -> None:
    """Throw away sessions that have ended and counts that no longer matter."""
    call_command("clearsessions")
    tries.forget_old(clock.now())
    own_accounts.forget_old(clock.now())
