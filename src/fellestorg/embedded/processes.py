"""Whether a process lives, and whether it is a server on our data folder. A process id alone proves nothing.

Linux answers from ``/proc``; elsewhere ``ps`` does, which knows no working folder, so the command line decides.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
POLL = 0.01


def is_alive(pid: int) -> bool:
    """Whether the process exists and can still run. A zombie has ended; it only waits to be noticed."""
    if (PROC / "self/stat").exists():
        try:
            text = (PROC / str(pid) / "stat").read_text(errors="replace")
        except OSError:
            return False
        return text.rpartition(")")[2].split()[0] not in "ZX"
    state = _ps(pid, "state=")
    return bool(state) and not state.startswith("Z")


def is_server_on(pid: int, data: Path, *, or_socket_dir: Path | None = None) -> bool:
    """Whether a live process is a PostgreSQL server whose data folder is ``data``.

    With ``or_socket_dir``, a server told to listen there counts too: its data folder was moved or deleted under it.
    """
    if pid <= 1 or not is_alive(pid):
        return False
    words = _command_line(pid)
    if not words or Path(words[0]).name != "postgres":
        return False
    if or_socket_dir is not None and str(or_socket_dir) in words:
        return True
    folder = _working_folder(pid)
    return folder == str(data) if folder is not None else str(data) in words


def backends_of(data: Path) -> Iterator[int]:
    """Server processes left behind on ``data`` by a main process that was killed. They hold its shared memory."""
    if not (PROC / "self/stat").exists():
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit() and _working_folder(int(entry.name)) == str(data):
            words = _command_line(int(entry.name))
            if words and (words[0].startswith("postgres:") or Path(words[0]).name == "postgres"):
                yield int(entry.name)


def stop(pid: int, *steps: tuple[signal.Signals, float]) -> bool:
    """Send each signal in turn and wait its seconds for the process to end. Returns whether it ended."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _reap(pid)
            if not is_alive(pid):
                return True
            time.sleep(POLL)
    return not is_alive(pid)


def _reap(pid: int) -> None:
    """Take notice of a child that ended. Somebody else's child is their business."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, OSError):
        return


def _command_line(pid: int) -> list[str]:
    if (PROC / "self/stat").exists():
        try:
            raw = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return []
        return [os.fsdecode(word) for word in raw.split(b"\0") if word]
    return _ps(pid, "command=").split()


def _working_folder(pid: int) -> str | None:
    """The folder a process stands in, ``None`` where we may not know."""
    try:
        return str((PROC / str(pid) / "cwd").readlink())
    except OSError:
        return None


def _ps(pid: int, what: str) -> str:
    done = subprocess.run(["ps", "-o", what, "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()
