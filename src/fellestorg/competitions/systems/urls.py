"""Addresses of purchasing systems as competitions."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.systems import pages

urlpatterns: list[URLPattern] = [
    path("konkurranser/<str:number>/ordning", pages.system, name="competition_system"),
    path("konkurranser/<str:number>/ordning/avslutt", pages.end, name="end_competition_system"),
]
