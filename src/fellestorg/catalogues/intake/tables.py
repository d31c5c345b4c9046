"""CSV files and workbooks as columns of text, read in stretches so that no line becomes a thing of its own."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fellestorg.kernel.sheets import delimiter_of, heading_fields
from fellestorg.kernel.workbooks import workbook_rows
from fellestorg.values import BadInput

if TYPE_CHECKING:
    import polars as pl

_STRETCH = 20_000
_BLOCK = 1 << 20


def read_csv(path: Path, columns: Mapping[str, Sequence[str]], required: Sequence[str]) -> pl.DataFrame:
    """A CSV file (semicolon, comma or tab; UTF-8 with or without a mark, or Latin-1) as trimmed text.

    A column a field, ``row`` for the line in the file, and ``extra`` for the first cell past the headings. Raises
    BadInput where it is no CSV or its headings are not known.
    """
    return _frame(_csv_rows(path), columns, required)


def read_workbook(path: Path, columns: Mapping[str, Sequence[str]], required: Sequence[str]) -> pl.DataFrame:
    """The first sheet of an Excel workbook, in the same shape as :func:`read_csv` gives."""
    return _frame(workbook_rows(path.read_bytes()), columns, required)


def _frame(
    rows: Iterator[tuple[int, list[str]]], columns: Mapping[str, Sequence[str]], required: Sequence[str]
) -> pl.DataFrame:
    import polars as pl

    heading = next(rows, None)
    if heading is None:
        raise BadInput.of("", "empty_file", _("fila er tom; første linje skal ha kolonnenavn"))
    fields = heading_fields(heading[1], columns, required, heading[0])
    kept = [(at, field) for at, field in enumerate(fields) if not field.startswith("?")]
    schema = {"row": pl.UInt32, **{field: pl.String for _at, field in kept}, "extra": pl.String}
    parts = [pl.DataFrame(schema=schema)]
    wide = len(fields)
    while stretch := list(itertools.islice(rows, _STRETCH)):
        for _number, cells in stretch:
            if len(cells) < wide:
                cells += [""] * (wide - len(cells))
        data: dict[str, list[object]] = {"row": [number for number, _cells in stretch]}
        for at, field in kept:
            data[field] = [cells[at] for _number, cells in stretch]
        data["extra"] = [next((cell for cell in cells[wide:] if cell.strip()), "") for _number, cells in stretch]
        parts.append(pl.DataFrame(data, schema=schema).with_columns(pl.col(pl.String).str.strip_chars()))
    return pl.concat(parts)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        try:
            start = file.read(_BLOCK)
            file.seek(0)
            if "\x00" in start:
                raise BadInput.of("", "not_text", _("fila er ikke tekst; lagre den som CSV (UTF-8)"))
            reader = csv.reader(file, delimiter=delimiter_of(start), strict=True)
            begins = 1
            for cells in reader:
                number, begins = begins, reader.line_num + 1
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as error:
            raise BadInput.of(f"{_('linje')} {reader.line_num}", "not_csv", str(error)) from None
        except UnicodeDecodeError:
            raise BadInput.of("", "not_text", _("fila er ikke tekst; lagre den som CSV (UTF-8)")) from None


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; otherwise what Excel on Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
