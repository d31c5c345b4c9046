"""Addresses of interchange with other tendering tools."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.interchange import pages

_BASE = "konkurranser/<str:number>/utveksling"
urlpatterns: list[URLPattern] = [
    path(_BASE, pages.interchange, name="interchange"),
    path(f"{_BASE}.json", pages.content_json, name="interchange_json"),
    path(f"{_BASE}.xlsx", pages.content_xlsx, name="interchange_xlsx"),
    path(f"{_BASE}/espd.xml", pages.espd_xml, name="espd_xml"),
    path(f"{_BASE}/espd/<str:supplier>.xml", pages.espd_response_xml, name="espd_response_xml"),
    path(f"{_BASE}/les", pages.read_content, name="read_content"),
    path(f"{_BASE}/ta-inn", pages.take_in_content, name="take_in_content"),
    path(f"{_BASE}/espd", pages.read_espd, name="read_espd"),
    path(f"{_BASE}/espd/ta-inn", pages.take_in_espd, name="take_in_espd"),
    path(f"{_BASE}/<slug:lot>/poeng.json", pages.scores_json, name="scores_json"),
    path(f"{_BASE}/<slug:lot>/poeng.xlsx", pages.scores_xlsx, name="scores_xlsx"),
    path(f"{_BASE}/<slug:lot>/poeng", pages.read_scores, name="read_scores"),
    path(f"{_BASE}/<slug:lot>/poeng/ta-inn", pages.take_in_scores, name="take_in_scores"),
]
