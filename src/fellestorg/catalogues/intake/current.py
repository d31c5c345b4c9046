"""The prices that a price list is compared with, as columns: one supplier's in the lots the list may be about.

Only what lies near a stretch of the file is read at a time, so that memory does not grow with the agreement.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.regulation.allowed import allowed_rise
from fellestorg.organisations.models import Organisation

if TYPE_CHECKING:
    import polars as pl

# Every row that a comparison rests on, in few characters. A price line is closed and never changed otherwise.
_BASIS = """
SELECT (SELECT concat(count(*), ' ', sum(hashtextextended(concat_ws('|', id, number, name_nb, category, unit, cpv, used), 0)))
        FROM catalogues_item WHERE lot_id = ANY(%(lots)s)),
       (SELECT concat(count(*), ' ', sum(hashtextextended(concat_ws('|', p.id, unit_price, valid_from, valid_to), 0)))
        FROM catalogues_priceline p JOIN catalogues_item i ON i.id = p.item_id
        WHERE supplier_id = %(supplier)s AND lot_id = ANY(%(lots)s) AND (valid_to IS NULL OR valid_to >= %(day)s)),
       EXISTS (SELECT FROM catalogues_item WHERE lot_id = ANY(%(lots)s))"""
_CATEGORIES = """
COPY (SELECT DISTINCT ON (lot_id, cpv) lot_id, cpv, category AS by_cpv FROM catalogues_item WHERE lot_id = ANY(%(lots)s)
      GROUP BY lot_id, cpv, category ORDER BY lot_id, cpv, count(*) DESC, category) TO STDOUT (FORMAT csv, HEADER)"""
_ITEMS = """
COPY (SELECT id, lot_id, number, name_nb, category, unit, cpv, used FROM catalogues_item
      WHERE lot_id = ANY(%(lots)s) AND (number = ANY(%(numbers)s) OR id = ANY(%(items)s)) ORDER BY id)
TO STDOUT (FORMAT csv, HEADER)"""
_HELD = "p.supplier_id = %(supplier)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"
_ITS = "FROM catalogues_priceline p JOIN catalogues_item i ON i.id = p.item_id WHERE i.lot_id = ANY(%(lots)s)"
_CALLED = f"""
SELECT p.item_id {_ITS} AND {_HELD} AND p.supplier_number = ANY(%(theirs)s)
UNION SELECT p.item_id {_ITS} AND {_HELD} AND p.gtin = ANY(%(gtins)s) AND p.gtin <> ''"""
_OTHERS = f"SELECT DISTINCT p.item_id {_ITS} AND {_HELD} AND p.item_id <> ALL(%(seen)s)"
_PRICES = f"""
COPY (SELECT p.id, p.item_id, p.supplier_number, p.product_name, p.model, (p.unit_price * 10000)::bigint AS unit_price,
             (p.list_price * 10000)::bigint AS list_price, (p.discount_rate * 100000)::bigint AS discount_rate,
             p.terms::text, p.tiers::text, (p.vat_rate * 1000)::bigint AS vat_rate, (p.co2e_kg * 10000)::bigint AS co2e_kg,
             p.ecolabel, p.gtin, p.energy_class, p.visual_grade, p.erasure_proof, p.updates_until, p.properties::text,
             p.valid_from, p.valid_to,
             EXISTS (SELECT 1 FROM catalogues_regulatedline r WHERE r.after_id = p.id) AS regulated
      FROM catalogues_priceline p WHERE {_HELD} AND p.item_id = ANY(%(items)s) ORDER BY p.id)
