"""What flights add to the rooms below, and to the front page of travel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.travel.doors import Door, add_door


def register() -> None:
    """Called once, when Django has started."""
    add_door(
        Door(
            "routes",
            _("Flyruter"),
            _("Rutene på avtalen: hvem som flyr dem, og hvilken rabatt som gjelder."),
            "travel",
            20,
        )
    )
