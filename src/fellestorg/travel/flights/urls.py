"""Addresses of flights."""

from django.urls import path

from fellestorg.travel.flights import managing, pages, route_pages

urlpatterns = [
    path("reiser/fly", pages.flights, name="flights"),
    path("reiser/fly/tilbud.json", pages.offers_json, name="flight_offers_json"),
    path("reiser/fly/tilbud.csv", pages.offers_csv, name="flight_offers_csv"),
    path("reiser/fly/ruter", route_pages.routes, name="routes"),
    path("reiser/fly/ruter.csv", route_pages.routes_csv, name="routes_csv"),
    path("reiser/fly/ruter.json", route_pages.routes_json, name="routes_json"),
    path("reiser/fly/besparelse", route_pages.saved, name="flight_savings"),
    path("reiser/fly/besparelse.csv", route_pages.saved_csv, name="flight_savings_csv"),
    path("reiser/fly/besparelse.json", route_pages.saved_json, name="flight_savings_json"),
    path("reiser/fly/besparelse/ny-rekkefolge", managing.rerank, name="rank_routes"),
    path("reiser/fly/forvalt/rabatter", managing.discounts, name="flight_discounts"),
    path("reiser/fly/forvalt/rabatter.csv", managing.discounts_csv, name="flight_discounts_csv"),
    path("reiser/fly/ruter/<str:code>.json", route_pages.route_as_json, name="route_json"),
    path("reiser/fly/ruter/<str:code>/priser.csv", route_pages.route_fares_csv, name="route_fares_csv"),
    path("reiser/fly/ruter/<str:code>", route_pages.route, name="route"),
    path("reiser/fly/ruter/<str:code>/slutter/<int:area>", managing.close, name="close_route"),
    path("reiser/fly/ruter/<str:code>/likevel/<int:area>", managing.reopen, name="reopen_route"),
]
