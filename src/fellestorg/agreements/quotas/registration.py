"""What quotas tell the rest of the house when the room is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.panels import add_lot_panel
from fellestorg.agreements.quotas import changes
from fellestorg.agreements.quotas.pages import quota_panel
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Register kinds, verbs, the lot's section and the help page."""
    changes.register()
    add_lot_panel("distribution", quota_panel)
    register_verbs(
        {
            "agencies_assigned": _("Virksomheter fordelt på leverandører"),
            "quotas_changed": _("Kvoter endret"),
            "call_off_agreement_recorded": _("Avropsavtale registrert"),
        }
    )
    add_help(
        HelpPage(
            "fordeling",
            _("Fordele virksomheter etter kvoter"),
            _("Balansen, forslaget som holder kvotene, og avropsavtalene."),
            "agreements/help/fordeling",
            64,
        )
    )
