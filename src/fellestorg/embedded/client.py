"""Using the embedded server: start it or join it, and hold it while this process lives."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fellestorg.embedded import cluster, handshake, locks
from fellestorg.embedded.places import DATABASE, PORT, USER, Folder, ServerError, binaries

JOIN_SECONDS = 60.0
WATCHERS = 5  # how many may be killed before they have a server up

_guard = threading.RLock()
_held: dict[Folder, tuple[int, int]] = {}  # folder -> (open file that holds the lock, the process that took it)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes queries now. It listens on a Unix socket only."""

    socket_dir: Path
    user: str
    data_dir: Path
    version: str

    def dsn(self, dbname: str = DATABASE) -> str:
        """The address in the form libpq and psycopg read."""
        return f"postgresql:///{quote(dbname)}?host={quote(str(self.socket_dir), safe='')}&port={PORT}&user={self.user}"

    def django_settings(self, dbname: str = DATABASE) -> dict[str, Any]:
        """An entry of Django's ``DATABASES``."""
        return django_entry(self.socket_dir, dbname)


def django_entry(socket_dir: Path, dbname: str) -> dict[str, Any]:
    """An entry of Django's ``DATABASES`` for an embedded server, whether it runs or not."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": dbname,
        "USER": USER,
        "PASSWORD": "",
        "HOST": str(socket_dir),
        "PORT": str(PORT),
    }


def acquire(data_dir: Path, *, durable: bool = True) -> Server:
    """Start the server of ``data_dir`` or join it, and keep it running while this process lives or until ``release``.

    A fork of this process holds it too; a program it starts does not, and acquires for itself. Calling it again mends
    a server that has died. ``durable=False`` makes a new server fast and careless, for tests: a power cut may lose all.
    Raises ``values.Refused`` with a text that says what to do when the server cannot run here.
    """
    folder = Folder.of(data_dir)
    try:
        with _guard:
            _join(folder)
            try:
                answer = _serving(folder) or _bring_up(folder, durable=durable)
            except BaseException:
                _let_go(folder)
                raise
    except ServerError as trouble:
        raise _refused(trouble) from trouble
    except OSError as error:
        where = error.filename or folder.root
        raise _refused(ServerError("data_dir", f"cannot use the data folder: {where}: {error.strerror}")) from error
    return Server(folder.socket_dir, USER, folder.root.parent, answer.version)


def release(data_dir: Path) -> None:
    """Let go before this process ends. The server stops shortly after if nobody else uses it."""
    folder = Folder.of(data_dir)
    with _guard:
        _let_go(folder)
        if folder.state.exists() and not locks.is_held(folder.watcher_lock):
            # The watcher was killed and nobody has come since: without a new one the server would never stop.
            with contextlib.suppress(ServerError, OSError):
                _spawn_watcher(folder, durable=True)


def erase(data_dir: Path) -> None:
    """Remove the server and all its data. Raises ``values.Refused`` while another process uses it."""
    folder = Folder.of(data_dir)
    if not folder.root.exists():
        return
    with _guard:
        _let_go(folder)
        users = locks.take(folder.users_lock, shared=False, seconds=3.0)
        if users is None:
            text = f"the database in {folder.root} is in use; stop what uses it first"
            raise _refused(ServerError("in_use", text))
        try:
            _end_watcher(folder)
            with contextlib.suppress(ServerError):
                pid = cluster.find_or_mend(folder)
                if pid is not None:
                    cluster.stop(pid)
            shutil.rmtree(folder.root)
            shutil.rmtree(folder.socket_dir, ignore_errors=True)
        except OSError as error:
            text = f"cannot remove {error.filename or folder.root}: {error.strerror}"
            raise _refused(ServerError("data_dir", text)) from error
        finally:
            os.close(users)


def _end_watcher(folder: Folder) -> None:
    """Ask the watcher to stop its server and end. Called by one who holds the users' lock, so nobody minds."""
    deadline = time.monotonic() + JOIN_SECONDS
    while locks.is_held(folder.watcher_lock) and time.monotonic() < deadline:
        # Whoever holds the lock has written its number, or is about to.
        number = folder.watcher_lock.read_text().strip()
        if number:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGTERM)
        time.sleep(locks.POLL)


