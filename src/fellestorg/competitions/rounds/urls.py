"""Addresses of negotiation and dialogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.rounds import pages

_BASE = "konkurranser/<str:number>/runder"
urlpatterns: list[URLPattern] = [
    path(_BASE, pages.rounds, name="rounds"),
    path(f"{_BASE}.csv", pages.rounds_csv, name="rounds_csv"),
    path(f"{_BASE}.json", pages.rounds_json, name="rounds_json"),
    path(f"{_BASE}/referat/<int:key>", pages.minutes, name="round_minutes"),
]
