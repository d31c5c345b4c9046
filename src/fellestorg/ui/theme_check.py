"""The committed theme is what the Designsystemet CLI builds from our own tokens.

``python -m fellestorg.ui.theme_check`` compares, with ``--write`` it builds the theme anew. Both need the packages that
``python -m fellestorg.ui.vendor --dev`` installs; a demo needs neither.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fellestorg.ui.vendor import CHECKOUT, HERE

THEME = HERE / "static" / "fellestorg" / "theme.css"
CONFIG = CHECKOUT / "design-tokens" / "fellestorg.config.json"
LOCK = CHECKOUT / "package-lock.json"
# What was compared last and found to agree; building takes long, and the check and the tests both ask.
AGREED = CHECKOUT / "var" / "theme.agreed"
CLI = CHECKOUT / "node_modules" / "@digdir" / "designsystemet" / "dist" / "bin" / "designsystemet.js"


def can_build() -> bool:
    """Whether the theme builder is installed here."""
    return CLI.is_file() and CONFIG.is_file() and shutil.which("node") is not None


def build() -> str:
    """The theme that the tokens give today. Some ten seconds. Raises CalledProcessError where the CLI fails."""
    with tempfile.TemporaryDirectory() as folder:
        tokens, built = Path(folder, "tokens"), Path(folder, "built")
        _run("create", "--config", str(CONFIG), "--out-dir", str(tokens))
        _run("build", "--config", str(CONFIG), "--tokens", str(tokens), "--out-dir", str(built))
        return (built / "fellestorg.css").read_text()


def problems() -> list[str]:
    """What is wrong with the committed theme; nothing where the builder is not installed. What was once found to agree is
    not built anew as long as tokens, builder and theme are the same."""
    if not can_build():
        return []
    compared = _fingerprint()
    if AGREED.is_file() and AGREED.read_text() == compared:
        return []
    if build() == THEME.read_text():
        AGREED.parent.mkdir(parents=True, exist_ok=True)
        AGREED.write_text(compared)
        return []
    return ["ui/static/fellestorg/theme.css is not what design-tokens/ gives; run fellestorg.ui.theme_check --write"]


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in (CONFIG, LOCK, CLI, THEME):
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _run(*words: str) -> None:
    node = str(shutil.which("node"))
    subprocess.run([node, str(CLI), "tokens", *words], cwd=CHECKOUT, check=True, capture_output=True)


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        THEME.write_text(build())
    else:
        sys.exit("\n".join(problems()) or 0)
