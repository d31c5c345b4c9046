"""What must hold for a purchasing system, and for a call under one. Guards of law/procedures.toml."""

from __future__ import annotations

from datetime import datetime

from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock
from fellestorg.values import Decision

PROCEDURE, CALL = "purchasing_system", "purchasing_system_call"
_IN_ORDER = Decision("allowed", "in_order")


def system_set_up(competition: Competition, now: datetime) -> Decision:
    """The system has its agreement: what suppliers apply to and buyers call off under."""
    result = competition.result
    if result is None or result.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        return Decision("refused", "system_not_set_up")
    return _IN_ORDER


def system_running(competition: Competition, now: datetime) -> Decision:
    """A call is made while the system lasts, and after its first application period (DPS-4): whoever applied in time is
    to be decided on before the first invitation."""
    lot = competition.under
    if lot is None:
        return Decision("refused", "system_not_running")
    day = clock.local_day(now)
    if not lot.agreement.starts <= day <= lot.agreement.ends or halt_on(lot.agreement, day) is not None:
        return Decision("refused", "system_not_running")
    first = system_of(lot.agreement)
    if first is not None and first.stage == "ended":
        return Decision("refused", "system_not_running")
    if first is not None and first.requests_until is not None and first.requests_until > now:
        return Decision("refused", "first_period_lasts", params={"until": first.requests_until.isoformat()})
    return _IN_ORDER


def system_of(agreement: FrameworkAgreement) -> Competition | None:
    """The competition that set the system up, the newest where there are several; None where it was set up elsewhere."""
    rows = Competition.objects.filter(result=agreement, procedure=PROCEDURE).exclude(stage="cancelled")
    return rows.order_by("-created_at").first()


GUARDS = {"system_set_up": system_set_up, "system_running": system_running}
