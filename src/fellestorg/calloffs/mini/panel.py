"""The section of a competition's page that leads back to the call-off it came from, with who is invited."""

from __future__ import annotations

from datetime import datetime

from fellestorg.calloffs.mini.ceilings import call_off_of
from fellestorg.calloffs.queries import visible_to
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.kernel.actors import Actor


def call_off_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """For those inside: the call-off, where they may see it, and the invited."""
    if not competition.origin or not may_see_inside(actor, competition).allowed:
        return None
    call_off = call_off_of(competition)
    if call_off is None:
        return None
    seen = visible_to(actor).filter(pk=call_off.pk).exists()
    invited = competition.invitees.select_related("supplier").order_by("supplier__name")
    context = {"call_off": call_off, "seen": seen, "invited": [one.supplier.name for one in invited]}
    return Panel("calloffs/mini/panel.html", context)
