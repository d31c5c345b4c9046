"""Items, prices and searches for the tests of the catalogue index."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search import Found, Wanted, index
from fellestorg.catalogues.search.results import Result, results
from fellestorg.organisations.models import Person

DAY = date(2023, 11, 1)
EVERYBODY = PriceSight(True)


def office() -> Lot:
    return Lot.objects.get(agreement__key="forbruksmateriell")


def made(number: str, nb: str, nn: str = "", en: str = "", **more: Any) -> Item:
    """An item of the office agreement, priced by its first-ranked supplier."""
    values = {"category": "desk", "cpv": "30190000", "standard_assortment": False, **more}
    item = Item.objects.create(lot=office(), number=number, name_nb=nb, name_nn=nn or nb, name_en=en or nb, **values)
    priced(item)
    return item


def priced(item: Item, price: str = "10", rank: int = 1, **more: Any) -> PriceLine:
    position = SupplierPosition.objects.filter(lot=item.lot, valid_from__lte=DAY).order_by("rank")[rank - 1]
    values = {
        "supplier_number": f"S-{item.number}", "product_name": item.name_nb, "model": "fixed",
        "unit_price": Decimal(price), "vat_rate": Decimal("0.25"), "valid_from": date(2023, 1, 1), **more,
    }  # fmt: skip
    return PriceLine.objects.create(item=item, supplier=position.supplier, **values)


def search(text: str, **more: Any) -> Found:
    return index().search(Wanted(text, more.pop("day", DAY), **more), start=0, stop=20_000)


def numbers(text: str, **more: Any) -> list[str]:
    found = search(text, **more)
    known = dict(Item.objects.values_list("id", "number"))
    return [known[hit.id] for hit in found.hits]


def agency() -> str:
    return Person.objects.get(username="innkjoper").grants.select_related("organisation").first().organisation.number  # type: ignore[union-attr]


def seen(wanted: Wanted, sight: PriceSight = EVERYBODY) -> list[Result]:
    return results(index().search(wanted, start=0, stop=20_000).hits, wanted, sight)


MADE = (
    ("STOL-1", "Kontorstol med armlener", "Kontorstol med armlene", "Office chair with armrests"),
    ("STOL-2", "Barnestol", "Barnestol", "High chair"),
    ("STOL-3", "Stol, stablbar", "Stol, stablbar", "Chair, stackable"),
    ("LEK-9", "Pistol, leke", "Pistol, leike", "Toy gun"),
    ("REKV-1", "Kontorrekvisita, pakke", "Kontorrekvisita, pakke", "Office supplies, pack"),
    ("LYSK-1", "Lyskilde LED 9 W", "Lyskjelde LED 9 W", "Light source LED 9 W"),
    ("PCSK-1", "PC-skjermfilter", "PC-skjermfilter", "Privacy screen"),
    ("BRUK-1", "Bruk/kast-kopper", "Eingongskoppar", "Disposable cups"),
    ("ARK-9000", "Tegneark A3", "Teikneark A3", "Drawing sheets A3"),
    ("PARK-1", "Park", "Park", "Park"),
)


def price_lines() -> list[tuple[int, str, str]]:
    valid = PriceLine.objects.filter(valid_from__lte=DAY).exclude(valid_to__lt=DAY)
    return list(valid.values_list("item_id", "supplier__number", "ecolabel"))
