"""The root head kept outside the database: a file that only grows, one line a head.

Whoever cuts the newest events off the log, seals and all, cannot also take back what this file said; ``audit verify``
given its last line finds the cut.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.conf import settings

from fellestorg.kernel import clock, events
from fellestorg.kernel.events import RootHead, instant_text


def head_file() -> Path:
    """Where the heads are kept: ``root-heads.log`` in the data folder."""
    return Path(settings.DATA_DIR) / "root-heads.log"


def seal() -> RootHead:
    """Seal what is new in the log, keep the newest head in the file and return it. Called outside transactions."""
    head = events.seal()
    keep(head)
    return head


def keep(head: RootHead) -> None:
    """Write a head down unless it, or a newer one, already is. On disk when this returns."""
    if head.seq == 0:
        return
    path = head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last(file.seek(0, os.SEEK_END), file.fileno())
        if last is not None and (last == head or last.seq > head.seq):
            return
        file.write(f"{instant_text(clock.now())} {head}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def last_kept() -> RootHead | None:
    """The newest head in the file; ``None`` where there is none."""
    try:
        with head_file().open("rb") as file:
            return _last(file.seek(0, os.SEEK_END), file.fileno())
    except FileNotFoundError:
        return None


def _last(size: int, descriptor: int) -> RootHead | None:
    # A line is about 130 bytes; a line that a power cut tore is passed over.
    tail = os.pread(descriptor, 1024, max(0, size - 1024)).decode("ascii", "replace")
    for line in reversed(tail.split("\n")):
        try:
            return RootHead.parse(line.partition(" ")[2])
        except ValueError:
            continue
    return None
