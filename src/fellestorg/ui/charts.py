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
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fellestorg.ui.formats import NBSP, NOTHING, number

Text = str | Promise
Value = Decimal | int | None

# A drawing is made for each of these widths and the page shows the one that fits, so that text keeps its size.
WIDTHS = {"s": 380, "m": 560, "l": 880}
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
    """Horizontal bars made of parts. ``labels`` name the bars; a series gives one part of each (zero or more)."""

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


def svg(chart: Chart, width: int = WIDTHS["l"]) -> SafeString:
    """The drawing, as safe SVG with role, title and description, for about ``width`` CSS pixels."""
    if isinstance(chart, BarChart):
        return _bars(chart, width)
    if isinstance(chart, StackedBarChart):
        return _stacked(chart, width)
    if isinstance(chart, LineChart):
        return _lines(chart, width)
    return _dots(chart, width)


def responsive(chart: Chart) -> SafeString:
    """The drawing in every width; the style sheet shows one of them."""
    return format_html_join("", '<div class="fs-fit-{}">{}</div>', ((n, svg(chart, w)) for n, w in WIDTHS.items()))


def table(chart: Chart) -> Table:
    """The same figures as a table; for a forecast, the heading (or the value) says that it is one."""
    first = str(chart.label_heading)
    if isinstance(chart, BarChart):
        bars = tuple((_named(p.label, p.forecast), _figure(p.value, chart.places)) for p in chart.points)
        return Table((first, _("Verdi") + (f" ({chart.unit})" if chart.unit else "")), bars)
    heads = tuple(_named(s.name, s.forecast) for s in chart.series)
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
    shown = tuple((_style(chart.series, i) + _dashed(s), str(s.name)) for i, s in enumerate(chart.series))
    return shown if len(shown) > 1 else ()


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
    level = (
        "breach" if last > 1 else "high" if last >= Decimal("0.9") else "warn" if last >= Decimal("0.75") else "calm"
    )
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
class _Rows:
    """Where rows and their labels stand: labels to the left, or above on a narrow drawing."""

    left: int
    height: int
    above: bool

    @classmethod
    def of(cls, labels: Sequence[Text], width: int, height: int) -> _Rows:
        wanted = round(max((len(_short(label)) for label in labels), default=0) * CHARACTER) + 14
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
            _short(text),
        )


def _bars(chart: BarChart, width: int) -> SafeString:
    rows = _Rows.of([p.label for p in chart.points], width, 34)
    ends = [_figure(p.value, chart.places, chart.unit) for p in chart.points]
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
                _px(length),
                _text("fs-value", rows.left + length + 8, y + 22, end),
            )
        )
    return _frame(chart, width, len(chart.points) * rows.height + 6, _join(parts))


def _stacked(chart: StackedBarChart, width: int) -> SafeString:
    rows = _Rows.of(chart.labels, width, 34)
    totals = [sum((Decimal(_at(s, i) or 0) for s in chart.series), Decimal(0)) for i in range(len(chart.labels))]
    ends = [_figure(t, chart.places, chart.unit) for t in totals]
    room = width - rows.left - 12 - max((len(e) for e in ends), default=0) * CHARACTER
    top = max(totals, default=Decimal(0)) or Decimal(1)
    parts = []
    for row, label in enumerate(chart.labels):
        y, x = rows.top(row), float(rows.left)
        parts.append(rows.label(row, label, 22))
        for index, series in enumerate(chart.series):
            length = float(Decimal(_at(series, row) or 0) / top) * room
            if length > 0:
                parts.append(
                    format_html(
                        '<rect class="{} fs-part" x="{}" y="{}" width="{}" height="22"/>',
                        _style(chart.series, index),
                        _px(x),
                        y + 6,
                        _px(length),
                    )
                )
                x += length
        parts.append(_text("fs-value", x + 8, y + 22, ends[row]))
    return _frame(chart, width, len(chart.labels) * rows.height + 6, _join(parts))


