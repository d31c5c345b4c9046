"""Addresses of the first stage."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.selecting import pages, request_pages

_BASE = "konkurranser/<str:number>/utvelgelse"
_REQUEST = "konkurranser/<str:number>/foresporsel"
urlpatterns: list[URLPattern] = [
    path(_BASE, pages.selection, name="selection"),
    path(f"{_BASE}.csv", pages.selection_csv, name="selection_csv"),
    path(f"{_BASE}.json", pages.selection_json, name="selection_json"),
    path(f"{_BASE}/regler", pages.announced, name="selection_rules"),
    path(f"{_BASE}/brev/<int:key>", pages.letter, name="candidate_letter"),
    path(f"{_BASE}/brev/<int:key>.pdf", pages.letter_pdf, name="candidate_letter_pdf"),
    path(f"{_BASE}/kandidat/<str:supplier>/fil/<str:file>", pages.request_file, name="request_file"),
    path(_REQUEST, request_pages.request_form, name="request_to_participate"),
    path(f"{_REQUEST}/trekk", request_pages.withdraw, name="withdraw_request"),
    path(f"{_REQUEST}/kvittering/<str:receipt>", request_pages.receipt, name="request_receipt"),
    path(f"{_REQUEST}/kvittering/<str:receipt>/espd.xml", request_pages.receipt_espd, name="request_espd"),
]
