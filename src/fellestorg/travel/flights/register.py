"""What flights add to the rooms below, and to the front page of travel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.sources import register_source
from fellestorg.travel.doors import Door, add_door
from fellestorg.travel.flights import changes
from fellestorg.travel.flights.policy import READERS, SI
from fellestorg.travel.flights.source import route_table
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    register_source(route_table)
    changes.register()
    add_door(
        Door(
            "flights",
            _("Fly"),
            _("Finn selskapene på ruten, og hvilket tilbud som er billigst når rabatten er trukket fra."),
            "flights",
            10,
            READERS,
        ),
        Door(
            "routes",
            _("Flyruter"),
            _("Rutene på avtalen: hvem som flyr dem, og hvilken rabatt som gjelder."),
            "routes",
            20,
        ),
        Door(
            "flight_savings",
            _("Besparelse på fly"),
            _("Forventet og oppnådd besparelse på hver rute, og ruter som bør rangeres på nytt."),
            "flight_savings",
            70,
            SI,
        ),
    )
    add_help(
        HelpPage(
            "flyreiser",
            _("Flyreiser"),
            _("Finne selskap på ruten, sammenligne tilbud, og hva rekkefølgen bygger på."),
            "travel/help/flyreiser",
            24,
        )
    )
