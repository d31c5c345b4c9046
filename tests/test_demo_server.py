"""The demo as a user starts it: a real parent, web server, worker and database. ``kill -9`` of any loses nothing."""

from __future__ import annotations

import email
import email.policy
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from fellestorg import installations
from tests.journeys.visiting import Page

# One worker runs them all, so that the demo is started once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-server")]
HOUSE = Path(__file__).resolve().parents[1]
SECONDS = 120.0


def until(condition: Callable[[], Any], what: str, seconds: float = SECONDS) -> Any:
    """Ask again and again until the answer is true, and return it."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        pause.wait(0.05)
    raise AssertionError(f"{what} did not come true within {seconds} s")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Demo:
    """A data folder and the demo that serves from it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[str] | None = None
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("FELLESTORG", "DATABASE_URL"))
        }
        self.environment = {
            **inherited,
            "PYTHONPATH": str(HOUSE / "src"),
            "FELLESTORG_DEMO_CALL_OFFS": "60",
            "FELLESTORG_DATA_DIR": str(folder),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "fellestorg", *words, "--data-dir", str(self.folder)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the folder to its end."""
        return subprocess.run(
            self.command(*words), env=self.environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )

    def start(self, *words: str) -> float:
        """Start serving, wait for the ready line, and return how many seconds that took."""
        started = time.monotonic()
        with (self.folder.parent / "demo.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command("demo", "--port", str(self.port), *words),
                env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == f"ready http://127.0.0.1:{self.port}\n", (self.folder.parent / "demo.log").read_text()[-3000:]
        seconds = time.monotonic() - started
        assert self.serves()
        return seconds

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
        if self.process is not None:
            self.process.wait(SECONDS)
            if self.process.stdout is not None:
                self.process.stdout.close()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/avtaler", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ours(self) -> dict[int, tuple[int, str]]:
        """Every living process that belongs to the folder: its parent and its command line, by process id."""
        found: dict[int, tuple[int, str]] = {}
        mark = str(self.folder).encode()
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                if mark not in command and mark not in (entry / "environ").read_bytes():
                    continue
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = (int(parent), command.replace(b"\0", b" ").decode())
        return found

    def victim(self, name: str) -> int:
        """The process id of a part of the running demo."""
        assert self.process is not None
        if name == "parent":
            return self.process.pid
        if name in ("server", "watcher"):
            return int(json.loads((self.folder / "postgres" / "state.json").read_text())[name])
        processes = self.ours()
        verb = "worker" if name == "jobs worker" else "web"
        master = next(pid for pid, (parent, command) in processes.items()
                      if parent == self.process.pid and f"fellestorg {verb}" in command)  # fmt: skip
        if name != "web worker":
            return master
        return next(pid for pid, (parent, _command) in processes.items() if parent == master)

    def letters(self) -> list[str]:
        """What the mail folder holds, as a mail program reads it."""
        return [self._letter(path.read_bytes()) for path in sorted((self.folder / "mail").rglob("*.eml"))]

    @staticmethod
    @cache  # it is asked again and again until a letter has come
    def _letter(content: bytes) -> str:
        letter = email.message_from_bytes(content, policy=email.policy.default)
        body = letter.get_body(("plain",))
        assert body is not None and letter["To"] and letter["From"]
        return f"{letter['To']} {letter['Subject']}\n{body.get_content()}"


class Browser:
    """Signs in over the wire and presses buttons, with cookies and form tokens as a browser has them."""

    def __init__(self, demo: Demo, username: str) -> None:
        self.origin = f"http://127.0.0.1:{demo.port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = self.open("/logg-inn")
        token = page.hidden("csrfmiddlewaretoken")
        self.open("/logg-inn", {"csrfmiddlewaretoken": token, "person": username})

    def open(self, path: str, fields: dict[str, Any] | None = None) -> Page:
        data = None if fields is None else urlencode(fields, doseq=True).encode()
        request = urllib.request.Request(self.origin + path, data, {"Referer": self.origin + path})
        with self.opener.open(request, timeout=30) as answer:
            response = SimpleNamespace(status_code=answer.status, content=answer.read())
            return Page(response, answer.url.removeprefix(self.origin))  # type: ignore[arg-type]

    def call_off(self, lines: str) -> str:
        """State a need, press the button and return the call-off's number."""
        asked = self.open("/avrop/nytt").form("Finn avtale").fields
        answer = self.open("/avrop/nytt", {**asked, "lines": lines})
        page = self.open("/avrop/gjor", answer.form("Gjør avropet").fields)
        return page.path.rpartition("/")[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the whole module; nothing of it is left running afterwards."""
    made = Demo(tmp_path_factory.mktemp("demo") / "var")
    try:
        print(f"first start: {made.start():.1f} s")
        yield made
    finally:
        made.stop()
        until(lambda: not made.ours(), f"stopping: {made.ours()}", 30)


@pytest.mark.parametrize("victim", ["web worker", "web master", "jobs worker", "server", "watcher", "parent"])
def test_what_was_committed_is_there_after_kill_9_of_anything(demo: Demo, victim: str) -> None:
    if not demo.is_running():
        print(f"later start: {demo.start():.1f} s")
    number = Browser(demo, "innkjoper").call_off("PC-14-STD;3")
    os.kill(demo.victim(victim), signal.SIGKILL)
    if victim == "parent":
        demo.stop()
        until(lambda: not demo.ours(), "the children of a killed parent end", 60)
        print(f"later start: {demo.start():.1f} s")
    until(demo.serves, f"a page after the {victim} was killed")

    def back() -> tuple[Page, bytes] | None:
        try:
            browser = Browser(demo, "innkjoper")
            return browser.open(f"/avrop/{number}"), browser.open(f"/avrop/{number}/protokoll.pdf").response.content
        except (OSError, urllib.error.HTTPError):  # a request that met the dying database
            return None

    page, protocol = until(back, "signing in again")
    assert "Bestilt" in page.words and "Atea AS" in page.words
    assert protocol.startswith(b"%PDF-")
    until(lambda: sum(number in letter for letter in demo.letters()) >= 2, "the letters of the call-off", 300)
    told = [letter for letter in demo.letters() if number in letter]
    assert any(f"http://127.0.0.1:{demo.port}/avrop/{number}" in letter for letter in told)
    heads = [letter.split("\n")[0] for letter in told]
    assert len(heads) == len(set(heads)), "a letter was sent twice"
    # Nobody meets a connection that was kept to a killed database: the pool finds it dead before it lends it out.
    browser = Browser(demo, "innkjoper")
    for _ in range(8):
        browser.open(f"/avrop/{number}")


def test_the_log_is_whole_after_all_the_killing(demo: Demo) -> None:
    if not demo.is_running():
        demo.start()
    found = demo.run("audit", "verify", "--json")
    assert found.returncode == 0 and json.loads(found.stdout)["intact"], found.stdout + found.stderr


def test_a_taken_port_is_said_in_words(demo: Demo) -> None:
    if not demo.is_running():
        demo.start()
    found = demo.run("demo", "--port", str(demo.port))
    assert found.returncode == 2 and f"port {demo.port} is taken" in found.stderr


def test_a_second_command_joins_the_running_database(demo: Demo) -> None:
    if not demo.is_running():
        demo.start()
    found = demo.run("ceiling", "show", "--json")
    assert found.returncode == 0
    assert {"pc", "mac", "mobil", "forbruk"} <= {one["lot"] for one in json.loads(found.stdout)["lots"]}


@pytest.mark.parametrize("day", ["2024-13-01", "i morgen", "01.11.2023"])
def test_a_date_that_is_no_date_is_said_so(demo: Demo, day: str) -> None:
    found = demo.run("demo", "--no-serve", "--date", day)
    assert found.returncode == 2 and "2023-11-01" in found.stderr


def test_the_clock_goes_forward_and_not_back(demo: Demo) -> None:
    back = demo.run("demo", "--no-serve", "--date", "2022-01-01")
    assert back.returncode == 1 and "--fresh" in back.stderr and "Traceback" not in back.stderr
    forward = demo.run("demo", "--no-serve", "--date", "2024-02-01")
    assert forward.returncode == 0, forward.stderr
    demo.stop()
    demo.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/") as answer:
        assert "1. februar 2024" in re.sub(r"\s+", " ", answer.read().decode())
    assert Browser(demo, "innkjoper").call_off("PC-14-STD;1").startswith("SI-2024-")
    assert demo.run("audit", "verify").returncode == 0


def test_ctrl_c_ends_everything_quietly(demo: Demo) -> None:
    if not demo.is_running():
        demo.start()
    log = demo.folder.parent / "demo.log"
    before = len(log.read_text())
    demo.stop(signal.SIGINT)
    assert demo.process is not None and demo.process.returncode == 0
    until(lambda: not demo.ours(), "everything ends after Ctrl-C", 30)
    assert log.read_text()[before:] == ""


def test_fresh_begins_anew(demo: Demo) -> None:
    demo.stop()
    # The demo of an early year is a small one.
    found = demo.run("demo", "--no-serve", "--fresh", "--date", "2019-05-02")
    assert found.returncode == 0, found.stderr
    assert demo.letters() == []
    assert demo.run("audit", "verify").returncode == 0


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2019-05-01", "the demo begins on 2019-05-02; expected that day or later, found 2019-05-01"),
        ("1. mai", "expected a date such as 2023-11-01, found '1. mai'"),
    ],
)
def test_a_day_that_the_demo_cannot_show_is_refused_before_anything_is_touched(
    day: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as found:
        installations.demo(["--fresh", "--date", day])
    assert found.value.code == 2
    assert said in capsys.readouterr().err
