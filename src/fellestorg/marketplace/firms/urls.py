"""Addresses of firms."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.firms import desk_pages, pages, people_pages, register_pages

_FIRMS = "skytjenester/firmaer"

urlpatterns: list[URLPattern] = [
    path(_FIRMS, pages.firms, name="firms"),
    path(f"{_FIRMS}.csv", pages.firms_csv, name="firms_csv"),
    path(f"{_FIRMS}.json", pages.firms_json, name="firms_json"),
    path(f"{_FIRMS}/registrer", register_pages.register_firm, name="register_firm"),
    path(f"{_FIRMS}/vilkar", pages.terms, name="firm_terms"),
    path(f"{_FIRMS}/til-kontroll", desk_pages.queue, name="firm_queue"),
    path(f"{_FIRMS}/til-kontroll.csv", desk_pages.queue_csv, name="firm_queue_csv"),
    path(f"{_FIRMS}/til-kontroll.json", desk_pages.queue_json, name="firm_queue_json"),
    path(f"{_FIRMS}/vil-bli-med", people_pages.joins, name="firm_joining"),
    path(f"{_FIRMS}/invitasjon/<str:token>", people_pages.invitation, name="firm_invitation"),
    path(f"{_FIRMS}/<str:number>", pages.firm, name="firm"),
    path(f"{_FIRMS}/<str:number>/kontroll", desk_pages.check, name="firm_check"),
    path(f"{_FIRMS}/<str:number>/rediger", pages.edit_firm, name="edit_firm"),
    path(f"{_FIRMS}/<str:number>/folk", people_pages.people, name="firm_people"),
    path(f"{_FIRMS}/<str:number>/bli-med", register_pages.join_firm, name="join_firm"),
    path(f"{_FIRMS}/<str:number>/trekk", pages.withdraw_firm, name="withdraw_firm"),
    path(f"{_FIRMS}/<str:number>/eksport.zip", pages.export, name="export_firm"),
    path(f"{_FIRMS}/<str:number>/fil/<uuid:key>", pages.firm_file, name="firm_file"),
]
