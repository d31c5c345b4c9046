"""What competitions out of call-offs add to the room of competitions."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.mini.admitted import admitted_for, invite_all_admitted
from fellestorg.calloffs.mini.ceilings import call_off_of, own_prices
from fellestorg.calloffs.mini.kinds import BY_PROCEDURE, SYSTEM_CALL
from fellestorg.calloffs.mini.outcome import award_call_off
from fellestorg.calloffs.mini.panel import call_off_panel
from fellestorg.competitions.award.outcomes import register_outcome
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.preparing.hooks import add_before_sending
from fellestorg.competitions.preparing.invitees import register_able
from fellestorg.competitions.tenders.ceilings import register_ceilings
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    for procedure in BY_PROCEDURE:
        register_outcome(procedure, award_call_off)
    register_ceilings(own_prices)
    register_able(_invited)
    add_before_sending(invite_all_admitted)
    add_panel(5, "call_off", call_off_panel)
    register_verbs({"call_off_awarded": _("Konkurransen ga en bestilling")})
    add_help(
        HelpPage(
            "holde-minikonkurranse",
            _("Holde minikonkurranse"),
            _("Når leverandørene på avtalen konkurrerer om det dere trenger."),
            "calloffs/help/holde-minikonkurranse",
            12,
        )
    )


def _invited(competition: Competition, day: date) -> frozenset[str] | None:
    """Under an agreement those that the call-off's decision named, which is what the policy said then; in a purchasing
    system everybody admitted that day (DPS-7). None where there is no call-off."""
    call_off = call_off_of(competition)
    if call_off is None:
        return None
    if competition.procedure == SYSTEM_CALL.procedure:
        return admitted_for(call_off, day)
    return frozenset(call_off.invitations.values_list("supplier__number", flat=True))