TO STDOUT (FORMAT csv, HEADER)"""  # noqa: S608 (fixed texts)


@dataclass(frozen=True, slots=True)
class Near:
    """Some items and the supplier's price lines for them. Amounts are whole numbers, as in :mod:`reading`."""

    items: pl.DataFrame
    prices: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Current:
    """What stands on ``day`` or later in the caller's transaction. ``day``: the first day that is compared for; ``today``:
    the day it is now.

    ``basis`` says in few characters what is compared with: the day, and a digest of every row that counts. Where the
    lots have no items, nothing is near anything and the database is not asked.
    """

    lots: Mapping[int, Lot]
    supplier: Organisation
    day: date
    today: date
    basis: str
    has_items: bool
    _rises: dict[tuple[int, date, date], Decimal | None] = field(default_factory=dict)
    _bare: list[Near] = field(default_factory=list)

    def near(self, lines: pl.DataFrame) -> Near:
        """What some lines of a file may be about: by item number, or by the supplier's own number and bar code where the
        item number is missing."""
        import polars as pl

        if not self.has_items:
            return self._nothing()
        nameless = lines.filter(pl.col("number") == "")
        called = {
            name: nameless.filter(pl.col(column) != "").get_column(column).unique().to_list()
            for name, column in (("theirs", "supplier_number"), ("gtins", "gtin"))
        }
        items = self._numbers(_CALLED, **called) if any(called.values()) else []
        numbers = pl.concat([lines.get_column("number"), nameless.get_column("fallback")]).unique().to_list()
        return self._read(items, numbers)

    def others(self, seen: list[int]) -> Near:
        """The items that have a price and are not among those seen."""
        return self._read(self._numbers(_OTHERS, seen=seen), []) if self.has_items else self._nothing()

    def categories(self) -> pl.DataFrame:
        """The category that most items of each lot and CPV code have."""
        import polars as pl

        return _copied(_CATEGORIES, self._parameters()).cast({"lot_id": pl.Int64})

    def allowed(self, lot: int, since: date, day: date) -> Decimal | None:
        """How much a price that has held since a day may have risen by another; asked once."""
        key = (lot, since, day)
        if key not in self._rises:
            self._rises[key] = allowed_rise(self.lots[lot], since, day)
        return self._rises[key]

    def _nothing(self) -> Near:
        if not self._bare:
            self._bare.append(self._read([], []))
        return self._bare[0]

    def _read(self, items: list[int], numbers: list[str]) -> Near:
        import polars as pl

        found = _copied(_ITEMS, self._parameters(items=items, numbers=numbers))
        prices = _copied(_PRICES, self._parameters(items=found.get_column("id").to_list()))
        return Near(
            found.with_columns(pl.col("used") == "t"),
            prices.with_columns(pl.col("regulated") == "t"),
        )

    def _numbers(self, statement: str, **more: Any) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._parameters(**more))
            return [number for (number,) in cursor.fetchall()]

    def _parameters(self, **more: Any) -> dict[str, Any]:
        return {"lots": list(self.lots), "supplier": self.supplier.pk, "day": self.day, **more}


def current_prices(lots: Mapping[int, Lot], supplier: Organisation, day: date, today: date) -> Current:
    """What holds on ``day`` or later, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_BASIS, {"lots": list(lots), "supplier": supplier.pk, "day": day})
        items, prices, has_items = cursor.fetchone()
    digest = hashlib.sha256(repr((items, prices)).encode()).hexdigest()
    return Current(lots, supplier, day, today, f"{day.isoformat()}:{digest[:40]}", has_items)


def _copied(statement: str, parameters: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of a COPY as columns; empty texts stay empty."""
    import polars as pl

    kinds = {
        "id": pl.Int64, "lot_id": pl.Int64, "item_id": pl.Int64, "unit_price": pl.Int64, "list_price": pl.Int64,
        "discount_rate": pl.Int64, "vat_rate": pl.Int64, "co2e_kg": pl.Int64, "updates_until": pl.Date,
        "valid_from": pl.Date, "valid_to": pl.Date,
    }  # fmt: skip
    content = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(statement, parameters) as copy:
        for part in copy:
            content.write(part)
    head = content.getvalue().split(b"\n", 1)[0].decode().split(",")
    content.seek(0)
    frame = pl.read_csv(content, schema={name: kinds.get(name, pl.String) for name in head})
    return frame.with_columns(pl.col(pl.String).fill_null(""))
