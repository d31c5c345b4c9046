"""Sections of a lot's page that rooms above have. They register here when ready; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fellestorg.agreements.models import Lot
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the lot's page: a template and what it is given."""

    template: str
    context: dict[str, object] = field(default_factory=dict)


_panels: dict[str, Callable[[Lot, Actor], Panel | None]] = {}


def add_lot_panel(key: str, panel: Callable[[Lot, Actor], Panel | None]) -> None:
    """Register a section; it answers None for those who have nothing to see in it."""
    _panels[key] = panel


def lot_panels(lot: Lot, actor: Actor) -> list[Panel]:
    """The sections for one reader, in the order of their keys."""
    made = (panel(lot, actor) for _key, panel in sorted(_panels.items()))
    return [one for one in made if one is not None]
