"""Addresses of the event log."""

from django.urls import path

from fellestorg.kernel import pages

urlpatterns = [
    path("hendelser", pages.events, name="events"),
    path("hendelser.csv", pages.events_csv, name="events_csv"),
    path("hendelser.json", pages.events_json, name="events_json"),
    path("hendelser/<int:key>", pages.event, name="event"),
]
