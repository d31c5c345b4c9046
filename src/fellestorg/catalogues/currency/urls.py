"""Addresses of exchange rates and adjustments by them."""

from django.urls import path

from fellestorg.catalogues.currency import pages

urlpatterns = [
    path("valutakurser", pages.exchange_rates, name="exchange_rates"),
    path("valutakurser.csv", pages.exchange_rates_csv, name="exchange_rates_csv"),
    path("valutakurser.json", pages.exchange_rates_json, name="exchange_rates_json"),
    path("avtaler/<slug:key>/<slug:lot>/valuta", pages.currency, name="currency"),
    path("avtaler/<slug:key>/<slug:lot>/valuta.csv", pages.currency_csv, name="currency_csv"),
    path("avtaler/<slug:key>/<slug:lot>/valuta.json", pages.currency_json, name="currency_json"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/valuta", pages.manage_currency, name="manage_currency"),
]
