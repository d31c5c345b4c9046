"""Addresses of quotas. They stand before the agreements' own, whose keys would catch them."""

from django.urls import path

from fellestorg.agreements.quotas import pages

urlpatterns = [
    path("avtaler/<slug:key>/<slug:lot>/fordeling", pages.distribution, name="distribution"),
    path("avtaler/<slug:key>/<slug:lot>/fordeling.csv", pages.distribution_csv, name="distribution_csv"),
    path("avtaler/<slug:key>/<slug:lot>/fordeling.json", pages.distribution_json, name="distribution_json"),
    path("avtaler/<slug:key>/<slug:lot>/fordeling/kvoter", pages.quotas, name="edit_quotas"),
    path(
        "avtaler/<slug:key>/<slug:lot>/fordeling/<int:assignment>/avropsavtale",
        pages.contract,
        name="call_off_agreement",
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/fordeling/<int:assignment>/avropsavtale.pdf",
        pages.contract_file,
        name="call_off_agreement_file",
    ),
]
