"""What rental cars add to the rooms below, and to the front page of travel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.travel.bookings.policy import AGENCY, SEES_ALL
from fellestorg.travel.doors import Door, add_door
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    add_door(
        Door(
            "rentals",
            _("Leiebil"),
            _("Bilene i området, med utslippsfri bil først og strøm eller drivstoff regnet med."),
            "rentals",
            40,
        ),
        Door(
            "rental_environment",
            _("Miljørapport for leiebil"),
            _("Leide biler etter klasse og drivstoff, kilometer og utslipp."),
            "rental_environment",
            45,
            (*AGENCY, *SEES_ALL),
        ),
    )
    add_help(
        HelpPage(
            "leiebil",
            _("Leie bil"),
            _("Utslippsfri bil først, taket for CO2, nettoprisen og miljørapporten."),
            "travel/help/leiebil",
            19,
        )
    )