def _join(folder: Folder) -> None:
    """Become a user of the server. Waits while a server that had no users is shutting down."""
    held = _held.get(folder)
    if held is not None and locks.same_file(held[0], folder.users_lock):
        return
    _let_go(folder)
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = locks.take(folder.users_lock, shared=True, seconds=JOIN_SECONDS)
    if fd is None:
        raise ServerError("in_use", f"the database in {folder.root} is being stopped or erased, and takes too long")
    if not _held:
        atexit.register(_release_all)
    _held[folder] = (fd, os.getpid())


def _serving(folder: Folder) -> handshake.Answer | None:
    """What the server answers if it is watched and takes queries now."""
    if not folder.state.exists() or not locks.is_held(folder.watcher_lock):
        return None
    answer = handshake.ask(folder.socket, USER, "postgres")
    return answer if answer is not None and answer.serves else None


def _bring_up(folder: Folder, *, durable: bool) -> handshake.Answer:
    """See to it that a watcher runs, and wait until its server serves. One process at a time does this."""
    starting = locks.take(folder.start_lock, shared=False, seconds=cluster.START_SECONDS)
    if starting is None:
        raise ServerError("start", f"another process has been starting the database in {folder.root} for too long")
    try:
        spawned = 0
        deadline = time.monotonic() + cluster.START_SECONDS
        while time.monotonic() < deadline:
            answer = _serving(folder)
            if answer is not None:
                return answer
            if not locks.is_held(folder.watcher_lock):
                trouble = _read_trouble(folder) if spawned else None
                if trouble is not None:
                    raise trouble
                if spawned == WATCHERS:
                    break
                # The first, or the next after one that was killed under way.
                _spawn_watcher(folder, durable=durable)
                spawned += 1
            time.sleep(locks.POLL)
    finally:
        os.close(starting)
    raise ServerError(
        "start",
        f"the database in {folder.root} does not answer. If another machine or container uses this folder, stop it "
        f"there. The last lines of {folder.log}:\n{cluster.tail(folder.log)}",
    )


def _spawn_watcher(folder: Folder, *, durable: bool) -> None:
    """Start a watcher and return when it has begun; it lives on in a session of its own."""
    programs = binaries()  # found here: the watcher runs without the folders of installed packages
    folder.trouble.unlink(missing_ok=True)
    source = str(Path(__file__).resolve().parents[2])
    code = f"import sys; sys.path.insert(0, {source!r}); from fellestorg.embedded.watcher import main; "
    code += "raise SystemExit(main(sys.argv[1:]))"
    # -I and -S leave out the user's settings and installed packages: it starts in a third of the time.
    words = [sys.executable, "-I", "-S", "-c", code, str(folder.root.parent)] + ([] if durable else ["--throw-away"])
    with cluster.open_log(folder) as log:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "FELLESTORG_POSTGRES_BIN": str(programs)},
            start_new_session=True,
            check=False,
        )
    if done.returncode != 0:
        raise ServerError("watcher", f"the database's watcher did not start:\n{cluster.tail(folder.log)}")


def _read_trouble(folder: Folder) -> ServerError | None:
    try:
        found = json.loads(folder.trouble.read_text())
        return ServerError(found["code"], found["text"])
    except (OSError, ValueError, KeyError):
        return None


def _let_go(folder: Folder) -> None:
    held = _held.pop(folder, None)
    if held is not None:
        # Closing, not unlocking: a fork of this process may go on using the server.
        os.close(held[0])


def _release_all() -> None:
    for folder, (_, taker) in list(_held.items()):
        if taker == os.getpid():
            release(folder.root.parent)


def _refused(trouble: ServerError) -> Exception:
    from fellestorg.values import Refused  # here, so that the watcher starts without it

    return Refused(trouble.code, trouble.text)
