"""A small server that speaks the register's interface on this machine: for the demo, whose organisations nobody else
knows, and for tests. It holds what it is given and changes nothing."""

from __future__ import annotations

import gzip
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = "/enhetsregisteret/api"
_DEEPEST = 10_000


@dataclass
class Book:
    """What the server answers from. ``faults`` are statuses (and seconds to wait) given before real answers, for tests."""

    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    updates: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def put(self, unit: dict[str, Any], at: str) -> None:
        """Add or change a unit, and tell of it in the feed."""
        number = unit["organisasjonsnummer"]
        self.updates.append(
            {
                "oppdateringsid": len(self.updates) + 1,
                "dato": at,
                "organisasjonsnummer": number,
                "endringstype": "Endring" if number in self.units else "Ny",
            }
        )
        self.units[number] = unit


def read_book(path: Path) -> Book:
    """A book from a JSON file: ``{"units": [...], "updates": [...], "roles": {number: [[code, first, last]]}}``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    units = {one["organisasjonsnummer"]: one for one in data["units"]}
    roles = {number: [tuple(one) for one in rows] for number, rows in data.get("roles", {}).items()}
    return Book(units, set(data.get("removed", ())), data.get("updates", []), roles)


def make_server(book: Book, port: int = 0) -> ThreadingHTTPServer:
    """A server on loopback, on any free port where none is given; not yet serving."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            book.asked.append(self.path)
            if book.faults:
                status, wait = book.faults.pop(0)
                return self._send(status, b"", {"Retry-After": wait} if wait else {})
            status, data = _answer(book, self.path)
            if isinstance(data, bytes):
                return self._send(status, data, {"Content-Type": "application/vnd.brreg.enhetsregisteret.enhet+gzip"})
            return self._send(status, json.dumps(data).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
    server.daemon_threads = True
    return server


@contextmanager
def serving(book: Book) -> Iterator[str]:
    """The interface's address while the block lasts."""
    server = make_server(book)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(argv: list[str]) -> int:
    """Serve the book in a file on a port until the parent process ends."""
    parent = os.getppid()
    server = make_server(read_book(Path(argv[0])), int(argv[1]))
    server.timeout = 1
    while os.getppid() == parent:
        server.handle_request()
    return 0


def _answer(book: Book, address: str) -> tuple[int, Any]:
    parts = urlsplit(address)
    given = {key: values[0] for key, values in parse_qs(parts.query).items()}
    match parts.path.removeprefix(ROOT).strip("/").split("/"):
        case ["enheter"]:
            return _search(book, given)
        case ["enheter", "lastned"]:
            return 200, gzip.compress(json.dumps(list(book.units.values())).encode())
        case ["enheter", number]:
            if number in book.removed:
                return 410, {"status": 410}
            return (200, book.units[number]) if number in book.units else (404, {"status": 404})
        case ["enheter", number, "roller"]:
            return (200, _roles(book, number)) if number in book.units else (404, {"status": 404})
        case ["oppdateringer", "enheter"]:
            return 200, _updates(book, given)
    return 404, {"status": 404}


def _search(book: Book, given: dict[str, str]) -> tuple[int, Any]:
    size, page = int(given.get("size", "20")), int(given.get("page", "0"))
    if size * (page + 1) > _DEEPEST:
        return 400, {"status": 400, "feilmelding": "page*size"}
    words = given.get("navn", "").casefold().split()
    numbers = set(filter(None, given.get("organisasjonsnummer", "").split(",")))
    found = [
        one
        for number, one in book.units.items()
        if all(word in one["navn"].casefold() for word in words) and (not numbers or number in numbers)
    ]
    pages = -(-len(found) // size)
    return 200, {
        "_embedded": {"enheter": found[page * size : (page + 1) * size]},
        "page": {"size": size, "totalElements": len(found), "totalPages": pages, "number": page},
    }


def _updates(book: Book, given: dict[str, str]) -> Any:
    first, since, size = int(given.get("oppdateringsid", "1")), given.get("dato", ""), int(given.get("size", "20"))
    found = [one for one in book.updates if one["oppdateringsid"] >= first and one["dato"] >= since]
    return {"_embedded": {"oppdaterteEnheter": found[:size]}} if found else {"page": {"totalElements": 0}}


def _roles(book: Book, number: str) -> Any:
    rows = [
        {"type": {"kode": code}, "person": {"navn": {"fornavn": first, "etternavn": last}}, "fratraadt": False}
        for code, first, last in book.roles.get(number, ())
    ]
    return {"rollegrupper": [{"type": {"kode": "STYR"}, "roller": rows}]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
