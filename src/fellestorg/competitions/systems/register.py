"""What purchasing systems add when Django starts: guards, words, verbs and the section of the page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.systems import ending
from fellestorg.competitions.systems.panel import system_panel
from fellestorg.competitions.systems.rules import GUARDS
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Called once, from the app's ``ready``."""
    for name, guard in GUARDS.items():
        register_guard(name, guard)
    register_words(
        {
            "not_a_system": _("Bare en dynamisk innkjøpsordning kan åpnes for søknader."),
            "system_not_set_up": _("Fyll ut siden «Innkjøpsordningen»: kategorier, varighet og avtaleforvalter."),
            "system_not_running": _("Innkjøpsordningen er ikke i gang i dag, så ingen kan inviteres."),
            "first_period_lasts": _("Den første søknadsfristen er %(until)s. Ingen kan inviteres før den (DPS-4)."),
        }
    )
    ending.register()
    messages.register(
        {
            "purchasing_system_ended": (
                _("Innkjøpsordningen {title} er avsluttet"),
                _(
                    "Ingen kan søke eller inviteres lenger. Det dere alt er invitert til, gjøres ferdig. "
                    "Grunn: {reason}"
                ),
            ),
            "application_lapsed": (
                _("Innkjøpsordningen {title} er avsluttet, og søknaden deres falt bort"),
                _(
                    "Søknaden var ikke avgjort, og blir ikke behandlet. Ingen kan søke eller inviteres lenger. Det dere "
                    "alt er invitert til, gjøres ferdig. Grunn: {reason}"
                ),
            ),
        }
    )
    register_verbs({"purchasing_system_ended": _("Innkjøpsordningen ble avsluttet")})
    add_panel(15, "purchasing_system", system_panel)
