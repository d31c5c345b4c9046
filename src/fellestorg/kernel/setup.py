"""Setting an installation up by sheets: what can be brought in, and what is still missing before the first call-off.

Rooms register their kinds of rows and their steps from above (``AppConfig.ready``). A kind gives its columns and one
function that writes rows; here is what they all share: headings in three languages, templates, all or nothing, a problem
for each cell, and a preview that is the real thing undone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, decimal_in, read_sheet, truth_in
from fellestorg.kernel.text import LANGUAGES
from fellestorg.values import BadInput, Refused

T = TypeVar("T")
Text = str | Promise
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``shape`` is how a form asks for it: text, long, day, amount, truth or choice.

    ``choices`` are codes with their words; a cell may hold either, in any of the languages.
    """

    field: str
    heading: Text
    note: Text = ""
    required: bool = False
    shape: str = "text"
    choices: Callable[[], Sequence[tuple[str, Text]]] | None = None


@dataclass
class Row:
    """One row while it is read: its cells, and what is wrong with them so far."""

    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, Column]
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems

    def bad(self, name: str, code: str, text: str) -> None:
        """Note that a cell (or with an empty name, the row) is wrong."""
        self.problems.append(RowProblem(self.number, name, code, text))

    def gives(self, name: str) -> bool:
        """Whether the sheet has the column at all."""
        return name in self.cells

    def text(self, name: str, longest: int = 200) -> str:
        """The cell's text; empty where there is none."""
        found = self.cells.get(name, "").strip()
        if not found and self.columns[name].required:
            self.bad(name, "missing", _("må fylles ut"))
        if _CONTROL.search(found):
            self.bad(name, "control_character", _("har usynlige tegn; skriv teksten på nytt"))
        elif len(found) > longest:
            self.bad(name, "too_long", _("høyst %(longest)s tegn") % {"longest": longest})
        return _CONTROL.sub("", found)[:longest]

    def choice(self, name: str, otherwise: str = "") -> str:
        """The code of what the cell says, in code or in words."""
        found = self.text(name)
        options = self.columns[name].choices
        if not found or options is None:
            return otherwise
        by_word: dict[str, str] = {}
        for code, word in options():
            by_word[code.lower()] = code
            by_word |= {one.lower(): code for one in _in_every_language(word)}
        if found.lower() not in by_word:
            words = ", ".join(str(word) for _code, word in options())
            self.bad(name, "unknown_choice", _("ventet en av: %(words)s") % {"words": words})
        return by_word.get(found.lower(), otherwise)

    def day(self, name: str) -> date | None:
        """A day, or None where the cell is empty."""
        found = self.text(name)
        return self._read(name, found, day_in) if found else None

    def amount(self, name: str, places: int = 2) -> Decimal | None:
        """Kroner without VAT or another number, not negative; None where the cell is empty."""
        found = self.text(name)
        return self._read(name, found, lambda text: decimal_in(text, places=places)) if found else None

    def whole(self, name: str, most: int = 30000) -> int | None:
        """A whole number, or None where the cell is empty or wrong."""
        found = self.amount(name, places=0)
        if found is not None and found > most:
            self.bad(name, "too_large", _("høyst %(most)s") % {"most": most})
            return None
        return None if found is None else int(found)

    def truth(self, name: str) -> bool:
        """Yes or no; an empty cell is no."""
        return bool(self._read(name, self.text(name), truth_in))

    def many(self, name: str) -> list[str]:
        """Several words in one cell, with comma, semicolon or space between."""
        return [one for one in re.split(r"[\s,;|]+", self.text(name, 2000)) if one]

    def attempt(self, act: Callable[[], object], fields: Mapping[str, str] | None = None) -> bool:
        """Do something for this row, alone: what is wrong with it becomes the row's problems, the rest goes on.

        ``fields`` says which column a problem's place belongs to, where they differ.
        """
        try:
            with transaction.atomic():
                act()
            return True
        except BadInput as error:
            for problem in error.problems:
                place = (fields or {}).get(problem.where, problem.where.rpartition(".")[2])
                self.bad(place if place in self.columns else "", problem.code, problem.text)
        except Refused as refused:
            self.bad("", refused.code, refused.text)
        except DatabaseError:
            self.bad("", "does_not_fit", _("raden passer ikke med det som finnes fra før"))
        return False

    def _read(self, name: str, found: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(found)
        except RowError as error:
            self.bad(name, error.code, error.text)
            return None


@dataclass
class Tally:
    """What rows came to."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of a sheet. Where anything is rejected, nothing was written."""

    read: int
    rejected: tuple[RowProblem, ...]
    tally: Tally

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "accepted": 0 if self.rejected else self.read,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": {"new": self.tally.new, "changed": self.tally.changed, "unchanged": self.tally.unchanged},
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows. ``write`` is called in a transaction and tells what is wrong to the rows themselves."""

    key: str
    title: Text
    lead: Text
    one: Text
    """What the form for a single one is called."""
    columns: tuple[Column, ...]
    write: Callable[[Sequence[Row], Actor, datetime], Tally]


@dataclass(frozen=True, slots=True)
class State:
    """How far a step has come: how many there are, and what is missing, in words. ``link`` is where to mend it."""

    count: int
    missing: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that must (or, ``optional``, may) be there before the first call-off. ``kind``: brought in by sheet."""

    key: str
    order: int
    title: Text
    lead: Text
    state: Callable[[date], State]
    kind: str = ""
    optional: bool = False


_KINDS: dict[str, Kind] = {}
_STEPS: dict[str, Step] = {}


def register(kinds: Sequence[Kind], steps: Sequence[Step]) -> None:
    """Add a room's kinds and steps."""
    _KINDS.update({kind.key: kind for kind in kinds})
    _STEPS.update({step.key: step for step in steps})


def kind_of(key: str) -> Kind | None:
    """A kind by its key, or None."""
    return _KINDS.get(key)


def kinds() -> list[Kind]:
    """Every kind, in the order of the steps they belong to."""
    order = {step.kind: step.order for step in _STEPS.values()}
    return sorted(_KINDS.values(), key=lambda kind: (order.get(kind.key, 999), kind.key))


def steps() -> list[Step]:
    """Every step, in order."""
    return sorted(_STEPS.values(), key=lambda step: (step.order, step.key))


def bring_in(kind: Kind, content: bytes, *, actor: Actor, now: datetime, preview: bool = False) -> BroughtIn:
    """Bring in a sheet (CSV or workbook), all of it or nothing. ``preview`` does the same and undoes it.

    Raises BadInput where the file as a whole cannot be read, Refused for whoever may not.
    """
    headings = {one.field: _in_every_language(one.heading) for one in kind.columns}
    named = {one.field: str(one.heading) for one in kind.columns}
    found = read_sheet(content, headings, [one.field for one in kind.columns if one.required], named)
    return _write(kind, found, actor, now, preview=preview)


def bring_in_one(kind: Kind, cells: Mapping[str, str], *, actor: Actor, now: datetime) -> BroughtIn:
    """The same for one row, from a form."""
    return _write(kind, [SheetRow(1, cells)], actor, now, preview=False)


def template(kind: Kind, form: str) -> bytes:
    """An empty sheet to fill in, headings in the active language: ``xlsx`` with a note at each heading, or ``csv``."""
    headings = [str(one.heading) for one in kind.columns]
    if form == "xlsx":
        from fellestorg.kernel.workbooks import workbook_of

        return workbook_of(str(kind.title), headings, [], [explained(one) for one in kind.columns])
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(headings)
    return ("\ufeff" + out.getvalue()).encode()


def explained(column: Column) -> str:
    """What a column is, in the active language: its note, the words it knows, whether it must be filled in."""
    parts = [str(column.note)]
    if column.choices is not None:
        parts.append(_("En av: %(words)s.") % {"words": ", ".join(str(word) for _code, word in column.choices())})
    if column.shape == "day":
        parts.append(_("Dato, som 2026-01-31 eller 31.01.2026."))
    if column.shape == "truth":
        parts.append(_("Ja eller nei."))
    parts.append(_("Må fylles ut.") if column.required else "")
    return " ".join(part for part in parts if part)


class _UndoError(Exception):
    """Nothing is to be kept."""


def _write(kind: Kind, found: Sequence[SheetRow], actor: Actor, now: datetime, *, preview: bool) -> BroughtIn:
    if not actor.has("si_admin") and actor.key not in (OPERATOR.key, SYSTEM.key):
        raise Refused("not_administrator", _("Bare SI-administratorer kan gjøre dette."))
    columns = {one.field: one for one in kind.columns}
    rows = [Row(one.number, {name: one.cells[name] for name in one.cells if name in columns}, columns) for one in found]
    for row, one in zip(rows, found, strict=True):
        if "" in one.cells:
            row.bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if not rows:
        raise BadInput.of("", "empty_file", _("fila har ingen rader under overskriften"))
    tally = Tally()
    try:
        with transaction.atomic():
            tally = kind.write(rows, actor, now)
            if preview or not all(row.is_good for row in rows):
                raise _UndoError
    except _UndoError:
        pass
    problems = tuple(problem for row in rows for problem in row.problems)
    return BroughtIn(len(rows), problems, Tally() if problems else tally)


def _in_every_language(text: Text) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return found
