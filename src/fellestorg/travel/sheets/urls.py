"""Addresses of sheets of prices and terms."""

from django.urls import path

from fellestorg.travel.sheets import pages

urlpatterns = [
    path("reiser/forvalt/<slug:key>/<slug:lot>/<slug:kind>", pages.sheet, name="travel_sheet"),
    path(
        "reiser/forvalt/<slug:key>/<slug:lot>/<slug:kind>/mal.<slug:form>", pages.template, name="travel_sheet_template"
    ),
]
