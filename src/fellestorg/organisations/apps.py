from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "fellestorg.organisations"
    label = "organisations"

    def ready(self) -> None:
        from django.urls import reverse

        from fellestorg.kernel import messages
        from fellestorg.kernel.queries import LOG_READERS
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.organisations.insolvency_pages import insolvency_panel
        from fellestorg.organisations.panels import add_organisation_panel
        from fellestorg.organisations.registry.shown import CHANGE_MESSAGES, registry_panel
        from fellestorg.organisations.setup import register_setup
        from fellestorg.organisations.token_pages import tokens_panel
        from fellestorg.organisations.words import ROLES
        from fellestorg.ui.help import HelpPage, add_help
        from fellestorg.ui.shell import NavItem, add_navigation

        register_verbs(
            {
                "role_granted": _("Rolle gitt"),
                "role_revoked": _("Rolle avsluttet"),
                "deputy_set": _("Vikar satt opp"),
                "language_chosen": _("Språk valgt"),
                "organisation_registered": _("Virksomhet registrert"),
                "organisation_changed": _("Virksomhet endret"),
                "person_registered": _("Person registrert"),
                "person_changed": _("Person endret"),
                "installation_opened": _("Installasjonen tatt i bruk"),
                "invited": _("Invitasjon sendt"),
                "account_opened": _("Konto opprettet"),
                "account_deleted": _("Konto slettet av eieren"),
                "signed_in": _("Logget inn"),
                "signed_out": _("Logget ut"),
                "sign_in_failed": _("Mislykket innlogging"),
                "signed_out_elsewhere": _("Logget ut andre steder"),
                "password_link_sent": _("Lenke til nytt passord sendt"),
                "password_changed": _("Passord byttet"),
                "code_app_changed": _("Kodeapp byttet"),
                "recovery_codes_renewed": _("Nye gjenopprettingskoder"),
                "api_token_made": _("Nøkkel for et annet system laget"),
                "api_token_revoked": _("Nøkkel for et annet system trukket tilbake"),
                "insolvency_recorded": _("Konkurs registrert"),
                "insolvency_withdrawn": _("Konkurs tatt tilbake"),
                "registry_change_noted": _("Endring i Enhetsregisteret"),
            }
        )
        messages.register(
            {
                "invited": (
                    _("Velkommen til Fellestorg"),
                    _(
                        "Hei, {name}.\n\nDu er invitert til Fellestorg. Brukernavnet ditt er {username}. Åpne lenka for "
                        "å velge passord og sette opp kodeappen. Den virker én gang, i sju dager."
                    ),
                ),
                "account_link": (
                    _("Ny konto i Fellestorg"),
                    _(
                        "Noen har bedt om en konto i Fellestorg med denne adressen. Er det deg, åpne lenka: den virker én "
                        "gang, i to timer. Er det ikke deg, trenger du ikke gjøre noe."
                    ),
                ),
                "account_known": (
                    _("Du har en konto i Fellestorg"),
                    _(
                        "Noen har bedt om en ny konto med denne adressen. Du har en fra før, med brukernavnet {username}. "
                        "Logg inn med den. Er det ikke deg som ba, trenger du ikke gjøre noe."
                    ),
                ),
                "password_link": (
                    _("Nytt passord i Fellestorg"),
                    _(
                        "Hei, {name}.\n\nNoen har bedt om å få bytte passordet ditt. Er det deg, åpne lenka: den virker én "
                        "gang, i en time. Er det ikke deg, trenger du ikke gjøre noe."
                    ),
                ),
            }
        )
        messages.register(CHANGE_MESSAGES)
        register_setup()
        add_organisation_panel("a_insolvency", insolvency_panel)
        add_organisation_panel("b_registry", registry_panel)
        add_organisation_panel("y_tokens", tokens_panel)
        register_subject("organisation", lambda number: reverse("organisation", args=[number]))
        add_help(
            HelpPage(
                "logge-inn",
                _("Logge inn"),
                _("Passord, kodeapp og gjenopprettingskoder, og når du er stengt ute."),
                "organisations/help/logge-inn",
                75,
            ),
            HelpPage(
                "konkurs",
                _("Når en leverandør går konkurs"),
                _("Registrere det én gang, og hva som da skjer på alle avtaler."),
                "organisations/help/konkurs",
                66,
            ),
            HelpPage(
                "api-nokler",
                _("Nøkler for andre systemer"),
                _("La reisebyrået eller et eget system spørre Fellestorg, og hva det får til svar."),
                "organisations/help/api-nokler",
                77,
            ),
            HelpPage(
                "oppsett",
                _("Sette opp Fellestorg"),
                _("Fra tom installasjon til det første avropet."),
                "organisations/help/oppsett",
                78,
            ),
        )
        add_navigation(
            NavItem("organisations", _("Virksomheter"), "organisations", 50),
            # The event log lies in the kernel, which knows no navigation.
            NavItem("events", _("Hendelser"), "events", 60, LOG_READERS),
            NavItem("setup", _("Oppsett"), "setup", 65, ("si_admin",)),
            NavItem("me", _("Min side"), "me", 70, tuple(ROLES)),
        )
