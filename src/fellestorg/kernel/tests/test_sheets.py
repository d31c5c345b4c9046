"""Reading the CSV files that people make."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, day_in, decimal_in, read_sheet, truth_in
from fellestorg.values import BadInput

COLUMNS = {"item": ("vare",), "price": ("pris", "beløp")}


def read(text: str | bytes) -> list[tuple[int, dict[str, str]]]:
    content = text if isinstance(text, bytes) else text.encode()
    return [(row.number, dict(row.cells)) for row in read_sheet(content, COLUMNS, ("item",))]


ONE = [(2, {"item": "A", "price": "1,5"})]


@pytest.mark.parametrize(
    "text",
    [
        "item;price\nA;1,5\n",
        "\ufeffVARE;Pris\r\n A ; 1,5 \r\n",
        'item,price\nA,"1,5"\n',
        "item\tprice\nA\t1,5\n",
        "vare;beløp\nA;1,5\n".encode("cp1252"),
    ],
)
def test_files_are_read_whichever_way_they_were_saved(text: str | bytes) -> None:
    assert read(text) == ONE


def test_rows_keep_their_line_in_the_file() -> None:
    assert read('item;price\n\nA;"to\nlinjer"\n;;\nB;2\n') == [
        (3, {"item": "A", "price": "to\nlinjer"}),
        (6, {"item": "B", "price": "2"}),
    ]


def test_a_short_row_has_empty_cells_and_a_long_one_says_so() -> None:
    assert read("item;price\nA\nB;1;x\n") == [
        (2, {"item": "A", "price": ""}),
        (3, {"item": "B", "price": "1", "": "x"}),
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["empty_file"]),
        ("\n\n", ["empty_file"]),
        ("price\n", ["missing_column"]),
        ("item;what\n", ["unknown_column"]),
        ("item;vare\n", ["column_twice"]),
        ("what;what;price;pris\n", ["unknown_column", "unknown_column", "column_twice", "missing_column"]),
        ('item\n"A', ["not_csv"]),
        (b"item\n\x00", ["not_text"]),
        (b"x" * (20 * 1024 * 1024 + 1), ["too_large"]),
    ],
)
def test_what_is_no_such_file_is_refused_with_every_reason(text: str | bytes, codes: list[str]) -> None:
    with pytest.raises(BadInput) as told:
        read(text)
    assert [one.code for one in told.value.problems] == codes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.5"),
        ("12,50", "12.5"),
        ("1 234,50", "1234.5"),
        ("1\u00a0234.5", "1234.5"),
        ("1.234.567,8", "1234567.8"),
        ("0", "0"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert decimal_in(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_decimal"),
        ("1,234.50", "not_a_decimal"),
        ("1e3", "not_a_decimal"),
        ("NaN", "not_a_decimal"),
        ("-1", "too_small"),
        ("1,00001", "too_many_decimals"),
        ("1000000000000", "too_large"),
    ],
)
def test_other_numbers_are_refused(text: str, code: str) -> None:
    with pytest.raises(RowError) as told:
        decimal_in(text)
    assert told.value.code == code


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_a_number_reads_back_with_comma_as_with_point(value: Decimal) -> None:
    text = format(value, "f")
    assert decimal_in(text) == decimal_in(text.replace(".", ",")) == value


@pytest.mark.parametrize("text", ["2023-11-01", "01.11.2023", "1.11.2023"])
def test_a_day_is_read_in_both_forms(text: str) -> None:
    assert day_in(text) == date(2023, 11, 1)


@pytest.mark.parametrize("text", ["", "20231101", "2023-13-01", "31.02.2023", "11/01/2023", "i dag"])
def test_no_day_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        day_in(text)


@pytest.mark.parametrize(
    ("text", "value"), [("ja", True), ("1", True), ("X", True), ("nei", False), ("", False), ("0", False)]
)
def test_yes_and_no_are_read(text: str, value: bool) -> None:
    assert truth_in(text) is value
    with pytest.raises(RowError):
        truth_in("kanskje")


def test_answers_carry_amounts_as_decimal_strings_and_days_as_iso() -> None:
    assert plain({"a": Decimal("1.50"), "d": date(2023, 11, 1), "l": (1, None, True)}) == {
        "a": "1.5",
        "d": "2023-11-01",
        "l": [1, None, True],
    }
