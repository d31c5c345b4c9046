"""File locks that vanish with the process that holds them, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

POLL = 0.01


def take(path: Path, *, shared: bool, seconds: float) -> int | None:
    """Lock ``path``, waiting at most ``seconds``. Returns the open file that holds the lock, ``None`` if too late.

    The file descriptor is not inherited by programs this process starts; a fork shares the lock. Give it back with
    ``os.close``. A file that was deleted while we waited is no lock: then the new file is locked instead.
    """
    deadline = time.monotonic() + seconds
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not try_lock(fd, shared=shared):
                if time.monotonic() > deadline:
                    os.close(fd)
                    return None
                time.sleep(POLL)
        except BaseException:
            os.close(fd)
            raise
        if same_file(fd, path):
            return fd
        os.close(fd)


def try_lock(fd: int, *, shared: bool) -> bool:
    """Lock an open file without waiting."""
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(fd: int) -> None:
    """Give the lock back for every process that shares this open file."""
    fcntl.flock(fd, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether some live process holds an exclusive lock on ``path``."""
    try:
        fd = os.open(path, os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        return not try_lock(fd, shared=True)
    finally:
        os.close(fd)


def same_file(fd: int, path: Path) -> bool:
    """Whether ``path`` still names the file that ``fd`` has open."""
    try:
        there = path.stat()
    except OSError:
        return False
    here = os.fstat(fd)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
