"""Where one is in a divided tender form: the list of parts with what is priced, and which parts problems are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.competitions.tenders.content import Draft, Form, totals
from fellestorg.competitions.tenders.parts import Part, filled_in, holding, parts_of
from fellestorg.values import Problem


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part in the list of parts. ``filled`` of ``lines`` are priced."""

    number: int
    title: str
    filled: int
    lines: int
    here: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The parts, how much is priced in all, and the sum so far, kroner without VAT."""

    title: str
    parts: tuple[PartShown, ...]
    part: Part
    filled: int
    lines: int
    total: Decimal
    before: int | None
    after: int | None


def progress(form: Form, draft: Draft, asked: int) -> Progress | None:
    """Where one is, on the part asked for or the nearest there is. ``None`` where the form is one page."""
    parts = parts_of(form)
    if not parts:
        return None
    here = parts[min(asked, len(parts) - 1)]
    shown = tuple(
        PartShown(one.number, part_title(one), filled_in(form, draft, one), one.lines, one is here) for one in parts
    )
    facts = {"number": here.number + 1, "of": len(parts), "title": part_title(here)}
    return Progress(
        _("Del %(number)s av %(of)s: %(title)s") % facts,
        shown,
        here,
        sum(one.filled for one in shown),
        sum(one.lines for one in shown),
        sum((total for _sums, total in totals(form, draft).values()), Decimal(0)),
        here.number - 1 if here.number else None,
        here.number + 1 if here is not parts[-1] else None,
    )


def part_title(part: Part) -> str:
    """What a part is called: its lot, the first and the last of several, or the stretch of a long one."""
    if not part.stretches:
        return _("Spørsmål og filer")
    first, last = part.stretches[0], part.stretches[-1]
    if first is not last:
        return f"{first.title} – {last.title}"
    if first.first and first.last:
        return first.title
    return _("%(lot)s, linje %(first)s–%(last)s") % {"lot": first.title, "first": first.start + 1, "last": first.stop}


def by_part(form: Form, problems: Sequence[Problem]) -> list[tuple[int, str, int]]:
    """How many problems each part of a divided form has: number, title, count. Empty where it is one page."""
    parts = parts_of(form)
    count = Counter(holding(parts, form, one.where) for one in problems) if parts else Counter()
    return [(one.number, part_title(one), count[one.number]) for one in parts if count[one.number]]
