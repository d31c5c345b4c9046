"""``fellestorg doctor``: what is wrong with this machine, and what to do about it, in plain words.

It uses Python's own library alone, so that it can answer where no environment could be made.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from fellestorg.embedded import ways
from fellestorg.embedded.address import default_data_dir, require_supported
from fellestorg.embedded.client import acquire, erase
from fellestorg.embedded.places import Folder, ServerError, binaries, make_socket_base, socket_base
from fellestorg.values import BadInput, Refused

CHECKOUT = Path(__file__).resolve().parents[3]
OLDEST_PYTHON = (3, 11)
OLDEST_GLIBC = (2, 28)
OLDEST_NODE = 20
NEEDED_DISK = 3_000_000_000
NEEDED_MEMORY = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``verdict`` is ``ok``, ``note`` (it runs without) or ``mend`` (it cannot run)."""

    check: str
    verdict: str
    text: str


def main(argv: list[str]) -> int:
    """Print one line for each check; 0 if the product can run on this machine, 1 if something must be mended first."""
    parser = argparse.ArgumentParser(prog="fellestorg doctor", description="What is wrong with this machine?")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.add_argument("--data-dir", type=Path, default=default_data_dir(), help="the data folder to look at")
    options = parser.parse_args(argv)
    findings = list(examine(options.data_dir))
    can_run = all(finding.verdict != "mend" for finding in findings)
    if options.json:
        print(json.dumps({"can_run": can_run, "checks": [asdict(finding) for finding in findings]}, indent=2))
    else:
        width = max(len(finding.check) for finding in findings)
        for finding in findings:
            print(f"{finding.verdict:<4}  {finding.check:<{width}}  {finding.text}")
        print("\nFellestorg can run here." if can_run else "\nMend what is marked 'mend', then ask the doctor again.")
    return 0 if can_run else 1


def examine(data_dir: Path) -> Iterator[Finding]:
    """Look at everything, cheapest first. No check stops the next."""
    checks: list[Callable[[], Finding]] = [
        python_version,
        machine,
        lambda: disk(data_dir),
        memory,
        environment,
        root,
        sockets,
        lambda: data_folder(data_dir),
        lambda: database(data_dir),
        node,
        pages,
        browser,
    ]
    for check in checks:
        yield check()


def python_version() -> Finding:
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", "mend", f"{platform.python_version()} is too old; install Python 3.11 or newer")
    return Finding("Python", "ok", platform.python_version())


def machine(system: str = "", processor: str = "", libc: tuple[str, str] | None = None) -> Finding:
    """The packages come ready-made for Linux with glibc on x86-64 and arm64, and for macOS."""
    system, processor = system or platform.system(), processor or platform.machine()
    name, version = libc or platform.libc_ver()
    found = f"{system} {processor} {name} {version}".strip()
    if system == "Darwin":
        return Finding("system", "note", f"{found}: works as far as it goes; Linux is what is tested")
    if system != "Linux":
        return Finding("system", "mend", f"{found} is not supported; on Windows use WSL with Debian or Ubuntu")
    if processor not in ("x86_64", "aarch64", "arm64"):
        return Finding("system", "mend", f"{found}: there are packages for x86-64 and arm64 only")
    if name != "glibc":
        return Finding("system", "mend", f"{found}: a Linux with glibc is needed (Debian, Ubuntu, Fedora; not Alpine)")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_GLIBC:
        return Finding("system", "mend", f"{found}: glibc 2.28 or newer is needed (Debian 10, Ubuntu 18.10 or newer)")
    return Finding("system", "ok", found)


def disk(data_dir: Path) -> Finding:
    """Room for the environment and the demo's data, where each of them lies."""
    for folder in (CHECKOUT, data_dir):
        free = shutil.disk_usage(_existing(folder)).free
        if free < NEEDED_DISK:
            needed = f"{NEEDED_DISK / 1e9:.0f} GB are needed for packages and data"
            verdict = "note" if (CHECKOUT / ".venv/.installed-base").exists() and free > NEEDED_DISK / 6 else "mend"
            return Finding("disk", verdict, f"{free / 1e9:.1f} GB left at {folder}; {needed}")
    return Finding("disk", "ok", f"{free / 1e9:.0f} GB left")


def memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if total < NEEDED_MEMORY:
        return Finding("memory", "note", f"{total / 1e9:.1f} GB; 2 GB or more make it pleasant to use")
    return Finding("memory", "ok", f"{total / 1e9:.0f} GB")


