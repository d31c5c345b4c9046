"""The register's file of all units (``/enheter/lastned``), JSON or CSV, gzipped or not. Read as a stream: the file is a
gigabyte when unpacked, and a false one must not fill the memory."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from fellestorg.organisations.registry.units import BadAnswerError, Unit, unit_of
from fellestorg.values import BadInput

_GZIP = b"\x1f\x8b"
_STRETCH = 1 << 16
_LONGEST_UNIT = 200_000
# Columns of the CSV file that hold what is an object inside the JSON one.
_INSIDE = {
    "organisasjonsform.kode": ("organisasjonsform", "kode"),
    "institusjonellSektorkode.kode": ("institusjonellSektorkode", "kode"),
    "forretningsadresse.postnummer": ("forretningsadresse", "postnummer"),
    "forretningsadresse.poststed": ("forretningsadresse", "poststed"),
}
_TRUTHS = ("konkurs", "underAvvikling", "underTvangsavviklingEllerTvangsopplosning")


def read_units(path: Path) -> Iterator[Unit]:
    """The units of a file, in its order. Raises BadInput, with the unit's place, for what cannot be read."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == _GZIP
            raw.seek(0)
            content = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if zipped else raw)
            first = _first_letter(content)
            content.seek(0)
            rows = _json_rows(content) if first == "[" else _csv_rows(content)
            for place, row in enumerate(rows, 1):
                try:
                    yield unit_of(row)
                except BadAnswerError as error:
                    raise BadInput.of(f"{path}: unit {place}", "bad_unit", str(error)) from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadInput.of(str(path), "unreadable", f"cannot be read: {error}") from None


def _first_letter(content: IO[bytes]) -> str:
    return content.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1].decode("latin-1")


def _json_rows(content: IO[bytes]) -> Iterator[Any]:
    """The members of an array, one at a time; never more than one of them in memory."""
    decode = codecs.getincrementaldecoder("utf-8-sig")()
    reading = json.JSONDecoder()
    waiting, begun, ended = "", False, False
    while not ended:
        stretch = content.read(_STRETCH)
        ended = not stretch
        waiting += decode.decode(stretch, ended)
        at = 0
        while True:
            while at < len(waiting) and (waiting[at] in " \r\n\t," or (waiting[at] == "[" and not begun)):
                begun = begun or waiting[at] == "["
                at += 1
            if at >= len(waiting) or waiting[at] == "]":
                break
            try:
                row, at = reading.raw_decode(waiting, at)
            except ValueError:
                break
            yield row
        waiting = waiting[at:]
        if len(waiting) > _LONGEST_UNIT or (ended and waiting.strip() != "]"):
            raise BadInput.of("file", "not_units", "the file is not an array of units")


def _csv_rows(content: IO[bytes]) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(_LONGEST_UNIT)
    lines = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    reader = csv.DictReader(lines, delimiter=",")
    try:
        if "organisasjonsnummer" not in (reader.fieldnames or ()):
            raise BadInput.of("file", "not_units", "the first line names no column organisasjonsnummer")
        for row in reader:
            made: dict[str, Any] = {key: value for key, value in row.items() if key and isinstance(value, str)}
            for column, (outer, inner) in _INSIDE.items():
                made.setdefault(outer, {})[inner] = made.get(column, "")
            made["forretningsadresse"]["adresse"] = [made.get("forretningsadresse.adresse", "")]
            made |= {key: made.get(key, "").lower() == "true" for key in _TRUTHS}
            if made.get("antallAnsatte", "").isdecimal():
                made["antallAnsatte"] = int(made["antallAnsatte"])
            yield made
    except csv.Error as error:
        raise BadInput.of("file", "not_units", str(error)) from None
    finally:
        lines.detach()
