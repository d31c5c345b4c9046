"""The price sheet as a workbook, out and in. Every sum that the supplier's own sheet holds is read too, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.competitions.tenders.content import Draft, Form, totals
from fellestorg.kernel.workbooks import is_workbook, workbook_of, workbook_rows
from fellestorg.values import BadInput, Problem, decimal_text

_WIDTH = 8
_LARGEST = 5 * 1024 * 1024
TOTAL = "SUM"


def price_sheet(form: Form, draft: Draft) -> bytes:
    """The lines of every lot with what is priced so far; the last row of each lot is its total."""
    rows: list[list[str]] = []
    ours = totals(form, draft)
    for lot in form.lots:
        sums, total = ours.get(lot.key, ({}, Decimal(0)))
        for line in form.lines[lot.key]:
            price = draft.prices.get(lot.key, {}).get(line.key, "")
            sum_of = _comma(sums[line.key]) if line.key in sums else ""
            rows.append([lot.key, line.key, line.title, line.unit, _comma(line.quantity), price, sum_of])
        rows.append([lot.key, TOTAL, lot.title, "", "", "", _comma(total) if sums else ""])
    headings = (_("Delkontrakt"), _("Linje"), _("Beskrivelse"), _("Enhet"), _("Antall"), _("Enhetspris"), _("Sum"))
    notes = ("", "", "", "", "", _("Kroner uten mva."), _("Antall × enhetspris. Kan stå tom."))
    return workbook_of(_("Prisark"), headings, rows, notes)


def read_sheet(form: Form, draft: Draft, content: bytes) -> Draft:
    """The draft with the prices of a workbook; its sums are kept beside and compared on delivery, cell by cell.

    Raises BadInput naming every row that is no line of the competition, or that changes a quantity.
    """
    if len(content) > _LARGEST or not is_workbook(content):
        raise BadInput.of("sheet", "no_workbook", _("Fila må være en Excel-arbeidsbok (xlsx) på høyst 5 MB."))
    problems: list[Problem] = []
    prices: dict[str, dict[str, str]] = {lot.key: {} for lot in form.lots}
    sums: dict[str, dict[str, str]] = {lot.key: {} for lot in form.lots}
    stated: dict[str, str] = {}
    for number, cells in list(workbook_rows(content))[1:]:
        lot, key, _title, _unit, quantity, price, sum_of = (cells + [""] * _WIDTH)[:7]
        line = next((one for one in form.lines.get(lot, ()) if one.key == key), None)
        if key == TOTAL and lot in prices:
            stated[lot] = sum_of
        elif line is None:
            problems.append(
                _problem(number, "unknown_line", _("Linja finnes ikke i prisskjemaet: %s") % f"{lot} {key}")
            )
        elif _plain(quantity) != decimal_text(line.quantity):
            text = _("Antallet er %(found)s, men skal være %(right)s. Endre ikke antall.")
            facts = {"found": quantity, "right": _comma(line.quantity)}
            problems.append(_problem(number, "quantity_changed", text % facts))
        else:
            prices[lot][key], sums[lot][key] = price, sum_of
    BadInput.raise_if(problems)
    return replace(draft, prices=prices, sums=_filled(sums), totals={lot: one for lot, one in stated.items() if one})


def _problem(row: int, code: str, text: str) -> Problem:
    return Problem(_("rad %s") % row, code, text)


def _filled(table: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {lot: {key: value for key, value in row.items() if value} for lot, row in table.items()}


def _plain(number: str) -> str:
    compact = number.replace(" ", "").replace("\u00a0", "").replace(",", ".")
    try:
        return decimal_text(Decimal(compact))
    except ArithmeticError:
        return compact


def _comma(number: Decimal) -> str:
    return decimal_text(number).replace(".", ",")
