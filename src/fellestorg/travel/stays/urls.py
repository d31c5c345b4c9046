"""Addresses of hotels."""

from django.urls import path

from fellestorg.travel.stays import breach_pages, pages

urlpatterns = [
    path("reiser/hotell", pages.hotels, name="stays"),
    path("reiser/hotell.csv", pages.hotels_csv, name="stays_csv"),
    path("reiser/hotell.json", pages.hotels_json, name="stays_json"),
    path("reiser/hotell/brudd", breach_pages.listed, name="rate_breaches"),
    path("reiser/hotell/brudd.csv", breach_pages.listed_csv, name="rate_breaches_csv"),
    path("reiser/hotell/brudd.json", breach_pages.listed_json, name="rate_breaches_json"),
    path("reiser/hotell/brudd/nytt", breach_pages.new, name="report_rate_breach"),
    path("reiser/hotell/brudd/<int:number>", breach_pages.one, name="rate_breach"),
]
