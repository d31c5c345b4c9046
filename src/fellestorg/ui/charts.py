"""Charts drawn on the server: frozen data in, accessible SVG out, with the same figures as a table beside it.

No style attribute is written (the content security policy forbids them): colours come from classes ``fs-s1`` to
``fs-s6`` and ``fs-area``, ``fs-threshold`` and so on in ``components.css``. Values are ``Decimal`` until the pixel;
a ``None`` is a gap. Texts are escaped here, so callers may pass anything.

>>> bar = BarChart("Brukt", (Point("PC", Decimal("43")), Point("Mac", Decimal("12"))), unit="%")
>>> svg(bar).startswith("<svg")
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fellestorg.ui.formats import NBSP, NOTHING, number

Text = str | Promise
Value = Decimal | int | None

WIDTH = 720
CHARACTER = 7.1
SERIES_STYLES = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One named value; ``forecast`` marks what has not happened yet."""

    label: Text
    value: Value
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of the chart's labels."""

    name: Text
    values: tuple[Value, ...]
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A level worth seeing: the ceiling, or a warning level below it (``warning``)."""

    name: Text
    value: Decimal | int
    warning: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, one for each point, in the order given; values of zero or more."""

    title: Text
    points: tuple[Point, ...]
    unit: str = ""
    description: Text = ""
    places: int | None = None
    label_heading: Text = ""


