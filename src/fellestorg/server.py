"""Serving: the web server and the worker as processes of their own, and the parent that watches them.

The parent only watches, and starts again whichever dies. Nothing is kept in memory that the database does not have, so
any of them may be killed at any time.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fellestorg import embedded
from fellestorg.starting import setup_django
from fellestorg.values import BadInput

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """The WSGI application, made at the first request a process serves. A question that lost its database on the way is asked
    once more; what writes is not, for nobody knows how far it came."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return _wsgi()(environ, start_response)
    begun: list[tuple[Any, ...]] = []

    def begin(*head: Any) -> Any:
        begun.append(head)

    answer = _wsgi()(environ, begin)
    if getattr(answer, "database_lost", False):
        answer.close()
        answer = _wsgi()(environ, begin)
    start_response(*begun[-1])
    return answer


_made: WSGIHandler | None = None


def _wsgi() -> WSGIHandler:
    global _made
    if _made is None:
        setup_django()
        from django.core.wsgi import get_wsgi_application
        from django.db import connection

        from fellestorg.kernel.connections import look_before_lending

        if pool := getattr(connection, "pool", None):
            look_before_lending(pool)
        _made = get_wsgi_application()
    return _made


def serve(
    port: int,
    web: subprocess.Popen[bytes],
    announce: Callable[[str], None],
    host: str = DEFAULT_HOST,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Run web server and worker until Ctrl-C or SIGTERM; start again whichever of them dies. ``announce`` is told the
    address once pages are served. ``beside`` are other processes by name: a module of ours and its words."""
    from django.db import connection

    connection.close()
    commands = {"web": ("fellestorg", "web", str(port)), "worker": ("fellestorg", "worker"), **(beside or {})}
    running: dict[str, subprocess.Popen[bytes]] = {"web": web}
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if not _answers(host, port, running["web"], lambda: stopping):
            return 0 if stopping else 1
        for name in commands.keys() - running.keys():
            running[name] = _start_module(commands[name])
        announce(f"http://{host}:{port}")
        while not stopping:
            for name, process in running.items():
                if process.poll() is not None:
                    say(f"{name} stopped and is started again")
                    time.sleep(0.5)
                    running[name] = _start_module(commands[name])
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


def start(words: list[str]) -> subprocess.Popen[bytes]:
    """Start one of our own commands as a process that ends with this one."""
    return _start_module(["fellestorg", *words])


def _start_module(words: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FELLESTORG_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", *words], env=environment, start_new_session=True)


def _answers(host: str, port: int, process: subprocess.Popen[bytes], stopping: Any) -> bool:
    """Wait until a page is served, or the process has died."""
    import http.client

    while process.poll() is None and not stopping():
        try:
            line = http.client.HTTPConnection(DEFAULT_HOST if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
            # By a name that is always answered to, whichever address it listens on.
            line.request("GET", "/helse", headers={"Host": "127.0.0.1"})
            if line.getresponse().status == 200:
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def free_port(wanted: int | None, host: str = DEFAULT_HOST) -> int:
    """The port asked for, or the default, or any free one where the default is taken. Raises BadInput where a port
    somebody named is taken."""
    candidates = [wanted] if wanted is not None else [DEFAULT_PORT, 0]
    for port in candidates:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
                return int(trial.getsockname()[1])
            except socket.gaierror:
                raise BadInput.of("--host", "unknown_host", f"there is no address {host!r} on this machine") from None
            except OSError:
                continue
    raise BadInput.of("--port", "taken", f"port {wanted} is taken; name another")


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
                "threads": int(os.environ.get("FELLESTORG_THREADS", "4")),
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
            _wsgi()
            # What the first to come would wait for, and each fork hold a copy of.
            for name in ("fellestorg.urls", "pyarrow", "pyrage"):
                importlib.import_module(name)
            # Nothing loaded so far is garbage: the collector need not go through it, and the forks go on sharing it.
            gc.freeze()
            return application

    Server().run()
    return 0


def follow_parent() -> None:
    """Stop when the process that started this one dies, however it dies (Linux; elsewhere the terminal tells)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.environ.get("FELLESTORG_PARENT") not in (None, str(os.getppid())):
            raise SystemExit(0)


def say(text: str) -> None:
    """Tell whoever watches the terminal."""
    print(text, file=sys.stderr, flush=True)
