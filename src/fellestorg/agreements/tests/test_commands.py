"""``fellestorg ceiling``: showing and registering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fellestorg.agreements.commands import ceiling
from fellestorg.agreements.models import CeilingEntry, Lot
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

pytestmark = pytest.mark.usefixtures("demo")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = ceiling([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def buyer() -> str:
    return Organisation.objects.filter(kind="agency").order_by("id")[0].number


def test_every_lot_shows_its_ceiling_with_the_rules_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run(capsys, "show")
    assert code == 0
    assert len(answer["lots"]) == Lot.objects.count()
    assert {rule["id"] for rule in answer["rules"]} == {"FA-3", "LEDGER"}
    one = next(row for row in answer["lots"] if row["lot"] == "mac")
    assert float(one["used"]) + float(one["reserved"]) + float(one["left"]) == float(one["limit"])


def test_one_lot_shows_alone_and_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert ceiling(["show", "pc-utstyr", "mac"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pc-utstyr mac") and out.count("\n") == 1


@pytest.mark.parametrize("words", [["show", "nope"], ["show", "pc-utstyr", "nope"], ["show", "--bad"], ["sing"], []])
def test_what_does_not_exist_is_bad_input(words: list[str]) -> None:
    with pytest.raises(BadInput):
        ceiling(words)


def test_a_file_of_facts_is_registered_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "kjop.csv"
    file.write_text(
        "\ufeffavtale;delkontrakt;type;referanse;kjøper;beløp;dato;merknad\n"
        f"pc-utstyr;mac;elsewhere;A-1;{buyer()};1 234,50;31.10.2023;butikk\n"
        "mobil-2022;mobil;opening;O-1;;1000;;\n",
        encoding="utf-8",
    )
    before = CeilingEntry.objects.count()
    code, answer = run(capsys, "register", str(file))
    lots = answer.pop("lots")
    counts = {"read": 2, "accepted": 2, "rejected": [], "changes": {"registered": 2}, "warnings": []}
    assert (code, answer) == (0, counts)
    assert [(one["lot"], one["facts"], one["breached"]) for one in lots] == [("mobil", 1, False), ("mac", 1, False)]
    assert CeilingEntry.objects.count() == before + 2
    code, answer = run(capsys, "register", str(file))
    assert code == 2
    assert [(one["row"], one["field"], one["code"]) for one in answer["rejected"]] == [
        (2, "reference", "already_registered"),
        (3, "reference", "already_registered"),
    ]


def test_a_file_with_faults_names_each_by_line_and_field_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "kjop.csv"
    file.write_text(
        "agreement,lot,kind,reference,buyer,amount,on\n"
        f"pc-utstyr,mac,elsewhere,A-1,{buyer()},100.00,2023-10-31\n"
        "pc-utstyr,nope,elsewhere,A-2,123,12x,31.31.2023\n",
        encoding="utf-8",
    )
    before = CeilingEntry.objects.count()
    code, answer = run(capsys, "register", str(file))
    assert (code, answer["accepted"]) == (2, 0)
    assert {(one["row"], one["field"]) for one in answer["rejected"]} == {
        (3, "lot"),
        (3, "buyer"),
        (3, "amount"),
        (3, "on"),
    }
    assert CeilingEntry.objects.count() == before


def test_one_fact_is_registered_by_options(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["register", "--agreement", "pc-utstyr", "--lot", "mac", "--kind", "elsewhere", "--reference", "B-1"]
    code, answer = run(capsys, *words, "--buyer", buyer(), "--amount", "99,50", "--on", "2023-10-30")
    assert (code, answer["accepted"]) == (0, 1)
    with pytest.raises(BadInput):
        ceiling(words)


@pytest.mark.parametrize("content", [b"", b"agreement;lot\n", b"agreement;agreement\n", b"what;lot\n", b"\x00\x01"])
def test_a_file_of_another_kind_is_bad_input(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "kjop.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput):
        ceiling(["register", str(file)])


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        ceiling(["register", str(tmp_path / "nope.csv")])
