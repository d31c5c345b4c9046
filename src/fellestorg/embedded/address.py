"""Which database the product uses: the one ``DATABASE_URL`` names, else the embedded one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fellestorg.embedded.client import django_entry
from fellestorg.embedded.places import DATABASE, Folder

OLDEST = 17


def default_data_dir() -> Path:
    """``FELLESTORG_DATA_DIR``, else ``var`` in the checkout, else (installed) the user's own data folder."""
    chosen = os.environ.get("FELLESTORG_DATA_DIR")
    if chosen:
        return Path(chosen)
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(home) / "fellestorg"


def database_settings() -> dict[str, Any]:
    """The ``default`` entry of Django's ``DATABASES``. Starts and asks nothing: ``acquire`` starts the server."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return external(url)
    return django_entry(Folder.of(default_data_dir()).socket_dir, os.environ.get("FELLESTORG_DATABASE") or DATABASE)


def external(url: str) -> dict[str, Any]:
    """Read ``postgresql://user:password@host:port/name?option=value`` into an entry of Django's ``DATABASES``.

    ``?host=/folder`` means a Unix socket. Asks nothing of the server; ``require_supported`` does. Raises
    ``values.BadInput`` naming ``DATABASE_URL`` (never the password).
    """
    from fellestorg.values import BadInput

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadInput.of("DATABASE_URL", "bad_address", f"cannot be read: {error}") from error
    if parts.scheme not in ("postgresql", "postgres"):
        expected = "expected postgresql://user:password@host:port/name"
        raise BadInput.of("DATABASE_URL", "bad_address", f"{expected}, found the scheme {parts.scheme!r}")
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not name:
        raise BadInput.of("DATABASE_URL", "no_database", "expected the database's name after the host: /name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }


def require_supported(url: str) -> str:
    """Connect to the server ``url`` names and return its version; ``values.Refused`` if it is older than 17 or gone."""
    import psycopg

    from fellestorg.values import Refused

    external(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1:] or ["no answer"]
        raise Refused(
            "database_unreachable", f"the database that DATABASE_URL names does not answer: {reason[0]}"
        ) from error
    version = f"{number // 10000}.{number % 10000}"
    if number < OLDEST * 10000:
        raise Refused(
            "database_too_old",
            f"the database that DATABASE_URL names runs PostgreSQL {version}; Fellestorg needs {OLDEST} or newer",
        )
    return version
