"""The doctor says one thing a line, in words that tell what to do, and knows when the product can run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fellestorg.embedded import doctor
from fellestorg.embedded.doctor import Finding


@pytest.mark.slow
def test_this_machine_can_run_fellestorg_and_is_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert doctor.main(["--json", "--data-dir", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["can_run"] is True
    assert {check["check"]: check["verdict"] for check in answer["checks"]}["database"] == "ok"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("system", "processor", "libc", "verdict", "word"),
    [
        ("Linux", "x86_64", ("glibc", "2.36"), "ok", "glibc"),
        ("Linux", "aarch64", ("glibc", "2.28"), "ok", "glibc"),
        ("Linux", "x86_64", ("glibc", "2.17"), "mend", "2.28"),
        ("Linux", "x86_64", ("", ""), "mend", "Alpine"),
        ("Linux", "riscv64", ("glibc", "2.36"), "mend", "arm64"),
        ("Darwin", "arm64", ("", ""), "note", "Linux"),
        ("Windows", "AMD64", ("", ""), "mend", "WSL"),
    ],
)
def test_machines(system: str, processor: str, libc: tuple[str, str], verdict: str, word: str) -> None:
    finding = doctor.machine(system, processor, libc)
    assert finding.verdict == verdict
    assert word in finding.text


def test_one_thing_to_mend_is_enough_to_say_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    findings = [Finding("a", "ok", "fine"), Finding("b", "note", "less"), Finding("c", "mend", "do this")]
    monkeypatch.setattr(doctor, "examine", lambda data_dir: iter(findings))
    assert doctor.main([]) == 1
    assert "mend  c  do this" in capsys.readouterr().out.splitlines()
    monkeypatch.setattr(doctor, "examine", lambda data_dir: iter(findings[:2]))
    assert doctor.main([]) == 0


def test_a_data_folder_behind_a_file_must_be_mended(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert doctor.data_folder(tmp_path / "file" / "data").verdict == "mend"
    assert doctor.data_folder(tmp_path / "data").verdict == "ok"


def test_a_database_address_that_cannot_be_read_must_be_mended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://h/x")
    assert doctor.database(tmp_path).verdict == "mend"


def test_an_old_node_is_replaced_not_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in (("node", "echo v18.1.0"), ("npm", ":")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.node() == Finding("Node.js", "note", "v18.1.0; a newer one is installed in .venv when needed")
    monkeypatch.setenv("PATH", os.devnull)
    assert doctor.node().verdict == "note"
    assert doctor.browser().verdict == "note"


def test_a_full_disk_and_little_memory_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "NEEDED_DISK", 10**18)
    monkeypatch.setattr(doctor, "NEEDED_MEMORY", 10**18)
    assert doctor.disk(tmp_path).verdict == "mend"
    assert doctor.memory().verdict == "note"


def test_root_that_may_not_step_down_is_told_to_be_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 0)
    monkeypatch.setattr(doctor.ways, "works", lambda way: False)
    assert doctor.root().verdict == "mend"
    monkeypatch.setattr(doctor.ways, "works", lambda way: way == doctor.ways.AS_NOBODY)
    assert "nobody" in doctor.root().text
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000)
    assert doctor.root().verdict == "ok"
