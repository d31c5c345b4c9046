"""Files of bookings as rows of text, a stretch at a time: CSV, Excel workbooks and JSON.

Only columns we know are read. What names a traveller is never read into anything that is kept; such columns, and those we
do not know, are named in the answer.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.kernel.sheets import delimiter_of
from fellestorg.kernel.workbooks import is_workbook, workbook_rows
from fellestorg.values import BadInput, Problem

LARGEST_FILE = 200 * 1024 * 1024
LARGEST_JSON = 60 * 1024 * 1024
STRETCH = 2_000
# Our own name for a column, and what reports call it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "reference": ("referanse", "billettnummer", "bestillingsnummer", "bookingnummer", "ticket", "ticket_number"),
    "segment": ("strekning", "ledd", "coupon"),
    "mode": ("type", "reisetype", "produkt"),
    "agency": ("virksomhet", "organisasjonsnummer", "kunde", "customer", "org"),
    "travel_agency": ("reisebyrå", "reisebyra", "byrå"),
    "channel": ("kanal", "bestillingskanal"),
    "booked_on": ("bestilt", "bestilt_dato", "bestillingsdato", "booking_date"),
    "travelled_on": ("reisedato", "avreise", "innsjekk", "hentedato", "travel_date", "check_in"),
    "supplier": ("leverandør", "leverandor", "flyselskap", "hotell", "utleier", "airline", "vendor"),
    "place": ("rute", "sted", "region", "route", "location"),
    "origin": ("fra", "from"),
    "destination": ("til", "to"),
    "cabin": ("kabin",),
    "fare_class": ("klasse", "billettklasse", "romtype", "bilgruppe", "class"),
    "nights": ("netter", "døgn_hotell"),
    "days": ("dager", "leiedager"),
    "km": ("kilometer", "kjørte_km"),
    "fuel": ("drivstoff",),
    "published": ("publisert_pris", "listepris", "ordinær_pris", "published_price"),
    "paid": ("betalt_pris", "betalt", "pris", "paid_price", "price"),
}
REQUIRED = ("reference", "mode", "agency", "channel", "booked_on", "travelled_on", "supplier", "paid")
# Words that columns about people have in their headings.
_PERSONAL = (
    "navn", "namn", "name", "reisende", "reisande", "traveller", "traveler", "passenger", "passasjer", "guest", "gjest",
    "driver", "sjåfør", "fødsel", "fodsel", "personnummer", "birth", "ssn", "epost", "e-post", "email", "e-mail", "mobil",
    "telefon", "phone", "ansatt", "tilsett", "employee", "kortnummer", "card_number", "pass", "adresse", "address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column that was not read: it names people (``personal_data``), or we do not know it (``unknown_column``)."""

    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line in the file (of JSON: its number), its cells by our names, and whether it had cells too many."""

    number: int
    cells: Mapping[str, str]
    overflows: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, read as they are asked for, and the columns that are not read."""

    stretches: Iterator[list[Row]]
    dropped: tuple[Dropped, ...]


