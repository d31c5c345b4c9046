"""Items found, as people read them: with the price their agency would pay, as far as they may see prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.declared import Declared, declared_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search.beside import Beside, beside
from fellestorg.catalogues.search.port import HitRow, Wanted
from fellestorg.catalogues.search.standing import NOWHERE, Standing, standing_of
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation

# Not the search vector, nor what only a call-off asks for: a file has thousands of rows.
_READ_OF_ITEMS = ("lot", "number", "name_nb", "name_nn", "name_en", "category", "unit", "standard_assortment", "used")
_READ_OF_LINES = (
    "item", "supplier", "unit_price", "vat_rate", "co2e_kg", "ecolabel", "visual_grade", "properties",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """An item found. ``price``: kroner without VAT for one, by ``mechanism``, from ``supplier``; ``None`` where the asker
    has no price for it or may see none. ``ecolabels``: those of the prices the asker may know of. ``beside``: the same
    thing reconditioned, or new, where a supplier declares that it is."""

    number: str
    name: str
    agreement: str
    agreement_title: str
    lot: str
    lot_title: str
    category: str
    unit: str
    standard_assortment: bool
    used: bool
    suppliers: int
    ecolabels: tuple[str, ...]
    price: Decimal | None = None
    with_vat: Decimal | None = None
    mechanism: str = ""
    supplier: str = ""
    supplier_name: str = ""
    co2e_kg: Decimal | None = None
    visual_grade: str = ""
    declared: Declared | None = None
    beside: Beside | None = None

    @property
    def per_year(self) -> Decimal | None:
        """Kroner without VAT for each year of life."""
        return self.declared.per_year(self.price) if self.declared else None

    @property
    def lifetime_years(self) -> int | None:
        return self.declared.lifetime_years if self.declared else None

    @property
    def spare_parts_years(self) -> int | None:
        return self.declared.spare_parts_years if self.declared else None

    @property
    def chemicals(self) -> str:
        return self.declared.chemicals if self.declared else ""


def for_asker(wanted: Wanted, sight: PriceSight, agency: str | None) -> Wanted:
    """The question as somebody may ask it: with the standing of the agency (``None``: of any), a supplier among its own
    items, and the public without an order that would tell of prices."""
    if sight.everybody:
        return replace(wanted, standing=standing_of(agency, wanted.day))
    order = wanted.order
    if sight.nobody:
        return replace(wanted, supplier=(), order="relevance" if order == "price" else order)
    own = Organisation.objects.filter(number__in=sight.own).values_list("id", flat=True)
    return replace(wanted, only_of=sight.own, standing=standing_of(None, wanted.day).only(own))


def results(hits: Sequence[HitRow], wanted: Wanted, sight: PriceSight) -> list[Result]:
    """The items of some hits, in their order. ``wanted`` as :func:`for_asker` made it."""
    items = Item.objects.only(*_READ_OF_ITEMS).in_bulk([hit.id for hit in hits])
    lots = Lot.objects.select_related("agreement").in_bulk({item.lot_id for item in items.values()})
    lines = _lines_on(wanted.day, list(items))
    standing = wanted.standing if not sight.nobody else NOWHERE
    known = [items[hit.id] for hit in hits if hit.id in items]
    others = beside(known, lines, standing, sight, wanted.day)
    return [
        _result(item, lots[item.lot_id], lines.get(item.pk, []), standing, sight, others.get(item.pk)) for item in known
    ]


def _lines_on(day: date, items: list[int]) -> dict[int, list[PriceLine]]:
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    lines = list(PriceLine.objects.filter(valid, item__in=items, valid_from__lte=day).only(*_READ_OF_LINES))
    # Thousands of lines are of a few suppliers: each is read once.
    suppliers = Organisation.objects.only("number", "name").in_bulk({line.supplier_id for line in lines})
    found: dict[int, list[PriceLine]] = {}
    for line in sorted(lines, key=lambda line: suppliers[line.supplier_id].number):
        line.supplier = suppliers[line.supplier_id]
        found.setdefault(line.item_id, []).append(line)
    return found


def _result(
    item: Item, lot: Lot, lines: list[PriceLine], standing: Standing, sight: PriceSight, other: Beside | None
) -> Result:
    agreement = lot.agreement
    # What the public sees is the assortment; of labels it holds all, whoever offers them.
    known = lines if sight.nobody else [line for line in lines if sight.of(line.supplier.number)]
    mode, line = standing.mode_of(item), standing.line_of(item, known)
    declared = declared_of(line.properties) if mode is not None and line is not None else None
    result = partial(
        Result,
        item.number,
        localised(item, "name"),
        agreement.key,
        localised(agreement, "title"),
        lot.key,
        localised(lot, "title"),
        item.category,
        item.unit,
        item.standard_assortment,
        item.used,
        len(lines),
        tuple(sorted({line.ecolabel for line in known if line.ecolabel})),
        declared=declared or next((told for one in known if (told := declared_of(one.properties))), None),
        beside=other,
    )
    if mode is None or line is None:
        return result()
    return result(
        price=line.unit_price,
        with_vat=line.unit_price * (1 + line.vat_rate),
        mechanism=mode.mechanism,
        supplier=line.supplier.number,
        supplier_name=line.supplier.name,
        co2e_kg=line.co2e_kg,
        visual_grade=line.visual_grade,
    )
