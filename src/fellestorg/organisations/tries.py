"""How often somebody may try to sign in. The database counts, so that many at once get no more tries than one.

A try is taken before the password is looked at, by the user name, whether anybody has it or not: the answer tells
nothing about who has an account.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from fellestorg.organisations.models import SignInTries

MOST = 5
LOCKED = timedelta(minutes=15)

# One try more than the most marks those refused while locked; they do not make the lock last longer.
_TAKE = """
INSERT INTO organisations_signintries AS t (digest, tries, since, locked_until) VALUES (%(digest)s, 1, %(now)s, NULL)
ON CONFLICT (digest) DO UPDATE SET
  tries = CASE WHEN t.since < %(old)s OR t.locked_until <= %(now)s THEN 1 ELSE least(t.tries + 1, %(most)s + 1) END,
  since = CASE WHEN t.since < %(old)s OR t.locked_until <= %(now)s THEN %(now)s ELSE t.since END,
  locked_until = CASE
    WHEN t.locked_until > %(now)s THEN t.locked_until
    WHEN t.since < %(old)s OR t.locked_until <= %(now)s THEN NULL
    WHEN t.tries + 1 >= %(most)s THEN %(now)s + %(locked)s
  END
RETURNING tries
"""


def take(username: str, now: datetime, *, most: int = MOST) -> bool:
    """Use one try of five (or of ``most``); false while the name is locked, for 15 minutes after the last in a row."""
    given: dict[str, Any] = {
        "digest": _digest(username),
        "now": now,
        "old": now - LOCKED,
        "most": most,
        "locked": LOCKED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, given)
        return bool(cursor.fetchone()[0] <= most)


def is_locked(username: str, now: datetime) -> bool:
    """Whether a name is locked just now; counts nothing."""
    return SignInTries.objects.filter(digest=_digest(username), locked_until__gt=now).exists()


def forget(username: str) -> None:
    """Count from nothing again: whoever it is has signed in."""
    SignInTries.objects.filter(digest=_digest(username)).delete()


def forget_old(now: datetime) -> None:
    """Clear what no longer matters."""
    SignInTries.objects.filter(since__lt=now - 2 * LOCKED).delete()


def _digest(username: str) -> str:
    # Not the name itself: people type their password in the wrong field.
    return salted_hmac("sign-in", username.lower(), secret=settings.ACCOUNT_KEY, algorithm="sha256").hexdigest()
