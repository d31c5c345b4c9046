"""Addresses of the marketplace. The rooms inside have files of their own, joined here."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace import pages

urlpatterns: list[URLPattern] = [
    path("skytjenester", pages.front, name="marketplace"),
]
