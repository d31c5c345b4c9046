"""What moderation adds to the rest of the house when it starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.marketplace.doors import Way, add_way


def register() -> None:
    """Called when the marketplace is ready."""
    register_verbs(
        {
            "moderation_taken": _("Tjenesten ble tatt til behandling"),
            "moderation_recommended": _("Det ble innstilt om tjenesten"),
            "moderation_decided": _("Modereringssaken ble avgjort"),
            "moderation_noticed": _("Firmaet ble varslet om fjerning"),
            "moderation_answered": _("Firmaet uttalte seg"),
        }
    )
    messages.register(
        {
            "moderation_publish": (_("{title} er publisert"), _("Tjenesten er kontrollert og publisert. Sak {reference}.")),
            "moderation_refuse": (
                _("{title} er ikke publisert"),
                _("Tjenesten er avslått. Grunn: {reason}. {text}\n\nRett det som trengs, og send inn på nytt. Sak "
                  "{reference}."),
            ),
            "moderation_notice": (
                _("{title} kan bli fjernet"),
                _("SI vurderer å fjerne tjenesten. Grunn: {reason}. {text}\n\nDere kan uttale dere til og med {until}. Sak "
                  "{reference}."),
            ),
            "moderation_remove": (
                _("{title} er fjernet"), _("Tjenesten er tatt bort. Grunn: {reason}. {text}\n\nSak {reference}."),
            ),
            "moderation_keep": (_("{title} blir stående"), _("Saken er avsluttet uten endring. {text}\n\nSak {reference}.")),
        }
    )  # fmt: skip
    add_way(Way("procurement", _("Moderering"), _("For SI: det som venter på å bli publisert."), "moderation", 95))
