from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "fellestorg.agreements"
    label = "agreements"

    def ready(self) -> None:
        from fellestorg.agreements import changes, insolvency
        from fellestorg.agreements.admissions import registration as admissions
        from fellestorg.agreements.earlier import register_setup as register_earlier
        from fellestorg.agreements.getting_started import registration as getting_started
        from fellestorg.agreements.office import registration as office
        from fellestorg.agreements.option_pages import agency_panel, option_panel
        from fellestorg.agreements.panels import add_lot_panel
        from fellestorg.agreements.participating import participation_panel
        from fellestorg.agreements.quotas import registration as quotas
        from fellestorg.agreements.setup import register_setup
        from fellestorg.kernel import messages
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.organisations.panels import add_organisation_panel
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
                ),
                "option_chosen_for_you": (
                    _("Opsjonen {option} er valgt for dere"),
                    _("{who} har valgt opsjonen {option} for virksomheten, fra {from}. Begrunnelse: {reason}"),
                ),
                "option_declined_for_you": (
                    _("Opsjonen {option} er valgt bort for dere"),
                    _("{who} har valgt bort opsjonen {option} for virksomheten, fra {from}. Begrunnelse: {reason}"),
                ),
                "ceiling_broken": (
                    _("Taket er brutt: {agreement}, {lot}"),
                    _(
                        "Et registrert kjøp førte {lot} under {agreement} over taket på {limit}. "
                        "Bruken ligger nå {past} over. Ingen kan gjøre flere avrop."
                    ),
                ),
                "gap_without_end": (
                    _("Ingen etterfølger: {agreement}"),
                    _(
                        "Fra {first} er det ingen fellesavtale for {categories}, og ingen ny avtale er registrert. "
                        "Planlegg egne kjøp, etter reglene for egne anskaffelser."
                    ),
                ),
                "gap_before_next": (
                    _("Tid uten avtale etter {agreement}"),
                    _(
                        "Fra {first} til {last} er det ingen fellesavtale for {categories}. Da begynner {next}. "
                        "Planlegg egne kjøp i tiden mellom, etter reglene for egne anskaffelser."
                    ),
                ),
                "draw_corrected": (
                    _("Kjøp rettet: {agreement}, {lot}"),
                    _("{who} har tatt tilbake hele eller deler av kjøpet {reference} under {lot}. Grunn: {reason}"),
                ),
            }
        )
        register_verbs(
            {
                "policy_published": _("Avropsregler kunngjort"),
                "draw_registered": _("Kjøp registrert"),
                "draw_corrected": _("Kjøp rettet"),
                "supplier_suspended": _("Leverandør suspendert"),
                "suspension_lifted": _("Suspensjon opphevet"),
                "extension_exercised": _("Avtale forlenget"),
                "gap_foretold": _("Varslet om tid uten avtale"),
                "option_answered": _("Opsjon besvart"),
                "agreement_registered": _("Avtale registrert"),
                "lot_registered": _("Delkontrakt registrert"),
                "participant_registered": _("Deltaker registrert"),
            }
        )
        changes.register()
        office.register()
        quotas.register()
        getting_started.register()
        insolvency.register()
        admissions.register()
        register_setup()
        register_earlier()
        register_verbs({"earlier_agreement_told": _("Eldre avtale registrert")})
        add_lot_panel("options", option_panel)
        add_organisation_panel("agreements", participation_panel)
        add_organisation_panel("options", agency_panel)
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
                "opsjoner",
                _("Velge opsjoner"),
                _("Varer virksomheten må si ja til først: hvem som kan, og når det gjelder."),
                "agreements/help/opsjoner",
                42,
            ),
            HelpPage(
                "kjop-andre-steder",
                _("Registrere kjøp gjort et annet sted"),
                _("Ett om gangen eller en hel fil, og hvordan det rettes."),
                "agreements/help/kjop-andre-steder",
                44,
            ),
            HelpPage(
                "avtaleforvalter",
                _("For avtaleforvaltere"),
                _("Følge bruken, registrere kjøp, suspendere, og veien til resten."),
                "agreements/help/avtaleforvalter",
                60,
            ),
            HelpPage(
                "endre-avtalen",
                _("Endre avtalen"),
                _("Varighet, tak, avropsregler, rangering og deltakere, og hva en annen må godkjenne."),
                "agreements/help/endre-avtalen",
                62,
            ),
            HelpPage(
                "rammedokument",
                _("Rammedokument, nyheter og kontakter"),
                _("Skrive, publisere i versjoner, og nå dem som bruker avtalen."),
                "agreements/help/rammedokument",
                63,
            ),
        )
