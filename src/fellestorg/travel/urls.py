"""Addresses of travel: each sub-package has its own, and this file only joins them."""

from django.urls import path

from fellestorg.travel import pages
from fellestorg.travel.bookings import urls as bookings
from fellestorg.travel.flights import urls as flights
from fellestorg.travel.rentals import urls as rentals
from fellestorg.travel.sheets import urls as sheets
from fellestorg.travel.stays import urls as stays

urlpatterns = [
    path("reiser", pages.front, name="travel"),
    *flights.urlpatterns,
    *stays.urlpatterns,
    *rentals.urlpatterns,
    *sheets.urlpatterns,
    *bookings.urlpatterns,
]