def environment() -> Finding:
    """The packages are in place, or can be put in place."""
    if importlib.util.find_spec("django") and importlib.util.find_spec("psycopg"):
        return Finding("packages", "ok", f"installed in {sys.prefix}")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not importlib.util.find_spec("venv") or not (
        importlib.util.find_spec("ensurepip") or importlib.util.find_spec("pip")
    ):
        return Finding(
            "packages",
            "mend",
            f"Python cannot make environments; on Debian and Ubuntu: apt install python{version}-venv",
        )
    return Finding("packages", "note", "not installed yet; ./fellestorg demo does it")


def root() -> Finding:
    """PostgreSQL refuses to be root; there are two ways round, and one of them must be open."""
    if os.geteuid() != 0:
        return Finding("user", "ok", f"an ordinary user (number {os.geteuid()})")
    if ways.works(ways.USERNS):
        return Finding("user", "ok", "root; the database runs in a user namespace")
    if ways.works(ways.AS_NOBODY):
        return Finding("user", "ok", "root, user namespaces are forbidden; the database runs as user nobody")
    return Finding("user", "mend", "root, and root may not step down here; run fellestorg as an ordinary user")


def sockets() -> Finding:
    try:
        make_socket_base()
    except ServerError as error:
        return Finding("socket folder", "mend", error.text)
    if not os.access(socket_base(), os.W_OK | os.X_OK):
        return Finding("socket folder", "mend", f"cannot write in {socket_base()}; set FELLESTORG_SOCKET_DIR")
    return Finding("socket folder", "ok", str(socket_base()))


def data_folder(data_dir: Path) -> Finding:
    nearest = _existing(data_dir)
    if not nearest.is_dir():
        return Finding("data folder", "mend", f"{nearest} is a file; name another folder with --data-dir")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding("data folder", "mend", f"cannot write in {nearest}; name another folder with --data-dir")
    return Finding("data folder", "ok", str(data_dir) if nearest == data_dir else f"{data_dir} (made when needed)")


def database(data_dir: Path) -> Finding:
    """Start the database that would be used. Where there is none yet, one is made and removed again."""
    url = os.environ.get("DATABASE_URL")
    try:
        if url:
            if importlib.util.find_spec("psycopg") is None:
                return Finding("database", "note", "DATABASE_URL is looked at once the packages are installed")
            return Finding("database", "ok", f"DATABASE_URL: PostgreSQL {require_supported(url)}")
        try:
            binaries()
        except ServerError as error:
            if not (CHECKOUT / ".venv").exists() and (CHECKOUT / "pyproject.toml").exists():
                return Finding("database", "note", "is looked at once the packages are installed")
            return Finding("database", "mend", error.text)
        if Folder.of(data_dir).data.exists():
            return Finding("database", "ok", f"PostgreSQL {acquire(data_dir).version} serves {data_dir}")
        with tempfile.TemporaryDirectory(prefix="fellestorg-doctor-") as trial:
            try:
                return Finding("database", "ok", f"PostgreSQL {acquire(Path(trial), durable=False).version} starts")
            finally:
                erase(Path(trial))
    except (Refused, BadInput) as error:
        return Finding("database", "mend", str(error))


def node() -> Finding:
    """npm fetches the pages' styles and fonts; without a Node.js of the machine, one comes as a Python package."""
    program = shutil.which("node")
    if program and shutil.which("npm"):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        major = said.removeprefix("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return Finding("Node.js", "ok", said)
        return Finding("Node.js", "note", f"{said or 'does not run'}; a newer one is installed in .venv when needed")
    return Finding("Node.js", "note", "none; one is installed in .venv when needed")


def pages() -> Finding:
    styles = CHECKOUT / "src/fellestorg/ui/static/vendor/designsystemet.css"
    installed = Path(__file__).resolve().parents[1] / "ui/static/vendor/designsystemet.css"
    if styles.exists() or installed.exists():
        return Finding("pages", "ok", "styles, fonts and icons are in place")
    return Finding("pages", "note", "styles, fonts and icons are not fetched yet; ./fellestorg demo does it")


def browser() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Finding("browser", "ok", found)
    return Finding("browser", "note", "no Chromium: the tests leave out the browser journeys (apt install chromium)")


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
