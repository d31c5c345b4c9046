"""Items and dated prices of the lots. Every price, footprint and product is invented ("demodata").

A price of a supplier hangs on the supplier and the item alone, so it is the same however much else is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from fellestorg.demo_data.office_goods import Goods, office_goods
from fellestorg.demo_data.seeded import chance, read_rows

ORE = Decimal("0.01")
VAT = Decimal("0.25")
# Yearly regulation of the consumables prices by a synthetic index, and the technology refresh of the PC lots.
REGULATED_ON = date(2023, 3, 1)
REGULATION = Decimal("1.058")
REFRESHED_ON = date(2023, 9, 1)
_STABLE = ("PC-14-STD", "TLF-STD")
_LEVEL = {
    "advania": Decimal("1.025"),
    "dustin": Decimal("1.04"),
    "atea": Decimal("1.03"),
    "techstep": Decimal("1.03"),
    "komplett": Decimal("1.02"),
    "lyreco": Decimal("1.00"),
    "maske": Decimal("1.005"),
    "norengros": Decimal("0.995"),
}
_FIRST_OF = {
    "pc": "atea",
    "mac": "dustin",
    "mobil": "dustin",
    "telefoner": "techstep",
    "klienter": "advania",
    "skjermer": "dustin",
}
# What could be bought under the agreements of 2018: the articles of today's lots that are not used, special or too new,
# under the same numbers. All but the standard phone cost a little less then.
_EARLIER = {
    "telefoner": (
        "mobil",
        "TLF-STD TLF-STD-256 TLF-ENKEL TLF-TOPP TLF-ROB NB-10-STD NB-11-256 DEKSEL-STD GLASS-STD LADER-20",
    ),
    "klienter": (
        "pc",
        "PC-13-LETT PC-14-STD PC-14-STD-32 PC-14-4G PC-15-STD PC-15-STD-32 PC-16-GRAF PC-MINI-STD PC-MINI-32 "
        "PC-SFF-STD PC-TAARN-STD DOKK-USBC TAST-STD MUS-STD HODE-STD LADER-65 KAM-HD SEKK-15 LAAS-PC",
    ),
    "skjermer": ("pc", "SKJERM-22-D SKJERM-24-C SKJERM-27-D SKJERM-27-E SKJERM-32-E SKJERM-34-F"),
}
_EARLIER_PRICES = Decimal("0.94")


@dataclass(frozen=True, slots=True)
class Price:
    """One supplier's price for an item from a day to a day, as the catalogue stores it."""

    supplier_number: str
    product_name: str
    unit_price: Decimal
    list_price: Decimal | None
    discount_rate: Decimal | None
    tiers: tuple[tuple[int, Decimal], ...]
    co2e_kg: Decimal | None
    ecolabel: str
    valid_from: date
    valid_to: date | None


def goods_of(lot: str) -> list[Goods]:
    """The articles of a lot."""
    if lot == "forbruk":
        return list(office_goods())
    if lot in _EARLIER:
        now, numbers = _EARLIER[lot]
        return [_as_it_was(one) for one in goods_of(now) if one.number in numbers.split()]
    return [
        Goods(
            row["number"], (row["nb"], row["nn"], row["en"]), row["category"], "EA", row["cpv"], row["standard"] == "1",
            Decimal(row["price"]), Decimal(row["co2e"]), row["label"],
        )
        for row in read_rows("ict_goods.csv")
        if row["lot"] == lot
    ]  # fmt: skip


def prices_of(lot: str, goods: Goods, supplier: str, since: date) -> Iterator[Price]:
    """A supplier's prices for an article over time, oldest first; none where the supplier does not carry it.

    The first-ranked supplier of an ICT lot carries everything at the article's own price.
    """
    draw = chance("price", lot, supplier, goods.number)
    first = _FIRST_OF.get(lot) == supplier
    carried = draw.random() < (0.93 if lot == "forbruk" else 0.9)
    price = goods.price if first else _own_price(goods.price, _LEVEL[supplier], draw.randrange(-80, 81))
    discount = Decimal(draw.choice((10, 15, 18, 20, 22, 25, 30, 35))) / 100
    stated = draw.random() < 0.7
    # Own footprints lie within a tenth of the article's.
    co2e = (goods.co2e * (100 + draw.randrange(-10, 11)) / 100).quantize(Decimal("0.001")) if stated else None
    tiered = draw.random() < 0.25 and lot == "forbruk"
    code = f"{supplier[:3].upper()}-{draw.randrange(100_000, 999_999)}"
    if not (first or carried):
        return
    made = _price(goods, supplier, code, price, discount, co2e, tiered, since, lot)
    change = _change(lot, goods, draw.random())
    if change is None or change[0] <= since:
        yield made
        return
    day, factor, suffix = change
    yield replace(made, valid_to=day - timedelta(days=1))
    later = _price(
        goods, supplier, code, (price * factor).quantize(ORE, ROUND_HALF_UP), discount, co2e, tiered, day, lot
    )
    yield replace(later, product_name=later.product_name + suffix)


def _as_it_was(goods: Goods) -> Goods:
    if goods.number in _STABLE[1:]:
        return goods
    return replace(goods, price=(goods.price * _EARLIER_PRICES).quantize(Decimal(1)))


def _own_price(price: Decimal, level: Decimal, noise: int) -> Decimal:
    own = price * level * (1000 + noise) / 1000
    # Dearer goods are priced in whole ten kroner, small ones in tenths.
    step = Decimal(10) if own >= 500 else Decimal("0.1")
    return (own / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _change(lot: str, goods: Goods, drawn: float) -> tuple[date, Decimal, str] | None:
    if lot == "forbruk":
        return REGULATED_ON, REGULATION, ""
    if lot in _EARLIER or goods.number in _STABLE or drawn > 0.35:
        return None
    return (REFRESHED_ON, Decimal("0.97"), " v2") if lot != "mobil" else (date(2023, 5, 2), Decimal("0.95"), "")


def _price(
    goods: Goods,
    supplier: str,
    code: str,
    price: Decimal,
    discount: Decimal,
    co2e: Decimal | None,
    tiered: bool,
    since: date,
    lot: str,
) -> Price:
    fixed = goods.standard or lot != "forbruk"
    list_price = None if fixed else (price / (1 - discount)).quantize(ORE, ROUND_HALF_UP)
    unit = price if list_price is None else (list_price * (1 - discount)).quantize(Decimal("0.0001"))
    tiers = (
        ((20, (unit * Decimal("0.95")).quantize(ORE)), (100, (unit * Decimal("0.90")).quantize(ORE))) if tiered else ()
    )
    return Price(
        code,
        f"{goods.name[0]} (demodata {supplier.capitalize()})"[:200],
        unit,
        list_price,
        None if fixed else discount,
        tiers,
        co2e,
        goods.label,
        since,
        None,
    )
