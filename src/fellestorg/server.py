"""Starting Fellestorg: the database, its schema, the demo data, the web server and the worker.

The parent only watches: it starts the web server and the worker as processes of their own and starts them again if one
dies. Nothing is kept in memory that the database does not have, so any of them may be killed at any time.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fellestorg import embedded
from fellestorg.values import BadInput, Refused

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

DEFAULT_PORT = 8000
DEFAULT_DAY = date(2023, 11, 1)
_MIGRATION_LOCK = 0xFE11E
_HOUSE = Path(__file__).resolve().parent


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """The WSGI application, made at the first request a process serves."""
    return _wsgi()(environ, start_response)


_made: WSGIHandler | None = None


def _wsgi() -> WSGIHandler:
    global _made
    if _made is None:
        _setup_django()
        from django.core.wsgi import get_wsgi_application

        _made = get_wsgi_application()
    return _made


def prepare_database(*, empty_allowed: bool = False) -> None:
    """Start or join the database, set Django up and bring the schema up to date.

    Raises Refused where there is nothing in the database yet, unless ``empty_allowed``.
    """
    _start_database()
    _setup_django()
    _migrate()
    if not empty_allowed:
        from fellestorg.kernel.models import Installation

        if not Installation.objects.exists():
            raise Refused("empty", "there is no data here yet; start the demo first: ./fellestorg demo")


def _start_database() -> None:
    url = os.environ.get("DATABASE_URL")
    if url:
        embedded.require_supported(url)
    else:
        embedded.acquire(embedded.default_data_dir())


def _is_made() -> bool:
    """Whether the schema is up to date and holds an installation, asked without loading Django."""
    import psycopg

    settings = embedded.database_settings()
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: settings[key] for key, name in names.items() if settings[key]}
    try:
        with psycopg.connect(**given, **settings.get("OPTIONS", {})) as connection:
            mark = connection.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')").fetchone()
            return mark == (_schema_mark(),) and connection.execute("SELECT 1 FROM kernel_installation").rowcount == 1
    except psycopg.Error:
        return False


def _setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fellestorg.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def _migrate() -> None:
    """Bring the schema up to date. A mark on the schema says which migrations it has, so a later start reads one row."""
    from django.db import connection

    wanted = _schema_mark()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
        if cursor.fetchone()[0] == wanted:
            return
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            from django.core.management import call_command

            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            cursor.execute(f"COMMENT ON SCHEMA public IS '{wanted}'")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def _schema_mark() -> str:
    found = hashlib.sha256()
    for package in ("django", "procrastinate"):
        found.update(f"{package} {version(package)}\n".encode())
    for path in sorted(_HOUSE.glob("*/migrations/*.py")):
        found.update(path.relative_to(_HOUSE).as_posix().encode() + path.read_bytes())
    return f"fellestorg {found.hexdigest()[:32]}"


def demo(argv: list[str]) -> int:
    """``fellestorg demo``: a whole installation with invented data, on the demo's own clock."""
    options = _demo_options(argv)
    if options.data_dir:
        os.environ["FELLESTORG_DATA_DIR"] = str(Path(options.data_dir).resolve())
    data_dir = embedded.default_data_dir()
    if options.fresh and os.environ.get("DATABASE_URL"):
        raise BadInput.of("--fresh", "not_ours", "a database that DATABASE_URL names is not emptied by this command")
    if options.fresh:
        embedded.erase(data_dir)
        for name in ("mail", "root-heads.log"):
            path = data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    port = _free_port(options.port)
    os.environ.setdefault("FELLESTORG_BASE_URL", f"http://127.0.0.1:{port}")  # what links in mail begin with
    _start_database()
    # Where nothing is to be made, the web server loads its program while this process loads its own.
    web = _start(["web", str(port)]) if not options.no_serve and _is_made() else None
    try:
        prepare_database(empty_allowed=True)
        _load_demo(options.date)
    except BaseException:
        if web is not None:
            web.terminate()
        raise
    if options.no_serve:
        return 0
    return _serve(port, web or _start(["web", str(port)]))


