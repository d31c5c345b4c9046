"""The four charts as SVG, each for a width in CSS pixels."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fellestorg.ui.charts.figures import (
    BarChart,
    Chart,
    DotChart,
    LineChart,
    StackedBarChart,
    dashed,
    figure_text,
    style_of,
    value_at,
)
from fellestorg.ui.charts.shapes import CHARACTER, Rows, area_path, joined, line_path, px, rule_line, scale, text_at


def bars(chart: BarChart, width: int) -> SafeString:
    rows = Rows.of([p.label for p in chart.points], width, 34)
    ends = [figure_text(p.value, chart.places, chart.unit) for p in chart.points]
    room = width - rows.left - 12 - max((len(e) for e in ends), default=0) * CHARACTER
    top = max((Decimal(p.value) for p in chart.points if p.value is not None), default=Decimal(0)) or Decimal(1)
    parts = []
    for row, (point, end) in enumerate(zip(chart.points, ends, strict=True)):
        y = rows.top(row)
        length = max(0.0, float(Decimal(point.value or 0) / top) * room)
        parts.append(rows.label(row, point.label, 22))
        parts.append(
            format_html(
                '<rect class="fs-s1{}" x="{}" y="{}" width="{}" height="22" rx="3"/>{}',
                " fs-forecast" if point.forecast else "",
                rows.left,
                y + 6,
                px(length),
                text_at("fs-value", rows.left + length + 8, y + 22, end),
            )
        )
    return frame(chart, width, len(chart.points) * rows.height + 6, joined(parts))


def stacked(chart: StackedBarChart, width: int) -> SafeString:
    rows = Rows.of(chart.labels, width, 34)
    totals = [sum((Decimal(value_at(s, i) or 0) for s in chart.series), Decimal(0)) for i in range(len(chart.labels))]
    ends = [figure_text(t, chart.places, chart.unit) for t in totals]
    room = width - rows.left - 12 - max((len(e) for e in ends), default=0) * CHARACTER
    top = max(totals, default=Decimal(0)) or Decimal(1)
    parts = []
    for row, label in enumerate(chart.labels):
        y, x = rows.top(row), float(rows.left)
        parts.append(rows.label(row, label, 22))
        for index, series in enumerate(chart.series):
            length = float(Decimal(value_at(series, row) or 0) / top) * room
            if length > 0:
                parts.append(
                    format_html(
                        '<rect class="{} fs-part" x="{}" y="{}" width="{}" height="22"/>',
                        style_of(chart.series, index),
                        px(x),
                        y + 6,
                        px(length),
                    )
                )
                x += length
        parts.append(text_at("fs-value", x + 8, y + 22, ends[row]))
    return frame(chart, width, len(chart.labels) * rows.height + 6, joined(parts))


def dots(chart: DotChart, width: int) -> SafeString:
    rows = Rows.of(chart.labels, width, 30)
    values = [Decimal(v) for s in chart.series for v in s.values if v is not None]
    top, low = max(values, default=Decimal(0)), min(values, default=Decimal(0))
    # Dots have no length, so the scale need not begin at zero; it does where zero is not far away.
    steps = scale(top, low if low * 2 > top else min(low, Decimal(0)))
    left, height = rows.left + 8, len(chart.labels) * rows.height
    room = width - left - 36
    every = 2 if width < 500 else 1

    def across(value: Decimal | int) -> float:
        return left + float((Decimal(value) - steps[0]) / (steps[-1] - steps[0])) * room

    parts: list[str] = []
    for step in steps[::-every][::-1]:
        x, text = across(step), figure_text(step, None, chart.unit if step == steps[-1] else "")
        parts.append(rule_line(x, x, 0, height))
        parts.append(text_at("fs-axis", x, height + 20, text, "middle" if step != steps[-1] else "end", 36))
    for row, label in enumerate(chart.labels):
        y = rows.top(row) + 15
        parts.append(rows.label(row, label, 20))
        parts.append(rule_line(left, width - 36, y, y))
        for index, series in enumerate(chart.series):
            value = value_at(series, row)
            if value is not None:
                style = style_of(chart.series, index)
                parts.append(
                    format_html('<circle class="{} fs-dot" cx="{}" cy="{}" r="6"/>', style, px(across(value)), y)
                )
    return frame(chart, width, height + 28, joined(parts))


def lines(chart: LineChart, width: int) -> SafeString:
    height, top = 300 if width > 500 else 240, 38
    floor, right = height - 32, width - 12
    values = [Decimal(v) for s in chart.series for v in s.values if v is not None]
    steps = scale(max([*values, *(Decimal(t.value) for t in chart.thresholds)], default=Decimal(0)))
    marks = [figure_text(s, None) for s in steps]
    left = round(max(len(m) for m in marks) * CHARACTER) + 12
    stride = (right - left) / max(1, len(chart.labels) - 1)

    def place(index: int, value: Decimal | int) -> tuple[float, float]:
        return left + index * stride, floor - float(Decimal(value) / steps[-1]) * (floor - top)

    parts: list[str] = []
    for step, text in zip(steps, marks, strict=True):
        y = place(0, step)[1]
        parts += [rule_line(left, right, y, y), text_at("fs-axis", left - 8, y + 4, text, "end")]
    if chart.unit:
        parts.append(text_at("fs-axis", 0, 12, chart.unit))
    widest = max((len(str(label)) for label in chart.labels), default=1) * CHARACTER + 18
    every = max(1, -int(-widest // max(stride, 1)))
    for index in range(0, len(chart.labels), every):
        x = left + index * stride
        anchor = "middle" if widest / 2 < x < width - widest / 2 else "start" if index == 0 else "end"
        parts.append(
            text_at(
                "fs-axis", x if anchor != "end" else min(x + widest / 2, width), floor + 22, chart.labels[index], anchor
            )
        )
    for threshold in chart.thresholds:
        y = place(0, threshold.value)[1]
        parts.append(rule_line(left, right, y, y, "fs-threshold fs-warning" if threshold.warning else "fs-threshold"))
        parts.append(text_at("fs-threshold-name", left + 6, y - 6, threshold.name))
    actual = [i for i, s in enumerate(chart.series) if not s.forecast]
    for index, series in enumerate(chart.series):
        style = style_of(chart.series, index)
        points = [None if (v := value_at(series, i)) is None else place(i, v) for i in range(len(chart.labels))]
        if actual == [index]:
            parts.append(area_path(points, floor, style))
        parts.append(line_path(points, f"{style} fs-line{dashed(series)}"))
        alone = [p for i, p in enumerate(points) if p and not any(points[max(0, i - 1) : i] + points[i + 1 : i + 2])]
        parts.extend(format_html('<circle class="{}" cx="{}" cy="{}" r="3"/>', style, px(x), px(y)) for x, y in alone)
    return frame(chart, width, height, joined(parts))


def frame(chart: Chart, width: int, height: int, body: SafeString) -> SafeString:
    """The drawing's root. The description says where the figures are, for those who cannot see the drawing."""
    told = chart.description or _("Tallene står i tabellen under figuren.")
    return format_html(
        '<svg class="fs-svg" viewBox="0 0 {} {}" role="img" xmlns="http://www.w3.org/2000/svg" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        width,
        height,
        f"{chart.title}. {told}",
        chart.title,
        told,
        body,
    )
