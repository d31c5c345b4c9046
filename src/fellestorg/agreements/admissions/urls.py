"""Addresses of admissions. They stand before the agreements' own, whose keys would catch them."""

from django.urls import path

from fellestorg.agreements.admissions import pages

urlpatterns = [
    path("avtaler/<slug:key>/<slug:lot>/opptatte", pages.admitted, name="admissions"),
    path("avtaler/<slug:key>/<slug:lot>/opptatte.csv", pages.admitted_csv, name="admissions_csv"),
    path("avtaler/<slug:key>/<slug:lot>/opptatte.json", pages.admitted_json, name="admissions_json"),
]
