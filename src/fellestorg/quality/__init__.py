"""The house's own checks: ``fellestorg test``, ``fellestorg check`` and ``fellestorg messages``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def test(argv: list[str]) -> int:
    """Run the tests in parallel on a throw-away database server. Words after ``test`` go to pytest as they are."""
    # One more than there are processors: a test waits now and then for its database, server or browser.
    workers = str((os.cpu_count() or 2) + 1)
    parallel = [] if any(word.startswith("-n") for word in argv) else ["-n", workers, "--dist", "loadgroup"]
    return _run([sys.executable, "-m", "pytest", *parallel, *argv])


def check(argv: list[str]) -> int:
    """Run every static check, all of them even when one fails, and say at the end which did. Names pick some of them."""
    unknown = [name for name in argv if name not in _CHECKS]
    if unknown:
        print(f"fellestorg check: expected some of {', '.join(_CHECKS)}, found {', '.join(unknown)}", file=sys.stderr)
        return 2
    failed = []
    for name, run in _CHECKS.items():
        if argv and name not in argv:
            continue
        print(f"== {name}", flush=True)
        if run() != 0:
            failed.append(name)
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all is well'}")
    return 1 if failed else 0


def messages(argv: list[str]) -> int:
    """Collect texts to translate, compile translations or list what is missing: ``messages collect|compile|check``."""
    from fellestorg.ui.messages import main

    return main(argv)


def _run(command: list[str]) -> int:
    return subprocess.run(command, cwd=CHECKOUT, check=False).returncode


def _tool(*words: str) -> Callable[[], int]:
    return lambda: _run([sys.executable, "-m", *words])


def _layers() -> int:
    return _run([str(Path(sys.executable).with_name("lint-imports")), "--no-cache"])


def _translations() -> int:
    return messages(["check"])


def _migrations() -> int:
    from fellestorg.quality.rules import missing_migrations

    return missing_migrations()


def _theme() -> int:
    from fellestorg.ui import theme_check

    problems = theme_check.problems()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _house() -> int:
    from fellestorg.quality.rules import house_rules

    return house_rules(CHECKOUT)


_CHECKS: dict[str, Callable[[], int]] = {
    "lint": _tool("ruff", "check", "src", "tests"),
    "format": _tool("ruff", "format", "--check", "src", "tests"),
    "types": _tool("mypy"),
    "layers": _layers,
    "translations": _translations,
    "migrations": _migrations,
    "theme": _theme,
    "house": _house,
}
