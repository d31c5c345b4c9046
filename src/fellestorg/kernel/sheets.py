"""Reading sheets that people made: CSV (semicolon or comma, decimal comma or point, with or without a byte order mark,
UTF-8 or Latin-1) and Excel workbooks.

Every problem is found before anything is written, each with its line number in the file and its column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from django.utils.translation import gettext as _

from fellestorg.kernel.workbooks import is_workbook, workbook_rows
from fellestorg.values import BadInput, Problem

LARGEST_FILE = 20 * 1024 * 1024
_PLAIN = re.compile(r"-?\d{1,18}([.,]\d{1,12})?\Z")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+,\d{1,12}\Z")
_NORWEGIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its line in the file (the heading is usually line 1) and its cells by field name, trimmed."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in one row, as answers and pages show it."""

    row: int
    field: str
    code: str
    text: str

    def as_json(self) -> dict[str, str | int]:
        return {"row": self.row, "field": self.field, "code": self.code, "text": self.text}


class RowError(ValueError):
    """A cell cannot be understood; caught by whoever reads the row."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def read_sheet(
    content: bytes,
    columns: Mapping[str, Sequence[str]],
    required: Sequence[str],
    named: Mapping[str, str] = MappingProxyType({}),
) -> list[SheetRow]:
    """The rows of a CSV file or a workbook. ``columns`` gives each field the headings it may have, upper and lower case
    alike; ``named`` is what the reader calls those whose field is not a word of theirs.

    Empty lines are passed over. Raises BadInput where the file as a whole cannot be read: neither text nor a workbook,
    too large, no heading, a column that is missing, unknown or given twice.
    """
    if len(content) > LARGEST_FILE:
        raise BadInput.of("", "too_large", _("fila er større enn 20 MB"))
    rows: list[SheetRow] = []
    fields: list[str] = []
    for number, cells in workbook_rows(content) if is_workbook(content) else _csv_rows(content):
        if not fields:
            fields = heading_fields(cells, columns, required, number, named)
            continue
        values = dict(zip(fields, (cell.strip() for cell in cells), strict=False))
        extra = [cell for cell in cells[len(fields) :] if cell.strip()]
        rows.append(SheetRow(number, {**dict.fromkeys(fields, ""), **values, **({"": extra[0]} if extra else {})}))
    if not fields:
        raise BadInput.of("", "empty_file", _("fila er tom; første linje skal ha kolonnenavn"))
    return rows


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BadInput.of(f"{_('linje')} {reader.line_num}", "not_csv", str(error)) from None


def decimal_in(text: str, *, places: int = 4, minimum: Decimal = Decimal(0), whole_digits: int = 12) -> Decimal:
    """An amount, quantity or rate: ``12.50``, ``12,50``, ``1 234,50``, ``1.234,50``. Raises RowError otherwise."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", text)
    if _GROUPED.match(compact):
        compact = compact.replace(".", "")
    if not _PLAIN.match(compact):
        raise RowError("not_a_decimal", _("ventet et tall som 12,50 – fant «%(found)s»") % {"found": text[:40]})
    value = Decimal(compact.replace(",", "."))
    if value < minimum:
        raise RowError(
            "too_small", _("ventet %(minimum)s eller mer – fant «%(found)s»") % {"minimum": minimum, "found": text}
        )
    if abs(value) >= Decimal(10) ** whole_digits:
        raise RowError("too_large", _("tallet er for stort: «%(found)s»") % {"found": text[:40]})
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise RowError(
            "too_many_decimals",
            _("ventet høyst %(places)s desimaler – fant «%(found)s»") % {"places": places, "found": text[:40]},
        )
    return value


def day_in(text: str) -> date:
    """A day: ``2023-11-01`` or ``01.11.2023``. Raises RowError otherwise."""
    try:
        if found := _NORWEGIAN_DATE.match(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        day = date.fromisoformat(text)
        if day.isoformat() == text:
            return day
    except ValueError:
        pass
    raise RowError("not_a_date", _("ventet en dato som 2023-11-01 – fant «%(found)s»") % {"found": text[:40]})


def truth_in(text: str) -> bool:
    """Yes or no: ``1``/``0``, ``ja``/``nei``, ``yes``/``no``, ``true``/``false``. Raises RowError otherwise."""
    match text.lower():
        case "1" | "ja" | "j" | "yes" | "true" | "x":
            return True
        case "0" | "nei" | "n" | "no" | "false" | "":
            return False
    raise RowError("not_a_truth", _("ventet ja eller nei – fant «%(found)s»") % {"found": text[:40]})


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadInput.of("", "not_text", _("fila er ikke tekst; lagre den som CSV (UTF-8)"))


def delimiter_of(text: str) -> str:
    """What parts the cells of a CSV file, by its first line that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max((";", ",", "\t"), key=first.count)


def heading_fields(
    cells: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    required: Sequence[str],
    line: int,
    named: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """The field of each heading cell, ``?N`` for one without a heading. Raises BadInput for columns that are unknown,
    given twice or missing; one that is missing by the name ``named`` gives it, or its field's."""
    known = {heading.lower(): field for field, headings in columns.items() for heading in (field, *headings)}
    where = f"{_('linje')} {line}"
    problems: list[Problem] = []
    fields: list[str] = []
    for cell in cells:
        heading = cell.strip().lower()
        field = known.get(heading, "")
        if not field and heading:
            problems.append(
                Problem(where, "unknown_column", _("ukjent kolonne «%(name)s»") % {"name": cell.strip()[:60]})
            )
        elif field and field in fields:
            problems.append(
                Problem(where, "column_twice", _("kolonnen «%(name)s» står to ganger") % {"name": cell.strip()})
            )
        fields.append(field or f"?{len(fields)}")
    problems += [
        Problem(where, "missing_column", _("kolonnen «%(name)s» mangler") % {"name": named.get(field, field)})
        for field in required
        if field not in fields
    ]
    BadInput.raise_if(problems)
    return fields
