"""Kinds of sheets. A kind tells its columns, how a row is read, what it replaces, and how it is carried out.

A row, once read, is plain JSON: it is kept with the proposal and carried out from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.agreements.setup.reading import organisation_in
from fellestorg.kernel.setup import Column, Row
from fellestorg.kernel.setup import Text as Words
from fellestorg.organisations.models import Organisation
from fellestorg.ui import formats
from fellestorg.values import Problem

DAYS = (
    Column("valid_from", gettext_lazy("Fra"), required=True, shape="day"),
    Column("valid_to", gettext_lazy("Til"), gettext_lazy("Siste dag. Tomt: så lenge avtalen varer."), shape="day"),
)
SOURCE = Column("source", gettext_lazy("Kilde"), gettext_lazy("Hvor i avtalen det står."), required=True)
Read = dict[str, Any]
Dated = TypeVar("Dated", bound=models.Model)


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind. ``same`` is what a row is about, without its days: two rows of one sheet about the same must not overlap.

    ``standing`` is what holds on the row's first day (None: nothing), ``told`` says a row or what stands in words, in the
    active language; ``check`` finds what the rows' own cells cannot know; ``apply`` returns protected rows it wrote.
    """

    key: str
    title: Words
    lead: Words
    one: Words
    columns: tuple[Column, ...]
    fits: Callable[[Lot], bool]
    read: Callable[[Row, Lot], Read | None]
    same: Callable[[Read], tuple[str, ...]]
    standing: Callable[[Lot, Read], Read | None]
    label: Callable[[Read], str]
    told: Callable[[Read], str]
    check: Callable[[Lot, Read, date], Sequence[Problem]]
    apply: Callable[[Lot, Read], Sequence[models.Model]]


_kinds: dict[str, SheetKind] = {}


def register_sheets(*kinds: SheetKind) -> None:
    """Add kinds. Called when a sub-package is ready."""
    _kinds.update({kind.key: kind for kind in kinds})


def sheet_of(key: str) -> SheetKind | None:
    """A kind by its key, or None."""
    return _kinds.get(key)


def sheets_for(lot: Lot) -> list[SheetKind]:
    """The kinds that a lot may have, in the order they were registered."""
    return [kind for kind in _kinds.values() if kind.fits(lot)]


def first_and_last(row: Read) -> tuple[date, date]:
    """The days of a row; without a first or a last one, as far as days go."""
    first, last = row.get("valid_from"), row.get("valid_to")
    return date.fromisoformat(first) if first else date.min, date.fromisoformat(last) if last else date.max


def days_in(row: Row, read: Read) -> None:
    """Read ``valid_from`` and ``valid_to`` into a row, noting days in the wrong order."""
    first, last = row.day("valid_from"), row.day("valid_to")
    if first and last and last < first:
        row.bad("valid_to", "ends_before", _("siste dag er før første"))
    read["valid_from"] = first.isoformat() if first else ""
    read["valid_to"] = last.isoformat() if last else None


def days_told(read: Read) -> str:
    """A row's days in words."""
    first = formats.day(read["valid_from"], "medium")
    last = formats.day(read["valid_to"], "medium") if read["valid_to"] else _("videre")
    return f"{first} – {last}"


def supplier_in(row: Row, lot: Lot) -> Organisation | None:
    """The supplier whose number the row's cell holds; one without a place in the lot is noted as wrong."""
    found = organisation_in(row, "supplier", supplier=True)
    if found and not SupplierPosition.objects.filter(lot=lot, supplier=found).exists():
        row.bad("supplier", "no_position", _("leverandøren er ikke med i delkontrakten"))
    return found


def overlapping(rows: QuerySet[Dated], read: Read) -> QuerySet[Dated]:
    """The dated rows that share a day with a row."""
    first, last = first_and_last(read)
    found = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    return found if last == date.max else found.filter(valid_from__lte=last)


def holding(rows: QuerySet[Dated], read: Read) -> Dated | None:
    """What holds on a row's first day."""
    first, _last = first_and_last(read)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=first).first()


def make_room(rows: QuerySet[Dated], read: Read) -> None:
    """Take a row's days from those that hold them: what began earlier ends the day before, what lasts longer goes on."""
    first, last = first_and_last(read)
    for one in overlapping(rows, read):
        begins, ends = one.valid_from, one.valid_to  # type: ignore[attr-defined]
        if begins < first:
            one.valid_to = first - timedelta(days=1)  # type: ignore[attr-defined]
            one.save(update_fields=["valid_to"])
        else:
            one.delete()
        if last != date.max and (ends is None or ends > last):
            one.pk = None
            one.valid_from, one.valid_to = last + timedelta(days=1), ends  # type: ignore[attr-defined]
            one._state.adding = True
            one.save(force_insert=True)


def not_passed(rows: QuerySet[Dated], read: Read, today: date) -> list[Problem]:
    """What somebody may have been answered by is not changed: only days to come, where something stands already."""
    first, _last = first_and_last(read)
    if first >= today or not overlapping(rows, read).filter(valid_from__lt=today).exists():
        return []
    return [Problem("valid_from", "passed", _("det som alt gjelder, kan bare endres fra i dag eller senere"))]
