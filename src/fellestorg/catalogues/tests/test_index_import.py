"""The index's real values from the statistics bureau's file, and the two commands."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fellestorg.calloffs.tests.world import somebody
from fellestorg.catalogues.models import IndexValue, PriceRegulation
from fellestorg.catalogues.regulation.commands import index, regulation
from fellestorg.catalogues.regulation.importing import import_index
from fellestorg.catalogues.regulation.index import index_in_use
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event
from fellestorg.values import BadInput, Refused

NOW = datetime(2023, 11, 1, 9, tzinfo=clock.OSLO)
SSB = (
    '"konsumgruppe";"måned";"statistikkvariabel";"03013: Konsumprisindeks"\r\n'
    '"TOTAL Totalindeks";"2022M12";"Konsumprisindeks (2015=100)";125,0\r\n'
    '"TOTAL Totalindeks";"2023M09";"Konsumprisindeks (2015=100)";130,0\r\n'
)


def codes(text: str, series: str = "") -> set[tuple[int, str, str]]:
    done = import_index(text.encode(), series=series, actor=OPERATOR, now=NOW)
    assert done.accepted == 0 and not IndexValue.objects.exists()
    return {(one.row, one.field, one.code) for one in done.rejected}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_bureaus_own_file_is_read(db: None, encoding: str) -> None:
    done = import_index(SSB.encode(encoding), actor=OPERATOR, now=NOW)
    assert (done.read, done.accepted, done.new) == (2, 2, 2)
    used = index_in_use("KPI")
    assert used.imported and used.verified and used.source == "SSB tabell 03013"
    assert used.values == {date(2022, 12, 1): Decimal(125), date(2023, 9, 1): Decimal(130)}
    row = IndexValue.objects.first()
    assert row is not None and row.imported_by == OPERATOR.name and row.imported_at == NOW


def test_a_changed_value_replaces_the_old_and_the_log_keeps_what_it_was(db: None) -> None:
    import_index(SSB.encode(), actor=OPERATOR, now=NOW)
    done = import_index(b"month;value\n2022M12;125,0\n2023-09;130.4\n", series="kpi", actor=OPERATOR, now=NOW)
    assert (done.new, done.changed, done.unchanged) == (0, 1, 1)
    told = Event.objects.filter(verb="index_imported").latest("id").payload
    assert told["changed"] == [{"month": "2023-09-01", "before": "130", "after": "130.4"}]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("month;value\n2023M09;130", {(2, "series", "missing")}),
        ("series;month;value\nBKI;2023M09;130", {(2, "series", "unknown_index")}),
        ("series;month;value\nKPI;2023M13;130", {(2, "month", "not_a_month")}),
        ("series;month;value\nKPI;september;130", {(2, "month", "not_a_month")}),
        ("series;month;value\nKPI;2023M12;130", {(2, "month", "in_the_future")}),
        ("series;month;value\nKPI;2023M09;..", {(2, "value", "not_a_decimal")}),
        ("series;month;value\nKPI;2023M09;0", {(2, "value", "too_small")}),
        ("series;month;value\nKPI;2023M09;-3", {(2, "value", "too_small")}),
        ("series;month;value\nKPI;2023M09;130;x", {(2, "", "too_many_cells")}),
        ("series;month;value\nKPI;2023M09;130\nKPI;2023M09;131", {(3, "month", "month_twice")}),
        (
            "series;month;value;statistikkvariabel\nKPI;2023M09;3,3;12-måneders endring",
            {(2, "variable", "not_the_index")},
        ),
        ("series;month;value\nKPI;x;y\nKPI;2023M09;130", {(2, "month", "not_a_month"), (2, "value", "not_a_decimal")}),
    ],
)
def test_every_bad_row_is_named_and_nothing_is_written(db: None, text: str, found: set[tuple[int, str, str]]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"maaned;verdi\n1;2\n", b"series;month\nKPI;2023M09\n"])
def test_a_file_that_is_no_such_sheet_is_refused(db: None, content: bytes) -> None:
    with pytest.raises(BadInput):
        import_index(content, actor=OPERATOR, now=NOW)


def test_only_administrators_and_the_operator_bring_in_indexes(demo: None) -> None:
    with pytest.raises(Refused):
        import_index(SSB.encode(), actor=somebody("avtaleforvalter-kontor")[0], now=NOW)
    assert import_index(SSB.encode(), actor=somebody("si-admin")[0], now=NOW).new == 2


def test_the_command_imports_shows_and_rejects(demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kpi.csv"
    file.write_text("series;month;value\nKPI;2023M09;x\n", encoding="utf-8")
    assert index(["import", str(file), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["rejected"][0]["row"] == 2
    assert index(["show", "KPI", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is False
    file.write_text(SSB, encoding="utf-8")
    assert index(["import", str(file)]) == 0
    assert index(["show", "KPI"]) == 0
    assert "2023M09" in capsys.readouterr().out
    for words in (["import", str(tmp_path / "none.csv")], ["show", "BKI"], []):
        with pytest.raises(BadInput):
            index(words)


def test_the_command_previews_and_proposes_but_decides_nothing(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["forbruksmateriell", "forbruk", "--on", "2024-03-01"]
    assert regulation(["preview", *words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["index"]["value"] == "109.4" and len(answer["lines"]) > 100 and answer["rate"] == "0.03402647"
    assert regulation(["preview", *words]) == 0
    assert "ikke verifisert" in capsys.readouterr().out
    assert regulation(["propose", *words, "--reason", "Årlig regulering etter avtalen", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "proposed"
    assert PriceRegulation.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["preview", "forbruksmateriell", "forbruk", "--on", "2023-12-01"], Refused),
        (["preview", "forbruksmateriell", "forbruk", "--on", "1. mars"], BadInput),
        (["preview", "forbruksmateriell", "finnes-ikke", "--on", "2024-03-01"], BadInput),
        (["propose", "forbruksmateriell", "forbruk", "--on", "2024-03-01"], BadInput),
        (["preview", "pc-utstyr", "pc", "--on", "2024-03-01"], Refused),
        (["preview", "forbruksmateriell", "forbruk"], BadInput),
    ],
)
def test_what_the_command_cannot_do_it_says(demo: None, words: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        regulation(words)
