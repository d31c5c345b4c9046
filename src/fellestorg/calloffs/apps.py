from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalloffsConfig(AppConfig):
    name = "fellestorg.calloffs"
    label = "calloffs"

    def ready(self) -> None:
        from fellestorg.agreements.panels import add_lot_panel, add_trial_panel
        from fellestorg.calloffs import insolvency, notices, panel
        from fellestorg.calloffs.allocation import allocation_source
        from fellestorg.calloffs.cascade import notices as offer_notices
        from fellestorg.calloffs.coverage import registration as coverage
        from fellestorg.calloffs.halted import halt_facts
        from fellestorg.calloffs.mini.register import register as mini
        from fellestorg.calloffs.reuse import panel as reuse
        from fellestorg.calloffs.sources import register_source
        from fellestorg.calloffs.system_awards.register import register as system_awards
        from fellestorg.calloffs.trying.panel import what_if_panel
        from fellestorg.calloffs.volumes import ordered_volumes
        from fellestorg.catalogues.regulation import volumes
        from fellestorg.kernel import messages
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.ui.help import HelpPage, add_help
        from fellestorg.ui.shell import NavItem, add_navigation

        volumes.register(ordered_volumes)
        register_source(halt_facts)
        register_source(allocation_source)
        coverage.register()
        reuse.register()
        mini()
        system_awards()
        insolvency.register()
        messages.register(notices.TEXTS)
        messages.register(offer_notices.TEXTS)
        register_verbs(panel.VERBS)
        register_subject("call_off", panel.call_off_link)
        add_lot_panel("call_offs", panel.latest_call_offs)
        add_trial_panel("what_if", what_if_panel)
        add_navigation(
            NavItem("entry", _("Hva skal du kjøpe?"), "entry", 8, not_for=("supplier",)),
            NavItem("new_call_off", _("Nytt avrop"), "new_call_off", 10, ("buyer", "approver")),
            NavItem("basket", _("Handlekurv"), "basket", 15, ("buyer", "approver")),
            NavItem(
                "call_offs",
                _("Avrop"),
                "call_offs",
                20,
                (
                    "buyer",
                    "approver",
                    "local_agreement_manager",
                    "agreement_manager",
                    "si_admin",
                    "supplier",
                    "auditor",
                ),
            ),
        )
        add_navigation(NavItem("offers", _("Tilbudte bestillinger"), "offers", 22, ("supplier",)))
        folder = "calloffs/help"
        add_help(
            HelpPage(
                "gjore-avrop",
                _("Gjøre et avrop"),
                _("Fra behov til bestilling, steg for steg."),
                f"{folder}/gjore-avrop",
                10,
            ),
            HelpPage(
                "hva-skal-du-kjope",
                _("Hva skal du kjøpe?"),
                _("Finn avtalen som dekker behovet, og hva du gjør når ingen gjør det."),
                f"{folder}/hva-skal-du-kjope",
                8,
            ),
            HelpPage(
                "kurven",
                _("Kurven og handlelistene"),
                _("Samle det du trenger, og se hva som blir billigere eller grønnere."),
                f"{folder}/kurven",
                14,
            ),
            HelpPage(
                "over-levetiden",
                _("Kjøpe, leie eller bruke om igjen"),
                _("Hva det koster over hele levetiden, nytt og brukt, og hva det slipper ut."),
                f"{folder}/over-levetiden",
                15,
            ),
            HelpPage(
                "ombruk",
                _("Levere utstyr til ombruk"),
                _("Skap, henting, sletting, oppgjør og penger tilbake."),
                f"{folder}/ombruk",
                26,
            ),
            HelpPage(
                "andre-dager",
                _("Prøve en annen dag"),
                _("Svaret før og siden, og hva du gjør når ingen avtale gjelder."),
                f"{folder}/andre-dager",
                16,
            ),
            HelpPage(
                "godkjenne",
                _("Godkjenne et avrop"),
                _("For deg som har budsjettfullmakt."),
                f"{folder}/godkjenne",
                20,
            ),
            HelpPage(
                "tilbud-etter-tur",
                _("Når leverandørene spørres etter tur"),
                _("Ja, nei, frister og hva som skjer når ingen kan."),
                f"{folder}/tilbud-etter-tur",
                24,
            ),
            HelpPage(
                "nettopris",
                _("Nettoprisen"),
                _("Hva delene betyr, og hvilke som avgjør."),
                f"{folder}/nettopris",
                30,
            ),
            HelpPage(
                "beslutninger",
                _("Beslutninger og etterprøving"),
                _("Steg, regler og kilder, og hvordan alt kan kontrolleres."),
                f"{folder}/beslutninger",
                50,
            ),
            HelpPage(
                "leverandor",
                _("For leverandører"),
                _("Bestillinger, priser og varsler."),
                f"{folder}/leverandor",
                70,
            ),
            HelpPage(
                "kommandolinje",
                _("Kommandolinjen"),
                _("Det samme uten nettleser, med ett eksempel på hver kommando."),
                f"{folder}/kommandolinje",
                80,
            ),
        )
