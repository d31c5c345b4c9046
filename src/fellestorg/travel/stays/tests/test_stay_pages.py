"""Finding a hotel, holding offers against the agreement, and reporting what was refused."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.calloffs.needs import Need, Stated
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.travel.models import BreachAnswer, Hotel, HotelPlace, HotelRate, RateBreach
from fellestorg.travel.stays import breaches, queries
from fellestorg.travel.stays.breaches import Report
from fellestorg.travel.stays.source import hotels_of_the_place
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
BODO = {"sted": "bodo", "ankomst": "2023-11-06", "netter": "2", "rom": "standard"}


def client(username: str) -> Client:
    found = Client()
    found.post("/logg-inn", {"person": username})
    return found


def ranked(who: str = "innkjoper", **more: str) -> dict[str, Any]:
    response = client(who).get("/reiser/hotell.json", BODO | more)
    assert response.status_code == 200, response.content.decode()
    data: dict[str, Any] = json.loads(response.content)
    return data


def fixed_rate(hotel: str = "fjordhotell-bodo") -> Decimal:
    rows = HotelRate.objects.filter(hotel__key=hotel, room="standard", valid_from__lte="2023-11-06")
    return rows.order_by("-valid_from")[0].amount or Decimal(0)


def hotelier(hotel: str = "fjordhotell-bodo") -> Person:
    person = Person.objects.create(username="hotellet", name="Hotellets folk", email="hotellet@demo.example")
    supplier = Hotel.objects.get(key=hotel).supplier
    RoleGrant.objects.create(person=person, organisation=supplier, role="supplier", valid_from="2020-01-01")
    return person


def told(**changes: Any) -> Report:
    today = clock.today()
    given = {
        "room": "standard", "code": "lra_broken", "arrival": today + timedelta(days=5), "nights": 1, "asked_on": today,
        "offered": Decimal(2500), **changes,
    }  # fmt: skip
    return Report(**given)


def reported(who: str = "innkjoper", **changes: Any) -> RateBreach:
    person = Person.objects.get(username=who)
    agency = Organisation.objects.get(number=person.grants.all()[0].organisation.number)
    hotel = Hotel.objects.select_related("place__lot__agreement__manager", "supplier").get(key="fjordhotell-bodo")
    actor = actor_for(person, clock.today())
    return breaches.report(hotel, agency, told(**changes), actor=actor, now=clock.now())


def test_the_hotels_of_a_place_come_in_order_with_the_price_without_vat() -> None:
    found = ranked()
    compared = [Decimal(one["compared"]) for one in found["hotels"]]
    assert len(compared) == 3
    assert compared == sorted(compared)
    first = next(one for one in found["hotels"] if one["hotel"] == "fjordhotell-bodo")
    assert Decimal(first["total_with_vat"]) == 2 * fixed_rate()
    assert Decimal(first["net"]) == (fixed_rate() / Decimal("1.12")).quantize(Decimal("0.01"))
    assert [one["id"] for one in found["rules"]] == ["VAT-STAY"]


def test_outside_the_vat_area_nothing_is_taken_off() -> None:
    found = ranked(sted="longyearbyen")
    assert all(Decimal(one["total"]) == Decimal(one["total_with_vat"]) for one in found["hotels"])
    assert found["rules"] == []


def test_the_season_chooses_the_rate() -> None:
    summer = ranked(ankomst="2023-07-03")["hotels"]
    assert {season for one in summer for season in one["seasons"]} == {"sommer"}


def test_the_distance_is_measured_to_where_one_is_going() -> None:
    centre, airport = ranked()["hotels"], ranked(punkt="andre")["hotels"]
    assert {one["hotel"]: one["km"] for one in centre} != {one["hotel"]: one["km"] for one in airport}


def test_an_offer_that_breaks_the_rate_is_told_and_leads_to_the_filled_in_form() -> None:
    offers = f"Fjordhotell Bodø; standard; {fixed_rate() + 100}\nKysthotellet Bodø; standard; fullt"
    browser = client("innkjoper")
    page = browser.get("/reiser/hotell", BODO | {"tilbud": offers}).content.decode()
    assert "100,00\xa0kr dyrere per natt enn den faste avtaleprisen" in page
    assert "Hotellet har ikke rommet" in page
    link = page.split('href="/reiser/hotell/brudd/nytt?')[1].split('"')[0].replace("&amp;", "&")
    form = browser.get(f"/reiser/hotell/brudd/nytt?{link}").content.decode()
    assert f'value="{fixed_rate() + 100}"' in form
    assert '<option value="fjordhotell-bodo" selected>' in form


UNREADABLE = [  # what is pasted, and what the page says
    ("Fjordhotell Bodø; standard", "ventet hotell; rom; pris"),
    ("Fjordhotell Oslo; standard; 1000", "er ikke et av hotellene"),
    ("Fjordhotell Bodø; suite; 1000", "standard eller superior"),
    ("Fjordhotell Bodø; standard; mye", "ventet et tall"),
    ("Fjordhotell Bodø; standard; 900\nfjordhotell-bodo; standard; 950", "står på en linje til"),
]


@pytest.mark.parametrize(("offers", "text"), UNREADABLE, ids=["cells", "hotel", "room", "price", "twice"])
def test_a_line_that_cannot_be_read_is_named(offers: str, text: str) -> None:
    response = client("innkjoper").get("/reiser/hotell", BODO | {"tilbud": offers})
    assert response.status_code == 422
    assert text in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"sted": "finnes-ikke"}, 422),
        ({"netter": "0"}, 422),
        ({"ankomst": "i morgen"}, 422),
        ({"ankomst": "2030-01-01"}, 409),
    ],
)
def test_what_cannot_be_answered_is_refused_with_words(asked: dict[str, str], status: int) -> None:
    for form in ("", ".csv", ".json"):
        assert client("innkjoper").get(f"/reiser/hotell{form}", BODO | asked).status_code == status


def test_a_supplier_sees_no_other_suppliers_rates_and_the_public_none() -> None:
    hotelier()
    assert [one["hotel"] for one in ranked("hotellet")["hotels"]] == ["fjordhotell-bodo"]
    assert ranked("atea")["hotels"] == []
    assert Client().get("/reiser/hotell", BODO).status_code == 302


def test_a_suspended_hotel_is_not_offered() -> None:
    supplier = Hotel.objects.get(key="fjordhotell-bodo").supplier
    supplier.positions.update(suspended_from="2023-11-01", suspension_reason="Prøve")
    assert "fjordhotell-bodo" not in [one["hotel"] for one in ranked()["hotels"]]


def test_the_place_is_a_table_for_the_policy_language() -> None:
    lot = HotelPlace.objects.get(key="bodo").lot
    facts, rules = hotels_of_the_place(Need("r", "1", stated=Stated(location="bodo")), lot, None, clock.now())
    table = facts["table"]
    assert (table["kind"], table["key"], [one["rank"] for one in table["rows"]]) == ("location", "bodo", [1, 2, 3])
    today = clock.today().isoformat()
    assert table["rows"][0]["basis"]["hotel"] == ranked(ankomst=today, netter="1")["hotels"][0]["name"]
    assert [rule.id for rule in rules] == ["VAT-STAY"]
    elsewhere, _rules = hotels_of_the_place(Need("r", "1", stated=Stated(location="paris")), lot, None, clock.now())
    assert (elsewhere["table"]["key"], elsewhere["table"]["rows"]) == ("paris", [])


def test_a_report_keeps_the_agreed_rate_and_reaches_manager_and_hotel() -> None:
    person = hotelier()
    row = reported()
    assert (row.agreed, row.offered, row.reported_by) == (fixed_rate(), Decimal(2500), "Ragna Skarvøy")
    manager = row.hotel.place.lot.agreement.manager
    assert set(Message.objects.filter(code="rate_breach_reported").values_list("recipient", flat=True)) == {
        manager.key, person.key,
    }  # fmt: skip
    event = Event.objects.get(verb="rate_breach_reported", subject=f"rate_breach:{row.pk}")
    assert event.covers[0][:2] == ["travel_ratebreach", str(row.pk)]


def test_a_hotel_without_people_of_its_own_gets_an_e_mail() -> None:
    row = reported()
    assert Mail.objects.filter(recipient=row.hotel.supplier.email).exists()


def test_the_same_report_is_taken_once() -> None:
    assert reported() == reported()


def test_what_keeps_to_the_agreement_cannot_be_reported() -> None:
    with pytest.raises(Refused, match="ikke høyere"):
        reported(offered=fixed_rate())
    reported(room="superior", code="discount_short", offered=Decimal(2500), published=Decimal(2500))
    with pytest.raises(Refused):
        reported(room="superior", code="discount_short", offered=Decimal(1500), published=Decimal(2500))


BAD_REPORTS = [
    ({"offered": None}, "offered"),
    ({"asked_on": timedelta(days=1)}, "asked_on"),
    ({"arrival": timedelta(days=-1)}, "arrival"),
    ({"room": "superior", "code": "discount_short", "published": None}, "published"),
    ({"arrival": timedelta(days=900)}, "arrival"),
]


@pytest.mark.parametrize(("changes", "where"), BAD_REPORTS)
def test_a_report_that_cannot_be_is_told_where(changes: dict[str, Any], where: str) -> None:
    given = {name: clock.today() + one if isinstance(one, timedelta) else one for name, one in changes.items()}
    with pytest.raises(BadInput) as caught:
        reported(**given)
    assert where in [problem.where for problem in caught.value.problems]


def test_nobody_reports_for_another_agency() -> None:
    hotel = Hotel.objects.select_related("place__lot__agreement__manager", "supplier").get(key="fjordhotell-bodo")
    actor = actor_for(Person.objects.get(username="innkjoper"), clock.today())
    with pytest.raises(Refused):
        breaches.report(hotel, Organisation.objects.get(number="986252932"), told(), actor=actor, now=clock.now())


def test_the_hotel_answers_once_and_others_never() -> None:
    hotelier()
    row = reported()
    path = f"/reiser/hotell/brudd/{row.pk}"
    words = {"outcome": "corrected", "text": "Prisen er rettet i alle kanaler."}
    assert client("innkjoper").post(path, words).status_code == 403
    assert client("atea").get(path).status_code == 404
    browser = client("hotellet")
    assert "Svar på meldingen" in browser.get(path).content.decode()
    assert browser.post(path, words | {"text": "ja"}).status_code == 422
    assert browser.post(path, words).status_code == 302
    assert browser.post(path, words).status_code == 409
    assert BreachAnswer.objects.get(breach=row).outcome == "corrected"
    assert Message.objects.filter(code="rate_breach_answered", recipient=row.reported_by_key).exists()


def test_each_sees_the_reports_that_are_theirs() -> None:
    def seen(who: str) -> int:
        return len(json.loads(client(who).get("/reiser/hotell/brudd.json").content)["breaches"])

    everything = RateBreach.objects.count()
    assert everything > 0
    assert (seen("si-admin"), seen("innkjoper"), seen("innkjopar"), seen("atea")) == (everything, everything, 0, 0)
    assert client("innkjopar").get("/reiser/hotell/brudd/1").status_code == 404


def test_a_buyer_reports_by_the_form_and_mends_what_is_wrong() -> None:
    browser = client("innkjoper")
    today = clock.today()
    given = {
        "agency": Person.objects.get(username="innkjoper").grants.all()[0].organisation.number,
        "hotel": "fjordhotell-bodo", "code": "lra_refused", "room": "standard", "arrival": str(today + timedelta(days=3)),
        "nights": "1", "asked_on": str(today), "offered": "mye", "published": "", "note": "",
    }  # fmt: skip
    assert browser.post("/reiser/hotell/brudd/nytt", given).status_code == 422
    response = browser.post("/reiser/hotell/brudd/nytt", given | {"offered": "2 100,00"})
    assert response.status_code == 302
    page = browser.get(response["Location"]).content.decode()
    assert "Nektet avtaleprisen" in page
    assert "2\xa0100,00\xa0kr" in page


def test_terms_that_nobody_registered_are_missed_aloud() -> None:
    place = HotelPlace.objects.select_related("lot").get(key="bodo")
    with pytest.raises(Refused):
        queries.terms_on(place.lot, place.lot.agreement.starts - timedelta(days=1))
