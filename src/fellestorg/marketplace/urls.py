"""Addresses of the marketplace. The rooms inside have files of their own, joined here."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace import pages
from fellestorg.marketplace.firms import urls as firms
from fellestorg.marketplace.guidance import urls as guidance
from fellestorg.marketplace.listings import urls as listings
from fellestorg.marketplace.moderation import urls as moderation
from fellestorg.marketplace.opportunities import urls as opportunities
from fellestorg.marketplace.overview import urls as overview
from fellestorg.marketplace.search import urls as search
from fellestorg.marketplace.shortlists import urls as shortlists

urlpatterns: list[URLPattern] = [
    path("skytjenester", pages.front, name="marketplace"),
    *firms.urlpatterns,
    *guidance.urlpatterns,
    *listings.urlpatterns,
    *moderation.urlpatterns,
    *opportunities.urlpatterns,
    *overview.urlpatterns,
    *search.urlpatterns,
    *shortlists.urlpatterns,
]
