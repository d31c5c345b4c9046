"""A long tender form, divided: at most a hundred price lines a page, so that it can be filled in on a phone and saved
part by part. A short form is one page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fellestorg.competitions.tenders.content import Draft, Form

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one lot, from ``start`` to before ``stop`` of the ``lines`` it has."""

    lot: str
    title: str
    start: int
    stop: int
    lines: int

    @property
    def first(self) -> bool:
        """Whether the lot begins here, with its own questions."""
        return self.start == 0

    @property
    def last(self) -> bool:
        """Whether the lot ends here, with its own total."""
        return self.stop == self.lines


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a divided form. The first has the choice of lots, what is asked of all, and the files; the others
    have stretches of price lines."""

    number: int
    stretches: tuple[Stretch, ...]

    @property
    def lines(self) -> int:
        return sum(one.stop - one.start for one in self.stretches)


def parts_of(form: Form) -> list[Part]:
    """The parts of a form; empty where it is short enough for one page."""
    if sum(len(lines) for lines in form.lines.values()) <= MOST_LINES:
        return []
    parts, page, room = [Part(0, ())], list[Stretch](), MOST_LINES
    for stretch in _stretches(form):
        length = stretch.stop - stretch.start
        if length > room and page:
            parts.append(Part(len(parts), tuple(page)))
            page, room = [], MOST_LINES
        page.append(stretch)
        room -= length
    if page:
        parts.append(Part(len(parts), tuple(page)))
    return parts


def filled_in(form: Form, draft: Draft, part: Part) -> int:
    """How many of a part's lines have a price."""
    return sum(
        1
        for one in part.stretches
        for line in form.lines[one.lot][one.start : one.stop]
        if draft.prices.get(one.lot, {}).get(line.key, "").strip()
    )


def holding(parts: list[Part], form: Form, field: str) -> int:
    """Which part holds the field of a problem: ``p:lot:line``, ``t:lot``, or a lot's or everybody's question."""
    kind, _colon, rest = field.partition(":")
    lot, _colon, key = rest.partition(":")
    if kind == "a":
        lot = next((one.lot.key for one in form.questions if one.key == rest and one.lot is not None), "")
    places = {line.key: place for place, line in enumerate(form.lines.get(lot, ()))} if kind == "p" else {}
    for part in parts:
        for one in part.stretches:
            here = {"p": one.start <= places.get(key, -1) < one.stop, "t": one.last, "a": one.first}
            if one.lot == lot and here.get(kind, False):
                return part.number
    return 0


def merged(kept: Draft, typed: Draft, part: int) -> Draft:
    """The draft with what was typed on one part; the lots are chosen on the first. What the sheet summed for a line
    holds no longer once the line is typed anew."""
    prices = {lot: {**kept.prices.get(lot, {}), **typed.prices.get(lot, {})} for lot in {*kept.prices, *typed.prices}}
    same = {
        lot: {key: value for key, value in sums.items() if prices[lot].get(key) == kept.prices[lot].get(key)}
        for lot, sums in kept.sums.items()
        if lot in kept.prices
    }
    return replace(
        typed,
        lots=kept.lots if part else typed.lots,
        answers={**kept.answers, **typed.answers},
        prices=prices,
        sums=same,
        totals={**kept.totals, **typed.totals},
        packages=kept.packages if part else typed.packages,
        most_lots=kept.most_lots if part else typed.most_lots,
    )


def _stretches(form: Form) -> Iterator[Stretch]:
    for lot in form.lots:
        count = len(form.lines[lot.key])
        for start in range(0, max(count, 1), MOST_LINES):
            yield Stretch(lot.key, lot.title, start, min(start + MOST_LINES, count), count)
