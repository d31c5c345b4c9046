"""Panels of imported studies: the world against Norway where both are measured alike, and how a figure has moved.

A figure always bears its study: values of two studies are never added or joined into one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.marketplace.overview import queries, vocabulary
from fellestorg.marketplace.overview.panels import Asked, Panel
from fellestorg.marketplace.overview.queries import StudyView
from fellestorg.ui.charts import BarChart, DotChart, LineChart, Point, Series
from fellestorg.ui.formats import day as day_text

_MOST_LINES = 6
_LONGEST_LABEL = 48


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its study. ``what`` names category and measure in the active language."""

    study: StudyView
    geography: str
    category: str
    measure: str
    period: str
    value: Decimal
    unit: str
    note: str

    @property
    def what(self) -> str:
        return f"{vocabulary.name('categories', self.category)}: {vocabulary.name('measures', self.measure)}"

    @property
    def place(self) -> str:
        return vocabulary.name("geographies", self.geography)

    @property
    def unit_name(self) -> str:
        return vocabulary.name("units", self.unit)


def figures(studies: Iterable[StudyView]) -> list[Figure]:
    """Every figure of the studies, as they stand in them."""
    return [
        Figure(
            study, row["geography"], row["category"], row["measure"], row["period"], Decimal(row["value"]), row["unit"],
            row.get("note", ""),
        )
        for study in studies
        for row in study.figures
    ]  # fmt: skip


def beside(asked: Asked) -> Iterator[Panel]:
    """The world and Norway side by side: the newest figure of each, of every measure that both have in the same unit."""
    found = newest(figures(queries.studies(asked.language, asked.day, "figures")))
    pairs = [
        (world, norway)
        for (geography, *same), world in found.items()
        if geography == vocabulary.GLOBAL and (norway := found.get((vocabulary.NORWAY, *same))) is not None
    ]
    pairs.sort(key=lambda pair: (pair[0].unit_name, pair[0].what))
    for unit in dict.fromkeys(world.unit for world, _norway in pairs):
        yield _side_by_side(unit, [pair for pair in pairs if pair[0].unit == unit])


def trends(study: StudyView) -> list[Panel]:
    """A study's own figures over time: one panel for each measure, category and unit with more than one period."""
    groups: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for one in figures([study]):
        groups[one.measure, one.category, one.unit].append(one)
    made = []
    for number, group in enumerate(groups.values(), 1):
        periods = sorted({one.period for one in group})
        places = list(dict.fromkeys(one.geography for one in group))[:_MOST_LINES]
        if len(periods) > 1 and all(one.value >= 0 for one in group):
            made.append(_trend(f"{study.key}-{number}", study, group, periods, places))
    return made


def newest(found: Iterable[Figure]) -> dict[tuple[str, ...], Figure]:
    """The newest figure by geography, measure, category and unit; of the same period, the study published last."""
    made: dict[tuple[str, ...], Figure] = {}
    for one in found:
        key = (one.geography, one.measure, one.category, one.unit)
        if key not in made or _age(one) > _age(made[key]):
            made[key] = one
    return made


def source_of(study: StudyView) -> str:
    """Publisher, title and day, and whether somebody has compared it with the source: what stands under a figure."""
    verified = _("verifisert") if study.verified else _("ikke verifisert")
    return f"{study.publisher}: {study.title}, {day_text(study.published_on, 'short')} ({verified})"


def _age(one: Figure) -> tuple[str, int]:
    return one.period, one.study.published_on.toordinal()


def _side_by_side(unit: str, pairs: Sequence[tuple[Figure, Figure]]) -> Panel:
    named = pairs[0][0].unit_name
    title = _("Verden og Norge (%(unit)s)") % {"unit": named}
    both = [figure for pair in pairs for figure in pair]
    rows = tuple(
        (one.what, one.place, one.value, named, one.period, source_of(one.study), one.study.method) for one in both
    )
    headings = (
        _("Hva er målt"), _("Område"), _("Verdi"), _("Enhet"), _("Periode"), _("Kilde"), _("Metode"),
    )  # fmt: skip
    chart = DotChart(
        title,
        tuple(_short(world.what) for world, _norway in pairs),
        (
            Series(pairs[0][0].place, tuple(world.value for world, _norway in pairs)),
            Series(pairs[0][1].place, tuple(norway.value for _world, norway in pairs)),
        ),
        unit=named,
        label_heading=_("Hva er målt"),
    )
    drawable = all(figure.value >= 0 for figure in both)
    notes = []
    if any(world.period != norway.period for world, norway in pairs):
        notes.append(_("Periodene er ikke de samme for alle; se tabellen."))
    if any(world.study.key != norway.study.key for world, norway in pairs):
        notes.append(_("Noen tall er fra ulike undersøkelser, som kan ha målt på ulik måte."))
    sources = "; ".join(dict.fromkeys(source_of(one.study) for one in both))
    return Panel(
        f"verden-norge-{_slug(unit)}",
        title,
        headings,
        rows,
        sources,
        chart=chart if drawable else None,
        notes=tuple(notes),
    )


def _trend(key: str, study: StudyView, group: Sequence[Figure], periods: list[str], places: list[str]) -> Panel:
    first = group[0]
    by_place = {(one.geography, one.period): one.value for one in group}
    names = [vocabulary.name("geographies", place) for place in places]
    series = tuple(
        Series(name, tuple(by_place.get((place, period)) for period in periods))
        for name, place in zip(names, places, strict=True)
    )
    headings = (_("Periode"), *(f"{name} ({first.unit_name})" for name in names))
    rows = tuple((period, *(by_place.get((place, period)) for place in places)) for period in periods)
    chart: BarChart | LineChart
    if len(places) == 1 and len(periods) == 2:
        values = (Point(period, by_place.get((places[0], period))) for period in periods)
        chart = BarChart(first.what, tuple(values), unit=first.unit_name, label_heading=_("Periode"))
    else:
        chart = LineChart(first.what, tuple(periods), series, unit=first.unit_name, label_heading=_("Periode"))
    return Panel(key, first.what, headings, rows, source_of(study), chart=chart)


def _short(what: str) -> str:
    """A label that a narrow drawing has room for; the table has the whole of it."""
    return what if len(what) <= _LONGEST_LABEL else f"{what[: _LONGEST_LABEL - 1].rstrip()}…"


def _slug(unit: str) -> str:
    return (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in unit.lower()).strip("-") or "x"
    )
