"""Addresses of this room; included at the root."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from fellestorg.ui import pages

urlpatterns = [
    path("sprak", set_language, name="set_language"),
    path("demo/klokke", pages.move_clock, name="move_clock"),
    path("tilgjengelighet", pages.accessibility, name="accessibility"),
    path("hjelp", pages.help_index, name="help_index"),
    path("hjelp/<slug:slug>", pages.help_page, name="help_page"),
    path("om", pages.about, name="about"),
]
