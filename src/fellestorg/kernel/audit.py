"""Verification of the event log and of every table it covers. It reads everything and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from fellestorg.kernel.events import RootHead, event_hash, seal_hash
from fellestorg.kernel.models import Event, EventStream, RootSeal

_CHAIN_TABLES = ("kernel_event", "kernel_rootseal")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written: the table, the row and what is wrong with it."""

    table: str
    row: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was walked, and every fault found. ``head`` is the root head that the database shows now."""

    head: RootHead
    events: int
    seals: int
    covered_rows: int
    faults: tuple[Fault, ...]


def protected_tables() -> tuple[str, ...]:
    """The tables that must never change: every model with the append-only triggers, but for the chain itself."""
    return tuple(
        sorted(
            model._meta.db_table
            for model in apps.get_models()
            if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ()))
            and model._meta.db_table not in _CHAIN_TABLES
        )
    )


def verify(known_head: RootHead | None = None) -> Verification:
    """Walk the whole log and every protected row.

    With the last root head somebody kept outside the database, an altered, removed or reordered row is found even if
    the triggers were switched off and every hash after it was rewritten; without it, all but a rewritten or cut tail.
    Looks at one instant of the database, so others may go on working.
    """
    with _one_instant():
        return _verify(known_head)


@contextmanager
def _one_instant() -> Iterator[None]:
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _verify(known_head: RootHead | None) -> Verification:
    faults: list[Fault] = []
    hashes: dict[tuple[str, int], str] = {}
    covers: dict[tuple[str, str], str] = {}
    events = 0
    stream, expected_seq, previous = "", 1, ""
    for event in Event.objects.order_by("stream", "seq").iterator(chunk_size=2000):
        events += 1
        if event.stream != stream:
            stream, expected_seq, previous = event.stream, 1, ""
        where = f"{event.stream}#{event.seq}"
        if event.seq != expected_seq:
            faults.append(Fault("kernel_event", where, "gap", f"expected event {expected_seq} of the stream"))
        if event.prev_hash != previous:
            faults.append(Fault("kernel_event", where, "broken_link", "does not follow the event before it"))
        if event_hash(event) != event.hash:
            faults.append(Fault("kernel_event", where, "altered", "its content does not match its hash"))
        hashes[event.stream, event.seq] = event.hash
        for table, key, value in filter(_is_cover, event.covers if isinstance(event.covers, list) else []):
            covers[table, key] = value
        expected_seq, previous = event.seq + 1, event.hash
    faults += _stream_faults(hashes)
    seals, head, seal_faults = _seal_faults(hashes, known_head)
    faults += seal_faults
    faults += _row_faults(covers)
    return Verification(head, events, seals, len(covers), tuple(faults))


def _is_cover(entry: object) -> bool:
    """Whether an entry has the shape that was written. One that has not is found by its event's hash."""
    return isinstance(entry, list) and len(entry) == 3 and all(isinstance(one, str) for one in entry)


def _stream_faults(hashes: dict[tuple[str, int], str]) -> Iterator[Fault]:
    last: dict[str, int] = {}
    for name, seq in hashes:
        last[name] = max(seq, last.get(name, 0))
    for stream in EventStream.objects.iterator():
        seq = last.pop(stream.key, 0)
        if seq != stream.head_seq or (seq and hashes[stream.key, seq] != stream.head_hash):
            where = f"{stream.key}#{stream.head_seq}"
            yield Fault("kernel_event", where, "cut_tail", "the newest events are gone or new")
    for name in last:
        yield Fault("kernel_event", name, "no_stream", "events in a stream that has no head")


def _seal_faults(hashes: dict[tuple[str, int], str], known: RootHead | None) -> tuple[int, RootHead, list[Fault]]:
    faults: list[Fault] = []
    head, known_seen, seals = RootHead(0, "0" * 64), known is None or known.seq == 0, 0
    for link in RootSeal.objects.order_by("seq").iterator(chunk_size=2000):
        seals += 1
        where = str(link.seq)
        if link.seq != head.seq + 1 or link.prev_hash != head.hash:
            faults.append(Fault("kernel_rootseal", where, "broken_link", "does not follow the link before it"))
        if seal_hash(link) != link.hash:
            faults.append(Fault("kernel_rootseal", where, "altered", "its content does not match its hash"))
        for name, sealed in link.heads.items() if isinstance(link.heads, dict) else []:
            seq, value = sealed if isinstance(sealed, list) and len(sealed) == 2 else (None, None)
            if not isinstance(seq, int) or hashes.get((name, seq)) != value:
                text = f"is not what link {link.seq} sealed"
                faults.append(Fault("kernel_event", f"{name}#{seq}", "not_as_sealed", text))
        head = RootHead(link.seq, link.hash)
        known_seen = known_seen or head == known
    if not known_seen:
        faults.append(Fault("kernel_rootseal", str(known), "head_not_found", "the root head given is not in the chain"))
    return seals, head, faults


def _row_faults(covers: dict[tuple[str, str], str]) -> Iterator[Fault]:
    quoted = connection.ops.quote_name
    expected = dict(covers)
    protected = protected_tables()
    # Of some tables only rows that have come so far are protected, such as documents once they are published.
    known = {model._meta.db_table for model in apps.get_models()}
    partly = {table for table, _pk in covers} & known - set(protected)
    for table in (*protected, *sorted(partly)):
        key = _primary_key(table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {quoted(key)}::text, fellestorg_row_digest(to_jsonb(t)) FROM {quoted(table)} t")  # noqa: S608
            while rows := cursor.fetchmany(5000):
                for pk, value in rows:
                    wanted = expected.pop((table, pk), None)
                    if wanted is None and table in partly:
                        continue
                    if wanted is None:
                        yield Fault(table, pk, "not_recorded", "no event tells of this row")
                    elif wanted != value:
                        yield Fault(table, pk, "altered", "its content is not what the event recorded")
    for table, pk in expected:
        yield Fault(table, pk, "removed", "an event tells of this row, and it is gone")


def _primary_key(table: str) -> str:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return model._meta.pk.column or ""
