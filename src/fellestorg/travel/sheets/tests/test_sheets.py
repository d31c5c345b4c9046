"""Prices and terms by sheet: read, compared, proposed by one and approved by another."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for
from fellestorg.travel.models import Hotel, HotelPlace, HotelRate, OneWayFee, RentalCar, RentalPrice, TravelTerms
from fellestorg.travel.sheets import actions
from fellestorg.travel.sheets.actions import Preview
from fellestorg.travel.sheets.kinds import SheetKind, sheet_of
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
RATE = {
    "hotel": "fjordhotell-bodo",
    "room": "Standardrom",
    "valid_from": "2023-12-01",
    "amount": "1 500,00",
    "source": "Bilag 2",
}
FEE = {"supplier": "976239997", "valid_from": "2024-01-01", "fee": "999", "source": "Bilag 2"}
PRICE = {"car": "nordkapp-compact-electric", "valid_from": "2024-01-01", "day": "500", "week": "2500", "month": "7500",
         "source": "Bilag 2"}  # fmt: skip
TERM = {"valid_from": "2024-01-01", "per_km": "50", "free_km": "1", "ecolabel_percent": "6", "source": "Bilag 3"}
WHY = "Ny prisliste fra leverandøren"


def kind_of(key: str) -> SheetKind:
    found = sheet_of(key)
    assert found is not None
    return found


def lot_of(key: str) -> Lot:
    name = "hotell" if key.startswith("hotell") else "nordland"
    return Lot.objects.select_related("agreement__owner", "agreement__manager").get(key=name)


def compared(key: str, *rows: dict[str, str]) -> Preview:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    content = workbook_of("Ark", headings, [[row.get(name, "") for name in headings] for row in rows])
    return actions.preview(kind_of(key), lot_of(key), content, clock.now())


def somebody(username: str) -> Any:
    return actor_for(Person.objects.get(username=username), clock.today())


def proposed(key: str, *rows: dict[str, str]) -> ChangeProposal:
    found = compared(key, *rows)
    assert found.rejected == ()
    made = actions.propose(
        kind_of(key), lot_of(key), found.rows, WHY, actor=somebody("avtaleforvalter-reise"), now=clock.now()
    )
    assert made is not None
    return made


def approved(key: str, *rows: dict[str, str]) -> ChangeProposal:
    return proposals.approve(proposed(key, *rows), actor=somebody("si-admin"), now=clock.now())


def rates(hotel: str = "fjordhotell-bodo") -> list[HotelRate]:
    return list(HotelRate.objects.filter(hotel__key=hotel, room="standard").order_by("valid_from"))


def on(day: str) -> Decimal:
    return next(one.amount for one in reversed(rates()) if one.valid_from.isoformat() <= day) or Decimal(0)


def as_it_stands() -> dict[str, str]:
    """A row that says what a rate says already."""
    standing = next(one for one in rates() if one.valid_from > date(2023, 11, 1))
    return RATE | {
        "valid_from": standing.valid_from.isoformat(), "valid_to": str(standing.valid_to), "amount": str(standing.amount),
        "season": standing.season, "breakfast": "ja" if standing.breakfast else "nei",
    }  # fmt: skip


def test_a_new_rate_is_compared_with_what_holds_and_changes_nothing_before_two_have_agreed() -> None:
    before = on("2023-12-24")
    found = compared("hotellpriser", RATE)
    assert [(one.state, one.after.startswith("1\xa0500,00")) for one in found.changes] == [("changed", True)]
    proposal = proposed("hotellpriser", RATE)
    assert on("2023-12-24") == before
    with pytest.raises(Refused):
        proposals.approve(proposal, actor=somebody("avtaleforvalter-reise"), now=clock.now())
    proposals.approve(proposal, actor=somebody("si-admin"), now=clock.now())
    assert (on("2023-12-24"), on("2023-11-30")) == (Decimal(1500), before)


def test_a_sheet_made_anew_leaves_what_it_did_not_change_as_it_has_become() -> None:
    same = as_it_stands()
    stale = proposed("hotellpriser", same, RATE | {"valid_from": "2025-09-01", "amount": "1700"})
    approved("hotellpriser", same | {"amount": "1500"})
    with pytest.raises(Refused) as refused:
        proposals.approve(stale, actor=somebody("si-admin"), now=clock.now())
    assert refused.value.code == "stale"
    made = proposals.propose_anew(stale, WHY, actor=somebody("avtaleforvalter-reise"), now=clock.now())
    proposals.approve(made, actor=somebody("si-admin"), now=clock.now())
    assert [on(same["valid_from"]), on("2025-09-01")] == [Decimal(1500), Decimal(1700)]


def test_a_season_takes_its_days_and_leaves_the_rest_of_the_year() -> None:
    usual = on("2024-03-01")
    season = RATE | {"valid_from": "2024-02-10", "valid_to": "2024-02-18", "season": "vinterferie", "amount": "1700"}
    approved("hotellpriser", season)
    assert [on("2024-02-09"), on("2024-02-12"), on("2024-02-19")] == [usual, Decimal(1700), usual]
    spans = [(one.valid_from, one.valid_to or date.max) for one in rates()]
    assert all(one[1] + timedelta(days=1) == other[0] for one, other in pairwise(spans))


def test_a_hotel_that_is_new_comes_with_its_rate() -> None:
    supplier = Hotel.objects.get(key="fjordhotell-bodo").supplier.number
    new = RATE | {
        "hotel": "fjordhotell-nyholmen", "name": "Fjordhotell Nyholmen", "place": "bodo", "supplier": supplier,
        "latitude": "67,29", "longitude": "14.41", "ecolabel": "Svanemerket", "ecolabel_to": "31.12.2025",
    }  # fmt: skip
    approved("hotellpriser", new)
    made = Hotel.objects.get(key="fjordhotell-nyholmen")
    assert (made.place.key, made.latitude, made.rates.count()) == ("bodo", Decimal("67.29"), 1)


def test_a_place_gets_points_one_by_one() -> None:
    row = {"place": "mo-i-rana", "name": "Mo i Rana", "point": "sentrum", "point_name": "Sentrum", "latitude": "66.31",
           "longitude": "14.14"}  # fmt: skip
    approved("hotellsteder", row, row | {"point": "sykehuset", "point_name": "Sykehuset"})
    assert [one["key"] for one in HotelPlace.objects.get(key="mo-i-rana").points] == ["sentrum", "sykehuset"]


def test_a_rental_price_and_a_fee_replace_those_that_hold() -> None:
    approved("leiebilpriser", PRICE | {"km_included": "150", "extra_km": "2,50"})
    new = RentalPrice.objects.get(car__lot__key="nordland", car__key=PRICE["car"], valid_to=None)
    assert (new.day, new.km_included, new.extra_km) == (Decimal(500), 150, Decimal("2.50"))
    number = RentalCar.objects.get(lot__key="nordland", key=PRICE["car"]).supplier.number
    approved("enveisgebyr", FEE | {"supplier": number, "region": "oslo-viken"})
    fees = OneWayFee.objects.filter(lot__key="nordland", supplier__number=number, to="oslo-viken").order_by(
        "valid_from"
    )
    assert [(one.valid_to, one.fee) for one in fees][-1] == (None, Decimal(999))
    assert fees[0].valid_to == date(2023, 12, 31)


def test_new_terms_are_a_row_of_their_own_and_covered_by_the_log() -> None:
    approved("hotellvilkar", TERM)
    row = TravelTerms.objects.get(lot__key="hotell", valid_from="2024-01-01")
    assert row.document == {"per_km": "50", "free_km": "1", "ecolabel_share": "0.06", "breakfast_worth": "0"}
    event = Event.objects.filter(verb="travel_sheet_applied").latest("id")
    assert [one[:2] for one in event.covers] == [["travel_travelterms", str(row.pk)]]
    approved("leiebilvilkar", {"valid_from": "2024-01-01", "tolerance_percent": "20", "co2_cap": "", "source": "B"})
    assert TravelTerms.objects.get(lot__key="nordland", valid_from="2024-01-01").document == {
        "tolerance": "0.2", "co2_cap": None,
    }  # fmt: skip


REJECTED = [
    ("hotellpriser", RATE | {"amount": ""}, "amount", "one_of"),
    ("hotellpriser", RATE | {"discount": "10"}, "amount", "one_of"),
    ("hotellpriser", RATE | {"amount": "", "discount": "100"}, "discount", "too_large"),
    ("hotellpriser", RATE | {"amount": "gratis"}, "amount", "not_a_decimal"),
    ("hotellpriser", RATE | {"room": "suite"}, "room", "unknown_choice"),
    ("hotellpriser", RATE | {"valid_to": "2023-11-30"}, "valid_to", "ends_before"),
    ("hotellpriser", RATE | {"valid_from": "2023-10-01"}, "valid_from", "passed"),
    ("hotellpriser", RATE | {"hotel": "nytt-hotell"}, "name", "missing"),
    ("hotellpriser", RATE | {"hotel": "nytt-hotell", "place": "paris"}, "place", "unknown_place"),
    ("hotellpriser", RATE | {"hotel": "nytt-hotell", "supplier": "976239997"}, "supplier", "no_position"),
    ("leiebilpriser", PRICE | {"day": "0"}, "day", "too_small"),
    ("leiebilpriser", PRICE | {"car": "ny-bil", "fuel": "Elektrisk", "co2_g_km": "10"}, "kwh_100km", "not_electric"),
    ("leiebilpriser", PRICE | {"car": "ny-bil", "fuel": "diesel"}, "litres_100km", "missing"),
    (
        "enveisgebyr",
        FEE,
        "supplier",
        "no_position",
    ),
    ("hotellvilkar", TERM | {"ecolabel_percent": "60"}, "ecolabel_percent", "too_large"),
    ("hotellvilkar", TERM | {"valid_from": "2022-02-01"}, "valid_from", "exists"),
    ("hotellvilkar", TERM | {"valid_from": "2023-10-01"}, "valid_from", "passed"),
]


@pytest.mark.parametrize(
    ("key", "row", "field", "code"), REJECTED, ids=[f"{at}-{one[2]}-{one[3]}" for at, one in enumerate(REJECTED)]
)
def test_a_row_that_cannot_be_is_told_where(key: str, row: dict[str, str], field: str, code: str) -> None:
    assert (2, field, code) in {(one.row, one.field, one.code) for one in compared(key, row).rejected}


def test_two_rows_about_the_same_days_are_refused() -> None:
    found = compared("hotellpriser", RATE, RATE | {"valid_from": "2024-01-01", "amount": "1600"})
    assert [(one.row, one.code) for one in found.rejected] == [(3, "row_twice")]
    apart = compared("hotellpriser", RATE | {"valid_to": "2023-12-31"}, RATE | {"valid_from": "2024-01-01"})
    assert apart.rejected == ()


def test_what_changes_nothing_is_not_proposed() -> None:
    same = as_it_stands()
    assert compared("hotellpriser", same).changes[0].state == "unchanged"
    with pytest.raises(BadInput):
        proposed("hotellpriser", same)


def test_a_proposal_that_rests_on_old_rates_is_stale() -> None:
    first, second = proposed("hotellpriser", RATE), proposed("hotellpriser", RATE | {"amount": "1600"})
    proposals.approve(first, actor=somebody("si-admin"), now=clock.now())
    with pytest.raises(Refused) as caught:
        proposals.approve(second, actor=somebody("si-admin"), now=clock.now())
    assert caught.value.code == "stale"


def test_the_manager_sends_a_sheet_by_the_page_and_another_approves() -> None:
    browser, path = Client(), "/reiser/forvalt/hotell/hotell/hotellpriser"
    browser.post("/logg-inn", {"person": "avtaleforvalter-reise"})
    text = "Hotell;Rom;Fra;Fast pris (LRA);Kilde\r\nfjordhotell-bodo;superior;2023-12-01;1500;B\r\n"
    page = browser.post(path, {"file": SimpleUploadedFile("p.csv", text.encode())})
    assert page.status_code == 200
    token = page.context["reason"].initial["rows"]
    assert browser.post(path, {"propose": "1", "rows": token, "reason": "kort"}).status_code == 422
    assert browser.post(path, {"propose": "1", "rows": token + "x", "reason": WHY}).status_code == 422
    done = browser.post(path, {"propose": "1", "rows": token, "reason": WHY})
    assert done.status_code == 302
    assert "1\xa0500,00" in browser.get(done["Location"]).content.decode()
    bad = browser.post(path, {"file": SimpleUploadedFile("p.csv", text.replace("1500", "mye").encode())})
    assert bad.status_code == 422
    assert "ventet et tall" in bad.content.decode()


def test_a_single_row_goes_by_the_form() -> None:
    browser = Client()
    browser.post("/logg-inn", {"person": "avtaleforvalter-reise"})
    page = browser.post("/reiser/forvalt/leiebil/nordland/leiebilvilkar", {
        "one": "1", "valid_from": "2024-01-01", "tolerance_percent": "12,5", "co2_cap": "120", "source": "Bilag 1",
    })  # fmt: skip
    assert page.status_code == 200
    assert "12,5\xa0%" in page.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_there_is_an_empty_sheet_to_fill_in(form: str) -> None:
    browser = Client()
    browser.post("/logg-inn", {"person": "si-admin"})
    assert browser.get(f"/reiser/forvalt/leiebil/nordland/enveisgebyr/mal.{form}").status_code == 200
    assert browser.get("/reiser/forvalt/leiebil/nordland/hotellpriser").status_code == 404


def test_only_those_who_manage_the_agreement_see_the_sheets() -> None:
    for who, status in (("innkjoper", 403), ("avtaleforvalter-ikt", 404), ("si-admin", 200)):
        browser = Client()
        browser.post("/logg-inn", {"person": who})
        assert browser.get("/reiser/forvalt/hotell/hotell/hotellpriser").status_code == status


FACTS = {"hotel": "fjordhotell-bodo", "ecolabel": "Svanemerket", "ecolabel_to": "2025-06-30", "source": "Bilag 2"}
CAR = {
    "car": "nordkapp-compact-electric",
    "fuel": "electric",
    "kwh_100km": "15,2",
    "range_km": "410",
    "source": "Bilag 2",
}


def test_what_a_hotel_is_known_to_be_is_changed_by_two_people_and_nothing_else_is() -> None:
    before = Hotel.objects.get(key="fjordhotell-bodo")
    proposal = proposed("hotellopplysninger", FACTS)
    assert Hotel.objects.get(pk=before.pk).ecolabel_to == before.ecolabel_to
    proposals.approve(proposal, actor=somebody("si-admin"), now=clock.now())
    after = Hotel.objects.get(pk=before.pk)
    assert (after.ecolabel, after.ecolabel_to, after.name) == ("Svanemerket", date(2025, 6, 30), before.name)
    approved("hotellopplysninger", {"hotel": "fjordhotell-bodo", "name": "Fjordhotellet", "source": "Bilag 2"})
    gone = Hotel.objects.get(pk=before.pk)
    assert (gone.ecolabel, gone.ecolabel_to, gone.name) == ("", None, "Fjordhotellet")


def test_what_a_car_is_declared_to_be_is_changed_by_two_people() -> None:
    approved("leiebilopplysninger", CAR)
    electric = RentalCar.objects.get(key="nordkapp-compact-electric", lot__key="nordland")
    assert (electric.kwh_100km, electric.range_km, electric.litres_100km) == (Decimal("15.2"), 410, 0)
    approved("leiebilopplysninger", CAR | {"fuel": "petrol", "kwh_100km": "", "litres_100km": "5,1", "co2_g_km": "118"})
    electric.refresh_from_db()
    assert (electric.fuel, electric.litres_100km, electric.co2_g_km) == ("petrol", Decimal("5.1"), 118)


@pytest.mark.parametrize(
    ("key", "row", "field", "code"),
    [
        ("hotellopplysninger", FACTS | {"hotel": "nytt-hotell"}, "hotel", "unknown_hotel"),
        ("hotellopplysninger", FACTS | {"ecolabel": ""}, "ecolabel", "missing"),
        ("leiebilopplysninger", CAR | {"car": "ny-bil"}, "car", "unknown_car"),
        ("leiebilopplysninger", CAR | {"co2_g_km": "10"}, "kwh_100km", "not_electric"),
        ("leiebilopplysninger", CAR | {"fuel": "petrol"}, "litres_100km", "missing"),
        ("leiebilopplysninger", CAR | {"fuel": ""}, "fuel", "missing"),
    ],
)
def test_facts_that_cannot_be_are_named(key: str, row: dict[str, str], field: str, code: str) -> None:
    assert (field, code) in {(one.field, one.code) for one in compared(key, row).rejected}
