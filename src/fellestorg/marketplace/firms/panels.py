"""What other rooms show on a firm's page: its services, for one."""

from __future__ import annotations

from collections.abc import Callable

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm
from fellestorg.organisations.panels import Panel

_panels: dict[str, Callable[[Firm, Actor], Panel | None]] = {}


def add_firm_panel(key: str, panel: Callable[[Firm, Actor], Panel | None]) -> None:
    """Register a section; it answers None where there is nothing to see."""
    _panels[key] = panel


def firm_panels(firm: Firm, actor: Actor) -> list[Panel]:
    """The sections for one reader, in the order of their keys."""
    made = (panel(firm, actor) for _key, panel in sorted(_panels.items()))
    return [one for one in made if one is not None]
