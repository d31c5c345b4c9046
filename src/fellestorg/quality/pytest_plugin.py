"""What every test stands on: a throw-away database server, cheap copies of ready databases, and a closed network.

Loaded with ``-p`` before anything reads settings. Fixtures:

- ``db`` (pytest-django): an empty, migrated database; the test runs in a transaction that is rolled back.
- ``demo``: the same with a small load of demo data.
- ``shared``: makes what all tests of a module start from, once for them all.
- ``demo_site``: the address of a web server over demo data.
- ``own_database``: a database of the test's own, empty or with demo data, for tests that commit or use several connections.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fellestorg.embedded import processes

_HOUSE = Path(__file__).resolve().parents[1]
_TEST_DIR = Path(os.environ.get("FELLESTORG_TEST_DIR") or _HOUSE.parents[1] / "var" / "test")
os.environ["FELLESTORG_DATA_DIR"] = str(_TEST_DIR)
os.environ.pop("DATABASE_URL", None)
os.environ.pop("FELLESTORG_POOL", None)

# Several runs at once, each with databases of its own: xdist's workers share their controller's number.
_RUN = os.environ.setdefault("FELLESTORG_TEST_RUN", str(os.getpid()))

DEMO_DAY = date(2023, 11, 1)
# What cannot change the demo's rows, so that a page may change without the data being made anew.
_NOT_IN_THE_DATA = (
    "/tests/", "/quality/", "/bench/", "/ui/", "/embedded/", "pages.py", "/forms.py", "/urls.py", "/commands.py",
)  # fmt: skip
DEMO_CALL_OFFS = 150


def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import HealthCheck, settings

    from fellestorg import embedded

    # A machine that others use too is no fault in a test.
    settings.register_profile("house", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("house")
    gc.disable()  # until everything is collected
    (_TEST_DIR / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
    embedded.acquire(_TEST_DIR, durable=False)
    if not hasattr(config, "workerinput"):
        _drop_what_dead_runs_left()


def pytest_collection_finish() -> None:
    # What is loaded by now stays to the end; looking through it again and again is some 6 % of the tests' time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """``FELLESTORG_NO_SKIPS=1``: a test that is skipped is a test that was not run, and fails."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("FELLESTORG_NO_SKIPS") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome, report.longrepr = "failed", f"{reason} (FELLESTORG_NO_SKIPS=1: nothing may be skipped)"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if report.outcome == "skipped" and os.environ.get("FELLESTORG_NO_SKIPS") == "1":
        report.outcome, report.longrepr = "failed", f"{report.longrepr} (FELLESTORG_NO_SKIPS=1: nothing may be skipped)"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """One database per worker, copied from a ready-made one that is kept until the models or migrations change."""
    name = _named("test", worker_id)
    with django_db_blocker.unblock():
        _copy(_ready("empty"), name)
        _point_at(name)
        yield
        _close()
        _drop(name)


