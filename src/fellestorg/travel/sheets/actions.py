"""A sheet read, compared with what holds, and proposed; and what its proposal does when somebody else approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Row
from fellestorg.kernel.sheets import RowProblem, SheetRow, read_sheet
from fellestorg.kernel.text import LANGUAGES
from fellestorg.kernel.verbs import register_verbs
from fellestorg.travel.sheets.kinds import Read, SheetKind, first_and_last, sheet_of
from fellestorg.values import BadInput, Problem

KIND = "travel_sheet"
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the sheet beside what holds on its first day."""

    row: Read
    label: str
    before: str
    after: str

    @property
    def state(self) -> str:
        """``new``, ``changed`` or ``unchanged``."""
        return "new" if not self.before else "unchanged" if self.before == self.after else "changed"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do. Where anything is rejected, nothing can be proposed."""

    rows: tuple[Read, ...]
    changes: tuple[Change, ...]
    rejected: tuple[RowProblem, ...]

    def count(self, state: str) -> int:
        """How many rows are new, changed or unchanged."""
        return sum(one.state == state for one in self.changes)


def register() -> None:
    """Tell the proposals of this kind, and what its event is called."""
    name = gettext_lazy("Priser og vilkår for hotell og leiebil")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=_anew))
    register_verbs({"travel_sheet_applied": gettext_lazy("Priser eller vilkår for hotell og leiebil endret")})


def preview(kind: SheetKind, lot: Lot, content: bytes, now: datetime) -> Preview:
    """Read a sheet (CSV or workbook) and compare it. Raises BadInput where the file as a whole cannot be read."""
    headings = {one.field: _headings(one.heading) for one in kind.columns}
    named = {one.field: str(one.heading) for one in kind.columns}
    found = read_sheet(content, headings, [one.field for one in kind.columns if one.required], named)
    return preview_rows(kind, lot, found, now)


def preview_rows(kind: SheetKind, lot: Lot, found: Sequence[SheetRow], now: datetime) -> Preview:
    """The same for rows that are read already, as from a form."""
    if not found:
        raise BadInput.of("", "empty_file", _("fila har ingen rader under overskriften"))
    if len(found) > MOST_ROWS:
        raise BadInput.of("", "too_many", _("høyst %(most)s rader om gangen") % {"most": MOST_ROWS})
    columns = {one.field: one for one in kind.columns}
    today = clock.local_day(now)
    rows: list[Read] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[str, ...], list[tuple[date, date, int]]] = {}
    for one in found:
        row = Row(one.number, {name: cell for name, cell in one.cells.items() if name in columns}, columns)
        if "" in one.cells:
            row.bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
        read = kind.read(row, lot)
        if row.is_good and read is not None:
            for problem in kind.check(lot, read, today):
                row.bad(problem.where, problem.code, problem.text)
            _find_twin(row, kind.same(read), first_and_last(read), seen)
        problems += row.problems
        if row.is_good and read is not None:
            rows.append(read)
    return Preview(tuple(rows), tuple(_change(kind, lot, one) for one in rows), tuple(problems))


def propose(
    kind: SheetKind, lot: Lot, rows: Sequence[Read], reason: str, *, actor: Actor, now: datetime
) -> ChangeProposal | None:
    """Put the rows before somebody else; in a draft they hold at once (None). Raises as :func:`proposals.propose`."""
    payload = {"sheet": kind.key, "rows": list(rows)}
    return proposals.change(KIND, Target(lot.agreement, lot), payload, reason, actor=actor, now=now)


def _headings(text: Any) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return found


def _find_twin(
    row: Row, same: tuple[str, ...], days: tuple[date, date], seen: dict[tuple[str, ...], list[tuple[date, date, int]]]
) -> None:
    for first, last, number in seen.get(same, []):
        if first <= days[1] and days[0] <= last:
            row.bad(
                "valid_from",
                "row_twice",
                _("linje %(line)s gjelder det samme, på noen av de samme dagene") % {"line": number},
            )
            return
    seen.setdefault(same, []).append((*days, row.number))


def _change(kind: SheetKind, lot: Lot, row: Read) -> Change:
    standing = kind.standing(lot, row)
    return Change(row, kind.label(row), kind.told(standing) if standing else "", kind.told(row))


def _kind(payload: Payload) -> SheetKind:
    found = sheet_of(payload["sheet"])
    if found is None:
        raise BadInput.of(
            "sheet", "unknown_kind", _("det finnes ingen slik endring: %(kind)s") % {"kind": payload["sheet"]}
        )
    return found


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    kind = _kind(payload)
    return {"rows": [kind.standing(target.the_lot, row) for row in payload["rows"]]}


def _anew(_target: Target, payload: Payload, was: Payload, _now: datetime) -> dict[str, Any]:
    """The rows that the proposal changed; the others are as they have become."""
    kind = _kind(payload)
    pairs = zip(payload["rows"], was["rows"], strict=True)
    return {**payload, "rows": [row for row, then in pairs if not then or kind.told(then) != kind.told(row)]}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    kind, today = _kind(payload), clock.local_day(now)
    problems: list[Problem] = []
    for number, row in enumerate(payload["rows"]):
        problems += [
            Problem(f"rows[{number}].{one.where}", one.code, f"{kind.label(row)}: {one.text}")
            for one in kind.check(target.the_lot, row, today)
        ]
    BadInput.raise_if(problems)


def _compare(_target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    kind = _kind(payload)
    return [
        Compared(kind.label(row), kind.told(was) if was else "", kind.told(row))
        for row, was in zip(payload["rows"], before["rows"], strict=True)
    ]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    kind = _kind(payload)
    written = [one for row in payload["rows"] for one in kind.apply(target.the_lot, row)]
    told = {"sheet": kind.key, "rows": payload["rows"]}
    events.record(Happening(target.subject, "travel_sheet_applied", target.subject, actor, now, told, tuple(written)))
