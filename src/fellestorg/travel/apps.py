from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TravelConfig(AppConfig):
    name = "fellestorg.travel"
    label = "travel"

    def ready(self) -> None:
        from fellestorg.calloffs.entry.doors import Door, register_door
        from fellestorg.catalogues.setup import priced_elsewhere
        from fellestorg.travel.bookings import register as bookings
        from fellestorg.travel.flights import register as flights
        from fellestorg.travel.rentals import register as rentals
        from fellestorg.travel.sheets import register as sheets
        from fellestorg.travel.stays import register as stays
        from fellestorg.ui.shell import NavItem, add_navigation

        priced_elsewhere("flight", "hotel_night", "car_rental")
        register_door(
            Door("flight", _("Finn fly"), "flights"),
            Door("hotel_night", _("Finn hotell"), "stays"),
            Door("car_rental", _("Finn leiebil"), "rentals"),
            Door("travel_booking", _("Gå til reiser"), "travel"),
        )
        add_navigation(NavItem("travel", _("Reiser"), "travel", 17, not_for=("supplier",)))
        flights.register()
        stays.register()
        rentals.register()
        sheets.register()
        bookings.register()
