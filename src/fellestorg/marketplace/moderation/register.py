"""What moderation adds to the rest of the house when it starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.firms.leaving import register_part
from fellestorg.marketplace.firms.policy import KEEPERS
from fellestorg.marketplace.listings.panels import add_own_panel, add_public_panel
from fellestorg.marketplace.moderation import panels
from fellestorg.marketplace.moderation.words import MESSAGES, VERBS
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.help import HelpPage, add_help

_HELP = "marketplace/moderation/help"


def register() -> None:
    """Called when the marketplace is ready."""
    register_verbs(VERBS)
    messages.register(MESSAGES)
    register_part("moderation", panels.of_firm)
    add_public_panel("moderation", panels.public)
    add_own_panel("moderation", panels.own)
    add_way(
        Way(
            "procurement",
            _("Moderering"),
            _("For SI: det som venter på å bli publisert."),
            "moderation",
            95,
            (*KEEPERS, RoleGrant.Role.AUDITOR),
        ),
        Way(
            "market", _("Endringslogg"), _("Hva som er publisert, rettet og fjernet, og hvorfor."), "market_changes", 80
        ),
        Way("market", _("Offentlig journal"), _("Sakene bak vedtakene, og innsyn i dem."), "moderation_journal", 85),
    )
    add_help(
        HelpPage(
            "slik-vurderes-en-tjeneste", _("Slik vurderes en tjeneste"),
            _("For firmaer: kontroll, avslag, klage, meldte feil og svar som blir gamle."),
            f"{_HELP}/slik-vurderes-en-tjeneste", 98,
        ),
        HelpPage(
            "moderere-skytjenester", _("Moderere skytjenester"),
            _("For SI: køen, fire øyne, varsel, meldinger, klager, journal og innsyn."),
            f"{_HELP}/moderere-skytjenester", 99,
        ),
    )  # fmt: skip
