"""The price list through HTTP: who sees which price, on which day, in three languages."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.catalogues.models import PriceLine
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")
LIST = "/avtaler/pc-utstyr/pc/priser"


def client(username: str = "", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def sheet(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def supplier(key: str, rank: int) -> str:
    return Organisation.objects.get(positions__lot__key=key, positions__rank=rank).number


@pytest.mark.parametrize(("language", "word"), [("nb", "Prisliste"), ("nn", "Einingsprisane"), ("en", "Unit prices")])
def test_the_public_sees_the_assortment_and_no_unit_price(language: str, word: str) -> None:
    page = client(language=language).get(f"{LIST}?q=PC-14-STD").content.decode()
    assert word in page and "PC-14-STD" in page
    assert "med mva." not in page and "incl. VAT" not in page
    answer = client().get(f"{LIST}.json").json()
    assert answer["items"] and all(item["prices"] == [] for item in answer["items"])
    assert "unit_price" not in sheet(client().get(f"{LIST}.csv"))[0]


@pytest.mark.parametrize(
    "who", ["innkjoper", "godkjenner", "lokal-avtaleforvalter", "avtaleforvalter-ikt", "si-admin", "revisor"]
)
def test_those_who_buy_manage_or_audit_see_every_suppliers_price(who: str) -> None:
    items = client(who).get(f"{LIST}.json?q=PC-14-STD").json()["items"]
    assert [price["rank"] for price in items[0]["prices"]] == [1, 2, 3]
    assert items[0]["prices"][0]["with_vat"]
    assert client(who).get(LIST).status_code == 200


def test_a_supplier_sees_only_its_own_items_and_prices() -> None:
    own = supplier("pc", 1)
    seen = client("atea")
    for path in (f"{LIST}.json", "/avtaler/pc-utstyr/mac/priser.json"):
        items = seen.get(path).json()["items"]
        assert items and {price["supplier"] for item in items for price in item["prices"]} == {own}
    names = set(Organisation.objects.filter(kind="supplier").exclude(number=own).values_list("name", flat=True))
    page = seen.get(LIST).content.decode()
    # As words: a form's token may have SAS in it.
    assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", page)]
    assert seen.get("/avtaler/forbruksmateriell/forbruk/priser.json").json()["items"] == []


def test_a_missing_emission_figure_is_estimated_and_marked() -> None:
    line = PriceLine.objects.filter(item__number="PC-14-STD", item__lot__key="pc", valid_to=None).order_by("id")[0]
    PriceLine.objects.filter(pk=line.pk).update(co2e_kg=None)
    prices = client("innkjoper").get(f"{LIST}.json?q=PC-14-STD").json()["items"][0]["prices"]
    one = next(price for price in prices if price["supplier"] == line.supplier.number)
    assert one["co2e_estimated"] is True
    assert Decimal(one["co2e_kg"]) == max(Decimal(price["co2e_kg"]) for price in prices)


def test_the_list_shows_the_prices_of_the_day_asked_about() -> None:
    assert client("innkjoper").get(f"{LIST}.json?dag=2020-01-01").json()["items"] == []
    assert client("innkjoper").get(f"{LIST}.json?dag=tull").json()["day"] == "2023-11-01"


def test_pages_hold_still_and_cover_everything_once() -> None:
    asked = client("innkjoper")
    whole = [item["number"] for item in asked.get(f"{LIST}.json").json()["items"]]
    seen: list[str] = []
    for number in range(1, -(-len(whole) // 25) + 1):
        page = asked.get(f"{LIST}?side={number}").content.decode()
        seen += [one.split('"')[0] for one in page.split('name="item" value="')[1:]]
    assert seen == whole == sorted(whole)


@pytest.mark.parametrize("query", ["?standard=1", "?kategori=laptop", "?kategori=laptop&standard=1&q=pc"])
def test_filters_hold_on_page_csv_and_json_alike(query: str) -> None:
    asked = client("innkjoper")
    items = asked.get(f"{LIST}.json{query}").json()["items"]
    assert items and all(item["standard_assortment"] for item in items) == ("standard" in query)
    assert {row[0] for row in sheet(asked.get(f"{LIST}.csv{query}"))[1:]} == {item["number"] for item in items}


def test_a_buyer_puts_items_in_the_basket_from_the_list() -> None:
    buyer = client("innkjoper")
    assert buyer.post("/avrop/kurv", {"item": ["PC-14-STD"], "quantity": ["2"], "next": LIST}).status_code == 302
    assert buyer.session["basket"] == {"PC-14-STD": "2"}
    assert "Legg i kurven" not in client("revisor").get(LIST).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("", 302),
        ("innkjoper", 403),
        ("atea", 200),
        ("lyreco", 403),
        ("revisor", 200),
        ("avtaleforvalter-kontor", 403),
        ("avtaleforvalter-ikt", 200),
    ],
)
def test_the_supplier_and_the_agreements_manager_send_in_price_lists(who: str, status: int) -> None:
    assert client(who).get(f"{LIST}/les-inn").status_code == status


@pytest.mark.parametrize(
    "path", ["/avtaler/nope/pc/priser", "/avtaler/pc-utstyr/nope/priser.csv", "/avtaler/nope/pc/priser.json"]
)
def test_a_lot_that_does_not_exist_has_no_price_list(path: str) -> None:
    assert client().get(path).status_code == 404
