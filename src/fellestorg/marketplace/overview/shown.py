"""View models of the overview's pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.marketplace.overview.panels import Asked, Cell, Panel
from fellestorg.marketplace.overview.queries import StudyView
from fellestorg.marketplace.overview.study_panels import figures, source_of
from fellestorg.ui.parts import Crumb

_MOST_FIGURES = 8


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
class FigureShown:
    """One figure of a study in words."""

    what: str
    place: str
    period: str
    value: Decimal
    unit: str
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


def study_shown(study: StudyView, most: int = _MOST_FIGURES) -> StudyShown:
    """A study with at most so many of its figures."""
    found = figures([study])
    told = tuple(
        FigureShown(one.what, one.place, one.period, one.value, one.unit_name, one.note) for one in found[:most]
    )
    link = reverse("market_study", args=[study.key])
    return StudyShown(study, link, source_of(study), told, max(0, len(found) - most))


def query(asked: Asked) -> str:
    """The window in an address."""
    return f"?{urlencode({'fra': asked.start.isoformat(), 'dag': asked.day.isoformat()})}"


def crumbs(*last: Crumb) -> list[Crumb]:
    """The path to a page of the overview."""
    front = [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace"))]
    if not last:
        return [*front, Crumb(_("Markedet"))]
    return [*front, Crumb(_("Markedet"), reverse("market_overview")), *last]
