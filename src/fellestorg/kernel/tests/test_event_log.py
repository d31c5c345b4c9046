"""The chain of events, its seals, and the head kept outside the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.kernel import audit, clock, events, root_heads
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening, RootHead
from fellestorg.kernel.models import Event, EventStream, RootSeal


def _happen(stream: str, verb: str = "done") -> Event:
    with transaction.atomic():
        (event,) = events.record(Happening(stream, verb, f"thing:{stream}", SYSTEM, clock.now(), {"n": "1"}))
    return event


def test_an_event_is_recorded_only_in_a_transaction(own_database: Any) -> None:
    own_database()
    with pytest.raises(RuntimeError):
        events.record(Happening("a", "done", "thing:1", SYSTEM, clock.now()))


@pytest.mark.django_db
def test_each_stream_is_a_chain_of_its_own() -> None:
    first, other, second = _happen("a"), _happen("b"), _happen("a")
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert second.prev_hash == first.hash
    assert other.prev_hash == ""
    assert audit.verify().faults == ()


@pytest.mark.django_db
def test_sealing_joins_the_heads_that_moved_and_nothing_else() -> None:
    _happen("a")
    _happen("b")
    first = events.seal()
    assert set(RootSeal.objects.get(seq=1).heads) == {"a", "b"}
    assert events.seal() == first
    _happen("b")
    second = events.seal()
    assert set(RootSeal.objects.get(seq=2).heads) == {"b"}
    assert second.seq == 2
    assert audit.verify(second).faults == ()


@pytest.mark.django_db
def test_an_older_head_is_still_found_in_the_chain() -> None:
    _happen("a")
    kept = events.seal()
    _happen("a")
    events.seal()
    assert audit.verify(kept).faults == ()
    assert [fault.code for fault in audit.verify(RootHead(kept.seq, "f" * 64)).faults] == ["head_not_found"]


def test_sealing_waits_for_no_stream(own_database: Any) -> None:
    """A stream somebody is writing to is sealed as last committed, and again with its newer head afterwards."""
    name = own_database()
    _happen("a")
    _happen("b")
    import psycopg

    parameters = connection.get_connection_params()
    with psycopg.connect(
        host=parameters["host"], port=parameters["port"], user=parameters["user"], dbname=name
    ) as other:
        other.execute("SELECT 1 FROM kernel_eventstream WHERE key = 'a' FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert events.seal().seq == 1
    marks = dict(EventStream.objects.values_list("key", "sealed_seq"))
    assert marks == {"a": 0, "b": 1}
    assert events.seal().seq == 2
    assert events.seal().seq == 2
    assert audit.verify(events.seal()).faults == ()


def test_verifying_looks_at_one_instant_while_others_write(own_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody records an event, and seals it, between the walk over the events and the walk over the seals."""
    import psycopg

    name = own_database()
    _happen("a")
    head = events.seal()
    parameters = connection.get_connection_params()
    real = audit._seal_faults

    def meanwhile(*args: Any) -> Any:
        with psycopg.connect(
            host=parameters["host"], port=parameters["port"], user=parameters["user"], dbname=name
        ) as other:
            other.execute("UPDATE kernel_eventstream SET head_seq = 2, head_hash = 'x'")
            other.execute("INSERT INTO kernel_rootseal VALUES (2, now(), %s, %s, 'y')", ['{"a": [2, "x"]}', head.hash])
        return real(*args)

    monkeypatch.setattr(audit, "_seal_faults", meanwhile)
    assert audit.verify(head).faults == ()


@pytest.mark.django_db
def test_the_head_file_only_grows(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert root_heads.last_kept() is None
    root_heads.seal()
    assert not root_heads.head_file().exists()
    _happen("a")
    first = root_heads.seal()
    assert root_heads.last_kept() == first
    root_heads.seal()
    _happen("a")
    second = root_heads.seal()
    root_heads.keep(first)
    lines = root_heads.head_file().read_text().splitlines()
    assert [line.split(" ")[1] for line in lines] == [str(first), str(second)]
    with root_heads.head_file().open("a") as file:
        file.write("2023-11-01T00:00:00.000000Z 3:torn")
    assert root_heads.last_kept() == second


COLUMNS = {
    "actor": "x",
    "actor_name": "x",
    "verb": "x",
    "subject": "x",
    "payload": '{"n":"2"}',
    "covers": '[["a","b","c"]]',
    "at": "2020-01-01T00:00:00Z",
    "hash": "0" * 64,
    "prev_hash": "1" * 64,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=12),
    place=st.integers(0, 11),
    column=st.sampled_from([*sorted(COLUMNS), "removed"]),
)
def test_whatever_is_altered_in_whatever_log_is_found(
    db: None, written: list[str | None], place: int, column: str
) -> None:
    with transaction.atomic():
        for stream in written:
            events.seal() if stream is None else _happen(stream)
        head = events.seal()
        assert audit.verify(head).faults == ()
        ids = list(Event.objects.order_by("id").values_list("id", flat=True))
        if ids:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                if column == "removed":
                    cursor.execute("DELETE FROM kernel_event WHERE id = %s", [ids[place % len(ids)]])
                else:
                    cursor.execute(
                        f"UPDATE kernel_event SET {column} = %s WHERE id = %s",
                        [COLUMNS[column], ids[place % len(ids)]],
                    )
            assert audit.verify(head).faults != ()
        transaction.set_rollback(True)
