"""``./fellestorg``: the environment is made when it must be, and only then. Tried on a small checkout of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[4]
DOOR = CHECKOUT / "fellestorg"

pytestmark = pytest.mark.skipif(not DOOR.exists(), reason="an installed package has no checkout around it")

# Stands in for install.py: notes what was asked for and leaves what a real one leaves.
INSTALLER = """
import os, shutil, sys
from pathlib import Path
here = Path(__file__).resolve().parents[1]
with (here / "asked").open("a") as asked:
    print(*sys.argv[1:], file=asked)
venv = here / ".venv"
(venv / "bin").mkdir(parents=True, exist_ok=True)
program = venv / "bin/python"
program.write_text(f'#!/bin/sh\\necho "run $*"\\n')
program.chmod(0o755)
(venv / ".made-at").write_text(f"{here}\\n")
shutil.copy(here / f"requirements/{sys.argv[1]}.txt", venv / f".installed-{sys.argv[1]}")
if "pages" in sys.argv:
    shutil.copy(here / "package-lock.json", venv / f".pages-{sys.argv[1]}")
(venv / ".translated").touch()
"""


class Checkout:
    """A checkout with the real door and a pretend installer."""

    def __init__(self, path: Path, installer: str = INSTALLER) -> None:
        self.path = path
        (path / "requirements").mkdir(parents=True)
        shutil.copy(DOOR, path / "fellestorg")
        (path / "requirements/install.py").write_text(installer)
        for name in ("base", "dev", "uv", "node"):
            (path / f"requirements/{name}.txt").write_text(f"# {name}\n")
        (path / "package-lock.json").write_text("{}\n")
        package = path / "src/fellestorg"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text("import sys; print('module', *sys.argv[1:])\n")

    def start(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.path / "fellestorg", *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHON": sys.executable, **env},
        )

    @property
    def asked(self) -> list[str]:
        """What the installer was asked for since the last time."""
        path = self.path / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "en mappe med mellomrom")


def test_the_first_start_makes_the_environment_and_the_next_makes_nothing(checkout: Checkout) -> None:
    assert checkout.start("netprice", "a file").stdout == "run -P -m fellestorg netprice a file\n"
    assert checkout.asked == ["base"]
    again = checkout.start("netprice")
    assert (again.returncode, again.stderr, checkout.asked) == (0, "", [])


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("demo", "base pages"),
        ("run", "base pages"),
        ("test", "dev pages"),
        ("check", "dev pages"),
        ("bench", "dev"),
        ("messages", "dev"),
        ("deadline", "base"),
        ("--help", "base"),
    ],
)
def test_each_verb_gets_what_it_needs_and_no_more(checkout: Checkout, verb: str, asked: str) -> None:
    checkout.start(verb)
    assert checkout.asked == [asked]
    checkout.start(verb)
    assert checkout.asked == []


def test_a_changed_lock_a_changed_translation_and_a_moved_checkout_make_it_anew(checkout: Checkout) -> None:
    checkout.start("demo")
    assert checkout.asked == ["base pages"]
    (checkout.path / "requirements/base.txt").write_text("# changed\n")
    checkout.start("demo")
    assert checkout.asked == ["base pages"]
    (checkout.path / "package-lock.json").write_text('{"changed": true}\n')
    checkout.start("deadline")
    assert checkout.asked == [], "this verb shows no pages"
    checkout.start("demo")
    assert checkout.asked == ["base pages"]
    text = checkout.path / "src/fellestorg/django.po"
    text.write_text("")
    later = (checkout.path / ".venv/.translated").stat().st_mtime + 10
    os.utime(text, (later, later))
    checkout.start("demo")
    assert checkout.asked == ["base pages"]
    os.utime(text, (0, 0))
    checkout.path = checkout.path.rename(checkout.path.with_name("moved"))
    assert checkout.start("deadline").returncode == 0
    assert checkout.asked == ["base"]


def test_a_failed_installation_ends_the_start(checkout: Checkout) -> None:
    (checkout.path / "requirements/install.py").write_text("raise SystemExit('no network')")
    done = checkout.start("demo")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "no network\n")


def test_the_doctor_answers_without_an_environment(checkout: Checkout) -> None:
    assert checkout.start("doctor", "--json").stdout == "module doctor --json\n"
    assert checkout.asked == []


def test_locking_is_the_installers_work(checkout: Checkout) -> None:
    done = checkout.start("lock")
    assert done.stdout == f"run {checkout.path}/requirements/install.py lock\n"


def path_with(folder: Path, **pythons: str) -> str:
    """A search path with the plain tools of the machine and these Pythons only."""
    folder.mkdir()
    for tool in ("sh", "dirname", "cmp", "find", "cat"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    for name, text in pythons.items():
        (folder / name.replace("_", ".")).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name.replace("_", ".")).chmod(0o755)
    return str(folder)


OLD = 'case "$2" in *exit*) exit 1 ;; *) echo " 3.9.2" ;; esac'


def test_an_old_python_is_named_with_what_to_do(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start("demo", PYTHON="", PATH=path_with(tmp_path / "bin", python3=OLD))
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and this machine has  3.9.2" in done.stderr
    assert "apt install" in done.stderr


def test_no_python_at_all_is_told(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start("demo", PYTHON="", PATH=path_with(tmp_path / "bin"))
    assert done.returncode == 1
    assert "this machine has none" in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(checkout: Checkout, tmp_path: Path) -> None:
    new = f'exec {sys.executable} "$@"'
    done = checkout.start("deadline", PYTHON="", PATH=path_with(tmp_path / "bin", python3=OLD, python3_13=new))
    assert done.returncode == 0, done.stderr
    assert checkout.asked == ["base"]


@pytest.mark.slow
def test_two_first_starts_at_once_share_one_environment_and_an_interrupted_one_is_finished(tmp_path: Path) -> None:
    # Without pip in it the environment takes a tenth of the time to make; pip outside fills it just as well.
    installer = (CHECKOUT / "requirements/install.py").read_text()
    real = Checkout(tmp_path / "checkout", installer.replace('"venv", VENV]', '"venv", "--without-pip", VENV]'))
    # A kill in the middle leaves an environment without its stamps.
    (real.path / ".venv/bin").mkdir(parents=True)
    (real.path / ".venv/bin/python").write_text("half")
    words = [str(real.path / "fellestorg"), "deadline"]
    env = {**os.environ, "PYTHON": sys.executable}
    both = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [out for out, _ in said] == ["module deadline\n"] * 2
    assert sum("making it again" in err for _, err in said) == 1
    assert sum("another start" in err for _, err in said) <= 1
    where = subprocess.run(
        [
            real.path / ".venv/bin/python",
            "-P",
            "-c",
            "import json, sys, fellestorg; print(json.dumps(fellestorg.__file__))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(where.stdout) == str(real.path / "src/fellestorg/__init__.py")
