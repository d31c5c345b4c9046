"""Charts drawn on the server: frozen data in, accessible SVG out, with the same figures as a table beside it.

No style attribute is written (the content security policy forbids them): colours come from classes ``fs-s1`` to
``fs-s6`` and ``fs-area``, ``fs-threshold`` and so on in ``components.css``. Values are ``Decimal`` until the pixel;
a ``None`` is a gap. Texts are escaped here, so callers may pass anything.

>>> bar = BarChart("Brukt", (Point("PC", Decimal("43")), Point("Mac", Decimal("12"))), unit="%")
>>> svg(bar).startswith("<svg")
True
"""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from fellestorg.ui.charts.draw import bars, dots, lines, stacked
from fellestorg.ui.charts.figures import (
    BarChart,
    Chart,
    DotChart,
    LineChart,
    Point,
    Series,
    StackedBarChart,
    Table,
    Threshold,
    legend,
    table,
)
from fellestorg.ui.charts.shapes import scale
from fellestorg.ui.charts.small import share_bar, sparkline

__all__ = [
    "WIDTHS",
    "BarChart",
    "Chart",
    "DotChart",
    "LineChart",
    "Point",
    "Series",
    "StackedBarChart",
    "Table",
    "Threshold",
    "legend",
    "responsive",
    "scale",
    "share_bar",
    "sparkline",
    "svg",
    "table",
]

# A drawing is made for each of these widths and the page shows the one that fits, so that text keeps its size.
WIDTHS = {"s": 380, "m": 560, "l": 880}


def svg(chart: Chart, width: int = WIDTHS["l"]) -> SafeString:
    """The drawing, as safe SVG with role, title and description, for about ``width`` CSS pixels."""
    if isinstance(chart, BarChart):
        return bars(chart, width)
    if isinstance(chart, StackedBarChart):
        return stacked(chart, width)
    if isinstance(chart, LineChart):
        return lines(chart, width)
    return dots(chart, width)


def responsive(chart: Chart) -> SafeString:
    """The drawing in every width; the style sheet shows one of them."""
    return format_html_join("", '<div class="fs-fit-{}">{}</div>', ((n, svg(chart, w)) for n, w in WIDTHS.items()))
