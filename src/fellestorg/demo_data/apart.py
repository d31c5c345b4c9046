"""A lot's life in a process of its own, so that two cores share the work of loading.

What goes in and out is pickled between a parent and the child it started itself; nobody else can write to the pipes.
The child reads no database, and ends with its parent: it stops when nobody reads what it writes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from queue import SimpleQueue
from typing import TYPE_CHECKING

# Models can be imported only once Django is set up, which in the child happens below.
if TYPE_CHECKING:
    from fellestorg.demo_data.ground import Ground
    from fellestorg.demo_data.life import Episode
    from fellestorg.demo_data.wishes import Wish


def start(ground: Ground, key: str, wishes: list[tuple[str, Wish]], end: datetime) -> Iterator[Episode]:
    """Begin a lot's life in another process at once; the answer gives its episodes as they come, in order."""
    child = subprocess.Popen(
        [sys.executable, "-m", "fellestorg.demo_data.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert child.stdin is not None
    pickle.dump((ground, key, wishes, end), child.stdin)
    child.stdin.close()
    return _episodes(child)


def _episodes(child: subprocess.Popen[bytes]) -> Iterator[Episode]:
    assert child.stdout is not None
    with child:
        try:
            while (episode := pickle.load(child.stdout)) is not None:  # noqa: S301
                yield episode
        finally:
            child.kill()


def main() -> None:
    """The child: read what to do, write what happened, and at the end ``None``."""
    task = sys.stdin.buffer.read()
    import django

    django.setup()
    from fellestorg.demo_data.life import live

    # A thread writes, so that the life goes on while the parent is busy with something else.
    written: SimpleQueue[bytes] = SimpleQueue()
    writer = threading.Thread(target=_write, args=(written,))
    writer.start()
    for episode in live(*pickle.loads(task)):  # noqa: S301
        written.put(pickle.dumps(episode))
    written.put(pickle.dumps(None))
    written.put(b"")
    writer.join()


def _write(written: SimpleQueue[bytes]) -> None:
    try:
        while data := written.get():
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
