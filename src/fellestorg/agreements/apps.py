from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "fellestorg.agreements"
    label = "agreements"

    def ready(self) -> None:
        from fellestorg.agreements import changes
        from fellestorg.kernel import messages
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.ui.help import HelpPage, add_help
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
        register_verbs(
            {
                "policy_published": _("Avropsregler kunngjort"),
                "draw_registered": _("Kjøp registrert"),
                "supplier_suspended": _("Leverandør suspendert"),
                "suspension_lifted": _("Suspensjon opphevet"),
                "extension_exercised": _("Avtale forlenget"),
            }
        )
        changes.register()
        register_subject("agreement", lambda key: f"/avtaler/{key}")
        register_subject("lot", lambda key: f"/avtaler/{key}")
        add_navigation(NavItem("agreements", _("Avtaler"), "agreements", 30))
        add_help(
            HelpPage(
                "taket",
                _("Taket"),
                _("Regnskapet over høyeste verdi: varsler, prognose og brudd."),
                "agreements/help/taket",
                40,
            ),
            HelpPage(
                "avtaleforvalter",
                _("For avtaleforvaltere"),
                _("Følge bruken, registrere kjøp, lese inn priser, endre regler."),
                "agreements/help/avtaleforvalter",
                60,
            ),
        )
