"""Boxes, words and arrows as SVG, each drawing for a width in CSS pixels. Nothing is told by colour alone."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fellestorg.ui.charts import WIDTHS
from fellestorg.ui.charts.shapes import CHARACTER, joined, px

LINE = 18
PAD = 10


@dataclass(frozen=True, slots=True)
class Body:
    """A drawing without its root, and how high it is."""

    height: float
    parts: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A word in a matrix, and the code that gives its box a look."""

    word: str
    code: str


def responsive(draw: Callable[[int], Body], title: str, description: str) -> SafeString:
    """The drawing in every width; the style sheet shows the one that fits."""
    return format_html_join(
        "",
        '<div class="fs-fit-{}">{}</div>',
        ((name, _frame(draw(width), width, title, description)) for name, width in WIDTHS.items()),
    )


def path(steps: Sequence[tuple[str, str]], width: int) -> Body:
    """Numbered steps, one after another: in rows where there is room, else downwards."""
    across = 5 if width > 800 else 3 if width > 500 else 1
    gap = 22
    box = (width - gap * (across - 1)) / across
    lines = [_wrapped(f"{number}. {label}", box) for number, label in steps]
    height = max(map(len, lines)) * LINE + 2 * PAD
    parts: list[SafeString] = []
    for place, words in enumerate(lines):
        x, y = (place % across) * (box + gap), (place // across) * (height + gap)
        parts.append(_box(x, y, box, height, words, "fs-box"))
        if place + 1 < len(lines):
            if (place + 1) % across:
                parts.append(_arrow(x + box + 3, y + height / 2, x + box + gap - 3, y + height / 2))
            else:
                parts.append(_turn(x + box / 2, y + height + 3, box / 2, y + height + gap - 3))
    rows = -(-len(lines) // across)
    return Body(rows * (height + gap) - gap, tuple(parts))


def matrix(labels: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[Cell]], width: int) -> Body:
    """A row for each label, a box for each column; on a narrow drawing the label stands above its boxes."""
    narrow = width < 500
    left = 0.0 if narrow else width * 0.4
    gap = 6
    box = (width - left - gap * (len(columns) - 1)) / len(columns)
    parts: list[SafeString] = []
    y = 0.0
    for index, column in enumerate(columns):
        parts.append(_words([column], left + index * (box + gap) + box / 2, y, "fs-label", "middle"))
    y += LINE + PAD
    for label, row in zip(labels, cells, strict=True):
        said = _wrapped(label, width if narrow else left - PAD)
        if narrow:
            parts.append(_words(said, 0, y, "fs-label"))
            y += len(said) * LINE + 4
        height = max(max(len(_wrapped(cell.word, box)) for cell in row), 0 if narrow else len(said)) * LINE + PAD
        if not narrow:
            parts.append(_words(said, 0, y + PAD / 2, "fs-label"))
        for index, cell in enumerate(row):
            x = left + index * (box + gap)
            parts.append(_box(x, y, box, height, _wrapped(cell.word, box), f"fs-box fs-box-{cell.code}"))
        y += height + (PAD if narrow else gap)
    return Body(y, tuple(parts))


def groups(found: Sequence[tuple[str, Sequence[str]]], width: int) -> Body:
    """A box for each group, with its items below the heading; beside each other where there is room."""
    across = min(len(found), 4 if width > 800 else 2 if width > 500 else 1)
    gap = 14
    box = (width - gap * (across - 1)) / across
    parts: list[SafeString] = []
    y = 0.0
    for start in range(0, len(found), across):
        row = found[start : start + across]
        told = [(_wrapped(label, box), [_wrapped(item, box) for item in items]) for label, items in row]
        head = max(len(label) for label, _items in told) * LINE + PAD
        height = head + max(sum(len(item) * LINE + 6 for item in items) for _label, items in told) + PAD
        for index, (label, items) in enumerate(told):
            x = index * (box + gap)
            parts.append(_box(x, y, box, height, [], "fs-box"))
            parts.append(_words(label, x + PAD, y + 4, "fs-box-title"))
            under = y + head
            for item in items:
                parts.append(_words(item, x + PAD, under))
                under += len(item) * LINE + 6
        y += height + gap
    return Body(y - gap, tuple(parts))


def flow(questions: Sequence[tuple[str, str, str, str]], answers: tuple[str, str], width: int) -> Body:
    """Questions under each other. Each has what yes and no mean, and which of them goes on to the next question."""
    narrow = width < 500
    box = width if narrow else width * 0.46
    other = width - 40 if narrow else width - box - 90
    yes, no = answers
    parts: list[SafeString] = []
    y = 0.0
    for place, (question, on_yes, on_no, goes_on) in enumerate(questions):
        words = _wrapped(question, box)
        side_word, outcome = (no, on_no) if goes_on == "yes" else (yes, on_yes)
        down_word = yes if goes_on == "yes" else no
        told = _wrapped(outcome, other)
        height = (len(words) if narrow else max(len(words), len(told))) * LINE + 2 * PAD
        parts.append(_box(0, y, box, height, words, "fs-box"))
        if narrow:
            y += height + 4
            parts.append(_words([f"{side_word}:"], 12, y))
            y += LINE + 4
            parts.append(_box(40, y, other, len(told) * LINE + 2 * PAD, told, "fs-box fs-box-end"))
            y += len(told) * LINE + 2 * PAD
        else:
            middle = y + height / 2
            parts.append(_words([side_word], box + 8, middle - LINE - 4))
            parts.append(_arrow(box + 3, middle, box + 86, middle))
            parts.append(_box(box + 90, y, other, height, told, "fs-box fs-box-end"))
            y += height
        if place + 1 < len(questions):
            parts.append(_arrow(16, y + 3, 16, y + 31))
            parts.append(_words([down_word], 28, y + 6))
            y += 34
        else:
            last = on_yes if goes_on == "yes" else on_no
            parts.append(_arrow(16, y + 3, 16, y + 31))
            parts.append(_words([down_word], 28, y + 6))
            y += 34
            words = _wrapped(last, box)
            parts.append(_box(0, y, box, len(words) * LINE + 2 * PAD, words, "fs-box fs-box-end"))
            y += len(words) * LINE + 2 * PAD
    return Body(y, tuple(parts))


def _frame(body: Body, width: int, title: str, description: str) -> SafeString:
    return format_html(
        '<svg class="fs-svg fs-diagram" viewBox="-1 -1 {} {}" role="img" xmlns="http://www.w3.org/2000/svg" '
        'aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        width + 2,
        px(body.height + 2),
        f"{title}. {description}",
        title,
        description,
        joined(body.parts),
    )


def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, max(8, int((width - 2 * PAD) / CHARACTER)), break_on_hyphens=False) or [""]


