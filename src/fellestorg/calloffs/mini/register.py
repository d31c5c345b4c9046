"""What mini-competitions out of call-offs add to the room of competitions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.mini.ceilings import call_off_of, own_prices
from fellestorg.calloffs.mini.outcome import award_call_off
from fellestorg.competitions.award.outcomes import register_outcome
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.invitees import register_able
from fellestorg.competitions.tenders.ceilings import register_ceilings
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    register_outcome("mini_competition", award_call_off)
    register_outcome("purchasing_system_call", award_call_off)
    register_ceilings(own_prices)
    register_able(_invited)
    register_verbs({"call_off_awarded": _("Minikonkurransen ga en bestilling")})
    add_help(
        HelpPage(
            "holde-minikonkurranse",
            _("Holde minikonkurranse"),
            _("Når leverandørene på avtalen konkurrerer om det dere trenger."),
            "calloffs/help/holde-minikonkurranse",
            12,
        )
    )


def _invited(competition: Competition, day: object) -> frozenset[str] | None:
    """Those that the call-off's decision named, which is what the policy said then; None where there is no call-off."""
    call_off = call_off_of(competition)
    return None if call_off is None else frozenset(call_off.invitations.values_list("supplier__number", flat=True))
