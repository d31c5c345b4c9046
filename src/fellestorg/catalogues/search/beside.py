"""The same thing new beside reconditioned, where a supplier declares which new item it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from fellestorg.catalogues.declared import declared_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search.standing import Standing

_READ = (
    "unit_price", "properties", "supplier__number", "item__lot", "item__number", "item__category",
    "item__standard_assortment", "item__used",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """The other of the two. Kroner without VAT, by the agency's own standing; ``None`` where the asker sees no price."""

    number: str
    used: bool
    price: Decimal | None
    per_year: Decimal | None
    lifetime_years: int | None


def beside(
    items: Sequence[Item],
    lines: Mapping[int, Sequence[PriceLine]],
    standing: Standing,
    sight: PriceSight,
    day: date,
) -> dict[int, Beside]:
    """By item id: what stands beside it. Asks the database only where something declares how long it lasts."""
    lasting = [one for one in items if any(declared_of(line.properties) for line in lines.get(one.pk, ()))]
    if not lasting:
        return {}
    lots = {one.lot_id for one in lasting}
    origin = {one.pk: _origin(lines[one.pk]) for one in lasting}
    wanted = {number for number in origin.values() if number} | {one.number for one in lasting}
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    others = PriceLine.objects.filter(valid, item__lot__in=lots, valid_from__lte=day).filter(
        Q(item__number__in=wanted) | Q(item__used=True, properties__reconditioned_of__in=sorted(wanted))
    )
    by_item: dict[Item, list[PriceLine]] = {}
    read = others.select_related("item", "supplier").only(*_READ)
    for line in read.order_by("item__number", "supplier__number"):
        by_item.setdefault(line.item, []).append(line)
    new = {(one.lot_id, one.number): (one, known) for one, known in by_item.items()}
    again = {(one.lot_id, _origin(known)): (one, known) for one, known in by_item.items() if _origin(known)}
    found = {}
    for one in lasting:
        number = origin[one.pk]
        pair = new.get((one.lot_id, number)) if number else again.get((one.lot_id, one.number))
        if pair is not None:
            found[one.pk] = _beside(*pair, standing, sight)
    return found


def _origin(lines: Sequence[PriceLine]) -> str:
    return next((told.reconditioned_of for line in lines if (told := declared_of(line.properties))), "")


def _beside(item: Item, lines: list[PriceLine], standing: Standing, sight: PriceSight) -> Beside:
    known = [] if sight.nobody else [line for line in lines if sight.of(line.supplier.number)]
    line = standing.line_of(item, known) if standing.mode_of(item) is not None else None
    declared = declared_of((line or lines[0]).properties)
    price = line.unit_price if line is not None else None
    return Beside(
        item.number,
        item.used,
        price,
        declared.per_year(price) if declared else None,
        declared.lifetime_years if declared else None,
    )
