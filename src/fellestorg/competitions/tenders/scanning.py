"""Whether a file carries something harmful: a port with two adapters, none and clamd."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable

from django.conf import settings

Scanner = Callable[[Iterable[bytes]], str]

_SECONDS = 60


class ScannerError(Exception):
    """The scanner did not answer, or could not judge. Nothing is let in on a guess."""


def scan(stretches: Iterable[bytes]) -> str:
    """The name of what was found, or nothing. Raises ScannerError. The content goes to the scanner in memory."""
    return (clamd if settings.VIRUS_SCANNER else no_scanner)(stretches)


def no_scanner(stretches: Iterable[bytes]) -> str:
    """Where no scanner is set up."""
    return ""


def clamd(stretches: Iterable[bytes]) -> str:
    """Ask clamd by its INSTREAM command: each stretch with its length, a zero at the end."""
    try:
        with _connected(settings.VIRUS_SCANNER) as line:
            line.sendall(b"zINSTREAM\0")
            for stretch in stretches:
                line.sendall(struct.pack(">I", len(stretch)) + stretch)
            line.sendall(struct.pack(">I", 0))
            answer = _read(line)
    except OSError as error:
        raise ScannerError(str(error)) from None
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerError(said)


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_SECONDS)
        line.connect(address)
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), _SECONDS)


def _read(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        more = line.recv(4096)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()
