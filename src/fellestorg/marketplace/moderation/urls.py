"""Addresses of moderation: SI's queue and cases, what anybody reports, and what is open to all."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.moderation import (
    ageing_pages,
    case_pages,
    complaint_pages,
    open_pages,
    queue_pages,
    report_pages,
)

_HERE = "skytjenester/moderering"
_JOURNAL = "skytjenester/journal"

urlpatterns: list[URLPattern] = [
    path(_HERE, queue_pages.queue, name="moderation"),
    path(f"{_HERE}.csv", queue_pages.queue_csv, name="moderation_csv"),
    path(f"{_HERE}.json", queue_pages.queue_json, name="moderation_json"),
    path(f"{_HERE}/aldring", ageing_pages.all_ageing, name="moderation_ageing"),
    path(f"{_HERE}/aldring.csv", ageing_pages.all_ageing_csv, name="moderation_ageing_csv"),
    path(f"{_HERE}/aldring.json", ageing_pages.all_ageing_json, name="moderation_ageing_json"),
    path(f"{_HERE}/sak/<int:key>", case_pages.case, name="moderation_case"),
    path(f"{_HERE}/sak/<int:key>.zip", case_pages.case_file, name="moderation_case_file"),
    path(f"{_HERE}/sak/<int:key>/klage", complaint_pages.complaint, name="moderation_complaint"),
    path(f"{_HERE}/<slug:key>/<int:number>/ta", queue_pages.take_case, name="moderation_take"),
    path(f"{_HERE}/<slug:key>/varsle", case_pages.notice, name="moderation_notice"),
    path("skytjenester/mine-tjenester/aldring", ageing_pages.own_ageing, name="ageing_answers"),
    path("skytjenester/mine-tjenester/aldring.csv", ageing_pages.own_ageing_csv, name="ageing_answers_csv"),
    path("skytjenester/mine-tjenester/aldring.json", ageing_pages.own_ageing_json, name="ageing_answers_json"),
    path("skytjenester/tjenester/<slug:key>/meld-feil", report_pages.report, name="report_listing"),
    path("skytjenester/meldt/<str:token>", report_pages.followed, name="followed_report"),
    path("skytjenester/endringer", open_pages.changes, name="market_changes"),
    path("skytjenester/endringer.csv", open_pages.changes_csv, name="market_changes_csv"),
    path("skytjenester/endringer.json", open_pages.changes_json, name="market_changes_json"),
    path("skytjenester/endringer.atom", open_pages.changes_atom, name="market_changes_atom"),
    path(_JOURNAL, open_pages.journal, name="moderation_journal"),
    path(f"{_JOURNAL}.csv", open_pages.journal_csv, name="moderation_journal_csv"),
    path(f"{_JOURNAL}.json", open_pages.journal_json, name="moderation_journal_json"),
    path(f"{_JOURNAL}/<int:key>", open_pages.journal_case, name="moderation_journal_case"),
    path(f"{_JOURNAL}/<int:key>/innsyn", open_pages.decide_access, name="decide_case_access"),
]
