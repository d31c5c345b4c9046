"""Addresses of mini-competitions out of call-offs."""

from __future__ import annotations

from django.urls import path

from fellestorg.calloffs.mini import pages

urlpatterns = [path("avrop/<str:number>/minikonkurranse", pages.mini_competition, name="mini_competition")]
