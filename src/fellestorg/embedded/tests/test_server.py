"""The server's whole life, from every way it can run. Each test has a data folder and processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fellestorg import embedded
from fellestorg.embedded import commands, processes, ways
from fellestorg.embedded.tests.support import OWN, SOURCE, WAYS, Home, home, put_row, rows, show, until
from fellestorg.values import Refused

pytestmark = pytest.mark.slow


@pytest.fixture(params=WAYS)
def anyone(request: pytest.FixtureRequest) -> Iterator[Home]:
    """A data folder, once for each way the server can run here."""
    with home(request.param) as made:
        yield made


@pytest.fixture
def one() -> Iterator[Home]:
    """A data folder, used by whoever runs the tests."""
    with home(OWN) as made:
        yield made


def test_a_new_data_folder_gets_a_server_on_a_private_socket_with_one_sort_order_everywhere(anyone: Home) -> None:
    client = anyone.client(fresh=True)
    assert int(client.answer["version"].split(".")[0]) >= 17
    assert show(client.dsn, "show listen_addresses") == ""
    locale = "select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()"
    assert show(client.dsn, locale) == "b C.UTF-8"
    assert show(client.dsn, "show server_encoding") == "UTF8"
    socket_dir = Path(show(client.dsn, "show unix_socket_directories"))
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert socket_dir.parent != Path("/tmp")
    assert json.loads(anyone.folder.marker.read_text())["way"] == anyone.way
    assert stat.S_IMODE(anyone.folder.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(anyone.folder.log.stat().st_mode) == 0o600


def test_four_starts_at_once_give_one_server(anyone: Home) -> None:
    clients = [anyone.begin(fresh=True) for _ in range(4)]
    servers = {show(client.ready().dsn, "select pg_postmaster_start_time()") for client in clients}
    assert len(servers) == 1


def test_the_last_one_out_stops_the_server(anyone: Home) -> None:
    first, second = anyone.client(), anyone.client()
    state = first.state
    first.close()
    second.kill()
    anyone.stopped()
    assert not processes.is_alive(state["server"])
    assert not anyone.folder.socket.exists()


def test_a_killed_client_takes_nobody_with_it(one: Home) -> None:
    killed, other = one.client(), one.client()
    with psycopg.connect(other.dsn) as connection:
        killed.kill()
        put_row(other.dsn, "committed")
        assert connection.execute("select word from kept").fetchall() == [("committed",)]


def test_a_killed_watcher_is_replaced_and_the_server_adopted(anyone: Home) -> None:
    first = anyone.client(durable=True)
    put_row(first.dsn, "committed")
    before = first.state
    with psycopg.connect(first.dsn) as connection:
        os.kill(before["watcher"], signal.SIGKILL)
        until(lambda: not processes.is_alive(before["watcher"]))
        second = anyone.client()
        assert connection.execute("select word from kept").fetchall() == [("committed",)]
    assert second.state["server"] == before["server"]
    assert second.state["watcher"] != before["watcher"]


def test_after_a_killed_watcher_the_last_one_out_still_stops_the_server(one: Home) -> None:
    client = one.client()
    watcher = client.state["watcher"]
    os.kill(watcher, signal.SIGKILL)
    until(lambda: not processes.is_alive(watcher))
    client.close()
    one.stopped()


def test_a_killed_server_comes_back_by_itself_with_all_that_was_committed(anyone: Home) -> None:
    client = anyone.client(durable=True)
    put_row(client.dsn, "committed")
    before = client.state["server"]
    os.kill(before, signal.SIGKILL)
    until(lambda: anyone.folder.state.exists() and client.state["server"] != before, what="the new server")
    assert rows(client.dsn) == ["committed"]


def test_killing_client_watcher_and_server_at_once_loses_nothing_committed(anyone: Home) -> None:
    client = anyone.client(durable=True)
    put_row(client.dsn, "committed")
    state = client.state
    for pid in (state["watcher"], state["server"], client.process.pid):
        os.kill(pid, signal.SIGKILL)
    client.close()
    assert rows(anyone.client().dsn) == ["committed"]


def test_a_lock_file_with_a_reused_process_id_is_no_server(one: Home) -> None:
    one.client().close()
    one.stopped()
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        leave_locks(one, other.pid)
        put_row(one.client().dsn, "started")
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


def test_a_lock_file_that_names_a_zombie_is_no_server(one: Home) -> None:
    one.client().close()
    one.stopped()
    child = os.fork()
    if child == 0:
        os._exit(0)
    try:
        until(lambda: not processes.is_alive(child))
        os.kill(child, 0)  # it still has its number
        leave_locks(one, child)
        put_row(one.client().dsn, "started")
    finally:
        os.waitpid(child, 0)


def test_a_server_that_has_lost_its_socket_gets_a_new_one(one: Home) -> None:
    client = one.client()
    put_row(client.dsn, "committed")
    before = client.state["server"]
    shutil.rmtree(one.folder.socket_dir)
    until(lambda: one.folder.state.exists() and client.state["server"] != before, what="the new server")
    assert rows(client.dsn) == ["committed"]


def test_a_new_watcher_replaces_a_server_whose_socket_is_gone(one: Home) -> None:
    client = one.client()
    put_row(client.dsn, "committed")
    state = client.state
    os.kill(state["watcher"], signal.SIGKILL)
    until(lambda: not processes.is_alive(state["watcher"]))
    one.folder.socket.unlink()
    assert rows(one.client().dsn) == ["committed"]
    assert not processes.is_alive(state["server"])


def test_a_long_path_is_no_obstacle() -> None:
    long = "/".join(["en-mappe-med-et-ganske-langt-navn-og-æøå"] * 5)
    with home(OWN, long) as deep:
        put_row(deep.client().dsn, "started")
        assert len(os.fsencode(deep.folder.socket)) < 100


def test_two_data_folders_live_side_by_side_and_a_copy_is_not_mistaken_for_its_original(one: Home) -> None:
    before = one.client()
    put_row(before.dsn, "original")
    before.close()
    one.stopped()
    with home(one.way) as copy:
        shutil.copytree(one.folder.root, copy.folder.root)
        first = one.client()
        # The copy's lock file names the original's server, which lives: so a careless backup looks.
        leave_locks(copy, first.state["server"])
        second = copy.client()
        put_row(second.dsn, "copy")
        assert second.state["server"] != first.state["server"]
        assert rows(first.dsn) == ["original"]
        assert rows(second.dsn) == ["copy", "original"]


if ways.USERNS in WAYS:  # only root has more than one way

    def test_a_data_folder_follows_when_its_way_is_no_longer_possible(one: Home) -> None:
        first = one.client(durable=True, way=ways.USERNS)
        put_row(first.dsn, "committed")
        first.close()
        one.stopped()
        without = one.client(way=ways.AS_NOBODY)
        assert rows(without.dsn) == ["committed"]
        assert one.folder.data.stat().st_uid == ways.NOBODY
        without.close()
        one.stopped()
        # It remembers: with namespaces back, it goes on as it last did.
        assert rows(one.client(way=ways.USERNS).dsn) == ["committed"]
        assert json.loads(one.folder.marker.read_text())["way"] == ways.AS_NOBODY


def test_taking_the_data_folder_away_ends_its_server_and_a_new_one_starts_empty(one: Home) -> None:
    client = one.client()
    put_row(client.dsn, "gone")
    before = client.state["server"]
    one.folder.root.rename(one.path / "taken away")
    again = one.client(fresh=True)
    assert show(again.dsn, "select to_regclass('kept')") is None
    until(lambda: not processes.is_alive(before), what="the end of the old server")


def test_an_interrupted_first_start_leaves_nothing_in_the_way(one: Home) -> None:
    left = one.folder.root / "making-1"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    put_row(one.client(fresh=True).dsn, "started")
    assert not left.exists()


def test_data_made_to_last_never_become_careless(one: Home) -> None:
    one.client(durable=True, fresh=True).close()
    one.stopped()
    assert show(one.client(durable=False).dsn, "show fsync") == "on"


def test_throw_away_data_are_fast(one: Home) -> None:
    assert show(one.client(durable=False).dsn, "show fsync") == "off"


def test_a_newcomer_during_the_stop_gets_the_next_server(one: Home) -> None:
    for _ in range(2):
        one.client().close()
        until(lambda: not one.folder.state.exists(), what="the beginning of the stop")
    put_row(one.client().dsn, "served")


def test_data_in_use_are_not_erased_and_others_are_with_their_server(one: Home) -> None:
    client = one.client()
    with pytest.raises(Refused) as caught:
        embedded.erase(one.path)
    assert caught.value.code == "in_use"
    put_row(client.dsn, "still here")
    client.close()
    embedded.erase(one.path)
    assert list(one.path.iterdir()) == []
    assert not one.folder.socket_dir.exists()


def test_one_process_may_acquire_again_and_again_and_let_go_early(one: Home) -> None:
    one.client().close()
    first = embedded.acquire(one.path, durable=False)
    assert embedded.acquire(one.path) == first
    assert show(first.dsn("postgres"), "select current_database()") == "postgres"
    entry = first.django_settings()
    assert (entry["HOST"], entry["NAME"]) == (str(first.socket_dir), "fellestorg")
    embedded.release(one.path)
    one.stopped()
    embedded.release(one.path)


def test_a_fork_keeps_the_server_after_its_parent_has_gone(one: Home) -> None:
    code = "import os, sys; from pathlib import Path; from fellestorg import embedded; "
    code += "print(embedded.acquire(Path(sys.argv[1]), durable=False).dsn(), flush=True); "
    code += "os.fork() and os._exit(0); sys.stdin.read()"
    words = [sys.executable, "-W", "ignore", "-c", code, str(one.path)]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    parent = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert parent.stdout is not None
        dsn = parent.stdout.readline().strip()
        parent.wait()
        before = json.loads(one.folder.state.read_text())
        other = one.client()
        other.close()
        put_row(dsn, "served")
        assert json.loads(one.folder.state.read_text()) == before
    finally:
        parent.communicate()


def test_psql_opens_on_the_socket_and_answers_with_its_own_exit_code(
    one: Home, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    where = ["--data-dir", str(one.path), "-At", "-c"]
    assert commands.psql([*where, "select current_user, current_database()"]) == 0
    assert capfd.readouterr().out == "fellestorg|fellestorg\n"
    assert commands.psql([*where, "select nonsense"]) == 1
    capfd.readouterr()
    embedded.release(one.path)


def leave_locks(made: Home, pid: int) -> None:
    """What a power cut leaves: lock files that name a process of before."""
    made.folder.socket_dir.mkdir(exist_ok=True)
    text = f"{pid}\n{made.folder.data}\n1700000000\n5432\n{made.folder.socket_dir}\n\n  1 1\nready\n"
    for path in (made.folder.data / "postmaster.pid", made.folder.socket_lock):
        path.write_text(text)
        path.chmod(0o600)
