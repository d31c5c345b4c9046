"""Addresses of call-offs."""

from django.urls import path

from fellestorg.calloffs import downloads, guide, listing, over_time_pages, pages

urlpatterns = [
    path("", pages.front, name="front"),
    path("avrop", listing.call_offs, name="call_offs"),
    path("avrop.csv", listing.call_offs_csv, name="call_offs_csv"),
    path("avrop.json", listing.call_offs_json, name="call_offs_json"),
    path("avrop/nytt", pages.new, name="new_call_off"),
    path("avrop/veiledning", guide.guide, name="guide"),
    path("avrop/over-tid", over_time_pages.over_time, name="over_time"),
    path("avrop/over-tid.csv", over_time_pages.over_time_csv, name="over_time_csv"),
    path("avrop/over-tid.json", over_time_pages.over_time_json, name="over_time_json"),
    path("avrop/gjor", pages.commit, name="commit_call_off"),
    path("avrop/kurv", pages.add_to_basket, name="add_to_basket"),
    path("avrop/kurv/tom", pages.empty_basket, name="empty_basket"),
    path("avrop/<str:number>.json", pages.detail_json, name="call_off_json"),
    path("avrop/<str:number>/protokoll.pdf", downloads.protocol, name="protocol"),
    path("avrop/<str:number>/bestilling/<str:order>.pdf", downloads.order, name="order"),
    path("avrop/<str:number>/godkjenn", pages.approve, name="approve_call_off"),
    path("avrop/<str:number>/avsla", pages.decline, name="decline_call_off"),
    path("avrop/<str:number>/kanseller", pages.cancel, name="cancel_call_off"),
    path("avrop/<str:number>", pages.detail, name="call_off"),
]