def read(path: Path, own_headings: Mapping[str, str]) -> Rows:
    """The rows of a file. ``own_headings`` are a source's names for our columns.

    Raises BadInput where the file as a whole cannot be read: too large, neither CSV, workbook nor JSON, or a column is
    missing or given twice; also while the rows are read, where the file breaks off.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if path.stat().st_size > LARGEST_FILE:
        raise BadInput.of("", "too_large", _("fila er større enn 200 MB; del den opp"))
    if not start.strip():
        raise BadInput.of("", "empty_file", _("fila er tom; første linje skal ha kolonnenavn"))
    if start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"[", b"{"):
        return _json_rows(path, own_headings)
    lines = workbook_rows(path.read_bytes()) if is_workbook(start) else _csv_lines(path)
    line, heading = next(lines, (1, []))
    fields, dropped = _fields(heading, own_headings, f"{_('linje')} {line}")
    return Rows(_in_stretches(_table_rows(lines, fields)), dropped)


def _table_rows(lines: Iterator[tuple[int, list[str]]], fields: Sequence[str]) -> Iterator[Row]:
    wanted = [(at, field) for at, field in enumerate(fields) if field]
    wide = len(fields)
    for number, cells in lines:
        given = {field: cells[at].strip() if at < len(cells) else "" for at, field in wanted}
        yield Row(number, given, any(cell.strip() for cell in cells[wide:]))


def _fields(
    heading: Sequence[str], own_headings: Mapping[str, str], where: str
) -> tuple[list[str], tuple[Dropped, ...]]:
    """The field of each heading, empty for those that are not read."""
    known = {name.casefold(): field for field, names in COLUMNS.items() for name in (field, *names)}
    known |= {name.casefold(): field for name, field in own_headings.items() if field in COLUMNS}
    fields: list[str] = []
    dropped: list[Dropped] = []
    problems: list[Problem] = []
    for cell in heading:
        text = cell.strip()
        found = known.get(text.casefold().replace(" ", "_"), known.get(text.casefold(), ""))
        if found and found in fields:
            shown = {"name": text[:60]}
            problems.append(Problem(where, "column_twice", _("kolonnen «%(name)s» står to ganger") % shown))
        if not found and text:
            personal = any(word in text.casefold() for word in _PERSONAL)
            dropped.append(Dropped(text[:60], "personal_data" if personal else "unknown_column"))
        fields.append(found)
    missing = [field for field in REQUIRED if field not in fields]
    if not {"place", "origin"} & set(fields):
        missing.append("place")
    problems += [Problem(where, "missing_column", _("kolonnen «%(name)s» mangler") % {"name": one}) for one in missing]
    BadInput.raise_if(problems)
    return fields, tuple(dropped)


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        begins, line = 1, 1
        try:
            start = file.read(1 << 16)
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter_of(start), strict=True)
            for cells in reader:
                number, begins, line = begins, reader.line_num + 1, reader.line_num
                if any("\x00" in cell for cell in cells):
                    raise BadInput.of("", "not_text", _("fila er ikke tekst; lagre den som CSV (UTF-8)"))
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as error:
            raise BadInput.of(f"{_('linje')} {line}", "not_csv", str(error)) from None
        except UnicodeDecodeError:
            raise BadInput.of("", "not_text", _("fila er ikke tekst; lagre den som CSV (UTF-8)")) from None


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; otherwise what Excel on Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _json_rows(path: Path, own_headings: Mapping[str, str]) -> Rows:
    """A list of bookings, or ``{"bookings": [...]}``, each an object of texts and numbers."""
    if path.stat().st_size > LARGEST_JSON:
        raise BadInput.of("", "too_large", _("JSON-fila er større enn 60 MB; del den opp, eller bruk CSV"))
    try:
        # Numbers stay the text they were, so that amounts are exact.
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise BadInput.of("", "not_json", _("fila er ikke gyldig JSON: %(why)s") % {"why": str(error)[:120]}) from None
    listed = content.get("bookings") if isinstance(content, dict) else content
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise BadInput.of("", "not_bookings", _('ventet en liste med bestillinger, eller {"bookings": [...]}'))
    names = list(dict.fromkeys(str(name) for one in listed for name in one))
    fields, dropped = _fields(names, own_headings, "")
    by_name = dict(zip(names, fields, strict=True))
    rows = (
        Row(number, {field: "" for field in fields if field} | _cells(one, by_name))
        for number, one in enumerate(listed, 1)
    )
    return Rows(_in_stretches(rows), dropped)


def _cells(one: Mapping[str, Any], by_name: Mapping[str, str]) -> dict[str, str]:
    return {by_name[name]: _cell(value) for name, value in one.items() if by_name[name]}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    # A list or an object in a cell is read as text, and refused by whoever reads the cell.
    return value.strip().replace("\x00", "\ufffd") if isinstance(value, str) else json.dumps(value)[:200]


def _in_stretches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while stretch := list(itertools.islice(rows, STRETCH)):
        yield stretch
