"""A supplier's prices under a lot on two days, side by side."""

from __future__ import annotations

import io
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.intake.changes import price_changes
from fellestorg.catalogues.intake.queries import STEPS
from fellestorg.catalogues.models import Item
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation

if TYPE_CHECKING:
    import polars as pl

_PLACES = 4
_ON_A_DAY = """
COPY (SELECT p.item_id, (p.unit_price * 10000)::bigint AS unit_price
      FROM catalogues_priceline p JOIN catalogues_item i ON i.id = p.item_id
      WHERE i.lot_id = %s AND p.supplier_id = %s AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
      ORDER BY p.item_id) TO STDOUT (FORMAT csv, HEADER)"""


@dataclass(frozen=True, slots=True)
class Moved:
    """An item whose price is another on the second day. ``kind``: ``changed``, ``new`` or ``removed``; ``change``: share of
    the old price, to the millionth."""

    number: str
    name: str
    kind: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Development:
    """What moved between two days, the largest rise first, and how many prices stayed as they were."""

    moved: tuple[Moved, ...]
    unchanged: int

    def count(self, kind: str) -> int:
        """How many moved in one way."""
        return sum(one.kind == kind for one in self.moved)

    @property
    def spread(self) -> list[int]:
        """How many changed prices lie between each two of :data:`STEPS`, from the largest fall up."""
        counts = [0] * (len(STEPS) + 1)
        for one in self.moved:
            if one.change is not None:
                counts[bisect_right(STEPS, one.change)] += 1
        return counts


def development(lot: Lot, supplier: Organisation, first: date, last: date) -> Development:
    """A supplier's unit prices (kroner without VAT) in a lot on two days."""
    before, after = (_prices(lot, supplier, day) for day in (first, last))
    changes = price_changes(before, after)
    items = Item.objects.in_bulk(changes.get_column("item_id").to_list())
    moved = [
        Moved(
            items[item].number, localised(items[item], "name"), kind, _kroner(old, _PLACES), _kroner(new, _PLACES),
            _kroner(change, 6),
        )
        for item, new, old, kind, change in changes.select(
            "item_id", "unit_price", "old_price", "kind", "change"
        ).iter_rows()
    ]  # fmt: skip
    moved.sort(key=lambda one: (one.change is None, -(one.change or 0), one.number))
    same = after.height - sum(one.kind != "removed" for one in moved)
    return Development(tuple(moved), same)


def _prices(lot: Lot, supplier: Organisation, day: date) -> pl.DataFrame:
    import polars as pl

    content = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(_ON_A_DAY, [lot.pk, supplier.pk, day, day]) as copy:
        for part in copy:
            content.write(part)
    content.seek(0)
    return pl.read_csv(content, schema={"item_id": pl.Int64, "unit_price": pl.Int64})


def _kroner(whole: int | None, places: int) -> Decimal | None:
    return None if whole is None else Decimal(whole).scaleb(-places)
