"""Addresses of getting started."""

from django.urls import path

from fellestorg.agreements.getting_started import agency_pages as agency
from fellestorg.agreements.getting_started import supplier_pages as supplier

urlpatterns = [
    path("avtaler/<slug:key>/kom-i-gang", agency.own, name="getting_started"),
    path("avtaler/<slug:key>/kom-i-gang/send", agency.send, name="send_setup"),
    path("avtaler/<slug:key>/kom-i-gang/status", agency.status, name="setup_status"),
    path("avtaler/<slug:key>/kom-i-gang/status.csv", agency.status_csv, name="setup_status_csv"),
    path("avtaler/<slug:key>/kom-i-gang/status.json", agency.status_json, name="setup_status_json"),
    path("kundeoppsett", supplier.setups, name="supplier_setups"),
    path("kundeoppsett.csv", supplier.setups_csv, name="supplier_setups_csv"),
    path("kundeoppsett.json", supplier.setups_json, name="supplier_setups_json"),
    path("kundeoppsett/<int:setup>", supplier.setup, name="supplier_setup"),
    path("kundeoppsett/<int:setup>/bekreft", supplier.confirm, name="confirm_setup"),
    path("kundeoppsett/<int:setup>/spor", supplier.ask_back, name="ask_back_setup"),
]
