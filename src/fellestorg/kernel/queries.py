"""Reads of the event log and of people's messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from fellestorg.kernel.actors import Actor
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.messages import text_of
from fellestorg.kernel.models import Event, Message

LOG_READERS = ("auditor", "si_admin", "agreement_manager")


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as it was recorded. ``covers`` is (table, primary key, digest) of the rows written with it."""

    id: int
    stream: str
    seq: int
    at: datetime
    actor: str
    actor_name: str
    verb: str
    subject: str
    payload: dict[str, Any]
    covers: tuple[tuple[str, str, str], ...]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; empty fields ask nothing. ``subject`` is a beginning, ``actor`` a key or part of a name."""

    subject: str = ""
    actor: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """A stretch of the log, newest first. ``next_before`` is the key to go on from, ``None`` at the end."""

    events: tuple[LoggedEvent, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message in the reader's language."""

    id: int
    subject: str
    body: str
    link: str
    created_at: datetime
    read: bool


def events(wanted: EventFilter, actor: Actor, *, before: int | None = None, limit: int = 50) -> EventPage:
    """The events that match, newest first, older than the event ``before``; none for those who may not read the log."""
    rows = list(_matching(wanted, actor, before)[: limit + 1])
    more = rows[limit - 1].pk if len(rows) > limit else None
    return EventPage(tuple(_logged(row) for row in rows[:limit]), more)


def event(key: int, actor: Actor) -> LoggedEvent | None:
    """One event, or None where there is none that the actor may read."""
    row = Event.objects.filter(pk=key).first() if may_read_log(actor) else None
    return _logged(row) if row else None


def may_read_log(actor: Actor) -> bool:
    """Auditors, and SI's own people, read the whole log."""
    return actor.has(*LOG_READERS) or actor.key in ("system", "operator")


def known_verbs() -> list[str]:
    """The verbs that occur, for choosing among."""
    return list(Event.objects.order_by("verb").values_list("verb", flat=True).distinct())


def unread_count(actor: Actor) -> int:
    """How many messages the actor has not read."""
    return Message.objects.filter(recipient=actor.key, read_at=None).count()


def messages_for(actor: Actor, *, limit: int = 100) -> Sequence[ShownMessage]:
    """The actor's own messages, newest first, in the active language."""
    shown = []
    for row in Message.objects.filter(recipient=actor.key).order_by("-created_at", "-id")[:limit]:
        subject, body = text_of(row.code, row.params)
        shown.append(ShownMessage(row.pk, subject, body, row.link, row.created_at, row.read_at is not None))
    return shown


def _matching(wanted: EventFilter, actor: Actor, before: int | None) -> QuerySet[Event]:
    if not may_read_log(actor):
        return Event.objects.none()
    rows = Event.objects.order_by("-id")
    if wanted.subject:
        # As a range, so that the index on the subject serves it under any collation.
        rows = rows.filter(subject__startswith=wanted.subject)
    if wanted.actor:
        rows = rows.filter(Q(actor=wanted.actor) | Q(actor_name__icontains=wanted.actor))
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.since:
        rows = rows.filter(at__gte=datetime.combine(wanted.since, time.min, OSLO))
    if wanted.until and wanted.until < date.max:
        rows = rows.filter(at__lt=datetime.combine(wanted.until + timedelta(days=1), time.min, OSLO))
    return rows.filter(id__lt=before) if before is not None else rows


def _logged(row: Event) -> LoggedEvent:
    covers = tuple((table, key, value) for table, key, value in row.covers)
    return LoggedEvent(
        row.pk, row.stream, row.seq, row.at, row.actor, row.actor_name, row.verb, row.subject, row.payload, covers,
        row.prev_hash, row.hash,
    )  # fmt: skip
