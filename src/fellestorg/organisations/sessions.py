"""How long a session of an account holds: it ends when nobody has used it for an hour, after twelve hours whatever is
done, and when its account says so (a new password, "sign out elsewhere"). The limits are settings.

A demo's sessions have none of this: nobody proves anything there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from fellestorg.organisations.models import Account

SESSION_KEY = "person"
ACCOUNT_KEY = "account"
# How often it is written down that a session is in use: a twelfth of how long it may lie idle.
_NOTES = 12


def begun(epoch: int, now: datetime) -> dict[str, int]:
    """What a session that begins now holds."""
    instant = int(now.timestamp())
    return {"epoch": epoch, "since": instant, "seen": instant}


def holds(kept: Mapping[str, int] | None, account: Account | None, now: datetime) -> bool:
    """Whether a session still counts: nothing is kept in a demo, and nobody there has an account."""
    if kept is None or account is None:
        return kept is None and account is None
    instant = int(now.timestamp())
    return (
        kept.get("epoch") == account.epoch
        and instant - kept.get("since", 0) < settings.SESSION_HOURS * 3600
        and instant - kept.get("seen", 0) < settings.SESSION_IDLE_MINUTES * 60
    )


def is_stale(kept: Mapping[str, int], now: datetime) -> bool:
    """Whether it is time to write down that the session is in use; not at every click."""
    return int(now.timestamp()) - kept.get("seen", 0) >= settings.SESSION_IDLE_MINUTES * 60 // _NOTES
