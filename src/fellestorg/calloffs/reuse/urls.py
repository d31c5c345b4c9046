"""Addresses of settlements, under the lot they belong to."""

from django.urls import path

from fellestorg.calloffs.reuse import pages
from fellestorg.calloffs.reuse.custody import pages as custody
from fellestorg.calloffs.reuse.routines import pages as routines

_LOT = "avtaler/<str:key>/<str:lot>"

urlpatterns = [
    path(f"{_LOT}/ombruk", pages.reuse, name="reuse"),
    path(f"{_LOT}/ombruk.csv", pages.reuse_csv, name="reuse_csv"),
    path(f"{_LOT}/ombruk.json", pages.reuse_json, name="reuse_json"),
    path(f"{_LOT}/ombruk/mal.xlsx", pages.reuse_template, name="reuse_template"),
    path(f"{_LOT}/ombruk/rutiner", routines.routines, name="reuse_routines"),
    path(f"{_LOT}/ombruk/rutiner.csv", routines.routines_csv, name="reuse_routines_csv"),
    path(f"{_LOT}/ombruk/rutiner.json", routines.routines_json, name="reuse_routines_json"),
    path(f"{_LOT}/ombruk/rutiner/<str:number>", routines.routine, name="reuse_routine"),
    path(f"{_LOT}/ombruk/sporing", custody.chains_page, name="reuse_chains"),
    path(f"{_LOT}/ombruk/sporing.csv", custody.chains_csv, name="reuse_chains_csv"),
    path(f"{_LOT}/ombruk/sporing.json", custody.chains_json, name="reuse_chains_json"),
    path(f"{_LOT}/ombruk/sporing/mal.xlsx", custody.chains_template, name="reuse_chains_template"),
    path(f"{_LOT}/ombruk/sporing/<str:number>/<str:reference>", custody.chain_page, name="reuse_chain"),
]
