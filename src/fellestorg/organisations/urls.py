"""Addresses of people and organisations."""

from django.urls import path

from fellestorg.organisations import pages, sign_in

urlpatterns = [
    path("logg-inn", sign_in.sign_in, name="sign_in"),
    path("logg-ut", sign_in.sign_out, name="sign_out"),
    path("virksomheter", pages.organisations, name="organisations"),
    path("virksomheter.csv", pages.organisations_csv, name="organisations_csv"),
    path("virksomheter.json", pages.organisations_json, name="organisations_json"),
    path("virksomheter/<str:number>", pages.organisation, name="organisation"),
    path("virksomheter/<str:number>/roller", pages.grant, name="grant_role"),
    path("virksomheter/<str:number>/roller/<int:key>/avslutt", pages.revoke, name="revoke_role"),
    path("meg", pages.me, name="me"),
    path("meg/sprak", pages.my_language, name="my_language"),
    path("meg/vikar", pages.my_deputy, name="my_deputy"),
    path("meldinger", pages.inbox, name="messages"),
    path("meldinger/lest", pages.mark_read, name="mark_read"),
]
