"""The worker process: it does the jobs, seals the event log and takes up what a killed worker left.

Everything it needs to know is in the database, so it may be killed at any time, and several may run at once.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

from django.db import connection

from fellestorg import embedded
from fellestorg.kernel import jobs, root_heads
from fellestorg.values import Refused

SEAL_SECONDS = 2.0
_NICE = 10
_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


def main(argv: list[str]) -> int:
    """``fellestorg worker``: work until SIGTERM or Ctrl-C; what is under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _give_way()
    run(stop)
    return 0


def _give_way() -> None:
    """Let the web server go first when both want the processor: somebody waits for a page, nobody for a mail or a stamp."""
    os.nice(_NICE)
    if os.getsid(0) == os.getpid():
        # Where Linux weighs sessions rather than processes, ours gives way; elsewhere there is no such file.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(_NICE), encoding="ascii")


def run(stop: threading.Event) -> None:
    """Do jobs and keep house until ``stop`` is set. A database that goes away is waited for."""
    house = threading.Thread(target=_keep_house, args=(stop,), name="house")
    house.start()
    try:
        while not stop.is_set():
            try:
                _reach_database()
                jobs.run_worker(stop)
            except (*jobs.LOST_DATABASE, Refused) as trouble:
                log.warning("the worker lost the database and tries again: %s", trouble)
            finally:
                connection.close()
            stop.wait(_AGAIN_SECONDS)
    finally:
        stop.set()
        house.join()


def _keep_house(stop: threading.Event) -> None:
    """Seal every other second, so that the head outside the database is never far behind."""
    while not stop.wait(SEAL_SECONDS):
        if _left_alone():
            stop.set()
        try:
            root_heads.seal()
            jobs.rescue()
        except jobs.LOST_DATABASE as trouble:
            log.warning("sealing waits for the database: %s", trouble)
            connection.close()
        except Exception:
            # Whatever it is, the jobs go on, and the next round tries again.
            log.exception("sealing failed")
            connection.close()
    connection.close()


def _reach_database() -> None:
    """Raises what says that the database is out of reach; starts the embedded one again where it has died."""
    if not os.environ.get("DATABASE_URL"):
        embedded.acquire(embedded.default_data_dir())
    connection.ensure_connection()


def _left_alone() -> bool:
    """Whether the process that started this one, and named itself, is gone."""
    parent = os.environ.get("FELLESTORG_PARENT")
    return parent is not None and parent != str(os.getppid())
