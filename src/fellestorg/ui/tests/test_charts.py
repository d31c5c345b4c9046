"""A drawing is well formed, safe under the policy, and says the same as the table beside it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.ui import charts
from fellestorg.ui.formats import number
from fellestorg.ui.templatetags import ui
from fellestorg.ui.tests.gallery import gallery_charts

SVG = "{http://www.w3.org/2000/svg}"
values = st.one_of(st.none(), st.decimals(min_value=0, max_value=10**9, places=2))
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


def drawn(chart: charts.Chart, width: int = 880) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(chart, width))


@st.composite
def any_chart(draw: st.DrawFn) -> charts.Chart:
    labels = tuple(draw(st.lists(texts, max_size=8)))
    rows = st.lists(values, min_size=len(labels), max_size=len(labels)).map(tuple)
    series = st.builds(charts.Series, texts, rows, st.booleans())
    many = tuple(draw(st.lists(series, min_size=1, max_size=7)))
    kind = draw(st.sampled_from((charts.BarChart, charts.StackedBarChart, charts.LineChart, charts.DotChart)))
    title, unit = draw(texts), draw(texts)
    if kind is charts.BarChart:
        return kind(title, tuple(map(charts.Point, labels, many[0].values)), unit)
    return kind(title, labels, many, unit=unit)


@given(any_chart(), st.sampled_from(tuple(charts.WIDTHS.values())))
@settings(max_examples=150, deadline=None)
def test_any_figures_give_a_well_formed_drawing_with_title_and_no_style(chart: charts.Chart, width: int) -> None:
    root = drawn(chart, width)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert (root.findtext(f"{SVG}title") or "") == str(chart.title)
    assert root.findtext(f"{SVG}desc")
    for element in root.iter():
        assert not {"style", "onclick", "href"} & set(element.attrib)
        # Names may say anything; the aria-label is made of them, and the rest is drawn from figures.
        assert "NaN" not in "".join(value for name, value in element.attrib.items() if name != "aria-label")


@given(any_chart())
@settings(max_examples=80, deadline=None)
def test_the_table_twin_has_every_figure_and_nothing_else(chart: charts.Chart) -> None:
    twin = charts.table(chart)
    if isinstance(chart, charts.BarChart):
        expected = [(p.value,) for p in chart.points]
    else:
        expected = [tuple(s.values[i] for s in chart.series) for i in range(len(chart.labels))]
    assert [row[1:] for row in twin.rows] == [tuple("–" if v is None else number(v) for v in row) for row in expected]
    assert all(len(row) == len(twin.headings) for row in twin.rows)


def test_a_hostile_name_is_shown_as_text() -> None:
    evil = "<script>alert(1)</script>"
    chart = charts.BarChart(evil, (charts.Point(evil, 1),), unit=evil)
    assert "<script" not in charts.svg(chart)
    assert "<script" not in ui.chart_table(chart)
    assert evil in charts.table(chart).rows[0]
    assert any((text.text or "").startswith(evil[:27]) for text in drawn(chart).iter(f"{SVG}text"))


def test_bars_are_as_long_as_their_values() -> None:
    chart = charts.BarChart("t", (charts.Point("a", 100), charts.Point("b", 50), charts.Point("c", 0)))
    widths = [float(r.get("width", "")) for r in drawn(chart).iter(f"{SVG}rect")]
    assert widths[1] == pytest.approx(widths[0] / 2, abs=0.1)
    assert widths[2] == 0


def test_parts_of_a_stacked_bar_stand_end_to_end() -> None:
    chart = charts.StackedBarChart("t", ("a",), tuple(charts.Series(n, (v,)) for n, v in (("x", 30), ("y", 70))))
    first, second = drawn(chart).iter(f"{SVG}rect")
    assert float(second.get("x", "")) == pytest.approx(
        float(first.get("x", "")) + float(first.get("width", "")), abs=0.1
    )
    assert float(second.get("width", "")) / float(first.get("width", "")) == pytest.approx(7 / 3, abs=0.01)


def test_a_gap_in_a_line_stays_a_gap_and_a_lone_value_gets_a_dot() -> None:
    line = charts.LineChart("t", tuple("abcde"), (charts.Series("s", (1, 2, None, 4, None)),))
    root = drawn(line)
    path = next(p for p in root.iter(f"{SVG}path") if "fs-line" in p.get("class", ""))
    assert path.get("d", "").count("M") == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 1


def test_a_forecast_is_dashed_in_the_colour_of_what_it_carries_on_and_named_in_the_table() -> None:
    line = gallery_charts()["line"]
    dashed = [p.get("class") for p in drawn(line).iter(f"{SVG}path") if "fs-forecast" in p.get("class", "")]
    assert dashed == ["fs-s1 fs-line fs-forecast"]
    for code, word in (("nb", "prognose"), ("nn", "prognose"), ("en", "forecast")):
        with translation.override(code):
            assert word in charts.table(line).headings[2]


def test_a_threshold_above_every_value_is_within_the_drawing() -> None:
    chart = charts.LineChart("t", ("a", "b"), (charts.Series("s", (1, 2)),), (charts.Threshold("tak", 1000),))
    mark = next(e for e in drawn(chart).iter(f"{SVG}line") if e.get("class") == "fs-threshold")
    assert 0 < float(mark.get("y1", "")) < 300


@given(st.decimals(min_value=0, max_value=10**12, places=3), st.decimals(min_value=0, max_value=10**12, places=3))
@settings(deadline=None)
def test_a_scale_is_even_short_and_covers_its_ends(one: Decimal, other: Decimal) -> None:
    low, top = sorted((one, other))
    steps = charts.scale(top, low)
    assert steps[0] <= low
    assert steps[-1] >= top
    assert 2 <= len(steps) <= 8
    assert len({b - a for a, b in pairwise(steps)}) == 1


@pytest.mark.parametrize(
    ("used", "after", "level"),
    [
        ("0.2", None, "calm"),
        ("0.7", "0.8", "warn"),
        ("0.9", None, "high"),
        ("0.5", "1.01", "breach"),
        (None, None, "calm"),
    ],
)
def test_a_share_bar_shows_how_near_the_ceiling_it_ends(used: str | None, after: str | None, level: str) -> None:
    bar = ElementTree.fromstring(charts.share_bar(used and Decimal(used), after and Decimal(after), "x"))
    assert bar.get("data-level") == level
    assert all(0 <= float(r.get("width", "")) <= 400 for r in bar.iter("rect"))


@given(st.lists(st.one_of(st.none(), st.decimals(min_value=-100, max_value=100, places=1)), max_size=24))
@settings(deadline=None)
def test_a_sparkline_stays_within_its_line_of_text(numbers: list[Decimal | None]) -> None:
    root = ElementTree.fromstring(charts.sparkline(numbers, "siste år"))
    assert root.get("aria-label") == "siste år"
    for dot in root.iter("circle"):
        assert 0 <= float(dot.get("cy", "")) <= 24
        assert 0 <= float(dot.get("cx", "")) <= 100