def _demo_options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("fellestorg demo", description="Start the demo.")
    parser.add_argument("--port", type=int, help=f"port on 127.0.0.1 (default {DEFAULT_PORT}, else a free one)")
    parser.add_argument("--data-dir", help="folder for database, mail and keys (default var)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    parser.add_argument("--date", type=_day, help="the day the demo's clock shows (default 2023-11-01)")
    parser.add_argument("--no-serve", action="store_true", help="load the data and stop")
    return parser.parse_args(argv)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a date such as 2023-11-01, found {text!r}") from None


def _free_port(wanted: int | None) -> int:
    """The port asked for, or the default, or any free one where the default is taken. Raises BadInput where a port
    somebody named is taken."""
    candidates = [wanted] if wanted is not None else [DEFAULT_PORT, 0]
    for port in candidates:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
                return int(trial.getsockname()[1])
            except OSError:
                continue
    raise BadInput.of("--port", "taken", f"port {wanted} is taken; name another")


def _load_demo(day: date | None) -> None:
    from datetime import datetime, timedelta

    from fellestorg import demo_data
    from fellestorg.kernel import clock, root_heads
    from fellestorg.kernel.models import Installation

    installation = Installation.objects.first()
    if installation is None:
        started = time.monotonic()
        # Fewer is for tests of the server itself, which need some call-offs and no more.
        call_offs = int(os.environ.get("FELLESTORG_DEMO_CALL_OFFS", "6000"))
        demo_data.load(day=day or DEFAULT_DAY, call_offs=call_offs, progress=_say)
        root_heads.seal()
        _say(f"the demo data is in place ({time.monotonic() - started:.0f} s)")
        return
    if installation.kind != Installation.Kind.DEMO:
        raise Refused("not_a_demo", "this database is not a demo; choose another folder with --data-dir")
    if day is not None:
        wanted = datetime.combine(day, clock.now().astimezone(clock.OSLO).time(), clock.OSLO)
        if clock.today() < day:
            clock.set_demo_clock(wanted)
        elif clock.today() - day > timedelta(0):
            raise Refused(
                "clock_only_forward",
                f"the demo's clock shows {clock.today()} and runs only forward; begin anew with --fresh --date {day}",
            )


def _serve(port: int, web: subprocess.Popen[bytes]) -> int:
    """Run web server and worker until Ctrl-C or SIGTERM; start again whichever of them dies."""
    from django.db import connection

    connection.close()
    commands = {"web": ["web", str(port)], "worker": ["worker"]}
    running: dict[str, subprocess.Popen[bytes]] = {"web": web}
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if not _answers(port, running["web"], lambda: stopping):
            return 0 if stopping else 1
        running["worker"] = _start(commands["worker"])
        _announce(port)
        while not stopping:
            for name, process in running.items():
                if process.poll() is not None:
                    _say(f"{name} stopped and is started again")
                    time.sleep(0.5)
                    running[name] = _start(commands[name])
            time.sleep(0.3)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
    return 0


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FELLESTORG_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "fellestorg", *words], env=environment, start_new_session=True)


def _answers(port: int, process: subprocess.Popen[bytes], stopping: Any) -> bool:
    """Wait until a page is served, or the process has died."""
    import http.client

    while process.poll() is None and not stopping():
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/helse")
            if line.getresponse().status == 200:
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def _announce(port: int) -> None:
    from fellestorg.kernel import clock
    from fellestorg.organisations.queries import demo_people

    today = clock.today()
    print(f"ready http://127.0.0.1:{port}", flush=True)
    print(f"\nThe demo's clock shows {today}. You can sign in as:")
    for person in demo_people(today):
        roles = ", ".join(f"{role}, {organisation}" for role, organisation in person.roles)
        print(f"  {person.username:<14} {person.name} ({roles})")
    print(f"\nMail is kept as files in {embedded.default_data_dir() / 'mail'}. Ctrl-C stops the demo.", flush=True)


def web(argv: list[str]) -> int:
    """The web server: gunicorn with threads, on loopback unless FELLESTORG_BIND says otherwise."""
    if len(argv) != 1 or not argv[0].isdecimal():
        raise BadInput.of("web", "missing", "expected the port to serve on: fellestorg web PORT")
    follow_parent()
    if not os.environ.get("DATABASE_URL"):
        embedded.acquire(embedded.default_data_dir())
    os.environ.setdefault("FELLESTORG_POOL", "10")
    (embedded.default_data_dir() / "static").mkdir(parents=True, exist_ok=True)
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = {
                "bind": os.environ.get("FELLESTORG_BIND", f"127.0.0.1:{argv[0]}"),
                "workers": int(os.environ.get("FELLESTORG_WORKERS", "2")),
                "threads": 8,
                # Loaded once and shared by the forks; nothing opens a connection before the first request.
                "preload_app": True,
                "worker_class": "gthread",
                "control_socket_disable": True,
                "accesslog": None,
                "loglevel": "warning",
                "graceful_timeout": 5,
                "proc_name": "fellestorg-web",
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            made = _wsgi()
            importlib.import_module("fellestorg.urls")
            return made

    Server().run()
    return 0


def follow_parent() -> None:
    """Stop when the process that started this one dies, however it dies (Linux; elsewhere the terminal tells)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.environ.get("FELLESTORG_PARENT") not in (None, str(os.getppid())):
            raise SystemExit(0)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
