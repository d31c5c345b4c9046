"""Addresses of flights."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
