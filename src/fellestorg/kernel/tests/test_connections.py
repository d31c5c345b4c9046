"""After the database was killed: connections out of the pool, and requests that lost theirs."""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg_pool import ConnectionPool, PoolTimeout

from fellestorg import server
from fellestorg.kernel.connections import look_before_lending, lost
from fellestorg.ui.pages import server_error


def test_no_dead_connection_is_lent_and_one_that_lives_is_lent_without_asking_the_server(
    own_database: Callable[..., str],
) -> None:
    own_database()
    words = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("dbname", "host", "port", "user", "password")
    }
    asked: list[Any] = []

    class Counting(ConnectionPool[Any]):
        @staticmethod
        def check_connection(conn: Any) -> None:
            asked.append(conn)
            ConnectionPool.check_connection(conn)

    with Counting(kwargs={**words, "autocommit": True}, min_size=3, max_size=3) as pool:
        look_before_lending(pool)
        pool.wait()
        held = [pool.getconn() for _ in range(3)]
        pids = [one.info.backend_pid for one in held]
        for one in held:
            pool.putconn(one)
        with pool.connection() as one:
            assert one.info.backend_pid in pids and not asked
        with psycopg.connect(**words, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid, 30000) FROM unnest(%s::int[]) AS pid", [pids])
        for one in held:
            select.select([one], [], [], 30)
        for _ in range(3):
            with pool.connection() as one:
                assert one.execute("SELECT 1").fetchone() == (1,) and one.info.backend_pid not in pids


def error(kind: type[Exception], cause: Exception | None) -> Exception:
    made = kind("gone")
    made.__cause__ = cause
    return made


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (error(OperationalError, psycopg.OperationalError("server closed the connection unexpectedly")), True),
        (error(OperationalError, psycopg.errors.AdminShutdown("terminating connection")), True),
        (error(InterfaceError, psycopg.InterfaceError("the connection is closed")), True),
        (error(OperationalError, psycopg.errors.LockNotAvailable("lock timeout")), False),
        (error(OperationalError, PoolTimeout("none was free")), False),
        (ValueError("something else"), False),
        (None, False),
    ],
    ids=["gone", "shutting down", "closed", "a lock", "none free", "another error", "no error"],
)
def test_only_a_database_that_went_away_is_a_lost_one(given: Exception | None, expected: bool) -> None:
    assert lost(given) is expected
    try:
        if given is not None:
            raise given
        answer = server_error(RequestFactory().get("/"))
    except Exception:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500 and getattr(answer, "database_lost", None) is expected


@pytest.mark.parametrize(("method", "times", "status"), [("GET", 2, 200), ("HEAD", 2, 200), ("POST", 1, 500)])
def test_a_question_that_lost_its_database_is_asked_once_more_and_a_deed_is_not(
    monkeypatch: pytest.MonkeyPatch, method: str, times: int, status: int
) -> None:
    calls = []

    def handler(environ: dict[str, Any], start_response: Any) -> HttpResponse:
        calls.append(environ)
        response = HttpResponse(status=500 if len(calls) == 1 else 200)
        response.database_lost = len(calls) == 1  # type: ignore[attr-defined]
        start_response(f"{response.status_code} said", [])
        return response

    monkeypatch.setattr(server, "_wsgi", lambda: handler)
    begun: list[Any] = []
    answer = server.application({"REQUEST_METHOD": method}, lambda *head: begun.append(head))
    assert (len(calls), answer.status_code, begun) == (times, status, [(f"{status} said", [])])
