"""Addresses of preparing a competition."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.preparing import (
    calendar_pages,
    choice_pages,
    document_pages,
    pages,
    procedure_pages,
    rehearsal_pages,
)

# Before the competitions' own pages, whose numbers they must not be taken for.
first: list[URLPattern] = [
    path("konkurranser/ny", pages.start, name="start_competition"),
    path("konkurranser/prosedyrer", procedure_pages.procedures, name="procedures"),
    path("konkurranser/prosedyrer.csv", procedure_pages.procedures_csv, name="procedures_csv"),
    path("konkurranser/prosedyrer.json", procedure_pages.procedures_json, name="procedures_json"),
    path("konkurranser/prosedyrer/<slug:kind>", procedure_pages.procedure, name="procedure"),
    path("konkurranser/frister.ics", calendar_pages.calendar, name="competitions_calendar"),
    path("konkurranser/<str:number>.json", calendar_pages.competition_json, name="competition_json"),
]
urlpatterns: list[URLPattern] = [
    path("konkurranser/<str:number>/frister.ics", calendar_pages.competition_calendar, name="competition_calendar"),
    path("konkurranser/<str:number>/om", pages.about, name="competition_about"),
    path("konkurranser/<str:number>/forbered/<slug:part>", pages.part, name="competition_part"),
    path("konkurranser/<str:number>/prisskjema/les-inn", pages.upload_lines, name="upload_price_lines"),
    path("konkurranser/<str:number>/prisskjema.xlsx", pages.price_sheet_xlsx, name="price_sheet_xlsx"),
    path("konkurranser/<str:number>/prisskjema.csv", pages.price_sheet_csv, name="price_sheet_csv"),
    path("konkurranser/<str:number>/klausuler", choice_pages.clauses, name="competition_clauses"),
    path("konkurranser/<str:number>/miljo", choice_pages.environment, name="competition_environment"),
    path("konkurranser/<str:number>/grenser", choice_pages.across_lots, name="competition_limits"),
    path("konkurranser/<str:number>/laget", choice_pages.team, name="competition_team"),
    path("konkurranser/<str:number>/frister", choice_pages.deadlines, name="competition_deadlines"),
    path("konkurranser/<str:number>/prove-evalueringen", rehearsal_pages.rehearsal, name="competition_rehearsal"),
    path("konkurranser/<str:number>/prove-evalueringen.csv", rehearsal_pages.rehearsal_csv, name="rehearsal_csv"),
    path("konkurranser/<str:number>/prove-evalueringen.json", rehearsal_pages.rehearsal_json, name="rehearsal_json"),
    path("konkurranser/<str:number>/send-ut", choice_pages.send_out, name="send_out"),
    path("konkurranser/<str:number>/inviter-alle", choice_pages.invite, name="invite_able"),
    path("konkurranser/<str:number>/nytt-dokument", document_pages.edit_document, name="edit_competition_document"),
    path("konkurranser/<str:number>/dokumenter.csv", document_pages.documents_csv, name="competition_documents_csv"),
    path("konkurranser/<str:number>/dokumenter.json", document_pages.documents_json, name="competition_documents_json"),
    path("konkurranser/<str:number>/dokument/<slug:key>", document_pages.document, name="competition_document"),
    path(
        "konkurranser/<str:number>/dokument/<slug:key>/ta-ut",
        document_pages.withdraw_document,
        name="withdraw_competition_document",
    ),
    path(
        "konkurranser/<str:number>/dokument/<slug:key>/<int:version>/fil",
        document_pages.document_file,
        name="competition_document_file",
    ),
]
