"""Addresses of the overview of the market."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.overview import desk_pages, pages

_HERE = "skytjenester/marked"

urlpatterns: list[URLPattern] = [
    path(_HERE, pages.overview, name="market_overview"),
    path(f"{_HERE}.csv", pages.overview_csv, name="market_overview_csv"),
    path(f"{_HERE}.json", pages.overview_json, name="market_overview_json"),
    path(f"{_HERE}/tall/<slug:key>.csv", pages.panel_csv, name="market_panel_csv"),
    path(f"{_HERE}/tall/<slug:key>.json", pages.panel_json, name="market_panel_json"),
    path(f"{_HERE}/undersokelser", pages.studies, name="market_studies"),
    path(f"{_HERE}/undersokelser.csv", pages.studies_csv, name="market_studies_csv"),
    path(f"{_HERE}/undersokelser.json", pages.studies_json, name="market_studies_json"),
    path(f"{_HERE}/undersokelser/<slug:slug>", pages.study, name="market_study"),
    path(f"{_HERE}/undersokelser/<slug:slug>.csv", pages.study_csv, name="market_study_csv"),
    path(f"{_HERE}/undersokelser/<slug:slug>.json", pages.study_json, name="market_study_json"),
    path(f"{_HERE}/undersokelser/<slug:slug>/trekk", desk_pages.withdraw, name="withdraw_market_study"),
    path(f"{_HERE}/it-drift", pages.survey, name="market_survey"),
    path(f"{_HERE}/it-drift.csv", pages.survey_csv, name="market_survey_csv"),
    path(f"{_HERE}/it-drift.json", pages.survey_json, name="market_survey_json"),
    path(f"{_HERE}/mal/<slug:kind>.<slug:form>", pages.template, name="market_template"),
    path(f"{_HERE}/les-inn/undersokelse", desk_pages.import_study, name="import_market_study"),
    path(f"{_HERE}/les-inn/it-drift", desk_pages.import_survey, name="import_market_survey"),
]
