"""The prices that a price list is compared with, as columns: one supplier's in the lots the list may be about."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.regulation.allowed import allowed_rise
from fellestorg.organisations.models import Organisation

if TYPE_CHECKING:
    import polars as pl

_ITEMS = """
COPY (SELECT id, lot_id, number, name_nb, category, unit, cpv, used
      FROM catalogues_item WHERE lot_id = ANY(%s) ORDER BY id) TO STDOUT (FORMAT csv, HEADER)"""
_PRICES = """
COPY (SELECT p.id, p.item_id, p.supplier_number, p.product_name, p.model, (p.unit_price * 10000)::bigint AS unit_price,
             (p.list_price * 10000)::bigint AS list_price, (p.discount_rate * 100000)::bigint AS discount_rate,
             p.terms::text, p.tiers::text, (p.vat_rate * 1000)::bigint AS vat_rate, (p.co2e_kg * 10000)::bigint AS co2e_kg,
             p.ecolabel, p.gtin, p.energy_class, p.visual_grade, p.erasure_proof, p.updates_until, p.properties::text,
             p.valid_from, p.valid_to,
             EXISTS (SELECT 1 FROM catalogues_regulatedline r WHERE r.after_id = p.id) AS regulated
      FROM catalogues_priceline p JOIN catalogues_item i ON i.id = p.item_id
      WHERE p.supplier_id = %s AND i.lot_id = ANY(%s) AND (p.valid_to IS NULL OR p.valid_to >= %s)
      ORDER BY p.id) TO STDOUT (FORMAT csv, HEADER)"""


@dataclass(frozen=True, slots=True)
class Current:
    """Items and price lines as they stand. ``day``: the first day that is compared for; ``today``: the day it is now.

    ``basis`` says in few characters what was compared with: the day, and a digest of every row that was read.
    Amounts are whole numbers, as in :mod:`reading`. ``rises`` holds what :func:`allowed_rise` answers, by lot and day.
    """

    lots: Mapping[int, Lot]
    day: date
    today: date
    items: pl.DataFrame
    prices: pl.DataFrame
    basis: str
    rises: dict[tuple[int, date, date], Decimal | None]

    def allowed(self, lot: int, since: date, day: date) -> Decimal | None:
        """How much a price that has held since a day may have risen by another; asked once."""
        key = (lot, since, day)
        if key not in self.rises:
            self.rises[key] = allowed_rise(self.lots[lot], since, day)
        return self.rises[key]


def current_prices(lots: Mapping[int, Lot], supplier: Organisation, day: date, today: date) -> Current:
    """Read what holds on ``day`` or later, in the caller's transaction."""
    import polars as pl

    kinds = {
        "id": pl.Int64, "lot_id": pl.Int64, "item_id": pl.Int64, "unit_price": pl.Int64, "list_price": pl.Int64,
        "discount_rate": pl.Int64, "vat_rate": pl.Int64, "co2e_kg": pl.Int64, "updates_until": pl.Date,
        "valid_from": pl.Date, "valid_to": pl.Date,
    }  # fmt: skip
    digest = hashlib.sha256()
    frames = []
    for statement, parameters in ((_ITEMS, [list(lots)]), (_PRICES, [supplier.pk, list(lots), day])):
        content = _copied(statement, parameters)
        digest.update(content.getbuffer())
        head = content.getvalue().split(b"\n", 1)[0].decode().split(",")
        schema = {name: kinds.get(name, pl.String) for name in head}
        frames.append(pl.read_csv(content, schema=schema).with_columns(pl.col(pl.String).fill_null("")))
    items, prices = frames
    items = items.with_columns(pl.col("used") == "t")
    prices = prices.with_columns(pl.col("regulated") == "t")
    return Current(lots, day, today, items, prices, f"{day.isoformat()}:{digest.hexdigest()[:40]}", {})


def _copied(statement: str, parameters: list[Any]) -> io.BytesIO:
    content = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(statement, parameters) as copy:
        for part in copy:
            content.write(part)
    content.seek(0)
    return content
