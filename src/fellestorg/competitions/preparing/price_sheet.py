"""The price sheet as a file: the template and the lines out, many lines in. Every fault is named with its row."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.competitions.preparing.queries import price_lines_of
from fellestorg.kernel.sheets import RowError, decimal_in, read_sheet
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.values import BadInput, Problem, decimal_text

COLUMNS = {
    "lot": ("delkontrakt", "delkontrakt nr.", "lot"),
    "key": ("nøkkel", "nykel", "key"),
    "title": ("vare", "vare eller tjeneste", "vare eller teneste", "item"),
    "unit": ("enhet", "eining", "unit"),
    "quantity": ("mengde", "antall", "tal", "quantity"),
    "max_unit_price": ("høyeste enhetspris", "høgaste einingspris", "highest unit price"),
}
REQUIRED = ("lot", "title", "unit", "quantity")
MOST_LINES = 20_000
T = TypeVar("T")


def headings() -> list[str]:
    """The headings in the reader's language."""
    return [_("Delkontrakt"), _("Nøkkel"), _("Vare eller tjeneste"), _("Enhet"), _("Mengde"), _("Høyeste enhetspris")]


def rows_of_sheet(competition: Competition) -> list[list[str]]:
    """The lines as the file holds them."""
    return [
        [
            line.lot.key,
            line.key,
            line.title,
            line.unit,
            _comma(line.quantity),
            _comma(line.max_unit_price) if line.max_unit_price is not None else "",
        ]
        for line in price_lines_of(competition)
    ]


def workbook(competition: Competition) -> bytes:
    """The price sheet as a workbook; with headings alone when there are no lines yet."""
    lots = ", ".join(competition.lots.values_list("key", flat=True))
    notes = (_("En av disse: %(lots)s") % {"lots": lots}, _("La stå tom for nye linjer"))
    return workbook_of(_("Prisskjema"), headings(), rows_of_sheet(competition), notes)


def read_lines(content: bytes, competition: Competition) -> list[SheetLine]:
    """The lines of a file. Raises BadInput with every fault, each with its row and column."""
    rows = read_sheet(content, COLUMNS, REQUIRED)
    if len(rows) > MOST_LINES:
        raise BadInput.of("", "too_many_lines", _("Filen har flere enn %(most)s linjer.") % {"most": MOST_LINES})
    lots = {
        **{lot.key: lot.key for lot in competition.lots.all()},
        **{lot.title: lot.key for lot in competition.lots.all()},
    }
    problems: list[Problem] = []
    lines = []
    for row in rows:
        cells = row.cells

        def cell(field: str, read: Callable[[str], T], row: Any = row) -> T | None:
            try:
                return read(row.cells[field])
            except RowError as error:
                problems.append(Problem(f"{_('rad')} {row.number}, {field}", error.code, error.text))
                return None

        lot = cell("lot", lambda text: _known(lots, text))
        title = cell("title", _filled)
        unit = cell("unit", _filled)
        quantity = cell("quantity", _positive)
        highest = cell("max_unit_price", decimal_in) if cells.get("max_unit_price") else None
        if lot and title and unit and quantity is not None:
            lines.append(SheetLine(lot, title[:300], unit[:40], quantity, highest, cells.get("key", "")[:60]))
    if not rows:
        problems.append(Problem("", "empty", _("Filen har ingen linjer.")))
    BadInput.raise_if(problems)
    return lines


def _comma(number: Decimal) -> str:
    return decimal_text(number).replace(".", ",")


def _known(lots: dict[str, str], text: str) -> str:
    if text not in lots:
        raise RowError("unknown_lot", _("Delkontrakten «%(lot)s» finnes ikke.") % {"lot": text[:60]})
    return lots[text]


def _filled(text: str) -> str:
    if not text:
        raise RowError("required", _("Cellen er tom."))
    return text


def _positive(text: str) -> Any:
    value = decimal_in(text)
    if value <= 0:
        raise RowError("too_small", _("Mengden skal være større enn 0."))
    return value
