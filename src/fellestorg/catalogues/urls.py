"""Addresses of price lists."""

from django.urls import path

from fellestorg.catalogues import pages
from fellestorg.catalogues.currency import urls as currency_urls
from fellestorg.catalogues.delivery import pages as delivery
from fellestorg.catalogues.development import pages as development
from fellestorg.catalogues.intake import pages as intake
from fellestorg.catalogues.regulation import index_pages
from fellestorg.catalogues.regulation import pages as regulation
from fellestorg.catalogues.search import pages as search

urlpatterns = [
    *currency_urls.urlpatterns,
    path("varer", search.items, name="items"),
    path("varer.csv", search.items_csv, name="items_csv"),
    path("varer.json", search.items_json, name="items_json"),
    path("avtaler/<slug:key>/<slug:lot>/priser", pages.prices, name="price_list"),
    path("avtaler/<slug:key>/<slug:lot>/priser.csv", pages.prices_csv, name="price_list_csv"),
    path("avtaler/<slug:key>/<slug:lot>/priser.json", pages.prices_json, name="price_list_json"),
    path("avtaler/<slug:key>/<slug:lot>/priser/utvikling", development.prices_over_time, name="price_development"),
    path(
        "avtaler/<slug:key>/<slug:lot>/priser/utvikling.csv",
        development.prices_over_time_csv,
        name="price_development_csv",
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/priser/utvikling.json",
        development.prices_over_time_json,
        name="price_development_json",
    ),
    path("avtaler/<slug:key>/<slug:lot>/priser/les-inn", intake.send_in, name="import_prices"),
    path("avtaler/<slug:key>/<slug:lot>/priser/les-inn.csv", intake.sent_csv, name="price_lists_sent_csv"),
    path("avtaler/<slug:key>/<slug:lot>/priser/les-inn.json", intake.sent_json, name="price_lists_sent_json"),
    path(
        "avtaler/<slug:key>/<slug:lot>/priser/les-inn/mal.csv",
        intake.empty_list,
        {"kind": "csv"},
        name="empty_list_csv",
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/priser/les-inn/mal.xlsx", intake.empty_list, {"kind": "xlsx"}, name="empty_list"
    ),
    path("avtaler/<slug:key>/prislister/<int:number>", intake.detail, name="price_list_sent"),
    path("avtaler/<slug:key>/prislister/<int:number>.csv", intake.lines_csv, name="price_list_lines_csv"),
    path("avtaler/<slug:key>/prislister/<int:number>.json", intake.lines_json, name="price_list_lines_json"),
    path("indekser", index_pages.indexes, name="indexes"),
    path("indekser/les-inn", index_pages.bring_in, name="import_index"),
    path("indekser/les-inn/mal.csv", index_pages.empty_sheet, {"kind": "csv"}, name="empty_index_csv"),
    path("indekser/les-inn/mal.xlsx", index_pages.empty_sheet, {"kind": "xlsx"}, name="empty_index"),
    path("indekser/<slug:series>", index_pages.one_index, name="index_series"),
    path("indekser/<slug:series>.csv", index_pages.index_csv, name="index_csv"),
    path("indekser/<slug:series>.json", index_pages.index_json, name="index_json"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/leveringsvilkar", delivery.delivery_terms, name="delivery_terms"),
    path(
        "avtaler/<slug:key>/<slug:lot>/forvalt/leveringsvilkar.csv",
        delivery.delivery_terms_csv,
        name="delivery_terms_csv",
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/forvalt/leveringsvilkar.json",
        delivery.delivery_terms_json,
        name="delivery_terms_json",
    ),
    path("avtaler/<slug:key>/<slug:lot>/regulering", regulation.regulations, name="regulations"),
    path("avtaler/<slug:key>/<slug:lot>/regulering.csv", regulation.regulations_csv, name="regulations_csv"),
    path("avtaler/<slug:key>/<slug:lot>/regulering.json", regulation.regulations_json, name="regulations_json"),
    path("avtaler/<slug:key>/<slug:lot>/regulering/forslag", regulation.proposal, name="regulation_proposal"),
    path(
        "avtaler/<slug:key>/<slug:lot>/regulering/forslag.csv", regulation.proposal_csv, name="regulation_proposal_csv"
    ),
    path(
        "avtaler/<slug:key>/<slug:lot>/regulering/forslag.json",
        regulation.proposal_json,
        name="regulation_proposal_json",
    ),
    path("avtaler/<slug:key>/<slug:lot>/regulering/<int:year>", regulation.regulation, name="regulation"),
    path("avtaler/<slug:key>/<slug:lot>/regulering/<int:year>.csv", regulation.regulation_csv, name="regulation_csv"),
    path(
        "avtaler/<slug:key>/<slug:lot>/regulering/<int:year>.json", regulation.regulation_json, name="regulation_json"
    ),
]
