"""CSV as Norwegian spreadsheets open it, and as they do not run it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fellestorg.kernel.http import csv_answer


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (Decimal("-1234.50"), "-1234,5"),
        (True, "1"),
        (None, '""'),
        (7, "7"),
        ("=1+1", "'=1+1"),
        ("+47", "'+47"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("a;b", '"a;b"'),
        ("Bærum", "Bærum"),
    ],
)
def test_a_cell_is_written_for_a_spreadsheet_and_never_run_by_it(value: object, cell: str) -> None:
    response = csv_answer("liste", ["x"], [[value]])
    assert response.content.decode("utf-8") == f"\ufeffx\r\n{cell}\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="liste.csv"'
