"""``/varer`` and ``catalogue search``: what each reader sees, narrowing by links, twins, and adding to the basket."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape

import pytest

from fellestorg.catalogues.commands import catalogue
from fellestorg.catalogues.tests.test_pages import client, sheet, supplier
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput

pytestmark = pytest.mark.usefixtures("demo")


def links(page: str) -> dict[str, str]:
    found = re.findall(r'<a href="(\?[^"]*)"[^>]*>([^<]+)</a>', page)
    return {unescape(label).strip(): unescape(url) for url, label in found}


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Hva leter du etter?"), ("nn", "Kva leitar du etter?"), ("en", "What are you looking for?")],
)
def test_the_public_finds_the_assortment_and_sees_no_price(language: str, words: str) -> None:
    page = client(language=language).get("/varer?q=skjerm&sorter=pris&leverandor=976239997").content.decode()
    assert words in page and "SKJERM-22-D" in page
    assert "1 150" not in page and "1 150,00" not in page and "med mva." not in page
    assert 'name="quantity"' not in page and "Atea" not in page
    answer = client().get("/varer.json?q=skjerm").json()
    assert answer["items"] and "price" not in answer["items"][0] and "supplier" not in answer["facets"]
    assert "price" not in sheet(client().get("/varer.csv?q=skjerm"))[0]


def test_a_buyer_sees_the_agencys_price_and_from_whom_and_the_cheapest_first() -> None:
    rows = client("innkjoper").get("/varer.json?q=skjerm&sorter=pris").json()["items"]
    prices = [Decimal(row["price"]) for row in rows if row["price"] is not None]
    assert len(prices) > 5 and prices == sorted(prices)
    assert all(row["supplier_name"] and row["mechanism"] for row in rows if row["price"])
    page = client("innkjoper").get("/varer?q=skjerm&sorter=pris").content.decode()
    assert "høyest rangert" in page and "Slik er prisen funnet" in page and 'name="quantity"' in page


def test_an_item_of_an_option_that_the_agency_has_not_chosen_says_so_and_cannot_be_added() -> None:
    page = client("innkjoper").get("/varer?q=TON-BLEK-01").content.decode()
    assert "Krever opsjonen Blekk" in page and 'name="quantity"' not in page
    page = client("innkjoper").get("/varer?q=PAP-KOPI-01").content.decode()
    assert "Krever opsjonen" not in page and 'name="quantity"' in page


def test_facets_are_links_that_narrow_and_chips_that_widen_again() -> None:
    buyer = client("innkjoper")
    first = buyer.get("/varer?q=pc").content.decode()
    narrowed = links(first)["Standardsortiment"]
    page = buyer.get(f"/varer{narrowed}").content.decode()
    shown = buyer.get(f"/varer.json{narrowed}").json()
    assert shown["items"] and all(row["standard_assortment"] for row in shown["items"])
    assert f"{shown['total']} varer" in page
    assert shown["facets"]["standard"]["1"] == shown["total"]
    assert links(page)["Standardsortiment"] == "?q=pc", "the same link takes it away again"
    assert links(page)["Fjern alle"] == "?q=pc"


def test_two_values_of_a_facet_are_kept_from_page_to_page() -> None:
    answer = client("innkjoper").get("/varer?kategori=paper&kategori=toner&side=2").content.decode()
    assert "kategori=paper&amp;kategori=toner" in answer.replace("kategori=toner&amp;kategori=paper", "")
    one = client("innkjoper").get("/varer.json?kategori=paper").json()["total"]
    both = client("innkjoper").get("/varer.json?kategori=paper&kategori=toner").json()["total"]
    assert both > one > 0


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "1" * 30, "²"])
def test_a_page_number_that_makes_no_sense_gives_a_page_there_is(page: str) -> None:
    answer = client("innkjoper").get("/varer", {"q": "papir", "side": page})
    assert answer.status_code == 200 and "fs-paging" in answer.content.decode()


def test_what_was_put_right_and_let_go_is_told() -> None:
    assert "Viser treff for «skjerm»" in client().get("/varer?q=skerm").content.decode()
    assert "Viser varer som har 1 av 2" in client().get("/varer?q=skjerm+zzzzzz").content.decode()


def test_where_nothing_fits_the_page_helps_on() -> None:
    page = client("innkjoper").get("/varer?q=qqqzzz&kategori=paper").content.decode()
    assert "Ingen varer passer" in page and "Fjern avgrensningene" in page


def test_another_day_has_other_items() -> None:
    page = client("innkjoper").get("/varer?q=PC-14-STD&dag=2010-01-01").content.decode()
    assert "Ingen varer passer" in page and "Søk i det som kan bestilles i dag" in page
    assert client("innkjoper").get("/varer?dag=tull").status_code == 200


def test_a_supplier_sees_its_own_items_and_nobody_elses_price() -> None:
    number = supplier("pc", 1)
    answer = client("atea").get("/varer.json?sorter=pris").json()
    assert answer["items"] and {row["supplier"] for row in answer["items"]} <= {number, ""}
    assert "supplier" not in answer["facets"]
    page = client("atea").get("/varer?q=pc").content.decode()
    assert "Du ser bare dine egne varer og priser." in page and "Dustin" not in page


def test_hits_go_into_the_basket_with_their_quantities() -> None:
    buyer = client("innkjoper")
    answer = buyer.post("/avrop/kurv", {"item": ["PC-14-STD"], "quantity": ["3"], "next": "/varer?q=pc"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%C2%A7lot1", "q='%3B--", "kategori='", "kategori=%00", "avtale=x", "merke=%27&standard=7", "sorter=x"],
)
@pytest.mark.parametrize("kind", ["", ".csv", ".json"])
def test_no_address_makes_the_page_fail(query: str, kind: str) -> None:
    assert client("innkjoper").get(f"/varer{kind}?{query}").status_code == 200


def test_the_command_finds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    buyer = Person.objects.get(username="innkjoper").grants.select_related("organisation").first()
    assert buyer is not None
    words = ["search", "skerm", "--agreement", "pc-utstyr", "--sort", "price", "--date", "2023-11-01", "--json"]
    assert catalogue([*words, "--buyer", buyer.organisation.number]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["corrected"] == {"skerm": "skjerm"} and answer["items"]
    page = client("innkjoper").get("/varer.json?q=skerm&avtale=pc-utstyr&sorter=pris").json()
    assert [row["number"] for row in answer["items"]] == [row["number"] for row in page["items"]][:25]
    assert catalogue(["search", "PC-14-STD", "--date", "2023-11-01"]) == 0
    assert "PC-14-STD" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--agreement", "x"],
        ["--buyer", "1"],
        ["--date", "igår"],
        ["--limit", "0"],
        ["--sort", "x"],
        ["--buyer", "299999990"],
    ],
)
def test_the_command_names_what_it_cannot_read(words: list[str]) -> None:
    with pytest.raises(BadInput):
        catalogue(["search", "pc", *words])