@pytest.fixture(scope="session")
def _demo_database(django_db_setup: None, django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    name = _named("demo", worker_id)
    with django_db_blocker.unblock():
        _copy(_ready("demo"), name)
    yield name
    with django_db_blocker.unblock():
        _drop(name)


@pytest.fixture
def demo(_demo_database: str, django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """The demo data on 1 November 2023; what the test writes is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock():
        _point_at(_demo_database)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        _point_at(_named("test", worker_id))


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """``shared(make)`` makes rows that every test of the module starts from, and gives what ``make`` gives. What a test
    with ``db`` writes is rolled back to there. For module-wide fixtures; a test takes ``copy.deepcopy`` of the objects.
    Every test with ``db`` in the module sees the rows, or none does: which of them ran first must not matter."""
    from django.db import connection, transaction

    def make(rows: Callable[[], Any]) -> Any:
        made = rows()
        connection.check_constraints()  # or every test would check them anew at its end
        return made

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        # As pytest-django's own: what must be outermost is so in the eyes of a test.
        atomic._from_testcase = True  # type: ignore[attr-defined]
        with atomic:
            yield make
            transaction.set_rollback(True)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any, worker_id: str) -> Iterator[Callable[..., str]]:
    """``own_database(demo=True)`` makes and selects a database that this test alone uses, commits and all."""
    name = _named("own", worker_id)

    def make(*, demo: bool = False) -> str:
        _copy(_ready("demo" if demo else "empty"), name)
        _point_at(name)
        return name

    with django_db_blocker.unblock():
        yield make
        _point_at(_named("test", worker_id))
        _drop(name)


@pytest.fixture(scope="session")
def demo_site(
    django_db_setup: None, django_db_blocker: Any, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a web server on loopback, in a process of its own, over demo data that browser tests may change."""
    from fellestorg import embedded

    name, port, folder = _named("site", worker_id), _free_port(), tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock():
        _copy(_ready("demo"), name)
    environment = {
        **os.environ,
        "DATABASE_URL": embedded.acquire(_TEST_DIR, durable=False).dsn(name),
        "FELLESTORG_DATA_DIR": str(folder),
        "FELLESTORG_WORKERS": "1",
        "PYTHONPATH": str(_HOUSE.parent),
    }
    server = subprocess.Popen([sys.executable, "-m", "fellestorg", "web", str(port)], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/helse", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        with django_db_blocker.unblock():
            _drop(name)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310  our own loopback address
                return
        except OSError:
            pause.wait(0.05)
    raise AssertionError(f"the web server did not answer at {address}")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback and Unix sockets: a test that reaches further fails at once."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """``gw0`` and so on under xdist, else ``main``."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


def _named(kind: str, worker_id: str) -> str:
    return f"{kind}_{_RUN}_{worker_id}"


def _drop_what_dead_runs_left() -> None:
    for kind in ("test", "demo", "own", "site"):
        for name in _names(f"{kind}\\_%"):
            run = name.split("_")[1]
            if run.isdigit() and not processes.is_alive(int(run)):
                _drop(name)


def _ready(kind: str) -> str:
    """The name of a ready-made database, made by the first worker that needs it. Its name holds what it was made from."""
    patterns = ["*/migrations/*.py"] if kind == "empty" else ["**/*.py", "**/*.toml", "**/*.csv"]
    found = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_HOUSE.glob(pattern)):
            if not any(part in path.as_posix() for part in _NOT_IN_THE_DATA):
                found.update(path.as_posix().encode() + path.read_bytes())
    name = f"ready_{kind}_{found.hexdigest()[:16]}"
    with _locked(kind):
        if not _exists(name):
            if kind == "empty":
                _make_empty(name)
            else:
                _make_demo(name, _ready("empty"))
            for old in _names(f"ready_{kind}_%"):
                if old != name:
                    _drop(old)
    return name


def _make_empty(name: str) -> None:
    from django.core.management import call_command

    with _making(name) as made:
        _drop(made)  # left over where an earlier run was stopped
        _execute(f'CREATE DATABASE "{made}"')
        _point_at(made)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def _make_demo(name: str, empty: str) -> None:
    from fellestorg import demo_data

    with _making(name) as made:
        _copy(empty, made)
        _point_at(made)
        demo_data.load(day=DEMO_DAY, call_offs=DEMO_CALL_OFFS, progress=lambda text: None)


@contextmanager
def _making(name: str) -> Iterator[str]:
    """Where a database is made before it gets its name; the connection means what it did before when it is done."""
    from django.db import connections

    before, made = connections.settings["default"]["NAME"], f"{name}_making"
    try:
        yield made
        _open.pop(made).close()
        _execute(f'ALTER DATABASE "{made}" RENAME TO "{name}"')
    finally:
        _point_at(before)


# A connection to each database in use stays open: the first questions on a new one cost more than most tests.
_open: dict[str, Any] = {}


def _point_at(name: str) -> None:
    """Let ``connection`` mean this database, in this thread and in those that a test starts."""
    from django.db import connections

    settings = {**connections.settings["default"], "NAME": name}
    connections.settings["default"] = settings
    chosen = _open.setdefault(name, connections.create_connection("default"))
    chosen.settings_dict = settings
    if chosen.connection is not None and chosen.errors_occurred and not chosen.is_usable():
        chosen.close()  # the test before meant to break it
    connections["default"] = chosen


def _close() -> None:
    from django.db import connections

    connections["default"].close()


def _copy(source: str, name: str) -> None:
    _drop(name)
    with _locked("copy"):
        _execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def _drop(name: str) -> None:
    if name in _open:
        _open.pop(name).close()
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _exists(name: str) -> bool:
    return name in _names(name)


def _names(pattern: str) -> list[str]:
    with _server() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        rows: list[tuple[str]] = cursor.fetchall()
        return [name for (name,) in rows]


def _execute(statement: str) -> None:
    with _server() as connection:
        connection.execute(statement)


def _server() -> Any:
    import psycopg

    from fellestorg import embedded

    settings = embedded.acquire(_TEST_DIR, durable=False).django_settings("postgres")
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname="postgres", autocommit=True
    )


@contextmanager
def _locked(what: str) -> Iterator[None]:
    """One worker at a time. Not inherited, and gone with the process."""
    _TEST_DIR.mkdir(parents=True, exist_ok=True)
    with (_TEST_DIR / f"{what}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
