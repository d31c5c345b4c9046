"""Time stamps over receipts (RFC 3161): another's word for when a tender's hash was there."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from fellestorg.competitions.tenders.models import Tender, TenderStamp
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening

_AT_ONCE = 200
_SECONDS = 20
_MOST_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class StampError(Exception):
    """The authority did not answer, or its answer is of something else."""


def stamp_waiting() -> int:
    """Stamp tenders without a stamp, the oldest first, each in a transaction of its own. Returns how many. Stops at the
    first that fails: the rest are tried again in a minute."""
    waiting = Tender.objects.filter(stamp=None).select_related("competition").defer("quality", "price")
    done = 0
    for tender in waiting.order_by("received_at")[:_AT_ONCE]:
        try:
            token, at = ask(settings.STAMP_URL, bytes.fromhex(tender.sha256))
        except StampError as error:
            log.warning("the time stamping authority cannot be used: %s", error)
            break
        with transaction.atomic():
            row = TenderStamp(tender=tender, authority=settings.STAMP_URL[:300], token=token, stamped_at=at)
            row.save(force_insert=True)
            payload = {"receipt": tender.receipt, "stamped_at": at.isoformat()}
            subject = tender.competition.subject
            events.record(
                Happening(tender.competition.stream, "tender_stamped", subject, SYSTEM, clock.now(), payload, (row,))
            )
        done += 1
    return done


def ask(url: str, digest: bytes) -> tuple[bytes, datetime]:
    """A time stamp over these bytes: the authority's whole answer and the instant in it. Raises StampError where it does
    not answer, refuses, or has stamped something else."""
    from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

    request = TimestampRequestBuilder().data(digest).build()
    posted = urllib.request.Request(  # noqa: S310  the operator names the address
        url, request.as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(posted, timeout=_SECONDS) as answer:  # noqa: S310
            token = answer.read(_MOST_BYTES)
    except (urllib.error.URLError, OSError) as error:
        raise StampError(str(error)) from None
    try:
        response = decode_timestamp_response(token)
        info = response.tst_info
    except ValueError as error:
        raise StampError(str(error)) from None
    if info.message_imprint.message != request.message_imprint.message or info.nonce != request.nonce:
        raise StampError("the answer is of another request")
    return token, info.gen_time.astimezone(UTC)
