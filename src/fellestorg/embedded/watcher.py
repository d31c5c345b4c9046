"""The watcher: a detached process that owns the server for as long as somebody uses it.

It starts the server, starts it again if it dies or loses its socket, and stops it shortly after its last user is gone.
Users are processes that hold a shared lock; the system takes the lock from a process that ends, however it ends.
Killed itself, it leaves the server running, and the next watcher adopts it.

    python -m fellestorg.embedded.watcher DATA_DIR [--throw-away]
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from fellestorg.embedded import cluster, locks
from fellestorg.embedded.places import Folder, ServerError

POLL = 0.1
QUIET_ROUNDS = 3  # this many rounds without users, so that commands in a row share one server
RESTARTS, WITHIN = 5, 60.0

_told_to_stop = False


def main(argv: list[str]) -> int:
    """Watch until nobody needs the server. Returns at once, in the caller's process, when the watching has begun."""
    folder = Folder.of(Path(argv[0]))
    durable = "--throw-away" not in argv[1:]
    mine = locks.take(folder.watcher_lock, shared=False, seconds=0)
    if mine is None:
        return 0  # another watches already
    os.ftruncate(mine, 0)
    # The lock was taken before we detach: when our parent sees this process end, the watching child holds it.
    if os.fork():
        return 0
    os.umask(0o077)
    os.chdir("/")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_soon)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.write(mine, f"{os.getpid()}\n".encode())
    try:
        _watch(folder, mine, durable=durable)
    except (ServerError, OSError) as trouble:
        code, text = (trouble.code, trouble.text) if isinstance(trouble, ServerError) else ("system", str(trouble))
        if locks.same_file(mine, folder.watcher_lock):
            cluster.write_json(folder.trouble, {"code": code, "text": text})
    finally:
        if locks.same_file(mine, folder.watcher_lock):
            folder.state.unlink(missing_ok=True)
    return 0


def _watch(folder: Folder, mine: int, *, durable: bool) -> None:
    folder.state.unlink(missing_ok=True)
    folder.trouble.unlink(missing_ok=True)
    way, durable = cluster.prepare(folder, durable=durable)
    pid = cluster.start(folder, way, durable=durable)
    users = os.open(folder.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    _publish(folder, pid)
    quiet = 0
    restarts: list[float] = []
    while True:
        time.sleep(POLL)
        if not locks.same_file(mine, folder.watcher_lock):
            # The folder was removed or moved under us: whoever has it now starts afresh.
            cluster.stop(pid)
            with contextlib.suppress(OSError):
                folder.socket_dir.rmdir()  # unless the next server is in it
            return
        if _told_to_stop:
            break
        if not locks.try_lock(users, shared=False):
            quiet = 0
        elif quiet < QUIET_ROUNDS:
            quiet += 1
            locks.unlock(users)
        else:
            # We keep the lock: a new user waits until the server is down and then starts the next.
            break
        if cluster.has_ended(pid) or not folder.socket.exists():
            restarts = [moment for moment in restarts if time.monotonic() - moment < WITHIN]
            if len(restarts) >= RESTARTS:
                raise ServerError(
                    "restarts", f"PostgreSQL ended {RESTARTS} times in a minute:\n{cluster.tail(folder.log)}"
                )
            restarts.append(time.monotonic())
            folder.state.unlink(missing_ok=True)
            pid = cluster.start(folder, way, durable=durable)
            _publish(folder, pid)
    folder.state.unlink(missing_ok=True)
    cluster.stop(pid)
    shutil.rmtree(folder.socket_dir, ignore_errors=True)


def _publish(folder: Folder, pid: int) -> None:
    cluster.write_json(folder.state, {"server": pid, "watcher": os.getpid()})


def read_state(folder: Folder) -> dict[str, int] | None:
    """The process ids of the server and its watcher, ``None`` while it does not serve."""
    try:
        state = json.loads(folder.state.read_text())
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def _stop_soon(number: int, frame: FrameType | None) -> None:
    global _told_to_stop
    _told_to_stop = True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
