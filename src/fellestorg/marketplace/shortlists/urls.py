"""Addresses of comparison and shortlists."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.shortlists import comparing_pages, pages

_SIDE = "skytjenester/sammenlign"
_HERE = "skytjenester/kortlister"

urlpatterns: list[URLPattern] = [
    path(_SIDE, comparing_pages.compare_listings, name="compare_listings"),
    path(f"{_SIDE}.csv", comparing_pages.compare_listings_csv, name="compare_listings_csv"),
    path(f"{_SIDE}.json", comparing_pages.compare_listings_json, name="compare_listings_json"),
    path(f"{_SIDE}.xlsx", comparing_pages.compare_listings_xlsx, name="compare_listings_xlsx"),
    path(_HERE, pages.shortlists, name="shortlists"),
    path(f"{_HERE}.csv", pages.shortlists_csv, name="shortlists_csv"),
    path(f"{_HERE}.json", pages.shortlists_json, name="shortlists_json"),
    path(f"{_HERE}/ny", pages.new_shortlist, name="new_shortlist"),
    path(f"{_HERE}/<int:number>", pages.shortlist, name="shortlist"),
    path(f"{_HERE}/<int:number>.csv", pages.shortlist_csv, name="shortlist_csv"),
    path(f"{_HERE}/<int:number>.json", pages.shortlist_json, name="shortlist_json"),
    path(f"{_HERE}/<int:number>.pdf", pages.shortlist_pdf, name="shortlist_pdf"),
]
