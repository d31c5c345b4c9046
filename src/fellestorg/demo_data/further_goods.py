"""What can be bought of furniture and services, and each supplier's price. All prices and footprints are invented.

``furniture.csv`` holds a family a row and 80 articles in all: 56 new ones, and 24 reconditioned beside their new ones.
``service_goods.csv`` holds an article a row with the price of each supplier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from fellestorg.demo_data.agreements import AgreementData, LotData, Texts
from fellestorg.demo_data.office_agreements import REGIONAL
from fellestorg.demo_data.seeded import chance, read_rows

FURNITURE = "kontormobler-demo"
_DISCOUNTS = {"plankeverk": Decimal("0.38"), "stolmakeren": Decimal("0.42"), "ombruksverkstedet": Decimal("0.3")}
_RECONDITIONED_AT, _RECONDITIONED_CARBON = Decimal("0.55"), Decimal("0.2")
# Who reconditions: the makers take back their own, the workshop everybody's.
_VAT = Decimal("0.25")
_TEN, _ORE = Decimal(10), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's price for an article, kroner without VAT. ``list_price`` and ``discount`` where it is dynamic."""

    supplier: str
    unit_price: Decimal
    list_price: Decimal | None = None
    discount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """Something a lot sells. ``properties`` are what the suppliers declare of it, name to value."""

    number: str
    name: Texts
    category: str
    unit: str
    cpv: str
    standard: bool
    vat: Decimal
    offers: tuple[Offer, ...]
    used: bool = False
    co2e: Decimal | None = None
    label: str = ""
    properties: dict[str, str] = field(default_factory=dict)


def articles_of(agreement: AgreementData, lot: LotData) -> Iterator[Article]:
    """The articles of a lot, with the prices of its own suppliers."""
    for row in read_rows("service_goods.csv"):
        if row["agreement"] == agreement.key:
            yield _service(row)
    area, _, part = lot.key.partition("-")
    if agreement.key == FURNITURE and part in REGIONAL:
        for row in read_rows("furniture.csv"):
            if row["area"] == area:
                yield from _family(row, lot)


def _service(row: dict[str, str]) -> Article:
    offers = (one.split() for one in row["prices"].split("|"))
    return Article(
        row["number"],
        (row["nb"], row["nn"], row["en"]),
        row["category"],
        row["unit"],
        row["cpv"],
        row["standard"] == "1",
        Decimal(row["vat"]),
        tuple(Offer(supplier, Decimal(price)) for supplier, price in offers),
    )


def _family(row: dict[str, str], lot: LotData) -> Iterator[Article]:
    for index, size in enumerate(row["sizes"].split("|"), 1):
        text, factor = size.split(" @")
        parts = text.split("/")
        nb, nn, en = parts if len(parts) == 3 else (text, text, text)
        number, price, co2e = f"MOB-{row['number']}-{index}", Decimal(row["price"]), Decimal(row["co2e"])
        name = (f"{row['nb']}, {nb}", f"{row['nn']}, {nn}", f"{row['en']}, {en}")
        makers = [one for one in lot.suppliers if one != "ombruksverkstedet"]
        declared = {
            "lifetime_years": row["life"],
            "spare_parts_years": row["parts"],
            "chemicals_declaration": "Fri for stoffene på kandidatlista, erklæring av produsenten (demodata)",
        }
        yield Article(
            number, name, row["category"], "EA", lot.cpv[0], index == 1, _VAT,
            tuple(_offer(one, number, price * Decimal(factor)) for one in makers),
            co2e=co2e * Decimal(factor), label=row["label"], properties=declared,
        )  # fmt: skip
        if row["recon"] == "1":
            again = (f"{name[0]}, rehabilitert", f"{name[1]}, rehabilitert", f"{name[2]}, reconditioned")
            years = str(int(row["life"]) * 2 // 3)
            yield Article(
                f"{number}-REHAB", again, row["category"], "EA", lot.cpv[0], False, _VAT,
                tuple(
                    _offer(one, f"{number}-REHAB", price * Decimal(factor) * _RECONDITIONED_AT)
                    for one in ("ombruksverkstedet", makers[0])
                ),
                used=True, co2e=co2e * Decimal(factor) * _RECONDITIONED_CARBON,
                properties={**declared, "lifetime_years": years, "reconditioned_of": number},
            )  # fmt: skip


def _offer(supplier: str, number: str, price: Decimal) -> Offer:
    """A list price in whole ten kroner, less the supplier's discount."""
    discount = _DISCOUNTS[supplier]
    own = price * (1000 + chance("furniture", supplier, number).randrange(-60, 61)) / 1000
    listed = (own / (1 - discount) / _TEN).quantize(Decimal(1), ROUND_HALF_UP) * _TEN
    return Offer(supplier, (listed * (1 - discount)).quantize(_ORE), listed, discount)
