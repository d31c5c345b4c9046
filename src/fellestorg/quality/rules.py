"""House rules that no ready-made tool knows."""

from __future__ import annotations

import re
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

_LONGEST_MODULE = 450
_LOCKS = ("requirements/base.txt", "requirements/dev.txt", "requirements/node.txt", "requirements/uv.txt")


def house_rules(checkout: Path) -> int:
    """Print every breach of the house rules in what git tracks, and return 1 where there is one."""
    breaches = list(_breaches(checkout, _tracked(checkout)))
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


def missing_migrations() -> int:
    """Whether the models and the migrations tell the same story. Needs no database."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fellestorg.settings")
    import django
    from django.core.management import call_command

    django.setup()
    # Without a database Django cannot see what was applied, which is not what is asked here.
    warnings.filterwarnings("ignore", "Got an error checking a consistent migration history", RuntimeWarning)
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, skip_checks=True)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _tracked(checkout: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=False)
    if listed.returncode != 0:
        return [path.relative_to(checkout) for path in checkout.glob("src/**/*") if path.is_file()]
    names = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [name for name in names if (checkout / name).is_file()]


def _breaches(checkout: Path, files: list[Path]) -> Iterator[str]:
    address = re.compile(r"https?://")
    for name in files:
        path = checkout / name
        if name.suffix == ".py" and name.parts[0] == "src" and "migrations" not in name.parts:
            lines = path.read_text().count("\n")
            if lines > _LONGEST_MODULE:
                yield f"{name}: {lines} lines; split it by idea (about 400 at the most)"
        if name.as_posix() in _LOCKS or name.name in ("package-lock.json", ".npmrc"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if address.search(line):
                    yield f"{name}:{number}: a lock file names no address (./fellestorg lock takes them out)"
    for lock in _LOCKS:
        text = (checkout / lock).read_text() if (checkout / lock).exists() else ""
        if text and "--hash=sha256:" not in text:
            yield f"{lock}: every package is locked with hashes"
