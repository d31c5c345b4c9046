"""The event log: one append-only log, chained per stream, with the streams' heads joined in a root chain.

An action calls :func:`record` inside its own transaction. The row lock on the stream's head orders events within the
stream and nothing else, so that two lots never wait for each other. :func:`seal` joins the heads that moved into the
root chain shortly afterwards; the newest root head, kept outside the database too, is what makes a cut tail visible.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import Event, EventStream, RootSeal
from fellestorg.kernel.sql import prepared
from fellestorg.values import canonical_json, digest

_SEAL_LOCK = 0x5EA1


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to be recorded. ``covers`` are the protected rows written with it, already saved."""

    stream: str
    verb: str
    subject: str
    actor: Actor
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    covers: Sequence[models.Model] = ()


# What rooms above do in the transaction of an event, such as keeping an index true.
Follower = Callable[[Sequence[Happening]], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Let a room act in the transaction of every event, after the events are written. Called when the room is ready."""
    if follower not in _followers:
        _followers.append(follower)


def record(*happenings: Happening) -> list[Event]:
    """Append events, in the caller's transaction. Several at once lock their streams in key order: no deadlocks."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of what it tells about")
    digests = row_digests(row for happening in happenings for row in happening.covers)
    if len(happenings) == 1:
        events = [_event(happenings[0], digests)]
        _append_one(events[0])
    else:
        heads = _locked_heads({happening.stream for happening in happenings})
        events = []
        for happening in happenings:
            head = heads[happening.stream]
            event = _event(happening, digests)
            event.seq, event.prev_hash = head.head_seq + 1, head.head_hash
            event.hash = event_hash(event)
            head.head_seq, head.head_hash = event.seq, event.hash
            events.append(event)
        _append(events, heads.values())
    for follow in _followers:
        follow(happenings)
    return events


def event_hash(event: Event) -> str:
    """The hash that chains an event to the one before it: over everything it says, and that one's hash."""
    return digest(_said(event))


def instant_text(instant: datetime) -> str:
    """An instant as UTC text to the microsecond, the same whatever zone a session reads it in."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_digests(rows: Iterable[models.Model]) -> dict[tuple[str, str], str]:
    """The digest of each row as the database holds it now, by table and primary key.

    A row that was just written and brought its digest back with it, as ``row_digest``, is not asked for again.
    """
    by_table: dict[str, list[models.Model]] = {}
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if known := getattr(row, "row_digest", ""):
            found[row._meta.db_table, str(row.pk)] = known
        else:
            by_table.setdefault(row._meta.db_table, []).append(row)
    with connection.cursor() as cursor:
        for table, members in by_table.items():
            key = members[0]._meta.pk.column or ""
            quoted = connection.ops.quote_name
            cursor.execute(
                f"SELECT t.{quoted(key)}::text, fellestorg_row_digest(to_jsonb(t)) FROM {quoted(table)} t "  # noqa: S608
                f"WHERE t.{quoted(key)} = ANY(%s)",
                [[row.pk for row in members]],
            )
            found.update({(table, pk): value for pk, value in cursor.fetchall()})
    return found


@dataclass(frozen=True, slots=True)
class RootHead:
    """The newest link of the root chain. Kept outside the database it proves what the database held."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> RootHead:
        """Read ``seq:hash``; raises ValueError when it has another shape."""
        seq, _, value = text.strip().partition(":")
        if not seq.isdigit() or len(value) != 64:
            raise ValueError(f"expected NUMBER:HASH, found {text!r}")
        return cls(int(seq), value)


@transaction.atomic
def seal() -> RootHead:
    """Join the heads that moved since last time into the root chain and return its head (an empty chain is ``0:00…``).

    Heads are read as last committed and no stream is waited for, so sealing never stands in the way of an action nor
    deadlocks with one. Called outside transactions.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEAL_LOCK])
    moved = list(EventStream.objects.exclude(head_seq=models.F("sealed_seq")).order_by("key"))
    last = RootSeal.objects.order_by("-seq").first()
    previous = RootHead(last.seq, last.hash) if last else RootHead(0, "0" * 64)
    if not moved:
        return previous
    link = RootSeal(
        seq=previous.seq + 1,
        at=clock.now(),
        heads={stream.key: [stream.head_seq, stream.head_hash] for stream in moved},
        prev_hash=previous.hash,
    )
    link.hash = seal_hash(link)
    link.save(force_insert=True)
    with connection.cursor() as cursor:
        # A stream that somebody writes to right now keeps its mark and is sealed again, with its newer head, next time.
        cursor.execute(
            "WITH free AS (SELECT key FROM kernel_eventstream WHERE key = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED) "
            "UPDATE kernel_eventstream s SET sealed_seq = v.seq "
            "FROM unnest(%s::text[], %s::bigint[]) AS v(key, seq), free WHERE s.key = v.key AND s.key = free.key",
            [
                [stream.key for stream in moved],
                [stream.key for stream in moved],
                [stream.head_seq for stream in moved],
            ],
        )
    return RootHead(link.seq, link.hash)


def seal_hash(link: RootSeal) -> str:
    """The hash that chains one link of the root chain to the one before."""
    return digest({"seq": link.seq, "at": instant_text(link.at), "heads": link.heads, "prev": link.prev_hash})


def _event(happening: Happening, digests: dict[tuple[str, str], str]) -> Event:
    """The event, without its place in the chain."""
    return Event(
        stream=happening.stream,
        seq=0,
        at=happening.at,
        actor=happening.actor.key,
        actor_name=happening.actor.name,
        verb=happening.verb,
        subject=happening.subject,
        payload=happening.payload,
        covers=[
            [row._meta.db_table, str(row.pk), digests[row._meta.db_table, str(row.pk)]] for row in happening.covers
        ],
        prev_hash="",
    )


def _said(event: Event) -> dict[str, Any]:
    return {
        "stream": event.stream,
        "seq": event.seq,
        "at": instant_text(event.at),
        "actor": event.actor,
        "actor_name": event.actor_name,
        "verb": event.verb,
        "subject": event.subject,
        "payload": event.payload,
        "covers": event.covers,
        "prev": event.prev_hash,
    }


def _locked_heads(keys: Collection[str]) -> dict[str, EventStream]:
    """The heads of the streams, locked in key order; a stream that is new begins here."""
    heads = _lock_heads(keys)
    missing = sorted(set(keys) - heads.keys())
    if missing:
        EventStream.objects.bulk_create([EventStream(key=key) for key in missing], ignore_conflicts=True)
        heads = _lock_heads(keys)
    return heads


def _lock_heads(keys: Collection[str]) -> dict[str, EventStream]:
    rows = prepared(
        "SELECT key, head_seq, head_hash FROM kernel_eventstream WHERE key = ANY(%s::text[]) ORDER BY key FOR UPDATE",
        [list(keys)],
    )
    return {key: EventStream(key=key, head_seq=seq, head_hash=value) for key, seq, value in rows}


_COLUMNS = ("stream", "seq", "at", "actor", "actor_name", "verb", "subject", "prev_hash", "hash")
_APPEND = """
WITH moved AS (
    UPDATE kernel_eventstream s SET head_seq = v.seq, head_hash = v.hash
    FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS v(key, seq, hash) WHERE s.key = v.key
)
INSERT INTO kernel_event (stream, seq, at, actor, actor_name, verb, subject, prev_hash, hash, payload, covers)
SELECT stream, seq, at, actor, actor_name, verb, subject, prev_hash, hash, payload, covers
FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::jsonb[], %s::jsonb[]) WITH ORDINALITY
     AS e(stream, seq, at, actor, actor_name, verb, subject, prev_hash, hash, payload, covers, place)
