"""Bringing in an index's real values from the statistics bureau's own file (SSB table 03013 as CSV)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.catalogues.models import IndexValue
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, decimal_in, read_sheet
from fellestorg.law.indexes import price_index
from fellestorg.organisations.policy import may_administer
from fellestorg.values import BadInput, Refused, decimal_text

COLUMNS = {
    "series": ("serie", "indeks", "konsumgruppe"),
    "month": ("måned", "mnd", "tid"),
    "value": (
        "verdi",
        "indeksverdi",
        "konsumprisindeks (2015=100)",
        "03013: konsumprisindeks",
        "03013: konsumprisindeks, etter konsumgruppe, måned og statistikkvariabel",
    ),
    "variable": ("statistikkvariabel", "contents"),
}
REQUIRED = ("month", "value")
HEADINGS = {field: names[0] for field, names in COLUMNS.items()}
DEFAULT_SOURCE = "SSB tabell 03013"
_MONTH = re.compile(r"(\d{4})(?:M|-)(0[1-9]|1[0-2])\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MonthChange:
    """A month that is new (``before`` is None) or has another value than was imported before."""

    series: str
    month: date
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True, slots=True)
class ImportedIndex:
    """What came of a file. Where anything is rejected, nothing was written and ``accepted`` is 0."""

    read: int
    accepted: int
    rejected: tuple[RowProblem, ...]
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    months: tuple[MonthChange, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
        }


@transaction.atomic
def import_index(
    content: bytes,
    *,
    series: str = "",
    source: str = DEFAULT_SOURCE,
    actor: Actor,
    now: datetime,
    preview: bool = False,
) -> ImportedIndex:
    """Bring in months of one or more series; what was there for a month is replaced, and the event keeps what it was.
    ``preview`` tells the same and writes nothing.

    Columns: series (may be left out where ``series`` is given), month as ``2023M01`` or ``2023-01``, value. All or
    nothing. Raises Refused for whoever does not administer, BadInput where the file as a whole cannot be read.
    """
    if not may_administer(actor).allowed:
        raise Refused("not_administrator", _("Bare SI-administrator og operatøren kan lese inn indekser."))
    rows = read_sheet(content, COLUMNS, REQUIRED)
    today = clock.local_day(now)
    found: dict[tuple[str, date], Decimal] = {}
    problems: list[RowProblem] = []
    lines: dict[tuple[str, date], int] = {}
    for row in rows:
        read = _row(row, series, today, problems)
        if read is None:
            continue
        key, value = read
        if key in found:
            text = _("måneden står alt på linje %(line)s") % {"line": lines[key]}
            problems.append(RowProblem(row.number, "month", "month_twice", text))
            continue
        found[key], lines[key] = value, row.number
    if problems:
        return ImportedIndex(len(rows), 0, tuple(problems))
    known = {(one.series, one.month): one for one in IndexValue.objects.select_for_update()}
    changed = {key: known[key].value for key, value in found.items() if key in known and known[key].value != value}
    new = [key for key in found if key not in known]
    months = tuple(
        MonthChange(*key, changed.get(key), found[key]) for key in sorted(found) if key in changed or key not in known
    )
    counts = (len(new), len(changed), len(found) - len(new) - len(changed))
    done = ImportedIndex(len(rows), len(rows), (), *counts, months)
    if preview:
        return done
    IndexValue.objects.bulk_create(
        [IndexValue(series=key[0], month=key[1], value=found[key], **_origin(source, actor, now)) for key in new]
    )
    for key in changed:
        IndexValue.objects.filter(pk=known[key].pk).update(value=found[key], **_origin(source, actor, now))
    for one in sorted({key[0] for key in found}):
        given = sorted(month for name, month in found if name == one)
        payload: dict[str, Any] = {
            "from": given[0].isoformat(),
            "to": given[-1].isoformat(),
            "new": sum(key[0] == one for key in new),
            "changed": [
                {"month": key[1].isoformat(), "before": decimal_text(was), "after": decimal_text(found[key])}
                for key, was in sorted(changed.items())
                if key[0] == one
            ],
            "source": source,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        events.record(Happening(f"index:{one}", "index_imported", f"index:{one}", actor, now, payload))
    return done


def template(kind: str) -> bytes:
    """An empty sheet with the headings: ``xlsx`` or ``csv``."""
    headings = [HEADINGS[field] for field in ("series", "month", "value")]
    if kind == "xlsx":
        from fellestorg.kernel.workbooks import workbook_of

        return workbook_of(_("Prisindeks"), headings, [])
    return ("\ufeff" + ";".join(headings) + "\r\n").encode()


def _origin(source: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"source": source[:300], "imported_by": actor.name, "imported_at": now}


def _row(
    row: SheetRow, series: str, today: date, problems: list[RowProblem]
) -> tuple[tuple[str, date], Decimal] | None:
    """The series, month and value of a row, or None with what is wrong added to the problems."""
    before = len(problems)
    cells = row.cells

    def bad(field: str, code: str, text: str) -> None:
        problems.append(RowProblem(row.number, field, code, text))

    name = cells.get("series") or series
    key = ""
    if not name:
        bad("series", "missing", _("oppgi hvilken indeks raden gjelder"))
    else:
        try:
            key = price_index(name).key
        except BadInput:
            bad("series", "unknown_index", _("ukjent indeks «%(name)s»") % {"name": name[:60]})
    if (variable := cells.get("variable", "")) and not variable.lower().startswith("konsumprisindeks"):
        bad("variable", "not_the_index", _("raden er ikke selve indeksen: «%(name)s»") % {"name": variable[:60]})
    month = None
    if match := _MONTH.match(cells["month"]):
        month = date(int(match[1]), int(match[2]), 1)
        if month > today:
            bad("month", "in_the_future", _("måneden ligger fram i tid"))
    else:
        bad(
            "month", "not_a_month", _("ventet en måned som 2023M01 – fant «%(found)s»") % {"found": cells["month"][:20]}
        )
    value = Decimal(0)
    try:
        value = decimal_in(cells["value"], whole_digits=8)
        if value == 0:
            bad("value", "too_small", _("indeksen må være over 0"))
    except RowError as error:
        bad("value", error.code, error.text)
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if len(problems) > before or month is None:
        return None
    return (key, month), value
