"""Sections of a competition's page. Each room inside competitions, and rooms above, register theirs when ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the page: a template and what it is given."""

    template: str
    context: dict[str, object] = field(default_factory=dict)


PanelMaker = Callable[[Competition, Actor, datetime], Panel | None]

_panels: dict[tuple[int, str], PanelMaker] = {}


def add_panel(order: int, key: str, panel: PanelMaker) -> None:
    """Register a section; it answers None for those who have nothing to see in it. Lower orders stand higher up."""
    _panels[order, key] = panel


def panels(competition: Competition, actor: Actor, now: datetime) -> list[Panel]:
    """The sections for one reader, in order."""
    made = (panel(competition, actor, now) for _order, panel in sorted(_panels.items(), key=lambda item: item[0]))
    return [one for one in made if one is not None]
