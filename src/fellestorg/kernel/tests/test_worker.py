"""A real worker process, stopped, killed and cut off from the database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from fellestorg import embedded
from fellestorg.kernel import audit, clock, events, jobs, messages, root_heads
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Installation, Mail

pytestmark = pytest.mark.slow
DEADLINE_SECONDS = 60.0
Start = Callable[[], "subprocess.Popen[bytes]"]


def until(condition: Callable[[], Any], what: str) -> Any:
    """Ask again and again until the answer is true, and return it."""
    pause = threading.Event()
    for _ in range(int(DEADLINE_SECONDS / 0.05)):
        answer = condition()
        if answer:
            return answer
        pause.wait(0.05)
    raise AssertionError(f"{what} did not come true within {DEADLINE_SECONDS} s")


@pytest.fixture
def start(own_database: Any, settings: Any, tmp_path: Path) -> Iterator[Start]:
    """Starts workers over a database and a data folder of their own; whatever still runs ends with the test."""
    name = own_database()
    settings.DATA_DIR = tmp_path
    Installation.objects.create(id=1, kind="demo", clock_offset=timedelta(0))
    messages.register({"test.told": ("Hei", "Hei")})
    server = embedded.acquire(embedded.default_data_dir(), durable=False)
    environment = {
        **os.environ,
        "DATABASE_URL": server.dsn(name),
        "FELLESTORG_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "fellestorg", "worker"], env=environment, stderr=log)
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def _tell() -> None:
    with transaction.atomic():
        messages.tell([Recipient("", "kari@example.no")], "test.told", {}, link="", at=clock.now())


def _all_sent() -> bool:
    return not Mail.objects.filter(sent_at=None).exists()


def _letters(folder: Path) -> int:
    return len(list((folder / "mail").glob("*.eml")))


def _doing() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'send_mail'")
        return int(cursor.fetchone()[0])


def test_a_worker_sends_seals_and_stops_when_asked(start: Start, tmp_path: Path) -> None:
    _tell()
    with transaction.atomic():
        events.record(Happening("a", "done", "thing:1", SYSTEM, clock.now()))
    process = start()
    until(_all_sent, "the mail")
    kept = until(root_heads.last_kept, "the root head in its file")
    assert audit.verify(kept).faults == ()
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE_SECONDS) == 0
    assert _letters(tmp_path) == 1


def test_a_killed_workers_job_is_taken_up_by_the_next(start: Start, tmp_path: Path) -> None:
    _tell()
    first = start()
    # The job is held up in the middle of its work, and the worker is killed there.
    parameters = connection.get_connection_params()
    with psycopg.connect(
        host=parameters["host"], port=parameters["port"], user=parameters["user"], dbname=parameters["dbname"]
    ) as other:
        other.execute("LOCK TABLE kernel_mail IN ACCESS EXCLUSIVE MODE")
        until(_doing, "the job under way")
        first.kill()
        first.wait()
        assert _doing() == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    start()
    until(_all_sent, "the mail of the killed worker")
    until(lambda: not _doing(), "the end of the job")
    assert _letters(tmp_path) == 1


def test_a_worker_survives_losing_its_connections(start: Start, tmp_path: Path) -> None:
    process = start()
    _tell()
    until(_all_sent, "the first mail")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] > 0
    _tell()
    until(_all_sent, "the mail after the cut")
    assert process.poll() is None
    assert jobs.rescue() == 0
    assert _letters(tmp_path) == 2
