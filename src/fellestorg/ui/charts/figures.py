"""What charts show: frozen data, and the same figures as a table and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fellestorg.ui.formats import NBSP, NOTHING, number

Text = str | Promise
Value = Decimal | int | None
SERIES_STYLES = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One named value; ``forecast`` marks what has not happened yet."""

    label: Text
    value: Value
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of the chart's labels. ``rest`` is what is left of a whole, drawn quietly."""

    name: Text
    values: tuple[Value, ...]
    forecast: bool = False
    rest: bool = False


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


def table(chart: Chart) -> Table:
    """The same figures as a table; for a forecast, the heading (or the value) says that it is one."""
    first = str(chart.label_heading)
    if isinstance(chart, BarChart):
        bars = tuple((named(p.label, p.forecast), figure_text(p.value, chart.places)) for p in chart.points)
        return Table((first, _("Verdi") + (f" ({chart.unit})" if chart.unit else "")), bars)
    heads = tuple(named(s.name, s.forecast) for s in chart.series)
    if chart.unit:
        heads = tuple(f"{head} ({chart.unit})" for head in heads)
    rows = tuple(
        (str(label), *(figure_text(value_at(s, i), chart.places) for s in chart.series))
        for i, label in enumerate(chart.labels)
    )
    return Table((first, *heads), rows)


def legend(chart: Chart) -> tuple[tuple[str, str], ...]:
    """``(class, name)`` of what the colours mean; empty where there is only one series and no threshold."""
    if isinstance(chart, BarChart):
        return ()
    shown = tuple((style_of(chart.series, i) + dashed(s), str(s.name)) for i, s in enumerate(chart.series))
    return shown if len(shown) > 1 else ()


def style_of(series: Sequence[Series], index: int) -> str:
    """The colour of a series. A forecast has the colour of the series it carries on."""
    if series[index].rest:
        return "fs-rest"
    if series[index].forecast and index and not series[index - 1].forecast:
        index -= 1
    return f"fs-s{index % SERIES_STYLES + 1}"


def dashed(series: Series) -> str:
    return " fs-forecast" if series.forecast else ""


def named(name: Text, forecast: bool) -> str:
    return f"{name} ({_('prognose')})" if forecast else str(name)


def value_at(series: Series, index: int) -> Value:
    return series.values[index] if index < len(series.values) else None


def figure_text(value: Value, places: int | None, unit: str = "") -> str:
    if value is None:
        return NOTHING
    return number(value, places) + (f"{NBSP}{unit}" if unit else "")
