"""``fellestorg dump`` and ``fellestorg restore``: a whole installation as one file, and back.

The file is a tar archive: the database as ``pg_dump`` writes it, the keys from the data folder, the root heads, and a
manifest that names version, schema, root head and the SHA-256 of each part. It holds everything the data folder holds,
keys included, so it must be kept as secret as that. Sessions are left out: whoever was signed in signs in anew.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fellestorg
from fellestorg import embedded
from fellestorg.embedded.commands import program
from fellestorg.starting import prepare_database, setup_django, standing, start_database
from fellestorg.values import BadInput, Refused

FORMAT = 1
_KEYS = ("secret_key", "account_key", "tender_key")
_MANIFEST, _DATABASE, _HEADS = "manifest.json", "database.dump", "root-heads.log"
_PARTS = (_MANIFEST, _DATABASE, _HEADS, *_KEYS)
_LARGEST_MANIFEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    version: str
    kind: str
    made_at: str
    head: str
    migrations: tuple[str, ...]
    parts: dict[str, str]

    def as_json(self) -> bytes:
        told = {
            "format": FORMAT,
            "version": self.version,
            "kind": self.kind,
            "made_at": self.made_at,
            "root_head": self.head,
            "migrations": list(self.migrations),
            "sha256": self.parts,
        }
        return (json.dumps(told, indent=1) + "\n").encode()


def dump(argv: list[str]) -> int:
    """``dump FILE [--json]``: write the whole installation to a new file, while it runs or not.

    Everything in it is from one instant. The file is its owner's alone, and whole or not there at all. Raises BadInput
    where the file exists or cannot be written.
    """
    parser = argparse.ArgumentParser("fellestorg dump", description="Write the whole installation to one file.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    target = Path(words.file)
    if target.exists():
        raise BadInput.of(words.file, "exists", "the file is there already; name a new one")
    prepare_database()
    try:
        with tempfile.TemporaryDirectory(prefix=".fellestorg-dump-", dir=target.resolve().parent) as folder:
            manifest = _gather(Path(folder))
            _pack(Path(folder), manifest, target)
    except OSError as error:
        raise BadInput.of(words.file, "cannot_write", error.strerror or str(error)) from None
    _tell(words.json, {"file": str(target), "root_head": manifest.head, "bytes": target.stat().st_size})
    return 0


def restore(argv: list[str]) -> int:
    """``restore FILE [--json]``: bring an installation back, into an empty data folder (``--data-dir``) or the empty
    database that ``DATABASE_URL`` names. Then walk the event log and compare its root head with the archive's.

    Raises BadInput for a file that is damaged or no such archive, Refused where it was made by a newer version or the
    target is not empty. What a failed restore made is taken away again.
    """
    parser = argparse.ArgumentParser("fellestorg restore", description="Bring an installation back.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    data_dir = embedded.default_data_dir()
    _require_empty_folder(data_dir)
    existed = data_dir.exists()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as folder:
            manifest = _unpack(Path(words.file), Path(folder))
            _require_known_schema(manifest)
            start_database()
            _require_empty_database()
            _load(Path(folder) / _DATABASE)
            for name in (_HEADS, *_KEYS):
                if name in manifest.parts:
                    _keep(Path(folder) / name, data_dir / name)
        return _verify(manifest, as_json=words.json)
    except BaseException:
        _take_away(data_dir, existed=existed)
        raise


def _gather(folder: Path) -> Manifest:
    """Put the parts in a folder, the database as it stands at one instant."""
    from django.db import connection, transaction
    from django.db.migrations.recorder import MigrationRecorder

    from fellestorg.catalogues.intake.bulk import hold_tables
    from fellestorg.kernel import clock, root_heads
    from fellestorg.kernel.models import Installation, RootSeal

    root_heads.seal()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        hold_tables(cursor)
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        last = RootSeal.objects.order_by("-seq").first()
        seq, head = (last.seq, f"{last.seq}:{last.hash}") if last else (0, "")
        applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        kind, made_at = Installation.objects.values_list("kind", flat=True).get(), clock.now().isoformat()
        words = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        words += ["--exclude-table-data=django_session", f"--file={folder / _DATABASE}"]
        done = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("pg_dump", f"the database could not be dumped: {done.stderr.strip()[-500:]}")
    # Not past the instant of the dump: a head that the dump does not have would look like a cut tail.
    (folder / _HEADS).write_bytes(b"".join(_heads_until(root_heads.head_file(), seq)))
    for name in _KEYS:
        kept = embedded.default_data_dir() / name
        if kept.exists():
            shutil.copyfile(kept, folder / name)
    parts = {name: _sha256(folder / name) for name in _PARTS if (folder / name).exists()}
    return Manifest(fellestorg.__version__, kind, made_at, head, tuple(applied), parts)


def _heads_until(path: Path, seq: int) -> Iterator[bytes]:
    if path.exists():
        for line in path.read_bytes().splitlines(keepends=True):
            number = line.partition(b" ")[2].partition(b":")[0]
            if number.isdigit() and int(number) <= seq:
                yield line


def _pack(folder: Path, manifest: Manifest, target: Path) -> None:
    """Write the archive beside its place and move it there."""
    making = folder / "archive"
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            content = manifest.as_json()
            about = tarfile.TarInfo(_MANIFEST)
            about.size, about.mode = len(content), 0o600
            archive.addfile(about, io.BytesIO(content))
            for name in manifest.parts:
                about = archive.gettarinfo(folder / name, name)
                about.mode, about.uid, about.gid, about.uname, about.gname = 0o600, 0, 0, "", ""
                with (folder / name).open("rb") as part:
                    archive.addfile(about, part)
        file.flush()
        os.fsync(file.fileno())
    # Linking fails where somebody was first; nothing is ever written over.
    target.hardlink_to(making)


def _unpack(file: Path, folder: Path) -> Manifest:
    """Take the parts out and see that each is as it was written."""
    try:
        with tarfile.open(file, mode="r:") as archive:
            found = archive.getmembers()
            names = [one.name for one in found]
            if not names or names[0] != _MANIFEST or len(set(names)) != len(names) or set(names) - set(_PARTS):
                raise BadInput.of(str(file), "not_an_archive", "this is not a file that fellestorg dump wrote")
            if any(not one.isreg() for one in found) or found[0].size > _LARGEST_MANIFEST:
                raise BadInput.of(str(file), "not_an_archive", "this is not a file that fellestorg dump wrote")
            for one in found:
                source = archive.extractfile(one)
                assert source is not None
                with os.fdopen(os.open(folder / one.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as part:
                    shutil.copyfileobj(source, part)
    except (tarfile.TarError, EOFError) as error:
        raise BadInput.of(str(file), "damaged", f"the file is damaged or no archive: {error}") from None
    except OSError as error:
        raise BadInput.of(str(file), "cannot_read", error.strerror or str(error)) from None
    manifest = _read_manifest(file, (folder / _MANIFEST).read_bytes())
    if set(manifest.parts) != set(names) - {_MANIFEST} or _DATABASE not in manifest.parts:
        raise BadInput.of(str(file), "damaged", "the file does not hold what its manifest says")
    for name, digest in manifest.parts.items():
        if _sha256(folder / name) != digest:
            raise BadInput.of(str(file), "damaged", f"{name} in the file is not as it was written (SHA-256)")
    return manifest


def _read_manifest(file: Path, content: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(content)
        if told["format"] > FORMAT:
            raise Refused("newer", f"the file was made by a newer Fellestorg ({told['version']}); install that first")
        return Manifest(
            str(told["version"]),
            str(told["kind"]),
            str(told["made_at"]),
            str(told["root_head"]),
            tuple(map(str, told["migrations"])),
            {str(name): str(digest) for name, digest in told["sha256"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput.of(str(file), "damaged", f"the manifest cannot be read: {error}") from None


def _require_known_schema(manifest: Manifest) -> None:
    """An older schema is brought up to date after the restore; a newer one cannot be understood."""
    unknown = sorted(set(manifest.migrations) - _our_migrations())
    if unknown:
        raise Refused(
            "newer",
            f"the file was made by Fellestorg {manifest.version}, whose database has changes that this version "
            f"({fellestorg.__version__}) does not know ({unknown[0]}); install that version or a newer one",
        )


def _our_migrations() -> set[str]:
    """Every migration of this version. Asked in a process of its own: Django must not see the data folder before its
    keys are in place, for then it would make others."""
    code = (
        "import sys, tempfile, os\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    os.environ.update(FELLESTORG_DATA_DIR=folder, DJANGO_SETTINGS_MODULE='fellestorg.settings')\n"
        "    import django; django.setup()\n"
        "    from django.db.migrations.loader import MigrationLoader\n"
        "    print('\\n'.join('.'.join(key) for key in MigrationLoader(None).disk_migrations))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def _require_empty_folder(data_dir: Path) -> None:
    there = [name for name in ("postgres", *_KEYS, _HEADS) if (data_dir / name).exists()]
    if there:
        raise Refused(
            "not_empty",
            f"{data_dir} holds an installation already ({', '.join(there)}); name an empty folder with --data-dir",
        )


def _require_empty_database() -> None:
    words = [program("psql"), "-At", "-c", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"]
    done = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("psql", f"the database does not answer: {done.stderr.strip()[-500:]}")
    if done.stdout.strip() != "0" or standing().kind:
        raise Refused("not_empty", "the database is not empty; name one that is")


def _load(database: Path) -> None:
    words = [program("pg_restore"), "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    environment = _environment()
    words += [f"--dbname={environment['PGDATABASE']}", str(database)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("pg_restore", f"the database could not be restored: {done.stderr.strip()[-500:]}")


def _verify(manifest: Manifest, *, as_json: bool) -> int:
    """Walk the restored log and compare its head with the archive's."""
    setup_django()
    prepare_database()
    from fellestorg.kernel import audit
    from fellestorg.kernel.events import RootHead

    found = audit.verify(RootHead.parse(manifest.head) if manifest.head else None)
    same = str(found.head) == manifest.head or not manifest.head
    answer = {
        "made_at": manifest.made_at,
        "root_head": str(found.head),
        "same_head": same,
        "events": found.events,
        "covered_rows": found.covered_rows,
        "faults": len(found.faults),
    }
    _tell(as_json, answer)
    if found.faults or not same:
        first = found.faults[0] if found.faults else None
        why = f"{first.table} {first.row}: {first.text}" if first else "the root head is another"
        raise Refused("not_as_written", f"what was restored is not as it was written: {why}")
    return 0


