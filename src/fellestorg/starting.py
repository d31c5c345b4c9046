"""Getting the database ready: started or joined, its schema up to date. Loads Django only when it must."""

from __future__ import annotations

import gc
import hashlib
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from fellestorg import embedded
from fellestorg.values import Refused

_MIGRATION_LOCK = 0xFE11E
_HOUSE = Path(__file__).resolve().parent


def prepare_database(*, empty_allowed: bool = False) -> None:
    """Start or join the database, set Django up and bring the schema up to date.

    Raises Refused where there is nothing in the database yet, unless ``empty_allowed``.
    """
    start_database()
    setup_django()
    migrate()
    if not empty_allowed:
        from fellestorg.kernel.models import Installation

        if not Installation.objects.exists():
            raise Refused(
                "empty", "there is no data here yet; start with ./fellestorg run, or ./fellestorg demo to look around"
            )


def start_database() -> None:
    """Start or join the embedded server; or see that the one ``DATABASE_URL`` names answers and is not too old."""
    url = os.environ.get("DATABASE_URL")
    if url:
        embedded.require_supported(url)
    else:
        embedded.acquire(embedded.default_data_dir())


@dataclass(frozen=True, slots=True)
class Standing:
    """What a database holds before anything is prepared: a ``demo``, a ``real`` installation, or nothing (empty).

    ``current``: its schema is this version's.
    """

    kind: str = ""
    current: bool = False


def standing() -> Standing:
    """What the database holds, asked without loading Django."""
    import psycopg

    settings = embedded.database_settings()
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: settings[key] for key, name in names.items() if settings[key]}
    try:
        with psycopg.connect(**given, **settings.get("OPTIONS", {})) as connection:
            row = connection.execute(
                "SELECT kind, obj_description('public'::regnamespace, 'pg_namespace') FROM kernel_installation"
            ).fetchone()
    except psycopg.Error:
        return Standing()
    return Standing(row[0], row[1] == schema_mark()) if row else Standing()


def setup_django() -> None:
    """Set Django up, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fellestorg.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        # What is loaded is there to stay: going through it for garbage again and again is a tenth of a start.
        gc.disable()
        try:
            django.setup()
        finally:
            gc.freeze()
            gc.enable()


def migrate() -> None:
    """Bring the schema up to date. A mark on the schema says which migrations it has, so a later start reads one row."""
    from django.db import connection

    wanted = schema_mark()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
        if cursor.fetchone()[0] == wanted:
            return
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            from django.core.management import call_command

            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            cursor.execute(f"COMMENT ON SCHEMA public IS '{wanted}'")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def schema_mark() -> str:
    """What the schema is marked with when every migration of this version is applied."""
    found = hashlib.sha256()
    for package in ("django", "procrastinate"):
        found.update(f"{package} {version(package)}\n".encode())
    for path in sorted(_HOUSE.glob("*/migrations/*.py")):
        found.update(path.relative_to(_HOUSE).as_posix().encode() + path.read_bytes())
    return f"fellestorg {found.hexdigest()[:32]}"
