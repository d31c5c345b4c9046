"""Just enough of PostgreSQL's wire protocol to ask a server on a local socket whether it answers.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import contextlib
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

PROTOCOL = 196608  # 3.0
TOO_MANY_CONNECTIONS = "53300"
NO_SUCH_DATABASE = "3D000"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. ``error`` is an SQLSTATE, ``""`` when it let us in; ``version`` is then set."""

    version: str = ""
    error: str = ""

    @property
    def serves(self) -> bool:
        """Whether it takes queries, even if not ours just now."""
        return not self.error or self.error == TOO_MANY_CONNECTIONS


def ask(path: Path, user: str, database: str, statement: str = "", *, seconds: float = 5.0) -> Answer | None:
    """Log in over the Unix socket at ``path`` and run ``statement``, if any. ``None``: nobody answers there."""
    try:
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as line:
            line.settimeout(seconds)
            line.connect(str(path))
            fields = ["user", user, "database", database, "application_name", "fellestorg-embedded"]
            body = struct.pack("!i", PROTOCOL) + b"".join(word.encode() + b"\0" for word in fields) + b"\0"
            line.sendall(struct.pack("!i", len(body) + 4) + body)
            answer = _read_until_ready(line)
            if statement and not answer.error:
                body = statement.encode() + b"\0"
                line.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
                answer = _read_until_ready(line)
            if not answer.error:
                line.sendall(b"X" + struct.pack("!i", 4))
            return answer
    except OSError:
        return None


def _read_until_ready(line: socket.socket) -> Answer:
    """Read messages up to "ready for query", or to the error that ends the session."""
    version = error = ""
    while True:
        kind, size = struct.unpack("!ci", _read(line, 5))
        body = _read(line, size - 4)
        if kind == b"S":
            name, value, _ = body.split(b"\0", 2)
            if name == b"server_version":
                version = value.decode().split()[0]
        elif kind == b"E":
            error = next((field[1:].decode() for field in body.split(b"\0") if field[:1] == b"C"), "XX000")
            if not version:  # still logging in: the server hangs up after this
                return Answer(error=error)
        elif kind == b"R" and struct.unpack("!i", body[:4])[0] != 0:
            return Answer(error="28000")  # it wants a password, so it is not ours
        elif kind == b"Z":
            return Answer(version, error)


def _read(line: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = line.recv(size - len(parts))
        if not part:
            raise ConnectionResetError("the server hung up")
        parts += part
    return parts
