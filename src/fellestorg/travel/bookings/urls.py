"""Addresses of bookings."""

from django.urls import path

from fellestorg.travel.bookings import intake_pages, pages

urlpatterns = [
    path("reiser/bestillinger", pages.overview, name="bookings"),
    path("reiser/bestillinger.csv", pages.overview_csv, name="bookings_csv"),
    path("reiser/bestillinger.json", pages.overview_json, name="bookings_json"),
    path("reiser/bestillinger/maaneder.csv", pages.months_csv, name="booking_months_csv"),
    path("reiser/bestillinger/liste", pages.listed, name="booking_list"),
    path("reiser/bestillinger/liste.csv", pages.listed_csv, name="booking_list_csv"),
    path("reiser/bestillinger/liste.json", pages.listed_json, name="booking_list_json"),
    path("reiser/bestillinger/inn", intake_pages.take_in, name="booking_intake"),
    path("reiser/bestillinger/inn.csv", intake_pages.intakes_csv, name="booking_intake_csv"),
    path("reiser/bestillinger/inn.json", intake_pages.intakes_json, name="booking_intake_json"),
    path("reiser/bestillinger/inn/<int:number>", intake_pages.one, name="booking_file"),
    path("reiser/bestillinger/inn/<int:number>.csv", intake_pages.one_csv, name="booking_file_csv"),
    path("reiser/bestillinger/inn/<int:number>.json", intake_pages.one_json, name="booking_file_json"),
    path("reiser/bestill", pages.book, name="book_travel"),
]
