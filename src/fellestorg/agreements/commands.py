"""``fellestorg ceiling``: what is left under each lot, and the registration of what was drawn elsewhere or before."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from fellestorg.agreements import actions
from fellestorg.agreements.actions import Registration
from fellestorg.agreements.models import Lot
from fellestorg.agreements.queries import CeilingView, ceilings
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, decimal_in, read_sheet
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, Problem, kroner

COLUMNS: Mapping[str, Sequence[str]] = {
    "agreement": ("avtale",),
    "lot": ("delkontrakt",),
    "kind": ("type", "slag"),
    "reference": ("referanse",),
    "buyer": ("kjøper", "virksomhet", "orgnr"),
    "amount": ("beløp", "verdi"),
    "on": ("date", "dato"),
    "quantity": ("antall", "mengde"),
    "note": ("merknad",),
}
REQUIRED = ("agreement", "lot", "kind", "reference", "amount")


def ceiling(argv: list[str]) -> int:
    """``ceiling show [AGREEMENT [LOT]] [--json]`` or ``ceiling register FILE.csv [--json]`` (or one fact by options).

    Raises BadInput (exit 2) for an unknown agreement or lot. A file with any bad row answers 2, names every row and
    field, and nothing of it is written.
    """
    words = _parser().parse_args(argv)
    if words.verb == "show":
        return _show(words.agreement, words.lot, words.json)
    return _register(words)


@dataclass(frozen=True, slots=True)
class ReadRows:
    """A file of facts as far as it could be understood."""

    read: int
    registrations: tuple[Registration, ...]
    lines: tuple[int, ...]
    problems: tuple[RowProblem, ...]


def read_registrations(content: bytes) -> ReadRows:
    """The facts in a CSV file, with every problem by line and field. Raises BadInput where it is no such file."""
    rows = read_sheet(content, COLUMNS, REQUIRED)
    lots = {
        (lot.agreement.key, lot.key): lot
        for lot in Lot.objects.select_related("agreement__owner", "agreement__manager")
    }
    numbers = {row.cells.get("buyer", "").replace(" ", "") for row in rows}
    buyers = {one.number: one for one in Organisation.objects.filter(number__in=numbers)}
    good: list[Registration] = []
    lines: list[int] = []
    problems: list[RowProblem] = []
    for row in rows:
        found = _registration(row, lots, buyers, problems)
        if found is not None:
            good.append(found)
            lines.append(row.number)
    return ReadRows(len(rows), tuple(good), tuple(lines), tuple(problems))


def _registration(
    row: SheetRow,
    lots: Mapping[tuple[str, str], Lot],
    buyers: Mapping[str, Organisation],
    problems: list[RowProblem],
) -> Registration | None:
    before = len(problems)
    cells = row.cells

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

    lot = lots.get((cells["agreement"], cells["lot"]))
    if lot is None:
        bad(
            "lot",
            "unknown_lot",
            _("det finnes ingen delkontrakt %(lot)s") % {"lot": f"{cells['agreement']}/{cells['lot']}"},
        )
    kind = {"åpning": "opening", "annet sted": "elsewhere"}.get(cells["kind"].lower(), cells["kind"].lower())
    number = cells.get("buyer", "").replace(" ", "")
    if number:
        try:
            number = clean_number(number)
        except BadInput as error:
            bad("buyer", "organisation_number", error.problems[0].text)
        else:
            if number not in buyers:
                bad(
                    "buyer",
                    "unknown_buyer",
                    _("det finnes ingen virksomhet med nummer %(number)s") % {"number": number},
                )
    amount = read("amount", lambda text: decimal_in(text, places=2), None)
    if amount is None and len(problems) == before:
        bad("amount", "missing", _("beløpet mangler"))
    on = read("on", day_in, None)
    quantity = read("quantity", decimal_in, Decimal(0))
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if len(problems) > before or lot is None or amount is None:
        return None
    return Registration(lot, kind, cells["reference"], amount, buyers.get(number), on, quantity, cells.get("note", ""))


def _register(words: argparse.Namespace) -> int:
    if words.file:
        try:
            content = Path(words.file).read_bytes()
        except OSError as error:
            raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
        found = read_registrations(content)
    else:
        found = ReadRows(1, (_from_options(words),), (0,), ())
    problems = list(found.problems)
    if not problems:
        try:
            actions.register(found.registrations, actor=OPERATOR, now=clock.now())
        except BadInput as error:
            problems = [_by_line(problem, found.lines) for problem in error.problems]
    answer = {
        "read": found.read,
        "accepted": 0 if problems else found.read,
        "rejected": [problem.as_json() for problem in problems],
        "changes": {"registered": 0 if problems else found.read},
    }
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(f"linje {problem.row}: {problem.field}: {problem.text}")
        print(f"lest {answer['read']}, godtatt {answer['accepted']}, avvist {len(problems)}")
    return 2 if problems else 0


def _by_line(problem: Problem, lines: Sequence[int]) -> RowProblem:
    """A problem of ``registrations[3].amount`` as a problem of a line in the file."""
    head, _dot, field = problem.where.partition(".")
    index = int(head.removeprefix("registrations[").rstrip("]"))
    return RowProblem(lines[index], field, problem.code, problem.text)


def _from_options(words: argparse.Namespace) -> Registration:
    missing = [name for name in REQUIRED if not getattr(words, name)]
    BadInput.raise_if(Problem(f"--{name}", "missing", "expected, or a file with many") for name in missing)
    lot = (
        Lot.objects.select_related("agreement__owner", "agreement__manager")
        .filter(agreement__key=words.agreement, key=words.lot)
        .first()
    )
    if lot is None:
        raise BadInput.of("--lot", "unknown_lot", f"there is no lot {words.agreement}/{words.lot}")
    buyer = None
    if words.buyer:
        buyer = Organisation.objects.filter(number=clean_number(words.buyer, "--buyer")).first()
        if buyer is None:
            raise BadInput.of("--buyer", "unknown_buyer", f"there is no organisation {words.buyer}")
    try:
        amount = decimal_in(words.amount, places=2)
        quantity = decimal_in(words.quantity) if words.quantity else Decimal(0)
        on: date | None = day_in(words.on) if words.on else None
    except RowError as error:
        raise BadInput.of("--amount, --quantity, --on", error.code, error.text) from None
    return Registration(lot, words.kind, words.reference, amount, buyer, on, quantity, words.note)


def _show(agreement: str | None, lot: str | None, as_json: bool) -> int:
    today = clock.today()
    rows = ceilings(today, agreement=agreement, lot=lot)
    if agreement and not rows:
        wanted = f"{agreement}/{lot}" if lot else agreement
        raise BadInput.of("lot" if lot else "agreement", "unknown", f"there is no lot {wanted!r}")
    if as_json:
        refs = [rule_book().rule(rule, today).ref.as_json() for rule in ("FA-3", "LEDGER")]
        print(json.dumps({"lots": [_as_json(row) for row in rows], "rules": refs}, ensure_ascii=False, indent=2))
        return 0
    width = max((len(f"{row.agreement} {row.lot}") for row in rows), default=0)
    for row in rows:
        spent = f", brukt opp {row.exhausted_on}" if row.exhausted_on else ""
        print(
            f"{row.agreement + ' ' + row.lot:<{width}}  tak {kroner(row.limit):>16}  brukt {kroner(row.used):>16}  "
            f"holdt av {kroner(row.reserved):>14}  igjen {kroner(row.left):>16}  {row.share * 100:.1f} %{spent}"
        )
    return 0


def _as_json(row: CeilingView) -> dict[str, Any]:
    return {
        "agreement": row.agreement,
        "lot": row.lot,
        "limit": kroner(row.limit),
        "used": kroner(row.used),
        "reserved": kroner(row.reserved),
        "left": kroner(row.left),
        "share": plain(row.share),
        "breached": row.breached,
        "exhausted_on": plain(row.exhausted_on),
    }


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput.of("", "usage", f"{message}\n{self.format_usage().rstrip()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="fellestorg ceiling", description="The ceiling of each lot.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="show|register")
    show = verbs.add_parser("show", help="limit, used, reserved, left and the day it is spent", allow_abbrev=False)
    show.add_argument("agreement", nargs="?", metavar="AGREEMENT")
    show.add_argument("lot", nargs="?", metavar="LOT")
    show.add_argument("--json", action="store_true")
    register = verbs.add_parser(
        "register",
        help="opening balances and call-offs made elsewhere",
        epilog=f"columns: {', '.join(COLUMNS)}; needed: {', '.join(REQUIRED)}; kind is opening or elsewhere",
        allow_abbrev=False,
    )
    register.add_argument("file", nargs="?", metavar="FILE.csv")
    for name in COLUMNS:
        register.add_argument(f"--{name}", default="")
    register.add_argument("--json", action="store_true")
    return parser
