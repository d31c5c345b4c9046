"""Pieces of SVG that charts are put together from. Coordinates are numbers; texts are escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fellestorg.ui.charts.figures import Text

CHARACTER = 7.1


def scale(top: Decimal, low: Decimal = Decimal(0)) -> tuple[Decimal, ...]:
    """Round steps from at or below ``low`` to at or above ``top``: 1, 2, 2.5 or 5 times a power of ten, some 4 to 7."""
    if top <= low:
        return (low, low + 1)
    rough = (top - low) / 5
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * m for m in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * m >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (top / step).to_integral_value(ROUND_CEILING)
    return tuple(step * i for i in range(int(first), int(last) + 1))


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows and their labels stand: labels to the left, or above on a narrow drawing."""

    left: int
    height: int
    above: bool

    @classmethod
    def of(cls, labels: Sequence[Text], width: int, height: int) -> Rows:
        wanted = round(max((len(short(label)) for label in labels), default=0) * CHARACTER) + 14
        above = wanted > width * 0.36
        return cls(0 if above else wanted, height + 20 if above else height, above)

    def top(self, row: int) -> int:
        """Where the drawing of a row begins, under its label where that stands above."""
        return row * self.height + (20 if self.above else 0)

    def label(self, row: int, text: Text, baseline: int) -> SafeString:
        if self.above:
            return format_html('<text class="fs-label" x="0" y="{}">{}</text>', row * self.height + 15, text)
        return format_html(
            '<text class="fs-label" x="{}" y="{}" text-anchor="end">{}</text>',
            self.left - 10,
            self.top(row) + baseline,
            short(text),
        )


def text_at(style: str, x: float, y: float, text: Text, anchor: str = "start", push: float = 0) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        style,
        px(x + (push if anchor == "end" else 0)),
        px(y),
        anchor,
        text,
    )


def rule_line(x1: float, x2: float, y1: float, y2: float, style: str = "fs-rule") -> SafeString:
    ends = (px(x1), px(x2), px(y1), px(y2))
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', style, *ends)


def line_path(points: Sequence[tuple[float, float] | None], style: str) -> SafeString:
    """A line through the points, broken at the gaps."""
    steps: list[str] = []
    pen_down = False
    for point in points:
        if point is not None:
            steps.append(f"{'L' if pen_down else 'M'}{px(point[0])} {px(point[1])}")
        pen_down = point is not None
    return format_html('<path class="{}" d="{}"/>', style, " ".join(steps)) if steps else mark_safe("")


def area_path(points: Sequence[tuple[float, float] | None], floor: int, style: str) -> SafeString:
    """The surface under a line, in quadrilaterals, so that gaps stay gaps."""
    pieces = "".join(
        f"M{px(a[0])} {floor}L{px(a[0])} {px(a[1])}L{px(b[0])} {px(b[1])}L{px(b[0])} {floor}Z"
        for a, b in pairwise(points)
        if a is not None and b is not None
    )
    return format_html('<path class="{} fs-area" d="{}"/>', style, pieces) if pieces else mark_safe("")


def joined(parts: Sequence[str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def short(label: Text, longest: int = 28) -> str:
    text = str(label)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
