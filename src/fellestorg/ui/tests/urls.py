"""The room's own addresses, with stand-ins for those that rooms above give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", include("fellestorg.ui.urls")),
    path("", nothing, name="home"),
    path("avtaler", nothing, name="agreements"),
    path("avrop", nothing, name="calloffs"),
    path("meldinger", nothing, name="messages"),
    path("logg-ut", nothing, name="sign_out"),
    path("logg-inn", nothing, name="sign_in"),
]
