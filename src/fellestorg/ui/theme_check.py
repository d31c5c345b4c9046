"""The committed theme is what the Designsystemet CLI builds from our own tokens.

``python -m fellestorg.ui.theme_check`` compares, with ``--write`` it builds the theme anew. Both need the packages that
``python -m fellestorg.ui.vendor --dev`` installs; a demo needs neither.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fellestorg.ui.vendor import CHECKOUT, HERE

THEME = HERE / "static" / "fellestorg" / "theme.css"
CONFIG = CHECKOUT / "design-tokens" / "fellestorg.config.json"
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
    """What is wrong with the committed theme; nothing where the builder is not installed."""
    if not can_build() or build() == THEME.read_text():
        return []
    return ["ui/static/fellestorg/theme.css is not what design-tokens/ gives; run fellestorg.ui.theme_check --write"]


def _run(*words: str) -> None:
    node = str(shutil.which("node"))
    subprocess.run([node, str(CLI), "tokens", *words], cwd=CHECKOUT, check=True, capture_output=True)


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        THEME.write_text(build())
    else:
        sys.exit("\n".join(problems()) or 0)
