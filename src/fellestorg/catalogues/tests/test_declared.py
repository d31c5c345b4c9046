"""What suppliers declare of how long things last, and reconditioned beside new."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from fellestorg.catalogues.declared import Declared, declared_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.tests.item_case import made
from fellestorg.organisations.models import Person


@pytest.mark.parametrize(
    ("properties", "declared"),
    [
        ({}, None),
        ({"UNSPSC": "56101703"}, None),
        ({"lifetime_years": "15"}, Declared(15)),
        ({"lifetime_years": "lenge", "spare_parts_years": "10"}, Declared(None, 10)),
        ({"lifetime_years": "0", "chemicals_declaration": "fri"}, Declared(None, None, "fri")),
        ({"lifetime_years": 8, "reconditioned_of": "MOB-1"}, Declared(8, None, "", "MOB-1")),
    ],
)
def test_what_is_declared_is_read_and_the_rest_passed_over(properties, declared):
    assert declared_of(properties) == declared


@pytest.mark.parametrize(
    ("price", "years", "per_year"), [("5400", 15, "360.00"), ("100", 3, "33.33"), (None, 3, None), ("100", None, None)]
)
def test_the_price_is_spread_over_the_years_of_life(price, years, per_year):
    found = Declared(years).per_year(None if price is None else Decimal(price))
    assert found == (None if per_year is None else Decimal(per_year))


def declare(item: Item, **properties: str) -> None:
    PriceLine.objects.filter(item=item).update(properties=properties)


@pytest.mark.usefixtures("demo")
def test_the_hits_show_life_and_the_reconditioned_one_beside_the_new(client: Client) -> None:
    new, again = made("MOBX-1", "Zebrapult 120"), made("MOBX-1-R", "Zebrapult 120, rehabilitert", used=True)
    declare(new, lifetime_years="10", spare_parts_years="8", chemicals_declaration="Uten PFAS (demodata)")
    declare(again, lifetime_years="5", reconditioned_of="MOBX-1")
    PriceLine.objects.filter(item=again).update(unit_price=Decimal(4))
    client.post("/logg-inn", {"person": Person.objects.get(username="innkjoper").username})
    page = client.get("/varer", {"q": "zebrapult"}).content.decode()
    assert "levetid 10 år" in page and "reservedeler i 8 år" in page and "Uten PFAS" in page
    assert "Finnes rehabilitert" in page and "Finnes ny" in page and "per leveår" in page
    found = {one["number"]: one for one in client.get("/varer.json", {"q": "zebrapult"}).json()["items"]}
    assert (found["MOBX-1"]["lifetime_years"], found["MOBX-1"]["per_year"]) == (10, "1")
    assert found["MOBX-1-R"]["per_year"] == "0.8"


@pytest.mark.usefixtures("demo")
def test_the_public_sees_life_but_no_price_of_the_other(client: Client) -> None:
    new, again = made("MOBX-2", "Zebrastol"), made("MOBX-2-R", "Zebrastol, rehabilitert", used=True)
    declare(new, lifetime_years="10")
    declare(again, lifetime_years="5", reconditioned_of="MOBX-2")
    page = client.get("/varer", {"q": "zebrastol"}).content.decode()
    assert "levetid 10 år" in page and "Finnes rehabilitert" in page and "per leveår" not in page
