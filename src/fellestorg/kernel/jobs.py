"""Work that happens after a transaction: a port of three functions over procrastinate.

A job is enqueued in the caller's own transaction, so it exists exactly when what it belongs to does. Every task must
bear being run twice: a worker that was killed is found out, and its jobs are taken up again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import Error, connection
from procrastinate import PsycopgConnector, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from fellestorg.kernel.sql import prepared

F = TypeVar("F", bound=Callable[..., None])

# A job that fails is tried again after 5, 25 and 125 seconds, then kept as failed for somebody to look at.
_RETRY = RetryStrategy(max_attempts=4, exponential_wait=5)
# A job that takes its worker down with it every time must not do so for ever.
_MOST_RESCUES = 5
_HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
_POLL_SECONDS = 0.5
_CONNECT_SECONDS = 5.0

ASKED = (
    "procrastinate_defer_jobs_v1(ARRAY["
    "ROW('default', %(task)s, 0, NULL, NULL, %(arguments)s::jsonb, NULL)]::procrastinate_job_to_defer_v1[])"
)
"""What procrastinate's own `defer` asks of the database, for a statement that does something else in the same go."""

LOST_DATABASE = (Error, psycopg.Error, ConnectorException)

log = logging.getLogger(__name__)


def task(name: str, *, cron: str = "") -> Callable[[F], F]:
    """Declare a task in a room's ``tasks.py``. Its arguments travel as JSON.

    ``cron`` (``"*/5 * * * *"``) also runs it, without arguments, at those times by the machine's clock.
    """

    def declare(function: F) -> F:
        if not cron:
            app.task(name=name, retry=_RETRY)(function)
            return function

        def at_its_time(timestamp: int = 0) -> None:
            function()

        app.periodic(cron=cron)(app.task(name=name)(at_its_time))
        return function

    return declare


def defer(name: str, **arguments: Any) -> None:
    """Ask for a task to be done once this transaction commits; at once where there is no transaction."""
    # Kept planned: most transactions ask for a job.
    prepared(f"SELECT {ASKED}", {"task": name, "arguments": json.dumps(arguments)})


def take_over(name: str) -> int:
    """For a task that does all there is to do, whoever asked: drop the jobs that wait to do the same. Returns how many.

    Called by the task before it looks for work. A job that is seen here was written with its work, in a transaction that
    has ended, so what the task sees afterwards is all of it. One that failed before keeps its own turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id IN ("
            "  SELECT id FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' AND attempts = 0"
            "    AND scheduled_at IS NULL AND args = '{}' FOR UPDATE SKIP LOCKED)",
            [name],
        )
        return int(cursor.rowcount)


def run_worker(stop: threading.Event, *, concurrency: int = 2) -> None:
    """Do jobs in this process, in threads, until ``stop`` is set; the jobs under way are finished first.

    Returns or raises ``LOST_DATABASE`` when the database goes away: nothing is lost, and the caller begins anew.
    """
    connector = PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=concurrency + 2, timeout=_CONNECT_SECONDS
    )
    asyncio.run(_work(connector, stop, concurrency))


async def _work(connector: PsycopgConnector, stop: threading.Event, concurrency: int) -> None:
    # A second app over the same tasks: the worker has connections of its own, while a task that defers another goes on
    # doing so in its own Django transaction.
    worker = app.with_connector(connector)
    async with worker.open_async():
        working = asyncio.create_task(
            worker.run_worker_async(
                concurrency=concurrency,
                # Polling, see migration 0002: a notification in every commit would make commits wait for each other.
                listen_notify=False,
                fetch_job_polling_interval=_POLL_SECONDS,
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        while not working.done() and not stop.is_set():
            await asyncio.wait([working], timeout=0.2)
        working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            log.info("the worker has stopped")


def rescue() -> int:
    """Take up the jobs of workers that show no sign of life. Returns how many; several workers may do so at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH stranded AS ("
            "  SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
            "  WHERE j.status = 'doing'"
            "    AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))"
            "  FOR UPDATE OF j SKIP LOCKED)"
            "UPDATE procrastinate_jobs j SET attempts = attempts + 1, worker_id = NULL, scheduled_at = NULL,"
            "  status = CASE WHEN attempts < %s THEN 'todo' ELSE 'failed' END::procrastinate_job_status"
            " FROM stranded WHERE j.id = stranded.id RETURNING j.id, j.task_name, j.status",
            [STALLED_SECONDS, _MOST_RESCUES],
        )
        taken = cursor.fetchall()
    for number, name, status in taken:
        log.warning("job %s (%s) lost its worker and is now %s", number, name, status)
    return len(taken)