ORDER BY place RETURNING id
"""


_PLACE = '"prev":"","seq":0'
_APPEND_ONE = """
WITH head AS (
    SELECT head_seq + 1 AS seq, head_hash FROM kernel_eventstream WHERE key = %(stream)s FOR UPDATE
), chained AS (
    SELECT seq, head_hash AS prev_hash, encode(sha256(convert_to(
        %(before)s || '"prev":"' || head_hash || '","seq":' || seq || %(after)s, 'UTF8')), 'hex') AS hash
    FROM head
), moved AS (
    UPDATE kernel_eventstream s SET head_seq = chained.seq, head_hash = chained.hash FROM chained
    WHERE s.key = %(stream)s
)
INSERT INTO kernel_event (stream, seq, at, actor, actor_name, verb, subject, prev_hash, hash, payload, covers)
SELECT %(stream)s, seq, %(at)s, %(actor)s, %(actor_name)s, %(verb)s, %(subject)s, prev_hash, hash,
       %(payload)s::jsonb, %(covers)s::jsonb
FROM chained RETURNING id, seq, prev_hash, hash
"""


def _append_one(event: Event) -> None:
    """Lock the head, chain the event to it, write it and move the head, in one statement: others wait for the stream.
    The server puts in what only it knows, the head's hash and number; the rest of what is hashed is as we say it."""
    # Of what stands after the place, nothing can look like it: a quotation mark inside a text has a backslash before it.
    before, _place, after = canonical_json(_said(event)).rpartition(_PLACE)
    facts = {name: getattr(event, name) for name in ("stream", "at", "actor", "actor_name", "verb", "subject")}
    facts |= {"before": before, "after": after}
    facts |= {"payload": json.dumps(event.payload), "covers": json.dumps(event.covers)}
    written = prepared(_APPEND_ONE, facts)
    if not written:
        EventStream.objects.bulk_create([EventStream(key=event.stream)], ignore_conflicts=True)
        written = prepared(_APPEND_ONE, facts)
    event.pk, event.seq, event.prev_hash, event.hash = written[0]


def _append(events: Sequence[Event], heads: Collection[EventStream]) -> None:
    """Write the events and move the heads, in one statement."""
    written = prepared(
        _APPEND,
        [
            [head.key for head in heads],
            [head.head_seq for head in heads],
            [head.head_hash for head in heads],
            *([getattr(event, name) for event in events] for name in _COLUMNS),
            [json.dumps(event.payload) for event in events],
            [json.dumps(event.covers) for event in events],
        ],
    )
    for event, (key,) in zip(events, written, strict=True):
        event.pk = key
