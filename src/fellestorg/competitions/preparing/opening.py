"""The way into every change of a competition: its row locked first, then whether this person may, and whether it is time."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.words import reason_text
from fellestorg.kernel.actors import Actor
from fellestorg.values import Decision, Refused

BEFORE_NOTICE = ("preparing",)
BEFORE_OPENING = ("preparing", "published", "selecting", "invited", "dialogue", "negotiating")


def for_change(
    competition: Competition, actor: Actor, now: datetime, stages: tuple[str, ...] = BEFORE_OPENING
) -> Competition:
    """The competition's row, locked and read anew. Refused for anybody but its lead, in a stage where this may no
    longer be changed, and once the deadline for tenders has passed."""
    locked = Competition.objects.select_for_update().get(pk=competition.pk)
    allowed = may_lead(actor, locked)
    if not allowed.allowed:
        raise Refused(allowed.reason, reason_text(allowed))
    too_late = locked.published_at is not None and locked.tenders_until is not None and locked.tenders_until <= now
    if locked.stage not in stages or (too_late and locked.stage != "preparing"):
        decision = Decision("refused", "fixed_by_the_notice" if stages == BEFORE_NOTICE else "deadline_is_over")
        raise Refused(decision.reason, reason_text(decision))
    return locked
