"""What bookings add to the rooms below, and to the front page of travel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.travel.bookings.policy import AGENCY, SEES_ALL
from fellestorg.travel.bookings.setup import register_setup
from fellestorg.travel.doors import Door, add_door
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    register_verbs(
        {
            "bookings_taken_in": _("Reisebestillinger lest inn"),
            "booking_source_registered": _("Kilde til reisebestillinger registrert"),
            "travel_agency_channel_registered": _("Reisebyråets adresse registrert"),
        }
    )
    register_setup()
    register_subject("bookings", lambda _key: "/reiser/bestillinger/inn")
    add_door(
        Door(
            "bookings",
            _("Reisebestillinger"),
            _("Hva reisene kostet, hva avtalene sparte, hva som gikk utenom, og hva det slapp ut."),
            "bookings",
            60,
            (*AGENCY, *SEES_ALL),
        )
    )
    add_help(
        HelpPage(
            "reisebestillinger",
            _("Reisebestillinger"),
            _("Lese inn det reisebyråene melder, og forstå besparelse, lekkasje og klimatall."),
            "travel/help/reisebestillinger",
            66,
        )
    )
