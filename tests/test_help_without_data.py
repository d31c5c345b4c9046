"""Help is for whoever has nothing yet: no command needs data to say how it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("verb", ["catalogue", "setup"])
def test_a_command_says_how_it_is_used_where_there_is_no_data(verb: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    words = [sys.executable, "-m", "fellestorg", verb, "--help", "--data-dir", str(tmp_path / "none")]
    said = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    assert said.returncode == 0 and said.stdout.startswith(f"usage: fellestorg {verb}")
    assert not list((tmp_path / "none").glob("postgres*"))