def _dots(chart: DotChart, width: int) -> SafeString:
    rows = _Rows.of(chart.labels, width, 30)
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
        x, text = across(step), _figure(step, None, chart.unit if step == steps[-1] else "")
        parts.append(_rule(x, x, 0, height))
        parts.append(_text("fs-axis", x, height + 20, text, "middle" if step != steps[-1] else "end", 36))
    for row, label in enumerate(chart.labels):
        y = rows.top(row) + 15
        parts.append(rows.label(row, label, 20))
        parts.append(_rule(left, width - 36, y, y))
        for index, series in enumerate(chart.series):
            value = _at(series, row)
            if value is not None:
                style = _style(chart.series, index)
                parts.append(
                    format_html('<circle class="{} fs-dot" cx="{}" cy="{}" r="6"/>', style, _px(across(value)), y)
                )
    return _frame(chart, width, height + 28, _join(parts))


def _lines(chart: LineChart, width: int) -> SafeString:
    height, top = 300 if width > 500 else 240, 38
    floor, right = height - 32, width - 12
    values = [Decimal(v) for s in chart.series for v in s.values if v is not None]
    steps = scale(max([*values, *(Decimal(t.value) for t in chart.thresholds)], default=Decimal(0)))
    marks = [_figure(s, None) for s in steps]
    left = round(max(len(m) for m in marks) * CHARACTER) + 12
    stride = (right - left) / max(1, len(chart.labels) - 1)

    def place(index: int, value: Decimal | int) -> tuple[float, float]:
        return left + index * stride, floor - float(Decimal(value) / steps[-1]) * (floor - top)

    parts: list[str] = []
    for step, text in zip(steps, marks, strict=True):
        y = place(0, step)[1]
        parts += [_rule(left, right, y, y), _text("fs-axis", left - 8, y + 4, text, "end")]
    if chart.unit:
        parts.append(_text("fs-axis", 0, 12, chart.unit))
    widest = max((len(str(label)) for label in chart.labels), default=1) * CHARACTER + 18
    every = max(1, -int(-widest // max(stride, 1)))
    for index in range(0, len(chart.labels), every):
        x = left + index * stride
        anchor = "middle" if widest / 2 < x < width - widest / 2 else "start" if index == 0 else "end"
        parts.append(
            _text(
                "fs-axis", x if anchor != "end" else min(x + widest / 2, width), floor + 22, chart.labels[index], anchor
            )
        )
    for threshold in chart.thresholds:
        y = place(0, threshold.value)[1]
        parts.append(_rule(left, right, y, y, "fs-threshold fs-warning" if threshold.warning else "fs-threshold"))
        parts.append(_text("fs-threshold-name", left + 6, y - 6, threshold.name))
    actual = [i for i, s in enumerate(chart.series) if not s.forecast]
    for index, series in enumerate(chart.series):
        style = _style(chart.series, index)
        points = [None if (v := _at(series, i)) is None else place(i, v) for i in range(len(chart.labels))]
        if actual == [index]:
            parts.append(_area(points, floor, style))
        parts.append(_path(points, f"{style} fs-line{_dashed(series)}"))
        alone = [p for i, p in enumerate(points) if p and not any(points[max(0, i - 1) : i] + points[i + 1 : i + 2])]
        parts.extend(format_html('<circle class="{}" cx="{}" cy="{}" r="3"/>', style, _px(x), _px(y)) for x, y in alone)
    return _frame(chart, width, height, _join(parts))


def _frame(chart: Chart, width: int, height: int, body: SafeString) -> SafeString:
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


def _text(style: str, x: float, y: float, text: Text, anchor: str = "start", push: float = 0) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        style,
        _px(x + (push if anchor == "end" else 0)),
        _px(y),
        anchor,
        text,
    )


def _rule(x1: float, x2: float, y1: float, y2: float, style: str = "fs-rule") -> SafeString:
    ends = (_px(x1), _px(x2), _px(y1), _px(y2))
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', style, *ends)


def _style(series: Sequence[Series], index: int) -> str:
    """The colour of a series. A forecast has the colour of the series it carries on."""
    if series[index].forecast and index and not series[index - 1].forecast:
        index -= 1
    return f"fs-s{index % SERIES_STYLES + 1}"


def _dashed(series: Series) -> str:
    return " fs-forecast" if series.forecast else ""


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


def _short(label: Text, longest: int = 28) -> str:
    text = str(label)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _named(name: Text, forecast: bool) -> str:
    return f"{name} ({_('prognose')})" if forecast else str(name)


def _at(series: Series, index: int) -> Value:
    return series.values[index] if index < len(series.values) else None


def _figure(value: Value, places: int | None, unit: str = "") -> str:
    if value is None:
        return NOTHING
    return number(value, places) + (f"{NBSP}{unit}" if unit else "")


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
