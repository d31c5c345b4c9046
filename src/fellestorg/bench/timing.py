"""Clocks that the benchmarks share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def timed(what: Callable[[], object]) -> float:
    """How many milliseconds something takes."""
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def at(times: list[float], share: float) -> float:
    """The time that a share of all are within."""
    ordered = sorted(times)
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2) if ordered else 0.0


def cpu_seconds() -> float:
    """CPU seconds spent so far by this process and by every process of the server, those that have ended included."""
    from django.db import connection

    ticks = os.sysconf("SC_CLK_TCK")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    server = int(Path(f"/proc/{row[0] if row else 0}/stat").read_text().rpartition(")")[2].split()[1])
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.parent.name) == server:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            total += sum(map(int, fields[11:13]))
    return total / ticks + time.process_time()
