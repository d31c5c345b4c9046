"""Addresses of the search across everything public."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.search import pages

_HERE = "skytjenester/sok"

urlpatterns: list[URLPattern] = [
    path(_HERE, pages.search_all, name="search_all"),
    path(f"{_HERE}.csv", pages.search_all_csv, name="search_all_csv"),
    path(f"{_HERE}.json", pages.search_all_json, name="search_all_json"),
    path(f"{_HERE}/lagrede", pages.saved_searches, name="saved_searches"),
    path(f"{_HERE}/lagre", pages.save_search, name="save_search"),
    path(f"{_HERE}/lagrede/<int:key>", pages.change_saved_search, name="change_saved_search"),
]