@dataclass(frozen=True, slots=True)
class StackedBarChart:
    """Horizontal bars made of parts. ``labels`` name the bars, each series gives one part of every bar (zero or more)."""

    title: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: str = ""
    description: Text = ""
    places: int | None = None
    label_heading: Text = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over ordered labels (usually months), with thresholds; a forecast series is dashed."""

    title: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]
    thresholds: tuple[Threshold, ...] = ()
    unit: str = ""
    description: Text = ""
    places: int | None = None
    label_heading: Text = ""


@dataclass(frozen=True, slots=True)
class DotChart:
    """One dot for each value on a common scale, a row for each label: prices side by side."""

    title: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: str = ""
    description: Text = ""
    places: int | None = None
    label_heading: Text = ""


Chart = BarChart | StackedBarChart | LineChart | DotChart


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart: a heading for each column, then a row for each label, values as people read them."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(default=())


def svg(chart: Chart) -> SafeString:
    """The drawing, as safe SVG with role, title and description."""
    if isinstance(chart, BarChart):
        return _bars(chart)
    if isinstance(chart, StackedBarChart):
        return _stacked(chart)
    if isinstance(chart, LineChart):
        return _lines(chart)
    return _dots(chart)


def table(chart: Chart) -> Table:
    """The same figures as a table; for a forecast, the heading (or the value) says that it is one."""
    first = str(chart.label_heading)
    if isinstance(chart, BarChart):
        value = str(_("Verdi")) + (f" ({chart.unit})" if chart.unit else "")
        rows = tuple((_named(p), _figure(p.value, chart.places)) for p in chart.points)
        return Table((first, value), rows)
    heads = tuple(f"{s.name} ({_('prognose')})" if s.forecast else str(s.name) for s in chart.series)
    if chart.unit:
        heads = tuple(f"{head} ({chart.unit})" for head in heads)
    rows = tuple(
        (str(label), *(_figure(_at(s, i), chart.places) for s in chart.series)) for i, label in enumerate(chart.labels)
    )
    return Table((first, *heads), rows)


def legend(chart: Chart) -> tuple[tuple[str, str], ...]:
    """``(class, name)`` of what the colours mean; empty where there is only one series and no threshold."""
    if isinstance(chart, BarChart):
        return ()
    shown = [
        (f"fs-s{i % SERIES_STYLES + 1}" + (" fs-forecast" if s.forecast else ""), str(s.name))
        for i, s in enumerate(chart.series)
    ]
    thresholds = chart.thresholds if isinstance(chart, LineChart) else ()
    return tuple(shown) if len(shown) > 1 or thresholds else ()


def sparkline(values: Sequence[Value], title: Text) -> SafeString:
    """A line the height of the text around it, with its last value dotted; ``title`` says what it shows."""
    known = [Decimal(v) for v in values if v is not None]
    top = max(known, default=Decimal(0)) or Decimal(1)
    low = min([*known, Decimal(0)])
    step = 96 / max(1, len(values) - 1)

    def place(index: int, value: Value) -> tuple[float, float]:
        return 2 + index * step, 22 - float((Decimal(value or 0) - low) / ((top - low) or 1)) * 20

    points = [None if v is None else place(i, v) for i, v in enumerate(values)]
    body = _path(points, "fs-s1 fs-line")
    if points and points[-1] is not None:
        body += format_html('<circle class="fs-s1" cx="{}" cy="{}" r="2"/>', _px(points[-1][0]), _px(points[-1][1]))
    return format_html(
        '<svg class="fs-sparkline" viewBox="0 0 100 24" width="100" height="24" role="img" aria-label="{}">{}</svg>',
        title,
        body,
    )


def share_bar(used: Decimal | None, after: Decimal | None, title: Text) -> SafeString:
    """A thin bar of a share of one, the addition up to ``after`` lighter; past one it is marked as a breach."""
    first, last = used or Decimal(0), max(after or Decimal(0), used or Decimal(0))
    scale = max(Decimal(1), last)
    level = "breach" if last > 1 else "high" if last >= Decimal("0.9") else "warn" if last >= Decimal("0.75") else "calm"
    marks = format_html_join(
        "",
        '<line class="fs-tick" x1="{0}" x2="{0}" y1="0" y2="10"/>',
        ((_px(float(mark / scale) * 400),) for mark in (Decimal("0.5"), Decimal("0.75"), Decimal("0.9"))),
    )
    return format_html(
        '<svg class="fs-share-bar" data-level="{}" viewBox="0 0 400 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect class="fs-track" width="400" height="10"/>'
        '<rect class="fs-after" width="{}" height="10"/><rect class="fs-used" width="{}" height="10"/>{}</svg>',
        level,
        title,
        _px(float(last / scale) * 400),
        _px(float(first / scale) * 400),
        marks,
    )


def scale(top: Decimal) -> tuple[Decimal, ...]:
    """Round steps from zero to the first one at or above ``top``: 1, 2, 2.5 or 5 times a power of ten, 4 to 6 of them."""
    if top <= 0:
        return (Decimal(0), Decimal(1))
    rough = top / 5
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * m for m in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if power * m >= rough)
    count = int((top / step).to_integral_value(ROUND_CEILING))
    return tuple(step * i for i in range(count + 1))


def _bars(chart: BarChart) -> SafeString:
    gutter = _gutter([p.label for p in chart.points])
    ends = [_figure(p.value, chart.places, chart.unit) for p in chart.points]
    room = WIDTH - gutter - 16 - max((len(e) for e in ends), default=0) * CHARACTER
    top = max((Decimal(p.value) for p in chart.points if p.value is not None), default=Decimal(0)) or Decimal(1)
    parts = []
    for row, (point, end) in enumerate(zip(chart.points, ends, strict=True)):
        y = row * 34
        width = float(Decimal(point.value or 0) / top) * room
        parts.append(_row_label(point.label, gutter, y + 22))
        parts.append(
            format_html(
                '<rect class="fs-s1{}" x="{}" y="{}" width="{}" height="22" rx="3"/>'
                '<text class="fs-value" x="{}" y="{}">{}</text>',
                " fs-forecast" if point.forecast else "",
                gutter,
                y + 6,
                _px(max(width, 0)),
                _px(gutter + width + 8),
                y + 22,
                end,
            )
        )
    return _frame(chart, len(chart.points) * 34 + 6, _join(parts))


def _stacked(chart: StackedBarChart) -> SafeString:
    gutter = _gutter(chart.labels)
    totals = [sum((Decimal(_at(s, i) or 0) for s in chart.series), Decimal(0)) for i in range(len(chart.labels))]
    ends = [_figure(t, chart.places, chart.unit) for t in totals]
    room = WIDTH - gutter - 16 - max((len(e) for e in ends), default=0) * CHARACTER
    top = max(totals, default=Decimal(0)) or Decimal(1)
    parts = []
    for row, label in enumerate(chart.labels):
        y, x = row * 34, float(gutter)
        parts.append(_row_label(label, gutter, y + 22))
        for index, series in enumerate(chart.series):
            width = float(Decimal(_at(series, row) or 0) / top) * room
            if width > 0:
                parts.append(
                    format_html(
                        '<rect class="fs-s{} fs-part" x="{}" y="{}" width="{}" height="22"/>',
                        index % SERIES_STYLES + 1,
                        _px(x),
                        y + 6,
                        _px(width),
                    )
                )
            x += width
        parts.append(format_html('<text class="fs-value" x="{}" y="{}">{}</text>', _px(x + 8), y + 22, ends[row]))
    return _frame(chart, len(chart.labels) * 34 + 6, _join(parts))


def _dots(chart: DotChart) -> SafeString:
    gutter = _gutter(chart.labels)
    values = [Decimal(v) for s in chart.series for v in s.values if v is not None]
    steps = scale(max(values, default=Decimal(0)))
    room, height = WIDTH - gutter - 24, len(chart.labels) * 30

    def across(value: Decimal | int) -> str:
        return _px(gutter + float(Decimal(value) / steps[-1]) * room)

    parts = [_vertical(across(s), height, _figure(s, None, chart.unit if s == steps[-1] else "")) for s in steps]
    for row, label in enumerate(chart.labels):
        y = row * 30 + 15
        parts.append(_row_label(label, gutter, y + 5))
        parts.append(format_html('<line class="fs-rule" x1="{}" x2="{}" y1="{}" y2="{}"/>', gutter, WIDTH - 24, y, y))
        for index, series in enumerate(chart.series):
            value = _at(series, row)
            if value is not None:
                style = index % SERIES_STYLES + 1
                parts.append(format_html('<circle class="fs-s{} fs-dot" cx="{}" cy="{}" r="6"/>', style, across(value), y))
    return _frame(chart, height + 28, _join(parts))


def _lines(chart: LineChart) -> SafeString:
    height, floor = 280, 248
    values = [Decimal(v) for s in chart.series for v in s.values if v is not None]
    steps = scale(max([*values, *(Decimal(t.value) for t in chart.thresholds)], default=Decimal(0)))
    marks = [_figure(s, None) for s in steps]
    gutter = round(max(len(m) for m in marks) * CHARACTER) + 12
    room = WIDTH - gutter - 16
    step = room / max(1, len(chart.labels) - 1)

    def place(index: int, value: Decimal | int) -> tuple[float, float]:
        return gutter + index * step, floor - float(Decimal(value) / steps[-1]) * (floor - 26)

    parts: list[str] = []
    for mark, text in zip(steps, marks, strict=True):
        y = _px(place(0, mark)[1])
        parts.append(
            format_html(
                '<line class="fs-rule" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="fs-axis" x="{}" y="{}" '
                'text-anchor="end" dominant-baseline="middle">{}</text>',
                gutter,
                WIDTH - 16,
                y,
                y,
                gutter - 8,
                y,
                text,
            )
        )
    if chart.unit:
        parts.append(format_html('<text class="fs-axis" x="0" y="10">{}</text>', chart.unit))
    every = max(1, -(-len(chart.labels) * 62 // room))
    for index, label in enumerate(chart.labels):
        if index % every == 0:
            anchor = "start" if index == 0 else "end" if index == len(chart.labels) - 1 else "middle"
            x = _px(gutter + index * step)
            text = conditional_escape(label)
            parts.append(
                format_html('<text class="fs-axis" x="{}" y="{}" text-anchor="{}">{}</text>', x, floor + 20, anchor, text)
            )
    for threshold in chart.thresholds:
        y = place(0, threshold.value)[1]
        parts.append(
            format_html(
                '<line class="fs-threshold{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text class="fs-threshold-name" x="{}" y="{}">{}</text>',
                " fs-warning" if threshold.warning else "",
                gutter,
                WIDTH - 16,
                _px(y),
                _px(y),
                gutter + 6,
                _px(y - 5),
                threshold.name,
            )
        )
    for index, series in enumerate(chart.series):
        style = f"fs-s{index % SERIES_STYLES + 1}"
        points = [
            None if (v := _at(series, i)) is None else place(i, v) for i in range(len(chart.labels))
        ]
        if len(chart.series) - sum(s.forecast for s in chart.series) == 1 and not series.forecast:
            parts.append(_area(points, floor, style))
        parts.append(_path(points, f"{style} fs-line{' fs-forecast' if series.forecast else ''}"))
        alone = [p for i, p in enumerate(points) if p and not any(points[max(0, i - 1) : i] + points[i + 1 : i + 2])]
        parts.extend(format_html('<circle class="{}" cx="{}" cy="{}" r="3"/>', style, _px(x), _px(y)) for x, y in alone)
    return _frame(chart, height, _join(parts))


def _frame(chart: Chart, height: int, body: SafeString) -> SafeString:
    """The drawing's root. The description says where the figures are, for those who cannot see the drawing."""
    told = chart.description or _("Tallene står i tabellen under figuren.")
    return format_html(
        '<svg class="fs-svg" viewBox="0 0 {} {}" role="img" xmlns="http://www.w3.org/2000/svg" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        WIDTH,
        height,
        f"{chart.title}. {told}",
        chart.title,
        told,
        body,
    )


