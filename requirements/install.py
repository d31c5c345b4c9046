"""Makes ``.venv`` from the lock files, with nothing but Python's own library. ``./fellestorg`` runs it when needed.

    python3 requirements/install.py base|dev [pages]    the environment, and with ``pages`` what the web pages need
    .venv/bin/python requirements/install.py lock       the lock files anew from the .in files

Safe to run twice at once and to interrupt anywhere: one waits for the other, and each step is noted after it is done.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_NODE = 20
NEEDED_BYTES = {"base": 1_500_000_000, "dev": 2_000_000_000}
LOCKS = ["base", "dev", "uv", "node"]  # each may lean on those before it


class InstallError(Exception):
    """The environment cannot be made; the text says what to do."""


def main(argv: list[str]) -> int:
    """Run one of the words above; 1 and plain words on standard error when it cannot be done."""
    try:
        if argv[0] == "lock":
            return lock()
        with Path(__file__).open("rb") as mine:
            try:
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another start is making the environment; waiting for it")
                fcntl.flock(mine, fcntl.LOCK_EX)
            install(argv[0], pages="pages" in argv[1:])
    except InstallError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        return 130
    return 0


def install(packages: str, *, pages: bool) -> None:
    """Do what is not yet done. ``packages`` names the lock: ``base`` to run, ``dev`` to test as well."""
    wanted = HERE / f"{packages}.txt"
    if not is_whole():
        make_environment()
    if not is_noted(f"installed-{packages}", wanted):
        fetch(wanted, packages)
        source = CHECKOUT / "src"
        (site_packages() / "fellestorg.pth").write_text(f"{source}\n")
        # The development lock holds everything of the base lock, at the same versions.
        note("installed-base", HERE / "base.txt")
        note(f"installed-{packages}", wanted)
    if pages and not is_noted(f"pages-{packages}", CHECKOUT / "package-lock.json"):
        if not has_node():
            put_in_place(HERE / "node.txt")
        say("fetching what the web pages need")
        run_module("fellestorg.ui.vendor", *(["--dev"] if packages == "dev" else []))
        note(f"pages-{packages}", CHECKOUT / "package-lock.json")
    translated = VENV / ".translated.new"
    translated.touch()
    if (CHECKOUT / "src/fellestorg/ui/messages.py").exists():
        run_module("fellestorg.ui.messages", "compile")
    translated.replace(VENV / ".translated")


def is_whole() -> bool:
    """Whether the environment runs and was made for this place; a moved one still points to where it was."""
    made_at = VENV / ".made-at"
    if not made_at.is_file() or made_at.read_text().strip() != str(CHECKOUT):
        return False
    return succeeds([str(PYTHON), "-c", ""])


def make_environment() -> None:
    """Make ``.venv`` anew, with pip in it if the machine's Python can."""
    if VENV.exists():
        say("the environment was made elsewhere, or is broken; making it again")
        shutil.rmtree(VENV)
    else:
        say("making the environment in .venv; the first time takes a minute or two")
    with_pip = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if with_pip.returncode != 0:
        # Debian and Ubuntu keep ensurepip in a package of its own. A pip outside can still fill the environment.
        shutil.rmtree(VENV, ignore_errors=True)
        without = subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", VENV], capture_output=True, text=True, check=False
        )
        if without.returncode != 0 or pip() is None:
            shutil.rmtree(VENV, ignore_errors=True)
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise InstallError(
                f"Python {version} on this machine cannot make environments. Install the missing part "
                f"(on Debian and Ubuntu: sudo apt install python{version}-venv) and start again.\n"
                f"{(with_pip.stdout + with_pip.stderr).strip()[-800:]}"
            )
    (VENV / ".made-at").write_text(f"{CHECKOUT}\n")


def fetch(wanted: Path, packages: str) -> None:
    """Put every package of a lock in place, each checked against its hash; none is built here."""
    free = shutil.disk_usage(VENV).free
    if free < NEEDED_BYTES[packages]:
        raise InstallError(
            f"the environment needs {NEEDED_BYTES[packages] / 1e9:.1f} GB, and {VENV} has {free / 1e9:.1f} GB left"
        )
    put_in_place(wanted)


def put_in_place(wanted: Path) -> None:
    """Install one lock file: quickly with uv, else with pip."""
    say(f"installing the packages of requirements/{wanted.name}")
    own_pip = pip()
    if own_pip is None:
        raise InstallError(f"{VENV} has no pip; remove {VENV} and start again")
    rules = ["--require-hashes", "--only-binary", ":all:", "-r"]
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    if succeeds([*own_pip, *quiet, *rules, str(HERE / "uv.txt")]) and succeeds([*uv, *rules, str(wanted)]):
        return
    # uv reads neither pip's settings nor its proxy and mirror; pip itself may get through.
    say("the fast installer did not get through; installing with pip, which takes longer")
    if not succeeds([*own_pip, *quiet, *rules, str(wanted)], show=True):
        raise InstallError(
            "the packages could not be installed (the reason stands above). Check the network and its proxy, "
            "then start again; what has come so far is kept"
        )


def has_node() -> bool:
    """Whether the machine has npm and a Node.js new enough for the pages' packages."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def pip() -> list[str] | None:
    """The words that start a pip which fills our environment: its own, else the machine's; ``None`` without either."""
    for words in ([str(PYTHON), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(PYTHON)]):
        if succeeds([*words, "--version"]):
            return words
    return None


def succeeds(words: list[str], *, show: bool = False) -> bool:
    """Run a program whose output matters only when it is the last resort. Standard output stays the command's own."""
    output = sys.stderr if show else subprocess.DEVNULL
    env = {"UV_SYSTEM_CERTS": "1", **os.environ}
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    try:
        return subprocess.run(words, stdout=output, stderr=output, env=env, check=False).returncode == 0
    except OSError:
        return False


def run_module(module: str, *words: str) -> None:
    """Run a module of ours in the new environment."""
    if (
        subprocess.run([PYTHON, "-P", "-m", module, *words], stdout=sys.stderr, check=False, cwd=CHECKOUT).returncode
        != 0
    ):
        raise InstallError(f"{module} did not succeed (the reason stands above)")


def lock() -> int:
    """Resolve every ``.in`` file to exact versions with hashes; no index address is written down."""
    words = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    words += ["--generate-hashes", "--no-emit-index-url", "--no-header"]
    for name in LOCKS:
        say(f"locking requirements/{name}.in")
        # From the checkout's root, since the lock names the .in file it came from.
        paths = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        if subprocess.run([*words, *paths], check=False, cwd=CHECKOUT).returncode != 0:
            return 1
    strip_addresses(CHECKOUT / "package-lock.json")
    return 0


def strip_addresses(path: Path) -> None:
    """Take out of npm's lock where the makers of packages receive gifts: a lock file names no address."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    return Path(sysconfig.get_path("purelib", "venv", vars={"base": str(VENV), "platbase": str(VENV)}))


def is_noted(name: str, source: Path) -> bool:
    stamp = VENV / f".{name}"
    return stamp.is_file() and stamp.read_bytes() == source.read_bytes()


def note(name: str, source: Path) -> None:
    """Remember that a step was done from ``source`` as it is now."""
    fresh = VENV / f".{name}.new"
    fresh.write_bytes(source.read_bytes())
    fresh.replace(VENV / f".{name}")


def say(text: str) -> None:
    print(f"fellestorg: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
