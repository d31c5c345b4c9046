"""Addresses of competitions out of call-offs: one page under the two names that people know it by."""

from __future__ import annotations

from django.urls import path

from fellestorg.calloffs.mini import pages

urlpatterns = [
    path("avrop/<str:number>/minikonkurranse", pages.mini_competition, name="mini_competition"),
    path("avrop/<str:number>/inviter", pages.mini_competition, name="system_call"),
]
