"""Addresses of the awards of purchasing systems."""

from __future__ import annotations

from django.urls import path

from fellestorg.calloffs.system_awards import pages

_QUARTER = "innkjopsordninger/<slug:key>/<slug:quarter>"
urlpatterns = [
    path("innkjopsordninger/<slug:key>", pages.system_awards, name="system_awards"),
    path(_QUARTER, pages.quarter_awards, name="system_awards_quarter"),
    path(f"{_QUARTER}.csv", pages.quarter_csv, name="system_awards_csv"),
    path(f"{_QUARTER}.json", pages.quarter_json, name="system_awards_json"),
    path(f"{_QUARTER}.ocds.json", pages.quarter_ocds, name="system_awards_ocds"),
]
