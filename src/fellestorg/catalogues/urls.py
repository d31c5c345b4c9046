"""Addresses of price lists."""

from django.urls import path

from fellestorg.catalogues import pages

urlpatterns = [
    path("avtaler/<slug:key>/<slug:lot>/priser", pages.prices, name="price_list"),
    path("avtaler/<slug:key>/<slug:lot>/priser.csv", pages.prices_csv, name="price_list_csv"),
    path("avtaler/<slug:key>/<slug:lot>/priser.json", pages.prices_json, name="price_list_json"),
    path("avtaler/<slug:key>/<slug:lot>/priser/les-inn", pages.import_list, name="import_prices"),
]
