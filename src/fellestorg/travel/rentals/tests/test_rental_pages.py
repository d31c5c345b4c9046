"""Finding a rental car, and what the agencies' rentals emit."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import FrameworkAgreement, Lot, PolicyVersion
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation
from fellestorg.travel.models import Booking, BookingIntake, BookingSource, RentalCar, RentalPrice, TravelTerms
from fellestorg.travel.rentals import queries
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
NORDLAND = {"omraade": "nordland", "klasse": "compact", "fra": "2023-11-06", "dager": "3", "km": "400"}


def client(username: str) -> Client:
    found = Client()
    found.post("/logg-inn", {"person": username})
    return found


def chosen(who: str = "innkjoper", **more: Any) -> dict[str, Any]:
    response = client(who).get("/reiser/leiebil.json", NORDLAND | more)
    assert response.status_code == 200, response.content.decode()
    data: dict[str, Any] = json.loads(response.content)
    return data


def test_a_region_has_its_cars_in_order_with_energy_in_the_price() -> None:
    found = chosen()
    for one in found["cars"]:
        parts = sum(Decimal(one[name]) for name in ("rent", "one_way", "extra_km", "energy"))
        assert abs(parts - Decimal(one["net"])) <= Decimal("0.02")
    assert found["cars"][0]["fuel"] == "electric"
    assert found["outcome"] == "zero_emission"
    assert [one["id"] for one in found["rules"]] == ["CAR-ENERGY"]


def test_the_lots_own_call_off_rules_say_what_decides() -> None:
    lot = Lot.objects.select_related("agreement").get(key="nordland")
    assert queries.decides_in(lot, date(2023, 11, 6)) == "rank"
    document = {
        "steps": [{"when": {}, "mechanism": "lowest_net_price", "max_suppliers": 1}],
        "decides": ["goods"],
        "tie_rule": "rank",
    }
    PolicyVersion.objects.create(lot=lot, version=9, valid_from=date(2023, 11, 5), document=document, source="Prøve")
    found = chosen()
    assert found["terms"]["decides"] == "net_price"
    rest = [Decimal(one["net"]) for one in found["cars"] if one["way"] == "under_cap"]
    assert rest == sorted(rest)
    assert "lavest nettopris går foran" not in client("innkjoper").get("/reiser/leiebil", NORDLAND).content.decode()


def test_beyond_the_tolerance_the_cap_decides_and_the_page_says_so() -> None:
    RentalPrice.objects.filter(car__fuel="electric").update(day=5000, week=25000, month=75000)
    found = chosen()
    assert (found["outcome"], found["cars"][0]["fuel"] != "electric") == ("under_cap", True)
    page = client("innkjoper").get("/reiser/leiebil", NORDLAND).content.decode()
    assert "Ingen utslippsfri bil innenfor toleransen" in page
    assert "dyrere enn toleransen tillater" in page


def test_nothing_over_the_cap_is_offered_and_it_is_said_how_much() -> None:
    RentalCar.objects.filter(lot__key="nordland", car_class="compact").exclude(fuel="electric").update(co2_g_km=180)
    found = chosen(uegnet="Tilhenger")
    assert (found["outcome"], found["cars"]) == ("none", [])
    page = client("innkjoper").get("/reiser/leiebil", NORDLAND | {"uegnet": "Tilhenger"}).content.decode()
    assert "180 g CO2 per km er over taket på 140" in page
    assert "Utslippsfri bil passer ikke: Tilhenger" in page
    assert "Ingen bil passer" in page


def test_a_supplier_without_a_car_is_passed_and_the_next_goes_first() -> None:
    first = chosen()["cars"][0]["supplier"]
    found = chosen(borte=[first])
    assert first not in [one["supplier"] for one in found["cars"]]
    assert {one["code"] for one in found["passed"] if one["supplier"] == first} == {"unavailable"}


def test_a_one_way_rental_pays_the_fee_and_passes_those_who_have_none() -> None:
    far = chosen(lever="oslo-viken")
    assert all(Decimal(one["one_way"]) > 0 for one in far["cars"])
    near = chosen(lever="-")
    assert {one["one_way"] for one in near["cars"]} == {"150.00"}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"omraade": "mars"}, 422),
        ({"dager": "0"}, 422),
        ({"km": "-1"}, 422),
        ({"fra": "snart"}, 422),
        ({"klasse": "limousine"}, 422),
        ({"lever": "mars"}, 422),
        ({"fra": "2030-01-01"}, 409),
        ({"fra": "2023-09-30"}, 409),
    ],
    ids=["region", "days", "km", "day", "class", "deliver", "after", "before"],
)
def test_what_cannot_be_answered_is_refused_with_words(asked: dict[str, str], status: int) -> None:
    for form in ("", ".csv", ".json"):
        assert client("innkjoper").get(f"/reiser/leiebil{form}", NORDLAND | asked).status_code == status


def test_a_supplier_sees_its_own_cars_and_the_public_none() -> None:
    assert chosen("atea")["cars"] == []
    assert Client().get("/reiser/leiebil", NORDLAND).status_code == 302


def test_terms_that_nobody_registered_are_missed_aloud() -> None:
    lot = Lot.objects.get(agreement__key="pc-utstyr", key="pc")
    with pytest.raises(Refused):
        queries.terms_on(lot, clock.today())
    assert TravelTerms.objects.filter(kind="rental").count() == 7


def test_csv_and_json_say_the_same() -> None:
    text = client("innkjoper").get("/reiser/leiebil.csv", NORDLAND).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [one["car"] for one in rows] == [one["car"] for one in chosen()["cars"]]


def booked(agency: str, fuel: str, car: str, km: int | None, kg: str | None) -> None:
    body = Organisation.objects.get(number=agency)
    source, _new = BookingSource.objects.get_or_create(
        key="prove", defaults={"name": "Prøve", "kind": "travel_agency", "organisation": body}
    )
    intake = BookingIntake.objects.create(
        source=source, file_name="p", sha256="0" * 64, sent_by_name="p", sent_at=clock.now()
    )
    known = (
        {"co2e_kg": Decimal(kg), "co2_rule": "CO2-CAR 2017-01-01", "co2_source": "Prøve"}
        if kg
        else {"co2_missing": "km"}
    )
    Booking.objects.create(
        source=source, intake=intake, reference=str(intake.pk), digest="0" * 64, mode="car", agency=body, channel="online",
        booked_on="2019-02-01", travelled_on="2019-02-05", supplier_stated="p", place="nordland", fare_class=car, days=2,
        km=km, fuel=fuel, paid=Decimal(900), agreement=FrameworkAgreement.objects.get(key="leiebil"), **known,
    )  # fmt: skip


def test_the_environment_report_counts_by_agency_class_and_fuel() -> None:
    own, other = "991825827", "974761076"
    browser = client("si-admin")
    for fuel, car, km, kg in (("electric", "compact", 200, "0.800"), ("electric", "tindebil-compact-electric", 100, "0.400"),
                              ("diesel", "van", 100, "17.000"), ("diesel", "van", None, None)):  # fmt: skip
        booked(own, fuel, car, km, kg)
    booked(other, "petrol", "small", 50, "8.200")
    found = json.loads(browser.get("/reiser/leiebil/miljo.json", {"ar": "2019", "virksomhet": own}).content)
    lines = {(one["car_class"], one["fuel"]): one for one in found["lines"]}
    electric, diesel = lines["compact", "electric"], lines["van", "diesel"]
    assert (electric["rentals"], electric["days"], electric["km"], electric["co2e_kg"]) == (2, 4, 300, "1.2")
    assert (diesel["rentals"], diesel["without_figure"], diesel["co2e_kg"]) == (2, 1, "17")
    assert (found["rentals"], found["co2e_kg"], found["without_figure"]) == (4, "18.2", 1)
    page = browser.get("/reiser/leiebil/miljo", {"ar": "2019", "virksomhet": own}).content.decode()
    assert "<svg" in page
    assert "Varebil" in page
    everybody = json.loads(browser.get("/reiser/leiebil/miljo.json", {"ar": "2019"}).content)
    assert everybody["rentals"] == 5


def test_an_agency_sees_its_own_rentals_alone_and_others_are_kept_out() -> None:
    booked("974761076", "petrol", "small", 50, "8.200")
    found = json.loads(client("innkjoper").get("/reiser/leiebil/miljo.json", {"ar": "2019"}).content)
    assert found["lines"] == []
    assert client("atea").get("/reiser/leiebil/miljo").status_code == 403
    assert client("revisor").get("/reiser/leiebil/miljo?ar=2019").status_code == 200
