"""Buying, renting, leasing, new against used over time: from price lists, as typed, on the answer and as data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from fellestorg.calloffs.alternatives.pages import shown_for
from fellestorg.calloffs.alternatives.ways import ways_priced
from fellestorg.calloffs.tests.world import lot
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel import clock
from fellestorg.organisations.models import Person

pytestmark = pytest.mark.usefixtures("demo")
ADDRESS = "/avrop/over-levetiden"


@pytest.fixture
def buyer(client: Client) -> Client:
    person = Person.objects.get(username="innkjoper")
    client.post("/logg-inn", {"person": person.username})
    return client


def item(number: str = "PC-14-STD") -> Item:
    return Item.objects.get(number=number, lot=lot())


def leased(of: Item, monthly: str = "150") -> PriceLine:
    """The same machine by the month, from the supplier ranked first, in place of how the demo leases it out."""
    PriceLine.objects.filter(item__lot=of.lot, model="lease").update(valid_to=clock.today() - timedelta(days=1))
    other = Item.objects.create(
        lot=of.lot, number=f"{of.number}-LEASE-2", name_nb=f"{of.name_nb}, leasing 36 måneder", name_nn="x", name_en="x",
        category=of.category, cpv=of.cpv, unit=of.unit, standard_assortment=False,
    )  # fmt: skip
    supplier = PriceLine.objects.filter(item=of).first().supplier  # type: ignore[union-attr]
    return PriceLine.objects.create(
        item=other, supplier=supplier, supplier_number="x", product_name="x", model="lease",
        unit_price=Decimal(monthly) * 36, terms={"monthly": monthly, "months": "36", "residual": "500"},
        vat_rate=Decimal("0.25"), valid_from=date(2023, 1, 1),
    )  # fmt: skip


def test_the_cheapest_price_of_each_way_is_filled_in() -> None:
    wanted = item()
    leased(wanted)
    found = ways_priced(wanted, clock.today())
    assert {"new", "lease"} <= found.keys()
    cheapest = min(one.unit_price for one in PriceLine.objects.filter(item=wanted, valid_to=None))
    assert Decimal(found["new"].cells["price"]) <= cheapest
    assert found["lease"].cells["monthly"] == "150" and found["lease"].cells["price"] == ""
    assert Decimal(found["lease"].cells["co2e_kg"]) == Decimal(found["new"].cells["co2e_kg"])


def test_the_page_shows_which_is_cheapest_and_what_it_rests_on(buyer: Client) -> None:
    leased(item(), monthly="1000")
    page = buyer.get(ADDRESS, {"vare": "PC-14-STD", "avtale": "pc-utstyr"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "er billigst" in text and "Forskjellen kommer av" in text and "Lease" in text
    assert text.count("<svg") >= 2


def test_what_is_typed_wins_over_the_price_lists(buyer: Client) -> None:
    typed = {"new.price": "12 000", "new.residual": "1200", "rent.monthly": "310,50", "years": "3", "rate": "4"}
    told = buyer.get(f"{ADDRESS}.json", typed).json()
    assert [one["id"] for one in told["cases"]] == ["new", "rent"]
    assert told["difference"]["first"] == "new"
    year = Decimal(told["cases"][0]["total_per_year"])
    assert abs(sum(Decimal(one) for one in told["cases"][0]["parts_per_year"].values()) - year) <= Decimal("0.02")


def test_the_csv_has_a_row_for_each_way(buyer: Client) -> None:
    answer = buyer.get(f"{ADDRESS}.csv", {"new.price": "100", "used.price": "50"})
    lines = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 3 and "device_per_year" in lines[0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"new.price": "mye"}, "Kjøpe ny, pris"),
        ({"new.price": "100", "new.residual": "200"}, "Restverdien kan ikke være høyere enn prisen"),
        ({"new.price": "100", "new.lifetime": "0"}, "Tallet må være over 0"),
        ({"new.price": "100", "years": "0"}, "Antall år"),
        ({"new.price": "100", "rate": "200"}, "Tallet er for stort"),
    ],
)
def test_what_cannot_be_is_said_at_its_cell(buyer: Client, typed: dict[str, str], said: str) -> None:
    page = buyer.get(ADDRESS, typed)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_an_empty_page_asks_for_figures_and_an_unknown_item_is_not_found(buyer: Client) -> None:
    assert buyer.get(ADDRESS).status_code == 200
    assert buyer.get(ADDRESS, {"vare": "FINNES-IKKE"}).status_code == 404


def test_the_answer_shows_it_where_the_price_lists_know_two_ways(buyer: Client) -> None:
    wanted = Item.objects.create(
        lot=lot(), number="ALENE", name_nb="Planlegger 9000", name_nn="x", name_en="x", category="laptop", cpv="30213100",
        standard_assortment=True,
    )  # fmt: skip
    assert shown_for(lot(), wanted.number) is None
    leased(item())
    page = buyer.get("/avrop/nytt", {"lines": "PC-14-STD;1"}).content.decode()
    assert "Kjøpe, leie eller bruke om igjen?" in page and ADDRESS in page


def test_a_reconditioned_unit_counts_as_used(buyer: Client) -> None:
    wanted = item()
    other = Item.objects.create(
        lot=wanted.lot, number="PC-14-STD-REHAB", name_nb=f"{wanted.name_nb}, rehabilitert", name_nn="x", name_en="x",
        category=wanted.category, cpv=wanted.cpv, unit=wanted.unit, standard_assortment=False, used=True,
    )  # fmt: skip
    supplier = PriceLine.objects.filter(item=wanted).first().supplier  # type: ignore[union-attr]
    PriceLine.objects.create(
        item=other, supplier=supplier, supplier_number="x", product_name="x", model="fixed", unit_price=Decimal(1),
        vat_rate=Decimal("0.25"), valid_from=date(2023, 1, 1), properties={"lifetime_years": "3"},
    )  # fmt: skip
    used = ways_priced(wanted, clock.today())["used"]
    assert (used.item, used.cells["lifetime"], used.lifetime_known) == ("PC-14-STD-REHAB", "3", True)
