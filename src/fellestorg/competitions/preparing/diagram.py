"""A procedure drawn from its table: stages from top to bottom, numbered moves as arrows. The same table, the same drawing.

A move to the next stage goes straight down; every other has a lane of its own to the right. Cancelling, which starts
almost everywhere, is told in words instead. Colours are the text's own, so that it reads in light and dark.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import Move, Procedure, stage_title

_WIDE, _HIGH, _GAP, _LEFT, _TOP, _LANE = 210, 40, 44, 8, 8, 30
OUTSIDE = "cancelled"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move from one stage to another; ``number`` is its row in the table, ``lane`` 0 goes straight down."""

    number: int
    source: int
    target: int
    lane: int


def drawn_stages(procedure: Procedure) -> tuple[str, ...]:
    """The stages that are boxes, from top to bottom."""
    return tuple(stage for stage in procedure.reachable() if stage != OUTSIDE)


def drawn_moves(procedure: Procedure) -> tuple[Move, ...]:
    """The moves that are arrows, in the table's order: their numbers count from 1."""
    return tuple(move for move in procedure.moves if move.target != OUTSIDE)


def arrows(procedure: Procedure) -> tuple[Arrow, ...]:
    """Every arrow with its lane. Lanes are given in the moves' order, each to the first where it meets no other."""
    place = {stage: at for at, stage in enumerate(drawn_stages(procedure))}
    taken: list[list[tuple[int, int]]] = []
    found = []
    for number, move in enumerate(drawn_moves(procedure), 1):
        for source in move.sources:
            if source not in place:
                continue
            start, end = place[source], place[move.target]
            if end == start + 1:
                found.append(Arrow(number, start, end, 0))
                continue
            low, high = min(start, end), max(start, end)
            lane = next((at for at, used in enumerate(taken) if all(high < a or low > b for a, b in used)), len(taken))
            if lane == len(taken):
                taken.append([])
            taken[lane].append((low, high))
            found.append(Arrow(number, start, end, lane + 1))
    return tuple(found)


def diagram(procedure: Procedure) -> SafeString:
    """The drawing as safe SVG. The table under it says the same in words."""
    stages, lines = drawn_stages(procedure), arrows(procedure)
    ports = _ports(lines)
    lanes = max((one.lane for one in lines), default=0)
    width = _LEFT + _WIDE + 26 + lanes * _LANE
    height = _TOP + len(stages) * (_HIGH + _GAP) - _GAP + 8
    boxes = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<text x="{}" y="{}" text-anchor="middle" fill="currentColor" font-size="15">{}</text>',
        (
            (_LEFT, _y(at), _WIDE, _HIGH, _LEFT + _WIDE // 2, _y(at) + 25, in_language(stage_title(stage)))
            for at, stage in enumerate(stages)
        ),
    )
    return format_html(
        '<svg class="fs-svg" viewBox="0 0 {} {}" width="{}" role="img" xmlns="http://www.w3.org/2000/svg" aria-label="{}">'
        "{}{}</svg>",
        width,
        height,
        width,
        in_language(procedure.title),
        boxes,
        format_html_join("", "{}", ((_arrow(one, ports),) for one in lines)),
    )


def _y(place: int) -> int:
    return _TOP + place * (_HIGH + _GAP)


def _ports(lines: tuple[Arrow, ...]) -> dict[tuple[Arrow, bool], int]:
    """Where each arrow with a lane leaves (False) and reaches (True) its boxes: every end at a height of its own."""
    ends: dict[int, list[tuple[Arrow, bool]]] = {}
    for one in lines:
        if one.lane:
            ends.setdefault(one.source, []).append((one, False))
            ends.setdefault(one.target, []).append((one, True))
    return {
        end: _y(place) + _HIGH * number // (len(found) + 1)
        for place, found in ends.items()
        for number, end in enumerate(sorted(found, key=lambda end: end[0].lane), 1)
    }


def _arrow(one: Arrow, ports: dict[tuple[Arrow, bool], int]) -> SafeString:
    if one.lane == 0:
        x, start, end = _LEFT + _WIDE // 2, _y(one.source) + _HIGH, _y(one.target)
        path, tip = f"M{x} {start}V{end}", f"M{x - 5} {end - 9}L{x} {end}L{x + 5} {end - 9}"
        return _drawn(path, tip, x + 18, (start + end) // 2 + 1, one.number)
    right, x = _LEFT + _WIDE, _LEFT + _WIDE + one.lane * _LANE
    start, end = ports[one, False], ports[one, True]
    path = f"M{right} {start}H{x}V{end}H{right}"
    tip = f"M{right + 9} {end - 5}L{right} {end}L{right + 9} {end + 5}"
    return _drawn(path, tip, x, (start + end) // 2, one.number)


def _drawn(path: str, tip: str, x: int, y: int, number: int) -> SafeString:
    return format_html(
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<circle cx="{}" cy="{}" r="11" fill="Canvas" stroke="currentColor"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="CanvasText">{}</text>',
        path, tip, x, y, x, y + 5, number,
    )  # fmt: skip
