"""Addresses of the dialogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.dialogue import evidence_pages, pages

urlpatterns: list[URLPattern] = [
    path("konkurranser/<str:number>/sporsmal-og-svar", pages.questions, name="questions_and_answers"),
    path("konkurranser/<str:number>/sporsmal-og-svar.csv", pages.questions_csv, name="questions_and_answers_csv"),
    path("konkurranser/<str:number>/sporsmal-og-svar.json", pages.questions_json, name="questions_and_answers_json"),
    path("konkurranser/<str:number>/sporsmal-og-svar/still", pages.ask, name="ask_question"),
    path("konkurranser/<str:number>/sporsmal-og-svar/<int:asked>/svar", pages.answer, name="answer_question"),
    path("konkurranser/<str:number>/sporsmal-og-svar/opplysning", pages.inform, name="inform_all"),
    path("konkurranser/<str:number>/flytt-frist", pages.extend, name="extend_deadline"),
    path("konkurranser/<str:number>/folg", pages.follow, name="follow_competition"),
    path("konkurranser/<str:number>/grunnlag.csv", evidence_pages.evidence_csv, name="competition_evidence_csv"),
    path("konkurranser/<str:number>/grunnlag.json", evidence_pages.evidence_json, name="competition_evidence_json"),
]
