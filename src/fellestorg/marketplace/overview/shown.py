"""View models of the overview's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.marketplace.overview.panels import Asked, Cell, Panel
from fellestorg.marketplace.overview.queries import StudyView
from fellestorg.marketplace.overview.study_panels import Figure, figures, newest, source_of
from fellestorg.ui.parts import Crumb

_MOST_FIGURES = 6


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell with its column's heading; a number is set as one."""

    heading: str
    value: Cell
    numeric: bool


@dataclass(frozen=True, slots=True)
class PanelShown:
    """A panel with the addresses of its twins, and its table: a head, and rows of cells."""

    panel: Panel
    csv: str
    json: str
    head: tuple[CellShown, ...]
    rows: tuple[tuple[CellShown, ...], ...]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Panels of one maker: the drawn ones two abreast, tables in full width below."""

    label: str
    drawn: tuple[PanelShown, ...]
    tables: tuple[PanelShown, ...]


@dataclass(frozen=True, slots=True)
class FigureShown:
    """One figure of a study in words."""

    what: str
    place: str
    period: str
    value: Decimal
    unit: str
    unit_name: str
    note: str


@dataclass(frozen=True, slots=True)
class StudyShown:
    """A study with its first figures, and how many more there are."""

    study: StudyView
    link: str
    source: str
    figures: tuple[FigureShown, ...]
    more: int


def panel_shown(panel: Panel, asked: Asked) -> PanelShown:
    """A panel as the page shows it."""
    numeric = [any(isinstance(row[index], int | Decimal) for row in panel.rows) for index in range(len(panel.headings))]
    head, *rows = (
        tuple(CellShown(*cell) for cell in zip(panel.headings, row, numeric, strict=True))
        for row in (panel.headings, *panel.rows)
    )
    suffix = query(asked)
    csv, json = (reverse(f"market_panel_{kind}", args=[panel.key]) + suffix for kind in ("csv", "json"))
    return PanelShown(panel, csv, json, head, tuple(rows))


def group_shown(label: str, panels: Sequence[Panel], asked: Asked) -> GroupShown:
    """The panels of one maker as the page shows them."""
    shown = [panel_shown(one, asked) for one in panels]
    drawn = tuple(one for one in shown if one.panel.chart is not None)
    return GroupShown(label, drawn, tuple(one for one in shown if one.panel.chart is None))


def study_shown(study: StudyView) -> StudyShown:
    """A study with all its figures."""
    return _study(study, figures([study]), 0)


def study_card(study: StudyView, most: int = _MOST_FIGURES) -> StudyShown:
    """A study with at most so many figures, the newest of each kind."""
    every = figures([study])
    first = list(newest(every).values())[:most]
    return _study(study, first, len(every) - len(first))


def query(asked: Asked) -> str:
    """The window in an address."""
    return f"?{urlencode({'fra': asked.start.isoformat(), 'dag': asked.day.isoformat()})}"


def crumbs(*last: Crumb) -> list[Crumb]:
    """The path to a page of the overview."""
    front = [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace"))]
    if not last:
        return [*front, Crumb(_("Markedet"))]
    return [*front, Crumb(_("Markedet"), reverse("market_overview")), *last]


def _study(study: StudyView, found: Sequence[Figure], more: int) -> StudyShown:
    told = tuple(
        FigureShown(one.what, one.place, one.period, one.value, one.unit, one.unit_name, one.note) for one in found
    )
    return StudyShown(study, reverse("market_study", args=[study.key]), source_of(study), told, more)
