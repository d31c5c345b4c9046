"""Excel workbooks (XLSX) that people made, read as rows of text; and the templates they fill in.

A workbook is a zip archive of XML. What it says of its own size is checked before anything is unpacked, so that a small
file cannot fill the machine.
"""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.values import BadInput

LARGEST_UNPACKED = 400 * 1024 * 1024
_HIGHEST_RATIO = 200
_MAGIC = b"PK\x03\x04"


def is_workbook(content: bytes) -> bool:
    """Whether a file looks like a workbook and not like text."""
    return content.startswith(_MAGIC)


def workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a workbook's first sheet, each with its number as Excel shows it and its cells as trimmed text.

    Numbers come as decimal text with a point, days as ISO 8601. Empty rows are passed over. Raises BadInput where the
    file is no workbook, is damaged, or unpacks to more than ``LARGEST_UNPACKED``.
    """
    require_honest_archive(content)
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        first = (sheet.start or (0, 0))[0] + 1
        for number, cells in enumerate(sheet.iter_rows(), first):
            texts = [_text(cell) for cell in cells]
            if any(texts):
                yield number, texts
    except python_calamine.CalamineError as error:
        raise _damaged(error) from None


def workbook_sheets(content: bytes) -> dict[str, list[tuple[int, list[str]]]]:
    """The rows of every sheet by the sheet's name, as :func:`workbook_rows` reads one. Raises BadInput as it does."""
    require_honest_archive(content)
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = enumerate(sheet.iter_rows(), (sheet.start or (0, 0))[0] + 1)
            texts = ((number, [_text(cell) for cell in cells]) for number, cells in rows)
            found[name] = [(number, cells) for number, cells in texts if any(cells)]
        return found
    except python_calamine.CalamineError as error:
        raise _damaged(error) from None


def workbook_of_sheets(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook with a sheet for each name: its headings, and rows of text under them. Nothing is taken for a formula."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold = book.add_format({"bold": True})
    for name, (headings, rows) in sheets.items():
        sheet = book.add_worksheet(name[:31])
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, max(12, len(heading) + 3))
        sheet.freeze_panes(1, 0)
        for index, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(index, column, value)
    book.close()
    return made.getvalue()


def workbook_of(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()) -> bytes:
    """A workbook with one sheet: headings that stay in sight, rows under them, and a note at each heading that has one.

    Texts are written as text, whatever they begin with: nothing in it is taken for a formula.
    """
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
        if column < len(notes) and notes[column]:
            sheet.write_comment(0, column, notes[column])
        sheet.set_column(column, column, max(12, len(heading) + 3))
    sheet.freeze_panes(1, 0)
    for index, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(index, column, "" if value is None else str(value))
    book.close()
    return made.getvalue()


def require_honest_archive(content: bytes) -> None:
    """Refuse a zip archive that unpacks to far more than it should, or to more than it says, or that takes a password.
    Raises BadInput. Office documents are such archives; nothing is kept of what is unpacked to see."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = archive.infolist()
            lies = any(_unpacks_to_more(content, one) for one in files)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError) as error:
        raise _damaged(error) from None
    unpacked = sum(one.file_size for one in files)
    packed = sum(one.compress_size for one in files)
    if lies or unpacked > LARGEST_UNPACKED or unpacked > 1024 * 1024 + packed * _HIGHEST_RATIO:
        text = _("regnearket pakker ut til mer enn det skal; lagre det på nytt, eller del det opp")
        raise BadInput.of("", "zip_bomb", text)
    if any(one.flag_bits & 0x1 for one in files):
        raise BadInput.of("", "encrypted", _("regnearket er beskyttet med passord; lagre det uten"))


def _unpacks_to_more(content: bytes, member: zipfile.ZipInfo) -> bool:
    """Whether a member holds more than the archive's directory says. The directory is only what somebody wrote there."""
    if member.compress_type != zipfile.ZIP_DEFLATED or member.file_size > LARGEST_UNPACKED:
        return member.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
    header = content[member.header_offset : member.header_offset + 30]
    if len(header) < 30 or not header.startswith(_MAGIC):
        raise zipfile.BadZipFile("a member begins outside the file")
    start = (
        member.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    )
    packed, made = memoryview(content)[start : start + member.compress_size], 0
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    given: bytes | memoryview = packed
    while not unpacker.eof and made <= member.file_size:
        part = unpacker.decompress(given, 1 << 20)
        given = unpacker.unconsumed_tail
        made += len(part)
        if not part and not given:
            break
    return made > member.file_size


def _damaged(error: Exception) -> BadInput:
    return BadInput.of("", "not_a_workbook", _("regnearket kan ikke leses: %(why)s") % {"why": str(error)[:120]})


def _text(cell: Any) -> str:
    """A cell as a person would type it. Excel keeps every number as a float; whole ones lose their ``.0``."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell).strip()
