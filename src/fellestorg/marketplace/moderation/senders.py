"""Telling the public's senders apart for a day, so that nobody fills the queue, without knowing who they are."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from fellestorg.kernel import clock
from fellestorg.kernel.http import sender_address

_ONE_AT_A_TIME = 0x4E9027


def sender_of(request: HttpRequest, now: datetime) -> str:
    """A digest of where a request comes from, another each day, that leads nowhere."""
    return digest(_one_household(sender_address(request)), now)


def digest(address: str, now: datetime) -> str:
    """The digest of an address on the day of ``now``."""
    day = clock.local_day(now).isoformat()
    return salted_hmac(f"listing-report:{day}", address, secret=settings.ACCOUNT_KEY, algorithm="sha256").hexdigest()


def _one_household(address: str) -> str:
    """An IPv6 address without its last half, which whoever has one may choose as often as they like."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((read, 64), strict=False)) if isinstance(read, IPv6Address) else str(read)


def one_at_a_time() -> None:
    """Until the transaction ends nobody else counts: many at once get no more in than one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
