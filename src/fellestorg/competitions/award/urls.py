"""Addresses of the award and what follows it."""

from __future__ import annotations

from django.urls import path

from fellestorg.competitions.award import access_pages, combining_pages, pages

_BASE = "konkurranser/<str:number>"

urlpatterns = [
    path(f"{_BASE}/etter", pages.after, name="competition_after"),
    path(f"{_BASE}/etter/<str:name>", pages.step, name="competition_step"),
    path(f"{_BASE}/prisliste/<slug:lot>/<str:supplier>.csv", pages.price_list_csv, name="awarded_price_list"),
    path(f"{_BASE}/klage", pages.complain, name="complain"),
    path(f"{_BASE}/klage/<int:key>", pages.answer_complaint, name="answer_complaint"),
    path(f"{_BASE}/brev/<int:key>", pages.letter, name="award_letter"),
    path(f"{_BASE}/brev/<int:key>.pdf", pages.letter_pdf, name="award_letter_pdf"),
    path(f"{_BASE}/brev/<int:key>.docx", pages.letter_docx, name="award_letter_docx"),
    path(f"{_BASE}/samlet-tildeling", combining_pages.combination, name="award_over_lots"),
    path(f"{_BASE}/samlet-tildeling.json", combining_pages.combination_json, name="award_over_lots_json"),
    path(f"{_BASE}/innsyn", access_pages.access, name="access_requests"),
    path(f"{_BASE}/innsyn.csv", access_pages.access_csv, name="access_requests_csv"),
    path(f"{_BASE}/innsyn.json", access_pages.access_json, name="access_requests_json"),
    path(f"{_BASE}/innsyn/<int:key>", access_pages.decide, name="decide_access"),
    path(f"{_BASE}/innsyn/<int:key>.pdf", access_pages.redacted, name="redacted_version"),
    path(f"{_BASE}/debrief", access_pages.debrief, name="debrief"),
    path(f"{_BASE}/debrief/<int:key>", access_pages.book, name="book_debrief"),
    path(f"{_BASE}/protokoll.pdf", pages.protocol_pdf, name="competition_protocol"),
    path(f"{_BASE}/protokoll.docx", pages.protocol_docx, name="competition_protocol_docx"),
]
