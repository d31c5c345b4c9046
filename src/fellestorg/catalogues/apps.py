from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CataloguesConfig(AppConfig):
    name = "fellestorg.catalogues"
    label = "catalogues"

    def ready(self) -> None:
        from fellestorg.agreements.panels import add_agreement_panel
        from fellestorg.catalogues.currency import register as currency
        from fellestorg.catalogues.delivery import changes
        from fellestorg.catalogues.intake.notices import TEXTS
        from fellestorg.catalogues.liability_panel import liability_panel
        from fellestorg.catalogues.liability_setup import register_setup as register_liability_setup
        from fellestorg.catalogues.regulation import register
        from fellestorg.catalogues.setup import register_setup
        from fellestorg.kernel import messages
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.ui.help import HelpPage, add_help
        from fellestorg.ui.shell import NavItem, add_navigation

        messages.register(TEXTS)
        add_agreement_panel("liability", liability_panel)
        register.register()
        changes.register()
        register_setup()
        register_liability_setup()
        currency.register()
        register_verbs(
            {
                "prices_imported": _("Prisliste lest inn"),
                "price_list_sent": _("Prisliste sendt inn"),
                "price_list_compared": _("Prisliste sammenlignet på nytt"),
                "price_list_accepted": _("Prisliste godtatt"),
                "price_list_rejected": _("Prisliste avvist"),
                "price_list_sent_back": _("Prisliste sendt tilbake"),
                "price_list_withdrawn": _("Prisliste trukket"),
                "delivery_terms_registered": _("Leveringsvilkår registrert"),
                "liability_set": _("Ansvar for betalingsmiddel satt"),
                "delivery_terms_changed": _("Leveringsvilkår endret"),
            }
        )
        add_navigation(NavItem("items", _("Varer"), "items", 15))
        add_help(
            HelpPage(
                "finne-varer",
                _("Finne varer"),
                _("Søke, avgrense, og hva prisen betyr."),
                "catalogues/help/finne-varer",
                12,
            ),
            HelpPage(
                "prislister",
                _("Sende inn og avgjøre prislister"),
                _("Fil, sammenligning, og hva som skjer når listen godtas."),
                "catalogues/help/prislister",
                64,
            ),
            HelpPage(
                "prisregulering",
                _("Regulere prisene"),
                _("Indeks, forslag, varsel, og når de nye prisene gjelder."),
                "catalogues/help/prisregulering",
                65,
            ),
        )
        register_subject("catalogue", lambda key: f"/avtaler/{key.partition('/')[0]}")
