"""Addresses of the evaluation."""

from __future__ import annotations

from django.urls import path

from fellestorg.competitions.evaluation import clarification_pages, lot_pages, pages

_BASE = "konkurranser/<str:number>/evaluering"

urlpatterns = [
    path(_BASE, pages.evaluation, name="evaluation"),
    path(f"{_BASE}/habilitet", pages.declare, name="declare_impartial"),
    path(f"{_BASE}/start", pages.start, name="start_evaluation"),
    path(f"{_BASE}/kvalifisering", pages.qualification, name="qualification"),
    path(f"{_BASE}/avvis", pages.reject, name="reject_tender"),
    path(f"{_BASE}/avklaringer", clarification_pages.clarifications, name="clarifications"),
    path(f"{_BASE}/<slug:lot>/poeng", lot_pages.scoring, name="scoring"),
    path(f"{_BASE}/<slug:lot>/omforent", lot_pages.consensus, name="consensus"),
    path(f"{_BASE}/<slug:lot>/lukk", pages.close_quality, name="close_quality"),
    path(f"{_BASE}/<slug:lot>/rangering", lot_pages.ranking, name="ranking"),
    path(f"{_BASE}/<slug:lot>/rangering.json", lot_pages.ranking_json, name="ranking_json"),
    path(f"{_BASE}/<slug:lot>/rangering.csv", lot_pages.ranking_csv, name="ranking_csv"),
    path("konkurranser/<str:number>/avklaring/<int:key>", clarification_pages.clarification, name="clarification"),
]
