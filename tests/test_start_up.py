"""What a start costs: the heavy libraries are loaded only by the work that needs them."""

from __future__ import annotations

import os
import subprocess
import sys

HEAVY = ("ortools", "numpy", "pandas", "typst", "lxml", "playwright")


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print('\\n'.join(sys.modules))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "fellestorg.settings"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_serving_pages_loads_no_heavy_library() -> None:
    assert not loaded_after("import django; django.setup(); import fellestorg.urls, fellestorg.server") & set(HEAVY)


def test_commands_without_a_database_load_neither_django_nor_heavy_libraries() -> None:
    loaded = loaded_after("import fellestorg.engines.evaluation.commands, fellestorg.law.commands, fellestorg.cli")
    assert not loaded & {*HEAVY, "django", "psycopg"}
