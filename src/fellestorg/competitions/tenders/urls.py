"""Addresses of sealed tenders, the supplier's home, and the openers' keys."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions.tenders import delivery_pages, file_pages, home, opening_pages, pages

_TENDER = "konkurranser/<str:number>/tilbud"
urlpatterns: list[URLPattern] = [
    path("leverandor", home.home, name="supplier_home"),
    path("leverandor.csv", home.home_csv, name="supplier_home_csv"),
    path("leverandor.json", home.home_json, name="supplier_home_json"),
    path("leverandor/frister/<str:token>.ics", home.calendar, name="supplier_calendar"),
    path("leverandor/svararkiv", home.answer_vault, name="answer_vault"),
    path("leverandor/svararkiv/<int:entry>", home.vault_file, name="vault_file"),
    path("meg/apningsnokkel", opening_pages.opening_key, name="opening_key"),
    path(_TENDER, pages.tender, name="tender"),
    path(f"{_TENDER}/lever", delivery_pages.deliver, name="deliver_tender"),
    path(f"{_TENDER}/endre", pages.change, name="change_tender"),
    path(f"{_TENDER}/prisark.xlsx", pages.price_sheet, name="tender_price_sheet"),
    path(f"{_TENDER}/prisark", pages.read_price_sheet, name="read_tender_price_sheet"),
    path(f"{_TENDER}/kvittering/<str:receipt>", delivery_pages.receipt, name="tender_receipt"),
    path(f"{_TENDER}/kvittering/<str:receipt>/kvittering.pdf", delivery_pages.receipt_pdf, name="tender_receipt_pdf"),
    path(f"{_TENDER}/filer", file_pages.upload, name="tender_upload"),
    path(f"{_TENDER}/filer/ny", file_pages.begin, name="tender_file_begin"),
    path(f"{_TENDER}/filer/<uuid:file>/<int:place>", file_pages.chunk, name="tender_file_chunk"),
    path(f"{_TENDER}/filer/<uuid:file>/ferdig", file_pages.done, name="tender_file_done"),
    path(f"{_TENDER}/filer/<uuid:file>/fjern", file_pages.drop, name="tender_file_drop"),
    path("konkurranser/<str:number>/apning", opening_pages.open_tenders, name="open_tenders"),
    path(
        "konkurranser/<str:number>/apning/<int:round>/protokoll.pdf",
        opening_pages.opening_protocol,
        name="opening_protocol",
    ),
]
