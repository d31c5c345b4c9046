"""The section of a purchasing system's page: what runs, who is in, what waits, and how it is ended."""

from __future__ import annotations

from datetime import datetime

from fellestorg.agreements.admissions.queries import admissions_on
from fellestorg.agreements.models import AdmissionApplication
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.systems import ending
from fellestorg.competitions.systems.rules import PROCEDURE
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant

_INSIDE = (
    RoleGrant.Role.PROJECT_LEAD,
    RoleGrant.Role.AGREEMENT_MANAGER,
    RoleGrant.Role.SI_ADMIN,
    RoleGrant.Role.AUDITOR,
)


def system_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """What everybody sees of a system that runs or has ended."""
    if competition.procedure != PROCEDURE or competition.result is None or competition.stage == "preparing":
        return None
    day = clock.local_day(now)
    lots = [
        {
            "key": lot.key,
            "title": localised(lot, "title"),
            "admitted": admissions_on(lot, day).values("supplier").distinct().count(),
            "waiting": lot.applications.filter(
                state__in=(AdmissionApplication.State.RECEIVED, AdmissionApplication.State.ASSESSED)
            ).count(),
        }
        for lot in competition.result.lots.order_by("number")
    ]
    running = competition.stage == "running"
    return Panel(
        "competitions/systems/panel.html",
        {
            "competition": competition,
            "agreement": competition.result,
            "agreement_title": localised(competition.result, "title"),
            "lots": lots,
            "running": running,
            "nobody_buys": running and actor.has(*_INSIDE) and not competition.result.participations.exists(),
            "may_apply": running and actor.has(RoleGrant.Role.SUPPLIER),
            "may_end": running and may_lead(actor, competition).allowed,
            "proposal": ending.waiting(competition) if running and actor.has(*_INSIDE) else None,
        },
    )
