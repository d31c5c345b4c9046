"""Facts as people send them: rows of a sheet or a form, read with every problem by row and field; and the templates.

A form is a sheet of one row, so both are read here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Lot
from fellestorg.agreements.registering.facts import Fact
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, decimal_in, read_sheet
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, Problem

COLUMNS: Mapping[str, Sequence[str]] = {
    "agreement": ("avtale",),
    "lot": ("delkontrakt",),
    "kind": ("type", "slag"),
    "reference": ("referanse",),
    "buyer": ("kjøper", "kjøpar", "virksomhet", "verksemd", "orgnr"),
    "amount": ("beløp", "verdi"),
    "on": ("date", "dato"),
    "quantity": ("antall", "mengde", "mengd"),
    "note": ("merknad",),
}
REQUIRED = ("agreement", "lot", "reference", "amount")
KINDS = {
    "": "elsewhere",
    "annet sted": "elsewhere",
    "annan stad": "elsewhere",
    "kjøp": "elsewhere",
    "åpning": "opening",
    "åpningssaldo": "opening",
    "opning": "opening",
    "opningssaldo": "opening",
}
# What each column is called in a template, and what the note at it says.
HEADINGS: Mapping[str, tuple[Promise, Promise]] = {
    "agreement": (gettext_lazy("avtale"), gettext_lazy("Avtalens nøkkel, som i adressen: pc-utstyr. Må fylles ut.")),
    "lot": (gettext_lazy("delkontrakt"), gettext_lazy("Delkontraktens nøkkel, som i adressen: mac. Må fylles ut.")),
    "kind": (gettext_lazy("type"), gettext_lazy("«annet sted» for kjøp, «åpning» for åpningssaldo. Tomt betyr kjøp.")),
    "reference": (
        gettext_lazy("referanse"),
        gettext_lazy("Det kjøpet heter der det ble gjort, høyst 60 tegn. Samme referanse kan bare registreres én gang."),
    ),
    "buyer": (
        gettext_lazy("kjøper"),
        gettext_lazy("Organisasjonsnummer. Tomt betyr din egen virksomhet. Åpningssaldo har ingen kjøper."),
    ),
    "amount": (gettext_lazy("beløp"), gettext_lazy("Kroner uten mva., for eksempel 1 234,50. Må fylles ut.")),
    "on": (gettext_lazy("dato"), gettext_lazy("Dagen kjøpet ble gjort: 31.10.2023 eller 2023-10-31. Må være med for kjøp.")),
    "quantity": (gettext_lazy("antall"), gettext_lazy("Bare der avtalen har et høyeste antall.")),
    "note": (gettext_lazy("merknad"), gettext_lazy("Høyst 300 tegn.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """Rows as far as they could be understood. ``lines`` are the facts' lines in the file."""

    read: int
    facts: tuple[Fact, ...]
    lines: tuple[int, ...]
    problems: tuple[RowProblem, ...]


def read_facts(content: bytes, own: Organisation | None = None) -> ReadFacts:
    """The facts in a CSV file or a workbook. Raises BadInput where it is neither. See :func:`facts_in`."""
    return facts_in(read_sheet_of_facts(content), own)


def read_sheet_of_facts(content: bytes) -> list[SheetRow]:
    """The rows of a file, not yet understood. Raises BadInput where it is neither CSV nor a workbook."""
    return read_sheet(content, COLUMNS, REQUIRED)


def facts_in(rows: Sequence[SheetRow], own: Organisation | None = None) -> ReadFacts:
    """The facts in some rows, with every problem by row and field. ``own`` bought where no buyer is given."""
    lots = {
        (lot.agreement.key, lot.key): lot
        for lot in Lot.objects.select_related("agreement__owner", "agreement__manager")
    }
    numbers = {_compact(row.cells.get("buyer", "")) for row in rows}
    buyers = {one.number: one for one in Organisation.objects.filter(number__in=numbers)}
    good: list[Fact] = []
    lines: list[int] = []
    problems: list[RowProblem] = []
    for row in rows:
        found = _fact(row, lots, buyers, own, problems)
        if found is not None:
            good.append(found)
            lines.append(row.number)
    return ReadFacts(len(rows), tuple(good), tuple(lines), tuple(problems))


def by_line(problem: Problem, lines: Sequence[int]) -> RowProblem:
    """A problem of ``registrations[3].amount`` as a problem of a line in the file."""
    head, _dot, field = problem.where.partition(".")
    index = int(head.removeprefix("registrations[").rstrip("]"))
    return RowProblem(lines[index], field, problem.code, problem.text)


def headings() -> list[str]:
    """The columns' names in the active language."""
    return [str(name) for name, _note in HEADINGS.values()]


def template_workbook() -> bytes:
    """An empty workbook to fill in, with a note at each heading, in the active language."""
    return workbook_of(_("Kjøp"), headings(), (), [str(note) for _name, note in HEADINGS.values()])


def _fact(
    row: SheetRow,
    lots: Mapping[tuple[str, str], Lot],
    buyers: Mapping[str, Organisation],
    own: Organisation | None,
    problems: list[RowProblem],
) -> Fact | None:
    before = len(problems)
    cells = {field: " ".join(text.split()) for field, text in row.cells.items()}

    def bad(field: str, code: str, text: str) -> None:
        problems.append(RowProblem(row.number, field, code, text))

    def read(field: str, reader: Any, empty: Any) -> Any:
        if not cells.get(field):
            return empty
        try:
            return reader(cells[field])
        except RowError as error:
            bad(field, error.code, error.text)
            return empty

    wanted = (cells.get("agreement", ""), cells.get("lot", ""))
    lot = lots.get(wanted)
    if lot is None:
        bad("lot", "unknown_lot", _("det finnes ingen delkontrakt %(lot)s") % {"lot": "/".join(wanted)[:120]})
    kind = cells.get("kind", "").lower()
    kind = KINDS.get(kind, kind)
    number = cells.get("buyer", "")
    if number:
        try:
            number = clean_number(number)
        except BadInput as error:
            bad("buyer", "organisation_number", error.problems[0].text)
        else:
            if number not in buyers:
                text = _("det finnes ingen virksomhet med nummer %(number)s")
                bad("buyer", "unknown_buyer", text % {"number": number})
    buyer = buyers.get(number) if number else own if kind == "elsewhere" else None
    amount = read("amount", lambda text: decimal_in(text, places=2), None)
    if amount is None and len(problems) == before:
        bad("amount", "missing", _("beløpet mangler"))
    on = read("on", day_in, None)
    quantity = read("quantity", decimal_in, Decimal(0))
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if len(problems) > before or lot is None or amount is None:
        return None
    return Fact(lot, kind, cells.get("reference", ""), amount, buyer, on, quantity, cells.get("note", ""))


def _compact(number: str) -> str:
    try:
        return clean_number(number)
    except BadInput:
        return number
