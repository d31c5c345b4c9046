"""What admissions tell the rest of the house when the room is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.admissions import changes
from fellestorg.agreements.admissions.pages import admission_panel
from fellestorg.agreements.panels import add_lot_panel
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Register the kind, verbs, the lot's section and the help page."""
    changes.register()
    add_lot_panel("admissions", admission_panel)
    register_verbs({"supplier_admitted": _("Leverandør tatt opp"), "admission_ended": _("Opptak avsluttet")})
    add_help(
        HelpPage(
            "innkjopsordning",
            _("Dynamisk innkjøpsordning"),
            _("Alle som er tatt opp i kategorien, inviteres, med minst ti dagers frist."),
            "agreements/help/innkjopsordning",
            26,
        )
    )