def _box(x: float, y: float, width: float, height: float, words: Sequence[str], style: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>{}',
        style,
        px(x),
        px(y),
        px(width),
        px(height),
        _words(words, x + PAD, y + (height - len(words) * LINE) / 2),
    )


def _words(lines: Sequence[str], x: float, y: float, style: str = "fs-box-text", anchor: str = "start") -> SafeString:
    return format_html_join(
        "",
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((style, px(x), px(y + 14 + LINE * place), anchor, line) for place, line in enumerate(lines)),
    )


def _turn(x1: float, y1: float, x2: float, y2: float) -> SafeString:
    """From the end of a row down and back to where the next row begins; straight down where that is below."""
    if x1 == x2:
        return _arrow(x1, y1, x2, y2)
    middle = px((y1 + y2) / 2)
    return format_html(
        '<path class="fs-arrow" d="M{} {}V{}H{}"/>{}',
        px(x1),
        px(y1),
        middle,
        px(x2),
        _arrow(x2, (y1 + y2) / 2, x2, y2),
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> SafeString:
    sideways = abs(x2 - x1) > abs(y2 - y1)
    head = (
        f"M{px(x2 - 6)} {px(y2 - 5)}L{px(x2)} {px(y2)}L{px(x2 - 6)} {px(y2 + 5)}"
        if sideways
        else f"M{px(x2 - 5)} {px(y2 - 6)}L{px(x2)} {px(y2)}L{px(x2 + 5)} {px(y2 - 6)}"
    )
    return format_html('<path class="fs-arrow" d="M{} {}L{} {}{}"/>', px(x1), px(y1), px(x2), px(y2), head)
