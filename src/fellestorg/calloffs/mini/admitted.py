"""Who is invited in a purchasing system: everybody admitted in the category when the invitation goes out (DPS-7)."""

from __future__ import annotations

from datetime import date, datetime

from fellestorg.agreements.admissions.queries import admitted_on
from fellestorg.calloffs.mini.ceilings import call_off_of
from fellestorg.calloffs.mini.kinds import SYSTEM_CALL
from fellestorg.calloffs.models import CallOff
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.invitees import invite_able
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor


def category_of(call_off: CallOff) -> str:
    """The category that was called off, as the decision has it."""
    return str((call_off.decision.facts.get("dps") or {}).get("category") or "")


def admitted_for(call_off: CallOff, day: date) -> frozenset[str]:
    """The numbers of those admitted in the call-off's category and the buyer's region on a day, the suspended left out."""
    rows = admitted_on(call_off.lot, day, category=category_of(call_off), region=call_off.buyer.region or "")
    return frozenset(one.supplier.number for one in rows)


def invite_all_admitted(competition: Competition, move: str, actor: Actor, now: datetime) -> None:
    """Before an invitation in a purchasing system goes out: let its list be everybody who is admitted at that moment.

    Whoever is admitted later is invited the next time; the list of an invitation that has been sent never changes.
    """
    if competition.procedure != SYSTEM_CALL.procedure or move != SYSTEM_CALL.move:
        return
    if call_off_of(competition) is not None:
        invite_able(competition, clock.local_day(now), basis=SYSTEM_CALL.basis, actor=actor, now=now)
