"""Drawings that stand within a line of text or a cell of a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fellestorg.ui.charts.figures import Text, Value
from fellestorg.ui.charts.shapes import line_path, px


def sparkline(values: Sequence[Value], title: Text) -> SafeString:
    """A line the height of the text around it, with its last value dotted; ``title`` says what it shows."""
    known = [Decimal(v) for v in values if v is not None]
    top = max(known, default=Decimal(0)) or Decimal(1)
    low = min([*known, Decimal(0)])
    step = 96 / max(1, len(values) - 1)

    def place(index: int, value: Value) -> tuple[float, float]:
        return 2 + index * step, 22 - float((Decimal(value or 0) - low) / ((top - low) or 1)) * 20

    points = [None if v is None else place(i, v) for i, v in enumerate(values)]
    body = line_path(points, "fs-s1 fs-line")
    if points and points[-1] is not None:
        body += format_html('<circle class="fs-s1" cx="{}" cy="{}" r="2"/>', px(points[-1][0]), px(points[-1][1]))
    return format_html(
        '<svg class="fs-sparkline" viewBox="0 0 100 24" width="100" height="24" role="img" aria-label="{}">{}</svg>',
        title,
        body,
    )


def share_bar(used: Decimal | None, after: Decimal | None, title: Text) -> SafeString:
    """A thin bar of a share of one, the addition up to ``after`` lighter; past one it is marked as a breach."""
    first, last = used or Decimal(0), max(after or Decimal(0), used or Decimal(0))
    scale = max(Decimal(1), last)
    level = (
        "breach" if last > 1 else "high" if last >= Decimal("0.9") else "warn" if last >= Decimal("0.75") else "calm"
    )
    marks = format_html_join(
        "",
        '<line class="fs-tick" x1="{0}" x2="{0}" y1="0" y2="10"/>',
        ((px(float(mark / scale) * 400),) for mark in (Decimal("0.5"), Decimal("0.75"), Decimal("0.9"))),
    )
    return format_html(
        '<svg class="fs-share-bar" data-level="{}" viewBox="0 0 400 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect class="fs-track" width="400" height="10"/>'
        '<rect class="fs-after" width="{}" height="10"/><rect class="fs-used" width="{}" height="10"/>{}</svg>',
        level,
        title,
        px(float(last / scale) * 400),
        px(float(first / scale) * 400),
        marks,
    )
