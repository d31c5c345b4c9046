"""Clients in processes of their own, as every way this machine allows, and waiting without sleeping."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from fellestorg import embedded
from fellestorg.embedded import processes, ways
from fellestorg.embedded.places import Folder

SOURCE = Path(__file__).resolve().parents[3]
IS_ROOT = os.geteuid() == 0
# Root tries every way this machine allows; an ordinary user has one. (Root plays the ordinary user by stepping down.)
WAYS = [ways.USER, *(way for way in (ways.USERNS, ways.AS_NOBODY) if IS_ROOT and ways.works(way))]
# How the server runs for whoever runs the tests.
OWN = WAYS[1] if IS_ROOT else ways.USER

PROGRAM = """
import json, sys
from pathlib import Path
from fellestorg import embedded
server = embedded.acquire(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print(json.dumps({"dsn": server.dsn(), "version": server.version}), flush=True)
sys.stdin.read()
"""


def until(condition: Callable[[], Any], *, seconds: float = 30.0, what: str = "the condition") -> Any:
    """Ask again and again until the answer is true, and return it."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        answer = condition()
        if answer:
            return answer
        pause.wait(0.02)
    raise AssertionError(f"{what} did not come true within {seconds} s")


class Client:
    """A process that uses the server until told to end."""

    def __init__(self, home: Path, way: str, *, durable: bool = False) -> None:
        self.folder = Folder.of(home)
        env = {**os.environ, "PYTHONPATH": str(SOURCE)}
        env.pop("FELLESTORG_NO_USER_NAMESPACES", None)
        if way == ways.AS_NOBODY:
            env["FELLESTORG_NO_USER_NAMESPACES"] = "1"
        steps_down = IS_ROOT and way == ways.USER
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(home), "durable" if durable else "fast"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
            preexec_fn=ways.becoming(ways.AS_NOBODY) if steps_down else None,
        )

    def ready(self) -> Client:
        """Wait until it has its server."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.answer = json.loads(line)
        return self

    @property
    def dsn(self) -> str:
        return str(self.answer["dsn"])

    @property
    def state(self) -> dict[str, int]:
        return dict(json.loads(self.folder.state.read_text()))

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End it in good order, and forget it."""
        self.process.communicate()


class Home:
    """A data folder of a test, with the clients that use it."""

    def __init__(self, path: Path, way: str) -> None:
        self.path = path
        self.way = way
        self.folder = Folder.of(path)
        self.clients: list[Client] = []

    def begin(self, *, durable: bool = False, fresh: bool = False, way: str | None = None) -> Client:
        """Start a client. A new data folder is a copy of one made before, unless ``fresh``."""
        if not (fresh or self.folder.root.exists()):
            self._copy_template(durable)
        client = Client(self.path, way or self.way, durable=durable)
        self.clients.append(client)
        return client

    def client(self, *, durable: bool = False, fresh: bool = False, way: str | None = None) -> Client:
        return self.begin(durable=durable, fresh=fresh, way=way).ready()

    def _copy_template(self, durable: bool) -> None:
        source = template(durable)
        self.folder.root.mkdir(mode=0o700)
        shutil.copytree(source.data, self.folder.data)
        shutil.copy(source.marker, self.folder.marker)
        if IS_ROOT and self.way == ways.USER:
            for path in (*self.folder.root.rglob("*"), self.folder.root):
                os.chown(path, ways.NOBODY, ways.NOBODY)

    def stopped(self) -> None:
        """Wait until watcher and server are gone, as they go by themselves."""
        until(lambda: not (_named(self.folder) or watchers_and_servers(self.folder)), what="the end of the server")


@cache
def template(durable: bool) -> Folder:
    """A data folder that has been used and left in good order; making one takes a second."""
    path = Path(tempfile.mkdtemp(prefix="fellestorg-test-template-"))
    atexit.register(shutil.rmtree, path)
    embedded.acquire(path, durable=durable)
    embedded.release(path)
    folder = Folder.of(path)
    until(lambda: not watchers_and_servers(folder), what="the end of the template's server")
    return folder


@contextmanager
def home(way: str, name: str = "") -> Iterator[Home]:
    """A data folder outside pytest's own, which no other user may enter. Everything in it ends with the test."""
    outer = Path(tempfile.mkdtemp(prefix="fellestorg-test-"))
    path = outer / (name or "data")
    path.mkdir(parents=True)
    if IS_ROOT and way == ways.USER:
        for folder in (outer, path):
            os.chown(folder, ways.NOBODY, ways.NOBODY)
    made = Home(path, way)
    try:
        yield made
        for client in made.clients:
            if client.process.returncode is None:
                client.close()
        made.stopped()
    finally:
        for client in made.clients:
            if client.process.returncode is None:
                client.kill()
        for pid in watchers_and_servers(made.folder):
            processes.stop(pid, (signal.SIGKILL, 5.0))
        for path in (outer, made.folder.socket_dir):
            shutil.rmtree(path, ignore_errors=True)


def watchers_and_servers(folder: Folder) -> list[int]:
    """Every live process that runs for this folder."""
    return list(dict.fromkeys([*processes.backends_of(folder.data), *_named(folder)]))


def put_row(dsn: str, text: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("create table if not exists kept (word text)")
        connection.execute("insert into kept values (%s)", [text])


def rows(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [word for (word,) in connection.execute("select word from kept order by word")]


def show(dsn: str, question: str) -> Any:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def _named(folder: Folder) -> list[int]:
    """The live processes that the folder's own files name: quickly found, but not all there may be."""
    pids = (_first_number(folder.watcher_lock), _first_number(folder.data / "postmaster.pid"))
    return [one for one in pids if one and processes.is_alive(one) and str(folder.root.parent) in _command(one)]


def _first_number(path: Path) -> int:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def _command(pid: int) -> str:
    return " ".join(processes._command_line(pid))
