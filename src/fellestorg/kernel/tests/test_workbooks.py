"""Reading and making Excel workbooks."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.kernel import workbooks
from fellestorg.kernel.sheets import read_sheet
from fellestorg.kernel.workbooks import workbook_of, workbook_rows
from fellestorg.values import BadInput

COLUMNS = {"item": ("vare",), "price": ("pris", "beløp")}


def test_a_workbook_reads_like_the_same_rows_as_csv() -> None:
    made = workbook_of("Mal", ["Vare", "Pris"], [["A", "1,5"], ["", ""], ["B", "2"]])
    rows = read_sheet(made, COLUMNS, ("item",))
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (2, {"item": "A", "price": "1,5"}),
        (4, {"item": "B", "price": "2"}),
    ]


def test_numbers_days_and_truths_come_as_people_type_them() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [10, 12.5, "0012", True])
        sheet.write_datetime(0, 4, date(2023, 11, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # type: ignore[arg-type]
    assert list(workbook_rows(made.getvalue())) == [(1, ["10", "12.5", "0012", "1", "2023-11-01"])]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20), min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(cells: list[str]) -> None:
    headings = [f"c{index}" for index in range(len(cells))]
    rows = list(workbook_rows(workbook_of("Ark", headings, [cells])))
    read = dict(rows).get(2, [""] * len(cells))
    assert (read + [""] * len(cells))[: len(cells)] == [cell.strip() for cell in cells]


def _archive(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04not really", "not_a_workbook"),
        (_archive(b"<x/>"), "not_a_workbook"),
        (_archive(b"\0" * 20_000_000), "zip_bomb"),
        (workbook_of("Ark", ["vare"], [["A"]])[:-200], "not_a_workbook"),
    ],
    ids=["no archive", "no workbook in it", "unpacks to too much", "cut off"],
)
def test_what_is_no_honest_workbook_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_sheet(content, COLUMNS, ("item",))
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 1000)
    with pytest.raises(BadInput, match="pakker ut"):
        list(workbook_rows(workbook_of("Ark", ["vare"], [["A"]])))
