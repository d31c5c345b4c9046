"""Addresses of call-offs."""

from django.urls import path

from fellestorg.calloffs import guide, listing, pages
from fellestorg.calloffs.alternatives import pages as alternatives_pages
from fellestorg.calloffs.basket import list_pages as shopping_pages
from fellestorg.calloffs.basket import pages as basket_pages
from fellestorg.calloffs.cascade import pages as offers
from fellestorg.calloffs.coverage import urls as coverage_urls
from fellestorg.calloffs.entry import urls as entry_urls
from fellestorg.calloffs.mini.urls import urlpatterns as mini
from fellestorg.calloffs.over_time import pages as over_time_pages
from fellestorg.calloffs.papers import downloads
from fellestorg.calloffs.reuse import urls as reuse_urls
from fellestorg.calloffs.system_awards.urls import urlpatterns as system_awards

urlpatterns = [
    *coverage_urls.urlpatterns,
    *reuse_urls.urlpatterns,
    *entry_urls.urlpatterns,
    *mini,
    *system_awards,
    path("", pages.front, name="front"),
    path("avrop", listing.call_offs, name="call_offs"),
    path("avrop.csv", listing.call_offs_csv, name="call_offs_csv"),
    path("avrop.json", listing.call_offs_json, name="call_offs_json"),
    path("avrop/tilbud", offers.offers, name="offers"),
    path("avrop/tilbud.csv", offers.offers_csv, name="offers_csv"),
    path("avrop/tilbud.json", offers.offers_json, name="offers_json"),
    path("avrop/nytt", pages.new, name="new_call_off"),
    path("avrop/veiledning", guide.guide, name="guide"),
    path("avrop/over-tid", over_time_pages.over_time, name="over_time"),
    path("avrop/over-tid.csv", over_time_pages.over_time_csv, name="over_time_csv"),
    path("avrop/over-tid.json", over_time_pages.over_time_json, name="over_time_json"),
    path("avrop/over-levetiden", alternatives_pages.alternatives, name="alternatives"),
    path("avrop/over-levetiden.csv", alternatives_pages.alternatives_csv, name="alternatives_csv"),
    path("avrop/over-levetiden.json", alternatives_pages.alternatives_json, name="alternatives_json"),
    path("avrop/gjor", pages.commit, name="commit_call_off"),
    path("avrop/kurv", basket_pages.basket_page, name="basket"),
    path("avrop/kurv", basket_pages.basket_page, name="add_to_basket"),
    path("avrop/kurv.csv", basket_pages.basket_csv, name="basket_csv"),
    path("avrop/kurv.json", basket_pages.basket_json, name="basket_json"),
    path("avrop/kurv/mal.xlsx", basket_pages.template, name="basket_template"),
    path("avrop/kurv/tom", basket_pages.empty, name="empty_basket"),
    path("avrop/kurv/endre", basket_pages.change, name="change_basket"),
    path("avrop/kurv/bytt", basket_pages.swap, name="swap_in_basket"),
    path("avrop/kurv/angre", basket_pages.undo, name="undo_basket"),
    path("avrop/kurv/lim-inn", basket_pages.paste, name="paste_in_basket"),
    path("avrop/handlelister", shopping_pages.shopping_lists, name="shopping_lists"),
    path("avrop/handlelister.csv", shopping_pages.shopping_lists_csv, name="shopping_lists_csv"),
    path("avrop/handlelister.json", shopping_pages.shopping_lists_json, name="shopping_lists_json"),
    path("avrop/handlelister/lagre", shopping_pages.save, name="save_shopping_list"),
    path("avrop/handlelister/<int:shopping_list>/hent", shopping_pages.take, name="take_shopping_list"),
    path("avrop/handlelister/<int:shopping_list>/navn", shopping_pages.rename, name="rename_shopping_list"),
    path("avrop/handlelister/<int:shopping_list>/venter", shopping_pages.wait, name="let_shopping_list_wait"),
    path("avrop/handlelister/<int:shopping_list>/slett", shopping_pages.delete, name="delete_shopping_list"),
    path("avrop/<str:number>.json", pages.detail_json, name="call_off_json"),
    path("avrop/<str:number>/protokoll.pdf", downloads.protocol, name="protocol"),
    path("avrop/<str:number>/bestilling/<str:order>.pdf", downloads.order, name="order"),
    path("avrop/<str:number>/pa-nytt", basket_pages.repeat, name="repeat_call_off"),
    path("avrop/<str:number>/tilbud", offers.offer, name="offer"),
    path("avrop/<str:number>/tilbud/ja", offers.accept, name="accept_offer"),
    path("avrop/<str:number>/tilbud/nei", offers.decline, name="decline_offer"),
    path("avrop/<str:number>/godkjenn", pages.approve, name="approve_call_off"),
    path("avrop/<str:number>/avsla", pages.decline, name="decline_call_off"),
    path("avrop/<str:number>/kanseller", pages.cancel, name="cancel_call_off"),
    path("avrop/<str:number>", pages.detail, name="call_off"),
]
