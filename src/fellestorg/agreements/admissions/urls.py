"""Addresses of admissions. They stand before the agreements' own, whose keys would catch them."""

from django.urls import path

from fellestorg.agreements.admissions import application_pages, pages, upkeep_pages

urlpatterns = [
    path("avtaler/<slug:key>/<slug:lot>/opptatte", pages.admitted, name="admissions"),
    path("avtaler/<slug:key>/<slug:lot>/opptatte.csv", pages.admitted_csv, name="admissions_csv"),
    path("avtaler/<slug:key>/<slug:lot>/opptatte.json", pages.admitted_json, name="admissions_json"),
    path("avtaler/<slug:key>/<slug:lot>/sok-opptak", application_pages.apply, name="apply_for_admission"),
    path("avtaler/<slug:key>/<slug:lot>/suspensjon/ny", upkeep_pages.suspend, name="admissions_suspend"),
    path("avtaler/<slug:key>/<slug:lot>/egenerklaringer", upkeep_pages.declarations, name="admissions_declarations"),
    path(
        "avtaler/<slug:key>/<slug:lot>/egenerklaringer.csv",
        upkeep_pages.declarations_csv,
        name="admissions_declarations_csv",
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/egenerklaringer.json",
        upkeep_pages.declarations_json,
        name="admissions_declarations_json",
    ),
    path("opptak/erklaringer/<int:key>", upkeep_pages.declaration, name="declaration"),
    path("opptak", application_pages.applications, name="applications"),
    path("opptak.csv", application_pages.applications_csv, name="applications_csv"),
    path("opptak.json", application_pages.applications_json, name="applications_json"),
    path("opptak/<int:key>", application_pages.application, name="application"),
    path("opptak/<int:key>/<slug:name>", application_pages.step, name="application_step"),
]
