"""Addresses of moderation."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.moderation import pages

_HERE = "skytjenester/moderering"

urlpatterns: list[URLPattern] = [
    path(_HERE, pages.queue, name="moderation"),
    path(f"{_HERE}.csv", pages.queue_csv, name="moderation_csv"),
    path(f"{_HERE}.json", pages.queue_json, name="moderation_json"),
    path(f"{_HERE}/sak/<int:key>", pages.case, name="moderation_case"),
    path(f"{_HERE}/<slug:key>/<int:number>/ta", pages.take_case, name="moderation_take"),
    path(f"{_HERE}/<slug:key>/varsle", pages.notice, name="moderation_notice"),
]
