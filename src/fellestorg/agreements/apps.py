from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "fellestorg.agreements"
    label = "agreements"

    def ready(self) -> None:
        from fellestorg.kernel import messages
        from fellestorg.ui.shell import NavItem, add_navigation

        messages.register(
            {
                "ceiling_crossed": (
                    _("{percent} % av taket er brukt: {agreement}, {lot}"),
                    _(
                        "Delkontrakten {lot} under {agreement} har passert {percent} % av den høyeste verdien. "
                        "Når taket er nådd, kan ingen gjøre flere avrop."
                    ),
                )
            }
        )
        add_navigation(NavItem("agreements", _("Avtaler"), "agreements", 30))
