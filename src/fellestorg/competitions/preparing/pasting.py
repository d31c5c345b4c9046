"""Tenders pasted from a spreadsheet into the rehearsal: a row for each tender, its name, its price and its points."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.preparing.rehearsing import TrialTender
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.values import BadInput, Problem, decimal_text

MOST_TENDERS = 40
MOST_CHARACTERS = 20_000
_NAME = 40
_PRICE_WORDS = ("pris", "price")
_NAME_WORDS = ("tilbud", "tilbod", "tender", "navn", "namn", "name", "leverandør", "supplier")
_CURRENCY = re.compile(r"^\s*(?:kr|nok)\.?\s*|\s*(?:kr|nok|,-)\.?\s*$", re.IGNORECASE)


def read_pasted(text: str, criteria: Sequence[Any]) -> list[TrialTender]:
    """The tenders in a pasted table, with tab or semicolon between columns and comma or point in numbers.

    ``criteria`` have ``key``, ``kind`` and ``title``. Without a heading the columns are name, price, and points in the order
    of the criteria; a heading names them by the criteria's titles or keys and may order them otherwise. Raises BadInput
    with everything wrong, by row and column.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput.of("paste", "too_large", _("Teksten er for lang. Lim inn bare tabellen."))
    delimiter = "\t" if "\t" in text else ";"
    read = csv.reader(io.StringIO(text), delimiter=delimiter)
    lines = [(number, [cell.strip() for cell in row]) for number, row in enumerate(read, 1)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise BadInput.of("paste", "nothing", _("Lim inn minst én rad."))
    order = _columns(criteria)
    if _is_heading(lines[0][1]):
        order = _named(lines.pop(0)[1], criteria)
    if not lines:
        raise BadInput.of("paste", "nothing", _("Det står ingen tilbud under overskriftene."))
    if len(lines) > MOST_TENDERS:
        raise BadInput.of("paste", "too_many", _("Høyst %(most)s tilbud kan prøves.") % {"most": MOST_TENDERS})
    problems: list[Problem] = []
    titles = {one.key: one.title for one in criteria}
    found = [_tender(number, cells, order, titles, problems) for number, cells in lines]
    seen: set[str] = set()
    for (number, _cells), one in zip(lines, found, strict=True):
        if one.name in seen:
            problems.append(Problem(_row(number), "twice", _("«%(name)s» står to ganger.") % {"name": one.name}))
        seen.add(one.name)
    BadInput.raise_if(problems)
    return found


def _columns(criteria: Sequence[Any]) -> list[str]:
    """What the columns hold, left to right, when nothing says otherwise; empty is the name, ``price`` the price."""
    return ["", "price", *(one.key for one in criteria if one.kind == "points")]


def _is_heading(cells: Sequence[str]) -> bool:
    return not any(_is_number(cell) for cell in cells[1:])


def _named(cells: Sequence[str], criteria: Sequence[Any]) -> list[str]:
    known = dict.fromkeys(_NAME_WORDS, "") | dict.fromkeys(_PRICE_WORDS, "price")
    for one in criteria:
        what = "price" if one.kind == "price" else one.key
        known |= {one.title.casefold(): what, one.key.casefold(): what}
    order, problems = [], []
    for at, cell in enumerate(cells):
        what = known.get(cell.casefold(), "" if at == 0 else None)
        if what is None or what in order:
            text = _("Overskriften «%(heading)s» er ikke navnet på et kriterium, eller den står to ganger.")
            problems.append(Problem("paste", "unknown_heading", text % {"heading": cell[:_NAME]}))
        order.append(what or "")
    names = {one.key: one.title for one in criteria} | {"price": _("Pris uten mva.")}
    problems += [
        Problem("paste", "missing_column", _("Kolonnen «%(heading)s» mangler.") % {"heading": names[what]})
        for what in _columns(criteria)[1:]
        if what not in order
    ]
    BadInput.raise_if(problems)
    return order


def _tender(
    number: int, cells: Sequence[str], order: Sequence[str], titles: dict[str, str], problems: list[Problem]
) -> TrialTender:
    if len(cells) > len(order):
        text = _("Raden har %(given)s kolonner. Det skal være %(wanted)s.")
        problems.append(Problem(_row(number), "too_many_columns", text % {"given": len(cells), "wanted": len(order)}))
    name, values = "", {}
    for at, what in enumerate(order):
        cell = cells[at] if at < len(cells) else ""
        if not what:
            name = cell
            if not cell:
                problems.append(Problem(_row(number), "not_a_name", _("Gi tilbudet et navn.")))
            elif len(cell) > _NAME:
                text = _("Navnet er for langt. Høyst %(longest)s tegn.")
                problems.append(Problem(_row(number), "too_long", text % {"longest": _NAME}))
            continue
        try:
            values[what] = decimal_text(decimal_in(_CURRENCY.sub("", cell)))
        except RowError as error:
            where = _("%(row)s, %(column)s") % {"row": _row(number), "column": titles.get(what, _("pris"))}
            problems.append(Problem(where, error.code, error.text if cell else _("Cellen er tom.")))
    return TrialTender(name, values.pop("price", ""), values)


def _is_number(cell: str) -> bool:
    try:
        decimal_in(_CURRENCY.sub("", cell))
    except RowError:
        return False
    return True


def _row(number: int) -> str:
    return _("Rad %(row)s") % {"row": number}