def _take_away(data_dir: Path, *, existed: bool) -> None:
    """Leave the folder as it was. A database of somebody else's is rolled back by the restore itself. Cleaning up must
    not hide what went wrong."""
    with contextlib.suppress(Exception):
        if not os.environ.get("DATABASE_URL"):
            connections = sys.modules.get("django.db")
            if connections is not None:
                connections.connection.close()
            embedded.erase(data_dir)
    for name in (_HEADS, *_KEYS):
        (data_dir / name).unlink(missing_ok=True)
    if not existed:
        with contextlib.suppress(OSError):
            data_dir.rmdir()


def _environment() -> dict[str, str]:
    """Ours, with the database's address where PostgreSQL's programs look for it: not on the command line, where every
    user of the machine could read a password."""
    settings = embedded.database_settings()
    names = {"NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
    given = {name: str(settings[key]) for key, name in names.items() if settings[key]}
    options = {f"PG{name.upper()}": str(value) for name, value in settings.get("OPTIONS", {}).items() if name != "pool"}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, **given, **options}


def _keep(source: Path, target: Path) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(source.read_bytes())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tell(as_json: bool, answer: dict[str, object]) -> None:
    if as_json:
        print(json.dumps(answer, indent=1))
        return
    for name, value in answer.items():
        print(f"{name.replace('_', ' ')}: {value}")