def _row_label(label: Text, gutter: int, y: int) -> SafeString:
    return format_html('<text class="fs-label" x="{}" y="{}" text-anchor="end">{}</text>', gutter - 10, y, _short(label))


def _vertical(x: str, height: int, text: str) -> SafeString:
    return format_html(
        '<line class="fs-rule" x1="{0}" x2="{0}" y1="0" y2="{1}"/>'
        '<text class="fs-axis" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        x,
        height,
        height + 20,
        text,
    )


def _path(points: Sequence[tuple[float, float] | None], style: str) -> SafeString:
    """A line through the points, broken at the gaps."""
    steps: list[str] = []
    pen_down = False
    for point in points:
        if point is not None:
            steps.append(f"{'L' if pen_down else 'M'}{_px(point[0])} {_px(point[1])}")
        pen_down = point is not None
    return format_html('<path class="{}" d="{}"/>', style, " ".join(steps)) if steps else mark_safe("")


def _area(points: Sequence[tuple[float, float] | None], floor: int, style: str) -> SafeString:
    """The surface under a line, in quadrilaterals, so that gaps stay gaps."""
    pieces = "".join(
        f"M{_px(a[0])} {floor}L{_px(a[0])} {_px(a[1])}L{_px(b[0])} {_px(b[1])}L{_px(b[0])} {floor}Z"
        for a, b in pairwise(points)
        if a is not None and b is not None
    )
    return format_html('<path class="{} fs-area" d="{}"/>', style, pieces) if pieces else mark_safe("")


def _join(parts: Sequence[str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _gutter(labels: Sequence[Text]) -> int:
    return round(max((len(_short(label)) for label in labels), default=0) * CHARACTER) + 14


def _short(label: Text, longest: int = 28) -> str:
    text = str(label)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _named(point: Point) -> str:
    return f"{point.label} ({_('prognose')})" if point.forecast else str(point.label)


def _at(series: Series, index: int) -> Value:
    return series.values[index] if index < len(series.values) else None


def _figure(value: Value, places: int | None, unit: str = "") -> str:
    if value is None:
        return NOTHING
    return number(value, places) + (f"{NBSP}{unit}" if unit else "")


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
