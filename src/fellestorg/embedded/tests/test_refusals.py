"""Where no server can run, the answer is plain words that say what to do."""

from __future__ import annotations

import os
import socket
import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from fellestorg import embedded
from fellestorg.embedded import cluster, handshake, locks, processes, ways
from fellestorg.embedded.places import Folder, binaries, socket_base
from fellestorg.embedded.tests.support import IS_ROOT
from fellestorg.values import BadInput, Refused


def refusal(data_dir: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        embedded.acquire(data_dir, durable=False)
    assert not locks.is_held(Folder.of(data_dir).watcher_lock)
    return caught.value


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file").code == "data_dir"


def test_data_of_another_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    data = Folder.of(tmp_path).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    problem = refusal(tmp_path)
    assert problem.code == "version"
    assert "dump it" in problem.text
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_data_of_another_user_are_refused(tmp_path: Path) -> None:
    if not IS_ROOT:
        assert cluster.ways.owner_of(ways.USER) == os.geteuid()
        return
    data = Folder.of(tmp_path).data
    data.mkdir(parents=True)
    os.chown(data, 4711, -1)
    problem = refusal(tmp_path)
    assert problem.code == "owner"
    assert "4711" in problem.text


def test_missing_programs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FELLESTORG_POSTGRES_BIN", str(tmp_path / "none"))
    assert refusal(tmp_path).code == "no_binaries"


def test_a_server_that_ends_at_once_is_refused_with_its_own_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("postgres", "initdb"):
        (programs / name).write_text("#!/bin/sh\necho no good reason >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("FELLESTORG_POSTGRES_BIN", str(programs))
    problem = refusal(tmp_path / "data")
    assert problem.code == "initdb"
    assert "no good reason" in problem.text
    assert not list(Folder.of(tmp_path / "data").root.glob("making-*"))


def test_a_socket_folder_somebody_else_has_put_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trap").symlink_to(tmp_path)
    monkeypatch.setenv("FELLESTORG_SOCKET_DIR", str(tmp_path / "trap"))
    assert refusal(tmp_path / "data").code == "socket_dir"


def test_the_socket_path_is_short_private_and_the_same_however_the_folder_is_written(tmp_path: Path) -> None:
    deep = tmp_path / "x" / ".." / "y"
    assert Folder.of(deep).socket == Folder.of(tmp_path / "y").socket
    assert Folder.of(tmp_path / "y").socket != Folder.of(tmp_path / "z").socket
    assert len(str(Folder.of(Path("/" + "long" * 200)).socket)) < 100
    assert socket_base().name == f"fellestorg-{os.geteuid()}"


def test_erasing_what_was_never_made_is_nothing(tmp_path: Path) -> None:
    embedded.erase(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("durable", "shared_memory", "expected", "absent"),
    [
        (True, 2**30, {"listen_addresses": "", "jit": "off", "max_connections": "300"}, {"fsync"}),
        (False, 2**30, {"fsync": "off", "full_page_writes": "off"}, {"dynamic_shared_memory_type"}),
        (True, 64 * 2**20, {"dynamic_shared_memory_type": "mmap"}, {"fsync"}),
    ],
)
def test_settings(durable: bool, shared_memory: int, expected: dict[str, str], absent: set[str]) -> None:
    chosen = cluster.settings(durable=durable, memory=8 * 2**30, shared_memory=shared_memory)
    assert expected.items() <= chosen.items()
    assert not absent & set(chosen)


@pytest.mark.parametrize(("gigabytes", "buffers"), [(2, "128MB"), (24, "256MB")])
def test_a_laptop_gets_smaller_buffers_than_a_server(gigabytes: int, buffers: str) -> None:
    chosen = cluster.settings(durable=True, memory=gigabytes * 2**30, shared_memory=2**30)
    assert chosen["shared_buffers"] == buffers


def test_no_process_of_ours_is_taken_for_a_server(tmp_path: Path) -> None:
    assert processes.is_alive(os.getpid())
    assert not processes.is_server_on(os.getpid(), tmp_path)
    assert not processes.is_server_on(1, tmp_path)
    assert not processes.is_alive(2**22 + 1)


def test_a_lock_on_a_deleted_file_is_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = locks.take(path, shared=False, seconds=0)
    assert first is not None and locks.is_held(path)
    assert locks.take(path, shared=True, seconds=0) is None
    path.unlink()
    second = locks.take(path, shared=False, seconds=0)
    assert second is not None
    os.close(first)
    assert locks.is_held(path)
    os.close(second)
    assert not locks.is_held(path)


NAME = {"ENGINE": "django.db.backends.postgresql"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ola:hemm%40lig@db.example.no:6432/innkjop?sslmode=require",
            ("innkjop", "ola", "hemm@lig", "db.example.no", "6432", {"sslmode": "require"}),
        ),
        ("postgres://localhost/x", ("x", "", "", "localhost", "", {})),
        ("postgresql:///x?host=/run/postgresql&user=ola", ("x", "ola", "", "/run/postgresql", "", {})),
        ("postgresql://[::1]:5433/x", ("x", "", "", "::1", "5433", {})),
    ],
)
def test_a_database_address_is_read(url: str, expected: tuple[Any, ...]) -> None:
    found = embedded.external(url)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")) == expected


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/x", "postgresql://u:secret@h", "postgresql://u:secret@h:port/x", "secret", ""]
)
def test_a_bad_database_address_is_refused_by_name_without_its_password(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        embedded.external(url)
    assert caught.value.problems[0].where == "DATABASE_URL"
    assert "secret" not in str(caught.value).replace("'secret'", "")


def test_the_users_own_database_goes_before_the_embedded_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FELLESTORG_DATABASE", raising=False)
    monkeypatch.setenv("FELLESTORG_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    own = embedded.database_settings()
    assert own["HOST"] == str(Folder.of(tmp_path).socket_dir)
    assert not Folder.of(tmp_path).root.exists(), "settings start nothing"
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/x")
    assert embedded.database_settings()["HOST"] == "h"


def test_a_database_that_is_too_old_is_named_with_its_version() -> None:
    with PretendServer("15.4") as url, pytest.raises(Refused) as caught:
        embedded.require_supported(url)
    assert caught.value.code == "database_too_old"
    assert "15.4" in caught.value.text and "17" in caught.value.text


def test_a_database_that_is_new_enough_is_accepted() -> None:
    with PretendServer("17.1") as url:
        assert embedded.require_supported(url) == "17.1"


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        embedded.require_supported(f"postgresql:///x?host={tmp_path}")
    assert caught.value.code == "database_unreachable"


def test_nobody_answers_on_a_socket_that_is_not_there(tmp_path: Path) -> None:
    assert handshake.ask(tmp_path / "none", "u", "d") is None


def test_the_wheels_own_programs_are_found() -> None:
    assert (binaries() / "psql").exists()


class PretendServer:
    """Says that it is PostgreSQL of some version, and nothing else. On a port of loopback, for one connection."""

    def __init__(self, version: str) -> None:
        self.version = version

    def __enter__(self) -> str:
        self.line = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return f"postgresql://u@127.0.0.1:{self.line.getsockname()[1]}/x?sslmode=disable&gssencmode=disable"

    def _serve(self) -> None:
        caller, _ = self.line.accept()
        with caller:
            caller.recv(4096)
            caller.sendall(_message(b"R", struct.pack("!i", 0)))
            for name, value in (("server_version", self.version), ("client_encoding", "UTF8")):
                caller.sendall(_message(b"S", f"{name}\0{value}\0".encode()))
            caller.sendall(_message(b"Z", b"I"))
            while (said := caller.recv(4096)) and said[:1] == b"Q":
                word = said[5:].split(b" ")[0].strip(b"\0;").upper()
                caller.sendall(_message(b"C", word + b"\0") + _message(b"Z", b"I"))

    def __exit__(self, *_: object) -> None:
        self.thread.join(10)
        self.line.close()


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
