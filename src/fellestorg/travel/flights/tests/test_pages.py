"""The pages about flights, by HTTP."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.journeys.visiting import Page, Visitor

from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.travel.models import Booking, RouteArea

pytestmark = pytest.mark.usefixtures("demo")
OFFERS = """selskap;flygning;klasse;pris;avgang;kabin;mellomlandinger
SK;SK4414;flex;2499,00;2023-11-20T07:15;økonomi;0
DY;DY374;flex;2199,00;2023-11-20T08:05;økonomi;0
WF;WF123;fleksibel;3099,00;;;1
LH;LH1;flex;900;;;
"""
TRIP = {"fra": "OSL", "til": "TOS", "dag": "2023-11-20"}


def send(who: str, **fields: Any) -> Page:
    visitor = Visitor(who)
    return Page(visitor.client.post("/reiser/fly", {**TRIP, **fields}), "/reiser/fly")


def test_offers_are_ranked_by_net_price_and_say_why() -> None:
    page = send("innkjoper", tilbud=OFFERS)
    assert page.status == 200
    words = page.words.partition("Tilbudene, billigst først")[2]
    assert words.index("DY374") < words.index("SK4414") < words.index("WF123") < words.index("LH1")
    assert "på avtalen, nummer 1 på ruten" in page.words
    assert "LH har ingen avtale" in page.words


def test_the_same_trip_has_an_address_and_twins() -> None:
    visitor = Visitor("innkjoper")
    page = send("innkjoper", tilbud=OFFERS)
    data = json.loads(visitor.client.get(page.links["JSON"]).content)
    assert [one["airline"] for one in data["offers"]] == ["DY", "SK", "WF", "LH"]
    assert data["offers"][0]["net"] == "2089.05"
    assert visitor.client.get(page.links["CSV"]).content.decode().count("\r\n") == 5
    assert visitor.read("/reiser/fly?fra=OSL&til=TOS&dag=2023-11-20").words.count("Widerøe") > 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"til": "OSL"}, "Velg en annen flyplass"),
        ({"til": "QQQ"}, "QQQ"),
        ({"tilbud": "selskap;klasse;pris\nSK;flex;mye\nSAS;flex;100"}, "ventet et tall som 12,50"),
        ({"tilbud": "selskap;klasse;pris\nSK;kjempeflex;100"}, "ventet en av klassene"),
        ({"tilbud": "[{]"}, "ikke gyldig JSON"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(fields: dict[str, str], said: str) -> None:
    page = send("innkjoper", **fields)
    assert page.status == 422
    assert said in page.words


def test_without_a_route_the_page_says_so_and_ranks_nobody_first() -> None:
    page = send("innkjoper", til="VDS", tilbud=OFFERS)
    assert "Ingen avtale på ruten" in page.words
    assert "Fremhevet" not in page.words


def test_the_api_answers_the_wire_shape_and_names_every_problem() -> None:
    client = Visitor("innkjoper").client
    question = {"from": "OSL", "to": "TOS", "offers": [{"airline": "SK", "class": "flex", "published": "2499.00"}]}
    answer = client.post("/reiser/fly/tilbud.json", json.dumps(question), content_type="application/json")
    assert answer.json()["offers"][0]["on_agreement"] is True
    assert {rule["id"] for rule in answer.json()["rules"]} == {"FLY-SHOW", "FLY-RANK", "CO2-FLIGHT"}
    bad = {"from": "OSL", "to": "OSL", "x": 1, "offers": [{"airline": "SAS", "class": "flex", "published": 12.5}]}
    answer = client.post("/reiser/fly/tilbud.json", json.dumps(bad), content_type="application/json")
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["problems"]} == {
        "x", "to", "offers[0].airline", "offers[0].published",
    }  # fmt: skip
    assert Client().post("/reiser/fly/tilbud.json", "{}", content_type="application/json").status_code == 401


def test_the_public_sees_routes_but_no_discounts() -> None:
    public, buyer = Visitor(), Visitor("innkjoper")
    assert "%" not in public.read("/reiser/fly/ruter/OSL-TOS").words
    assert "%" in buyer.read("/reiser/fly/ruter/OSL-TOS").words
    assert "discounts" not in public.client.get("/reiser/fly/ruter.json").content.decode()
    assert "discounts" in buyer.client.get("/reiser/fly/ruter.json").content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=molde", ["OSL-MOL"]),
        ("q=tos-osl", ["OSL-TOS"]),
        ("status=closed", ["OSL-BDU", "OSL-LKL"]),
        ("status=closing&dag=2024-03-31", ["OSL-MOL", "TRF-AMS", "VDS-TOS"]),
        ("dag=2024-04-01&status=closed", ["OSL-BDU", "OSL-LKL", "TRF-AMS", "VDS-TOS"]),
        ("dag=2021-01-01", []),
    ],
)
def test_routes_are_found_by_words_status_and_day(query: str, codes: list[str]) -> None:
    found = json.loads(Visitor().client.get(f"/reiser/fly/ruter.json?{query}").content)
    assert [one["route"] for one in found["routes"]] == codes


def test_the_fares_a_ranking_rests_on_can_be_fetched() -> None:
    buyer, public = Visitor("innkjoper").client, Visitor().client
    lines = buyer.get("/reiser/fly/ruter/OSL-TOS/priser.csv").content.decode().splitlines()
    assert lines[0].endswith("seen_on;airline;class;published;source") and lines[1].endswith("Demodata")
    assert len(buyer.get("/reiser/fly/ruter/TOS-OSL.json").json()["fares"]) == len(lines) - 1
    assert public.get("/reiser/fly/ruter/OSL-TOS/priser.csv").status_code == 302
    assert "fares" not in public.get("/reiser/fly/ruter/OSL-TOS.json").json()


def test_every_route_of_the_demo_has_at_most_three_suppliers() -> None:
    found = json.loads(Visitor().client.get("/reiser/fly/ruter.json").content)["routes"]
    assert len(found) >= 60
    assert all(1 <= len(one["suppliers"]) <= 3 for one in found)
    assert len({area["name"] for one in found for area in one["suppliers"]}) == 7


def test_a_manager_proposes_that_an_airline_stops_and_another_approves() -> None:
    area = RouteArea.objects.get(route__origin="OSL", route__destination="BOO", rank=1)
    manager, admin = Visitor("avtaleforvalter-reise"), Visitor("si-admin")
    path = f"/reiser/fly/ruter/OSL-BOO/slutter/{area.pk}"
    bad = Page(manager.client.post(path, {"fra_dag": "", "hvorfor": "", "grunn": ""}), path)
    assert bad.status == 422
    why = {"fra_dag": "2023-12-01", "hvorfor": "Selskapet legger ned ruten.", "grunn": "Melding fra selskapet i dag"}
    assert manager.client.post(path, why).status_code == 302
    area.refresh_from_db()
    assert area.closed_from is None
    admin.press(admin.read(admin.read("/avtaler/endringer").links["Flyselskap slutter på en rute"]), "Godkjenn")
    area.refresh_from_db()
    assert area.closed_reason == "Selskapet legger ned ruten."
    assert "Slutter" in Visitor().read("/reiser/fly/ruter/OSL-BOO").words


def test_new_discounts_are_shown_before_they_are_proposed() -> None:
    manager, admin = Visitor("avtaleforvalter-reise"), Visitor("si-admin")
    lines = "rute;selskap;klasse;prosent\nTOS-OSL;SK;flex;33,25\nOSL-TOS;DY;flex;3"
    fields = {"linjer": lines, "fra_dag": "2023-12-01", "grunn": "Nytt tilbud fra selskapet"}
    shown = Page(manager.client.post("/reiser/fly/forvalt/rabatter", {**fields, "vis": "1"}), "")
    assert "33,25 %" in shown.words
    answer = manager.client.post("/reiser/fly/forvalt/rabatter", {**fields, "foresla": "1"})
    assert answer.status_code == 302
    assert manager.client.post(f"{answer['Location']}/godkjenn", {"reason": ""}).status_code in (403, 404, 409)
    admin.press(admin.read(answer["Location"]), "Godkjenn")
    day = Visitor("innkjoper").client.get("/reiser/fly/ruter/OSL-TOS.json?dag=2023-12-01").json()
    before = Visitor("innkjoper").client.get("/reiser/fly/ruter/OSL-TOS.json?dag=2023-11-30").json()
    rates = [{one["name"]: one["discounts"].get("flex") for one in found["suppliers"]} for found in (before, day)]
    assert rates[1]["SAS"] == "0.3325" != rates[0]["SAS"]


def test_a_sheet_with_places_brings_new_routes_and_new_airlines() -> None:
    manager, admin = Visitor("avtaleforvalter-reise"), Visitor("si-admin")
    lines = "rute;selskap;klasse;prosent;plass\nLKN-OSL;WF;flex;8;1\nOSL-IST;SK;flex;5;2"
    fields = {"linjer": lines, "fra_dag": "2023-12-01", "grunn": "Tilbud fra selskapene"}
    shown = Page(manager.client.post("/reiser/fly/forvalt/rabatter", {**fields, "vis": "1"}), "")
    assert "LKN-OSL: ny rute, WF på plass 1" in shown.words
    answer = manager.client.post("/reiser/fly/forvalt/rabatter", {**fields, "foresla": "1"})
    admin.press(admin.read(answer["Location"]), "Godkjenn")
    for code, names in (("OSL-LKN", ["Widerøe"]), ("OSL-IST", ["Turkish Airlines", "SAS"])):
        found = Visitor().client.get(f"/reiser/fly/ruter/{code}.json?dag=2023-12-01").json()
        assert [one["name"] for one in found["suppliers"]] == names


def test_a_fourth_supplier_has_no_place_on_a_route() -> None:
    manager = Visitor("avtaleforvalter-reise")
    for place, said in (("3", "plassen er tatt på ruten"), ("4", "ventet en plass fra 1 til 3")):
        lines = f"rute;selskap;klasse;prosent;plass\nOSL-TOS;KL;flex;8;{place}"
        page = Page(manager.client.post("/reiser/fly/forvalt/rabatter", {"linjer": lines, "fra_dag": "2023-12-01"}), "")
        assert said in page.words


def test_a_sheet_with_faults_names_each_and_proposes_nothing() -> None:
    manager = Visitor("avtaleforvalter-reise")
    lines = "rute;selskap;klasse;prosent\nOSL-QQQ;SK;flex;5\nOSL-TOS;QR;flex;5\nOSL-TOS;SK;flex;100\nOSL-TOS;SK;y;5"
    fields = {"linjer": lines, "fra_dag": "2023-12-01", "grunn": "Nytt tilbud", "foresla": "1"}
    page = Page(manager.client.post("/reiser/fly/forvalt/rabatter", fields), "")
    assert page.status == 422
    for said in ("avtalen har ingen slik rute", "ikke avtale på ruten", "under 100 prosent", "en av klassene"):
        assert said in page.words


def test_the_order_by_observed_fares_is_proposed_by_one_and_decided_by_another() -> None:
    manager, admin = Visitor("avtaleforvalter-reise"), Visitor("si-admin")
    rows = json.loads(manager.client.get("/reiser/fly/besparelse.json").content)["savings"]
    other = {one["route"] for one in rows if one["rank_by_fares"] not in (None, one["rank"])}
    assert other
    answer = manager.client.post("/reiser/fly/besparelse/ny-rekkefolge", {"grunn": "Prisene det siste året er andre"})
    admin.press(admin.read(answer["Location"]), "Godkjenn")
    rows = json.loads(manager.client.get("/reiser/fly/besparelse.json").content)["savings"]
    assert not [one for one in rows if one["rank_by_fares"] not in (None, one["rank"])]


def test_what_was_realised_is_the_published_fare_less_what_was_paid() -> None:
    rows = json.loads(Visitor("si-admin").client.get("/reiser/fly/besparelse.json").content)["savings"]
    booked = Booking.objects.filter(
        mode="air",
        replaced_in=None,
        booked_on__gte="2022-11-01",
        booked_on__lt="2023-11-01",
        fare_class__in=FARE_CLASSES,
    ).exclude(published=None)
    by_route: dict[str, Decimal] = {}
    for one in booked.filter(supplier__airlines__isnull=False).distinct():
        code = "-".join(sorted(one.place.split("-")))
        by_route[code] = by_route.get(code, Decimal(0)) + one.published - one.paid
    realised = {
        "-".join(sorted(one["route"].split("-"))): Decimal(one["realised_saved"]) for one in rows if one["tickets"]
    }
    assert realised
    assert realised == {code: by_route[code] for code in realised}


@pytest.mark.parametrize(("who", "status"), [("", 302), ("innkjoper", 403), ("atea", 403), ("revisor", 200)])
def test_what_the_agreement_saves_is_for_si_and_auditors(who: str, status: int) -> None:
    assert Visitor(who).client.get("/reiser/fly/besparelse").status_code == status
