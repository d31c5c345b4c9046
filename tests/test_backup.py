"""What restore refuses before it touches anything, and that a failed one leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from fellestorg import backup
from fellestorg.values import BadInput, Refused


def archive(path: Path, parts: dict[str, bytes], **manifest: Any) -> Path:
    """A file as dump writes it, or almost."""
    told = {
        "format": 1,
        "version": "0.1.0",
        "kind": "real",
        "made_at": "2026-01-01T00:00:00+00:00",
        "root_head": "",
        "migrations": [],
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
        **manifest,
    }
    with tarfile.open(path, "w") as made:
        for name, content in {"manifest.json": json.dumps(told).encode(), **parts}.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            made.addfile(about, io.BytesIO(content))
    return path


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "fresh"
    monkeypatch.setenv("FELLESTORG_DATA_DIR", str(folder))
    return folder


@pytest.mark.parametrize(
    ("parts", "manifest", "said"),
    [
        ({"database.dump": b"x", "../../etc/passwd": b"x"}, {}, "not a file that fellestorg dump wrote"),
        ({"database.dump": b"x", "other": b"x"}, {}, "not a file that fellestorg dump wrote"),
        ({"secret_key": b"x"}, {}, "does not hold what"),
        ({"database.dump": b"x"}, {"sha256": {"database.dump": "0" * 64}}, "not as it was written"),
        ({"database.dump": b"x"}, {"sha256": {"database.dump": "x", "secret_key": "x"}}, "does not hold what"),
        ({"database.dump": b"x"}, {"sha256": ["database.dump"]}, "manifest cannot be read"),
        ({"database.dump": b"x"}, {"migrations": None}, "manifest cannot be read"),
    ],
)
def test_a_file_that_dump_did_not_write_is_refused(
    target: Path, tmp_path: Path, parts: dict[str, bytes], manifest: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        backup.restore([str(archive(tmp_path / "file", parts, **manifest))])
    assert not target.exists()


@pytest.mark.parametrize("manifest", [{"format": 2}, {"migrations": ["kernel.9999_from_the_future"]}])
def test_a_file_of_a_newer_version_is_refused(target: Path, tmp_path: Path, manifest: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"newer|does not know"):
        backup.restore([str(archive(tmp_path / "file", {"database.dump": b"x"}, **manifest))])
    assert not target.exists()


@pytest.mark.parametrize("name", ["postgres", "secret_key", "account_key", "root-heads.log"])
def test_a_folder_that_holds_anything_of_ours_is_refused_and_left_alone(
    target: Path, tmp_path: Path, name: str
) -> None:
    target.mkdir()
    (target / name).write_text("mine")
    with pytest.raises(Refused, match=name):
        backup.restore([str(archive(tmp_path / "file", {"database.dump": b"x"}))])
    assert (target / name).read_text() == "mine"


def test_heads_after_the_instant_of_the_dump_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "root-heads.log"
    lines = [f"2026-01-01T00:00:0{seq}Z {seq}:{'a' * 64}\n" for seq in (1, 2, 3)]
    path.write_text("".join(lines))
    assert b"".join(backup._heads_until(path, 2)).decode() == "".join(lines[:2])
    assert list(backup._heads_until(tmp_path / "none", 2)) == []


def test_a_password_is_not_seen_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kari:hemmelig@db.example:5433/torg?sslmode=require")
    found = backup._environment()
    names = ("PGUSER", "PGPASSWORD", "PGHOST", "PGPORT", "PGDATABASE", "PGSSLMODE")
    assert [found[name] for name in names] == ["kari", "hemmelig", "db.example", "5433", "torg", "require"]
