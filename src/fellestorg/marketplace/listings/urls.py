"""Addresses of listings: the firms' own pages, and what everybody sees."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.listings import api, draft_pages, file_pages, firm_pages, import_pages, public_pages

_MINE = "skytjenester/mine-tjenester"
_ONE = f"{_MINE}/<slug:key>/<int:number>"

urlpatterns: list[URLPattern] = [
    path("skytjenester/tjenester", public_pages.listings, name="listings"),
    path("skytjenester/tjenester.csv", public_pages.listings_csv, name="listings_csv"),
    path("skytjenester/tjenester.json", public_pages.listings_json, name="listings_json"),
    path("skytjenester/tjenester/<slug:key>", public_pages.listing, name="listing"),
    path("skytjenester/tjenester/<slug:key>.csv", public_pages.listing_csv, name="listing_csv"),
    path("skytjenester/tjenester/<slug:key>.json", public_pages.listing_json, name="listing_json"),
    path("skytjenester/tjenester/<slug:key>/fil/<uuid:file>", file_pages.public_file, name="listing_file"),
    path(_MINE, firm_pages.my_listings, name="my_listings"),
    path(f"{_MINE}.csv", firm_pages.my_listings_csv, name="my_listings_csv"),
    path(f"{_MINE}.json", firm_pages.my_listings_json, name="my_listings_json"),
    path(f"{_MINE}/ny", firm_pages.new_listing, name="new_listing"),
    path(f"{_MINE}/les-inn", import_pages.import_listings, name="import_listings"),
    path(f"{_MINE}/les-inn/mal.xlsx", import_pages.import_template, name="import_listings_template"),
    path(_ONE, firm_pages.listing_version, name="listing_version"),
    path(f"{_ONE}/tekst", draft_pages.listing_texts, name="listing_texts"),
    path(f"{_ONE}/svar/<slug:section>", draft_pages.listing_section, name="listing_section"),
    path(f"{_ONE}/priser", draft_pages.listing_prices, name="listing_prices"),
    path(f"{_ONE}/gjor", firm_pages.change_listing, name="change_listing"),
    path(f"{_ONE}/vis", firm_pages.preview_listing, name="preview_listing"),
    path(f"{_ONE}/filer", file_pages.add_file, name="add_listing_file"),
    path(f"{_ONE}/fil/<uuid:file>", file_pages.draft_file, name="listing_draft_file"),
    path("skytjenester/api/tjenester", api.listings_api, name="listings_api"),
    path("skytjenester/api/tjenester/<slug:key>", api.listing_api, name="listing_api"),
    path("skytjenester/api/tjenester/<slug:key>/send-inn", api.submit_api, name="submit_listing_api"),
]
