"""Sections of an organisation's page that rooms above have. They register here when ready; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the page: a template and what it is given."""

    template: str
    context: dict[str, object] = field(default_factory=dict)


_panels: dict[str, Callable[[str, Actor], Panel | None]] = {}


def add_organisation_panel(key: str, panel: Callable[[str, Actor], Panel | None]) -> None:
    """Register a section, made from the organisation's number; it answers None where there is nothing to see."""
    _panels[key] = panel


def organisation_panels(number: str, actor: Actor) -> list[Panel]:
    """The sections for one reader, in the order of their keys."""
    made = (panel(number, actor) for _key, panel in sorted(_panels.items()))
    return [one for one in made if one is not None]
