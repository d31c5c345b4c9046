"""Files as rows: three formats alike, people left out, and files that are not what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.travel.bookings.reading import Rows, read
from fellestorg.travel.bookings.tests.rows import as_csv, as_json, as_workbook, flight
from fellestorg.values import BadInput

ROWS = [flight("A1"), flight("A2", supplier="Norwegian", paid="999.5")]


def opened(folder: Path, content: bytes) -> Rows:
    path = folder / "fil"
    path.write_bytes(content)
    return read(path, {"transaksjon": "reference"})


def cells(folder: Path, content: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for stretch in opened(folder, content).stretches for row in stretch]


FORMATS = [
    as_csv(ROWS),
    as_csv(ROWS, ",", "utf-8"),
    as_csv(ROWS, "\t", "cp1252"),
    as_json(ROWS),
    as_json(ROWS).replace(b'"999.5"', b"999.5"),
    as_workbook(ROWS),
]


@pytest.mark.parametrize("content", FORMATS, ids=["semicolon", "comma", "tab", "json", "json-numbers", "workbook"])
def test_every_format_gives_the_same_rows(content: bytes, tmp_path: Path) -> None:
    assert cells(tmp_path, content) == ROWS


def test_columns_about_people_and_columns_nobody_knows_are_not_read_and_named(tmp_path: Path) -> None:
    row = flight() | {"Reisende": "Kari Nordmann", "Fødselsdato": "010190", "Mobil": "90000000", "Bonus": "gull"}
    rows = opened(tmp_path, as_csv([row]))
    assert [(one.column, one.code) for one in rows.dropped] == [
        ("Reisende", "personal_data"),
        ("Fødselsdato", "personal_data"),
        ("Mobil", "personal_data"),
        ("Bonus", "unknown_column"),
    ]
    assert [row.cells for stretch in rows.stretches for row in stretch] == [flight()]


def test_a_source_may_have_headings_of_its_own_and_norwegian_ones_are_known(tmp_path: Path) -> None:
    content = as_csv(ROWS).replace(b"reference;", b"Transaksjon;").replace(b";paid", b";Betalt pris")
    assert cells(tmp_path, content) == ROWS


def test_origin_and_destination_stand_in_for_the_route(tmp_path: Path) -> None:
    row = {name: value for name, value in flight().items() if name != "place"} | {"fra": "OSL", "til": "TRD"}
    assert cells(tmp_path, as_csv([row]))[0]["origin"] == "OSL"


BAD = [
    (b"", "empty_file"),
    (b"   \n", "empty_file"),
    (b"reference;paid\nA;1\n", "missing_column"),
    (as_csv(ROWS).replace(b"supplier", b"reference"), "column_twice"),
    (as_csv(ROWS) + b'"open;', "not_csv"),
    (as_csv(ROWS).replace(b"A1", b"A\x001"), "not_text"),
    (b"PK\x03\x04 not a zip", "not_a_workbook"),
    (b"[" * 100_000, "not_json"),
    (b'{"bookings": [1]}', "not_bookings"),
    (b"[]", "not_bookings"),
    (b'{"bookings": "x"}', "not_bookings"),
]


@pytest.mark.parametrize(("content", "code"), BAD, ids=[f"{code}-{i}" for i, (_content, code) in enumerate(BAD)])
def test_a_file_that_cannot_be_read_is_told_as_a_whole(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        cells(tmp_path, content)
    assert code in {problem.code for problem in error.value.problems}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for start in (b"", as_csv(ROWS), b'[{"reference": '):
        try:
            cells(tmp_path, start + content)
        except BadInput as error:
            assert error.problems
