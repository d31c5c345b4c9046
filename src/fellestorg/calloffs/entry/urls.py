"""Addresses of the buyer's entry."""

from django.urls import path

from fellestorg.calloffs.entry import pages

urlpatterns = [
    path("kjop", pages.entry, name="entry"),
    path("kjop/dekning", pages.coverage, name="need_coverage"),
    path("kjop/dekning.csv", pages.coverage_csv, name="need_coverage_csv"),
    path("kjop/dekning.json", pages.coverage_json, name="need_coverage_json"),
]
