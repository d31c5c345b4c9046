"""On a competition's page, for those inside: the way to interchange."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel, add_panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.kernel.actors import Actor


def register() -> None:
    """Called once, from the app's ``ready``."""
    add_panel(90, "interchange", interchange_panel)


def interchange_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """A line with a link; nothing for those outside."""
    if not may_see_inside(actor, competition).allowed:
        return None
    return Panel("competitions/interchange/panel.html", {"number": competition.number})
