"""What the awards of purchasing systems add when Django starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.panels import add_agreement_panel
from fellestorg.calloffs.system_awards.pages import awards_panel
from fellestorg.calloffs.system_awards.reminding import REMINDED
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Called once, when Django has started."""
    add_agreement_panel("system_awards", awards_panel)
    register_verbs({REMINDED: _("Minnet om kunngjøring av tildelinger")})
    messages.register(
        {
            REMINDED: (
                _("Kunngjør tildelingene i {quarter}: {agreement}"),
                _("{count} tildelinger skal kunngjøres samlet innen {due} (FA-12). Tallene ligger klare."),
            )
        }
    )
