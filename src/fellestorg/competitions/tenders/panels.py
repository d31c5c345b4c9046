"""The sections that sealed tenders add to a competition's page."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.tenders import keys, submitting
from fellestorg.competitions.tenders.policy import may_tender, supplier_of
from fellestorg.competitions.words import reason_text
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedure


def supplier_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """A supplier's own tender."""
    supplier = supplier_of(actor)
    if supplier is None:
        return None
    may, standing = may_tender(supplier, competition, now).allowed, submitting.standing(competition, supplier)
    if not may and standing is None:
        return None
    receipt = standing.receipt if standing else ""
    context: dict[str, object] = {"number": competition.number, "open": may, "receipt": receipt}
    return Panel("competitions/tenders/supplier_panel.html", context)


def opening_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """For the team: what is missing before tenders can be sealed, and the way to the opening."""
    if not may_see_inside(actor, competition).allowed or competition.stage == "cancelled":
        return None
    if procedure(competition.procedure).move("open") is None:
        return None
    ready = keys.opening_keys_ready(competition, now)
    context: dict[str, object] = {
        "number": competition.number,
        "opened": competition.opened_at,
        "why_not": "" if ready.allowed else reason_text(ready),
    }
    return Panel("competitions/tenders/opening_panel.html", context)
