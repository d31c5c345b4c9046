"""What hotels add to the rooms below, and to the front page of travel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.sources import register_source
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.organisations.models import RoleGrant
from fellestorg.travel.doors import Door, add_door
from fellestorg.travel.stays import breaches
from fellestorg.travel.stays.source import hotels_of_the_place
from fellestorg.ui.help import HelpPage, add_help

_BREACH_READERS = (*breaches.REPORTERS, *breaches.OVERSEERS, RoleGrant.Role.SUPPLIER)


def register() -> None:
    """Called once, when Django has started."""
    add_door(
        Door("stays", _("Hotell"), _("Hotellene på stedet, rangert etter pris, avstand og miljømerke."), "stays", 30),
        Door(
            "rate_breaches",
            _("Avtalepris ikke gitt"),
            _("Meld fra når et hotell nekter avtaleprisen, og se hva det svarer."),
            "rate_breaches",
            35,
            _BREACH_READERS,
        ),
    )
    register_source(hotels_of_the_place)
    messages.register(breaches.TEXTS)
    register_verbs(
        {
            "rate_breach_reported": _("Meldt at avtaleprisen ikke ble gitt"),
            "rate_breach_answered": _("Hotellet har svart"),
            "travel_terms_published": _("Det som teller for hotell eller leiebil, er fastsatt"),
        }
    )
    register_subject("rate_breach", lambda key: f"/reiser/hotell/brudd/{key}")
    add_help(
        HelpPage(
            "hotell",
            _("Finne hotell"),
            _("Avtalepris, LRA, rangering, og hva du gjør når hotellet sier nei."),
            "travel/help/hotell",
            18,
        )
    )
