"""Reading one row of a price list, and what it changes. No database and no clock; texts in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.engines.used import VISUAL_GRADES as VISUAL_GRADES
from fellestorg.engines.used import missing_proof as missing_proof
from fellestorg.engines.used import stores_data as _stores_data
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, decimal_in, truth_in
from fellestorg.law import rule_book
from fellestorg.values import decimal_text

#: Columns of a price list that only some models need, with the names they may have in a sheet.
MODEL_COLUMNS: Mapping[str, Sequence[str]] = {
    "price_model": ("prismodell",),
    "cost_price": ("kostpris",),
    "markup_rate": ("påslag",),
    "audit": ("revisjonsrett",),
    "reference_price": ("publisert pris",),
    "off_rate": ("rabatt på publisert pris",),
    "price_source": ("priskilde",),
    "observed_on": ("observert",),
    "channel": ("kanal",),
    "bonus_rate": ("bonus",),
    "turnover": ("ventet omsetning",),
    "monthly": ("månedspris",),
    "months": ("måneder", "antall måneder"),
    "residual": ("restverdi",),
    "includes": ("inkluderer",),
    "return_rate": ("andel tilbake",),
}
COLUMNS: Mapping[str, Sequence[str]] = {
    "item": ("varenummer", "vare"),
    "supplier_number": ("leverandørens varenummer", "leverandørnummer"),
    "product_name": ("produktnavn", "produkt"),
    "unit_price": ("pris", "enhetspris"),
    "list_price": ("listepris",),
    "discount_rate": ("rabatt",),
    "tiers": ("trinn", "trinnpriser"),
    "vat_rate": ("mva", "mva-sats"),
    "co2e_kg": ("co2", "co2e", "kg co2e"),
    "ecolabel": ("miljømerke",),
    "name_nb": ("navn", "navn bokmål"),
    "name_nn": ("navn nynorsk",),
    "name_en": ("navn engelsk",),
    "category": ("kategori",),
    "unit": ("enhet",),
    "cpv": (),
    "standard_assortment": ("standardsortiment",),
    "used": ("brukt",),
    "description": ("beskrivelse",),
    "gtin": ("ean", "strekkode"),
    "energy_class": ("energiklasse",),
    "visual_grade": ("tilstand", "visuell grad"),
    "erasure_proof": ("slettebevis",),
    "updates_until": ("oppdateringer til",),
    "action": ("handling",),
    "valid_from": ("gjelder fra",),
    "valid_to": ("gjelder til",),
    **MODEL_COLUMNS,
}
REQUIRED = ("item",)
DEFAULT_VAT = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Price:
    """Everything a price line says, but for whose it is and when it holds. Kroner without VAT."""

    supplier_number: str
    product_name: str
    model: str
    unit_price: Decimal
    list_price: Decimal | None
    discount_rate: Decimal | None
    tiers: tuple[tuple[Decimal, Decimal], ...]
    vat_rate: Decimal
    co2e_kg: Decimal | None
    ecolabel: str

    @property
    def tiers_json(self) -> list[dict[str, str]]:
        """The tiers as a price line keeps them."""
        return [{"from": decimal_text(start), "unit_price": decimal_text(price)} for start, price in self.tiers]


@dataclass(frozen=True, slots=True)
class NewItem:
    """What a row says of an item that the lot does not have yet."""

    name_nb: str
    name_nn: str
    name_en: str
    category: str
    unit: str
    cpv: str
    standard_assortment: bool
    used: bool


def read_price(row: SheetRow, item_name: str) -> tuple[Price | None, list[RowProblem]]:
    """The price in a row, or what is wrong with it. ``item_name`` stands in where the row names no product."""
    reader = _Reader(row)
    list_price = reader.read("list_price", decimal_in)
    discount = reader.read("discount_rate", rate_in)
    unit_price = reader.read("unit_price", decimal_in)
    tiers = reader.read("tiers", tiers_in) or ()
    vat_rate = reader.read("vat_rate", rate_in)
    co2e = reader.read("co2e_kg", lambda text: decimal_in(text, whole_digits=8))
    if "" in row.cells:
        reader.bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if (list_price is None) != (discount is None) and not reader.problems:
        reader.bad(
            "discount_rate" if discount is None else "list_price", "missing", _("listepris og rabatt oppgis sammen")
        )
    if list_price is not None and discount is not None:
        net = (list_price * (1 - discount)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
        if unit_price is not None and unit_price != net:
            text = _("prisen stemmer ikke med listepris og rabatt, som gir %(net)s") % {"net": decimal_text(net)}
            reader.bad("unit_price", "does_not_add_up", text)
        unit_price = net
    if unit_price is None and not reader.problems:
        reader.bad("unit_price", "missing", _("oppgi pris, eller listepris og rabatt"))
    for field, longest in (("supplier_number", 60), ("product_name", 200), ("ecolabel", 60)):
        if len(row.cells.get(field, "")) > longest:
            reader.bad(field, "too_long", _("ventet høyst %(longest)s tegn") % {"longest": longest})
    if reader.problems or unit_price is None:
        return None, reader.problems
    price = Price(
        supplier_number=row.cells.get("supplier_number") or row.cells["item"],
        product_name=row.cells.get("product_name") or item_name,
        model="fixed" if list_price is None else "list_minus_discount",
        unit_price=unit_price,
        list_price=list_price,
        discount_rate=discount,
        tiers=tiers,
        vat_rate=DEFAULT_VAT if vat_rate is None else vat_rate,
        co2e_kg=co2e,
        ecolabel=row.cells.get("ecolabel", ""),
    )
    return price, []


def read_new_item(row: SheetRow, categories: Sequence[str]) -> tuple[NewItem | None, list[RowProblem]]:
    """The item that a row describes, or why it cannot be made. Without a name the item is simply unknown."""
    reader = _Reader(row)
    cells = row.cells
    if not cells.get("name_nb"):
        reader.bad("item", "unknown_item", _("varen finnes ikke i avtalen; oppgi navn, kategori og CPV for en ny vare"))
        return None, reader.problems
    if cells.get("category") not in categories:
        names = ", ".join(categories)
        reader.bad(
            "category", "unknown_category", _("ventet en av delkontraktens kategorier: %(names)s") % {"names": names}
        )
    if not (len(cells.get("cpv", "")) == 8 and cells["cpv"].isdecimal()):
        reader.bad("cpv", "not_cpv", _("ventet en CPV-kode på åtte sifre"))
    if len(cells["item"]) > 60 or max(len(cells.get(name, "")) for name in ("name_nb", "name_nn", "name_en")) > 200:
        reader.bad("item", "too_long", _("varenummeret kan ha 60 tegn og navnet 200"))
    unit = cells.get("unit") or "EA"
    if len(unit) > 3:
        reader.bad("unit", "not_a_unit", _("ventet en enhetskode som EA, PK eller BX"))
    standard = reader.read("standard_assortment", truth_in)
    used = reader.read("used", truth_in)
    if reader.problems:
        return None, reader.problems
    name = cells["name_nb"]
    return (
        NewItem(
            name,
            cells.get("name_nn") or name,
            cells.get("name_en") or name,
            cells["category"],
            unit.upper(),
            cells["cpv"],
            bool(standard),
            bool(used),
        ),
        [],
    )


def rate_in(text: str) -> Decimal:
    """A rate of at least 0 and under 1: ``0,25`` or ``25 %``. Raises RowError otherwise."""
    if text.endswith("%"):
        rate = decimal_in(text[:-1], places=3) / 100
    else:
        rate = decimal_in(text, places=5)
    if rate >= 1:
        raise RowError("not_a_rate", _("ventet en sats som 25 %% eller 0,25 – fant «%(found)s»") % {"found": text[:40]})
    return rate


def tiers_in(text: str) -> tuple[tuple[Decimal, Decimal], ...]:
    """Tier prices: ``100=11,90|500=11,50`` (from this quantity, this unit price), rising quantities."""
    tiers = []
    for part in text.split("|"):
        start, equals, price = part.partition("=")
        if not equals:
            raise RowError(
                "not_tiers", _("ventet trinn som 100=11,90|500=11,50 – fant «%(found)s»") % {"found": text[:60]}
            )
        tiers.append((decimal_in(start.strip()), decimal_in(price.strip())))
    starts = [start for start, _price in tiers]
    if starts != sorted(set(starts)) or starts[0] <= 0:
        raise RowError("not_rising", _("trinnene må ha stigende antall over 0"))
    return tuple(tiers)


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, row: SheetRow) -> None:
        self.row = row
        self.problems: list[RowProblem] = []

    def bad(self, field: str, code: str, text: str) -> None:
        self.problems.append(RowProblem(self.row.number, field, code, text))

    def read(self, field: str, reader: Callable[[str], Any]) -> Any:
        """The cell's value, or None where it is empty or cannot be understood."""
        text = self.row.cells.get(field, "")
        if not text:
            return None
        try:
            return reader(text)
        except RowError as error:
            self.bad(field, error.code, error.text)
            return None


def stores_data(cpv: str, day: date) -> bool:
    """Whether a used unit of a CPV code must prove erasure and updates on a day: it may store data (rule USED)."""
    return _stores_data(cpv, str(rule_book().rule("USED", on=day).values["data_divisions"]))
