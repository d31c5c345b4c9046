"""Addresses of rental cars."""

from django.urls import path

from fellestorg.travel.rentals import environment_pages, pages

urlpatterns = [
    path("reiser/leiebil", pages.cars, name="rentals"),
    path("reiser/leiebil.csv", pages.cars_csv, name="rentals_csv"),
    path("reiser/leiebil.json", pages.cars_json, name="rentals_json"),
    path("reiser/leiebil/miljo", environment_pages.page, name="rental_environment"),
    path("reiser/leiebil/miljo.csv", environment_pages.page_csv, name="rental_environment_csv"),
    path("reiser/leiebil/miljo.json", environment_pages.page_json, name="rental_environment_json"),
]
