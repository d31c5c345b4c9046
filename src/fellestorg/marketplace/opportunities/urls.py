"""Addresses of opportunities."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.opportunities import notice_pages, pages, subscription_pages

_HERE = "skytjenester/muligheter"

urlpatterns: list[URLPattern] = [
    path(_HERE, pages.opportunities, name="opportunities"),
    path(f"{_HERE}.csv", pages.opportunities_csv, name="opportunities_csv"),
    path(f"{_HERE}.json", pages.opportunities_json, name="opportunities_json"),
    path(f"{_HERE}.<slug:form>", pages.opportunities_feed, name="opportunities_feed"),
    path(f"{_HERE}/ny", notice_pages.new_notice, name="new_advance_notice"),
    path(f"{_HERE}/<int:key>", notice_pages.advance_notice, name="advance_notice"),
    path(f"{_HERE}/<int:key>/endre", notice_pages.change_notice, name="change_advance_notice"),
    path(f"{_HERE}/<int:key>/trekk", notice_pages.withdraw_notice, name="withdraw_advance_notice"),
    path(f"{_HERE}/e-post", subscription_pages.subscriptions, name="opportunity_subscriptions"),
    path(f"{_HERE}/e-post/ny", subscription_pages.subscribe, name="subscribe_opportunities"),
    path(f"{_HERE}/e-post/<uuid:key>/stopp", subscription_pages.stop_mine, name="stop_my_opportunities"),
    path(f"{_HERE}/bekreft/<str:token>", subscription_pages.confirm, name="confirm_opportunities"),
    path(f"{_HERE}/stopp/<str:token>", subscription_pages.stop, name="stop_opportunities"),
]
