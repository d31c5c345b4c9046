"""A document that somebody else's tool made, read with suspicion: whole, or every fault is named with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.interchange.exporting import FORMAT, VERSION, Content
from fellestorg.competitions.interchange.fields import SECTIONS, Field
from fellestorg.kernel.sheets import RowError
from fellestorg.kernel.workbooks import is_workbook, workbook_sheets
from fellestorg.values import BadInput, Problem

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_PROBLEMS = 200


def read(content: bytes) -> Content:
    """The content of a JSON document or a workbook. Raises BadInput with the place of everything that is wrong."""
    if len(content) > MOST_BYTES:
        raise BadInput.of("", "too_large", _("Fila er for stor. Høyst 10 MB."))
    raw = sheets_in(content) if is_workbook(content) else sections_in(content)
    return checked(raw)


def sections_in(content: bytes) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """The rows of a JSON document, each with its place."""
    data = json_in(content)
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        text = _("Fila er ikke en konkurranse herfra: «format» skal være %(format)s, versjon %(version)s.")
        raise BadInput.of("format", "wrong_format", text % {"format": FORMAT, "version": VERSION})
    problems = [
        Problem(name, "unknown_section", _("Delen er ukjent."))
        for name in data.keys() - {"format", "version", "competition", *SECTIONS}
    ]
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for name in SECTIONS:
        rows = data.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            problems.append(Problem(name, "not_rows", _("Delen skal være en liste av rader.")))
            continue
        found[name] = [(f"{name}[{at}]", row) for at, row in enumerate(rows)]
    BadInput.raise_if(problems)
    return found


def json_in(content: bytes) -> dict[str, Any]:
    """A JSON object. Raises BadInput for anything else, numbers that are no numbers among it."""
    try:
        data = json.loads(content, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadInput.of(
            "", "not_json", _("Fila er verken JSON eller et regneark: %(why)s") % {"why": str(error)[:120]}
        ) from None
    if not isinstance(data, dict):
        raise BadInput.of("", "not_json", _("Fila skal være ett JSON-objekt."))
    return data


def sheets_in(content: bytes) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """The rows of a workbook, a sheet for each section, each with its place."""
    sheets = workbook_sheets(content)
    problems: list[Problem] = []
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for name, fields in SECTIONS.items():
        rows = sheets.get(name)
        if not rows:
            problems.append(Problem(name, "no_sheet", _("Arket «%(name)s» mangler.") % {"name": name}))
            continue
        headings = rows[0][1]
        wanted = {field.name for field in fields}
        problems += [
            Problem(f"{name} {_('rad')} 1", "unknown_column", _("Kolonnen «%(name)s» er ukjent.") % {"name": one[:60]})
            for one in headings
            if one and one not in wanted
        ]
        found[name] = [
            (f"{name} {_('rad')} {number}", dict(zip(headings, cells, strict=False))) for number, cells in rows[1:]
        ]
    BadInput.raise_if(problems)
    return found


def checked(raw: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]) -> Content:
    """Every row with all its fields in their exchanged form. Raises BadInput with everything that is wrong."""
    problems: list[Problem] = []
    found: dict[str, list[dict[str, Any]]] = {}
    for name, fields in SECTIONS.items():
        if len(raw[name]) > MOST_ROWS:
            problems.append(Problem(name, "too_many_rows", _("Flere enn %(most)s rader.") % {"most": MOST_ROWS}))
            continue
        found[name] = [_row(place, given, fields, problems) for place, given in raw[name]]
    BadInput.raise_if(problems[:_MOST_PROBLEMS])
    problems = [*_together(raw, found)]
    BadInput.raise_if(problems[:_MOST_PROBLEMS])
    return found


def _row(place: str, given: Mapping[str, Any], fields: Sequence[Field], problems: list[Problem]) -> dict[str, Any]:
    known = {field.name for field in fields}
    problems += [
        Problem(f"{place}, {name}", "unknown_column", _("Kolonnen er ukjent."))
        for name in given
        if name not in known and name
    ]
    row = {}
    for field in fields:
        try:
            row[field.name] = field.read(given.get(field.name))
        except RowError as error:
            problems.append(Problem(f"{place}, {field.name}", error.code, error.text))
    return row


def _together(
    raw: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]], found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Problem]:
    """What is wrong with rows seen together: keys twice, keys that point nowhere, amounts outside their bounds."""
    problems = []
    keys = {name: {row["key"] for row in rows} for name, rows in found.items() if name != "price_lines"}
    if not found["lots"]:
        problems.append(Problem("lots", "no_lot", _("En konkurranse har minst én delkontrakt.")))
    for name, rows in found.items():
        seen: set[tuple[str, str]] = set()
        for (place, _given), row in zip(raw[name], rows, strict=True):
            own = (row.get("lot") or "" if name == "price_lines" else "", row["key"])
            if own in seen:
                problems.append(Problem(f"{place}, key", "twice", _("Nøkkelen står to ganger.")))
            seen.add(own)
            for field in SECTIONS[name]:
                if field.kind == "ref" and row[field.name] and row[field.name] not in keys[field.section]:
                    text = _("«%(key)s» finnes ikke i %(section)s.")
                    told = text % {"key": row[field.name], "section": field.section}
                    problems.append(Problem(f"{place}, {field.name}", "unknown", told))
            problems += [Problem(f"{place}, {one}", code, text) for one, code, text in _bounds(name, row)]
    return problems


def _bounds(name: str, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    if name == "criteria":
        weight, low, high = (Decimal(row[one]) if row[one] else None for one in ("weight", "weight_from", "weight_to"))
        if weight is None or not 0 <= weight <= 1:
            found.append(("weight", "not_a_share", _("Vekten er en andel mellom 0 og 1, som 0.3.")))
        elif (low is None) != (high is None) or (low is not None and not 0 <= low <= weight <= (high or 0) <= 1):
            found.append(("weight_from", "bad_range", _("Vekten skal ligge mellom fra og til.")))
    if name == "price_lines" and Decimal(row["quantity"]) <= 0:
        found.append(("quantity", "too_small", _("Mengden skal være større enn 0.")))
    if name == "questions":
        if row["criterion"] and row["requirement"]:
            text = _("Et spørsmål hører til et kriterium eller et krav, ikke begge.")
            found.append(("requirement", "two_purposes", text))
        if row["kind"] == "choice" and len(row["options"]) < 2:
            found.append(("options", "too_few", _("Et valg har minst to muligheter.")))
    if name == "lots" and row["winners"] < 1:
        found.append(("winners", "too_small", _("Minst én leverandør.")))
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text}: " + _('skriv tall som tekst, som "0.3"'))
