"""Addresses of settlements, under the lot they belong to."""

from django.urls import path

from fellestorg.calloffs.reuse import pages

_LOT = "avtaler/<str:key>/<str:lot>"

urlpatterns = [
    path(f"{_LOT}/ombruk", pages.reuse, name="reuse"),
    path(f"{_LOT}/ombruk.csv", pages.reuse_csv, name="reuse_csv"),
    path(f"{_LOT}/ombruk.json", pages.reuse_json, name="reuse_json"),
    path(f"{_LOT}/ombruk/mal.xlsx", pages.reuse_template, name="reuse_template"),
]
