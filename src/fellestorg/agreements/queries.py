"""Reads about agreements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Sum

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot
from fellestorg.agreements.rules import forecast_exhaustion
from fellestorg.kernel import clock
from fellestorg.kernel.sql import prepared

_DRAWN = """
SELECT lot_id, date_trunc('month', coalesce(made_on, (at AT TIME ZONE 'Europe/Oslo')::date))::date AS month,
       sum(CASE WHEN kind IN ('commit', 'actual') THEN amount
                WHEN kind = 'correct' OR NOT of_reserve THEN -amount ELSE 0 END)
FROM agreements_ceilingentry
WHERE lot_id = ANY(%s) AND kind IN ('commit', 'actual', 'release', 'correct')
  AND NOT (kind = 'correct' AND reference LIKE 'opening:%%')
GROUP BY lot_id, month ORDER BY lot_id, month"""


def drawn_by_month(lot: Lot) -> list[tuple[date, Decimal]]:
    """What the lot's ledger drew in each month, what was given or taken back subtracted, oldest first; opening balances
    left out. A purchase made elsewhere counts in the month it was made."""
    return drawn_in([lot])[lot.pk]


def drawn_in(lots: Iterable[Lot]) -> dict[int, list[tuple[date, Decimal]]]:
    """The same for several lots, by their keys, in one planned statement: every page about an agreement asks it."""
    found: dict[int, list[tuple[date, Decimal]]] = {lot.pk: [] for lot in lots}
    for lot, month, drawn in prepared(_DRAWN, [list(found)]):
        found[lot].append((month, drawn))
    return found


def forecast_for(lot: Lot, used: Decimal, today: date) -> date | None:
    """The day the lot's ceiling is spent if it is used on as in the last twelve months."""
    return forecast_exhaustion(drawn_by_month(lot), used, lot.max_value, today)


@dataclass(frozen=True, slots=True)
class CeilingView:
    """A lot's ceiling now. Amounts in kroner without VAT; ``left`` is never below zero; ``share`` counts reserves."""

    lot_id: int
    agreement: str
    lot: str
    limit: Decimal
    used: Decimal
    reserved: Decimal
    max_quantity: Decimal | None
    quantity_used: Decimal
    warned_at_percent: int
    exhausted_on: date | None

    @property
    def left(self) -> Decimal:
        return max(self.limit - self.used - self.reserved, Decimal(0))

    @property
    def share(self) -> Decimal:
        return ((self.used + self.reserved) / self.limit).quantize(Decimal("0.0001"))

    @property
    def breached(self) -> bool:
        return self.used + self.reserved > self.limit


def ceilings(today: date, *, agreement: str | None = None, lot: str | None = None) -> list[CeilingView]:
    """The ceilings of all lots (or of one agreement, or one lot), in the order of agreements and lot numbers."""
    rows = Lot.objects.select_related("agreement", "balance").order_by("agreement__key", "number")
    if agreement is not None:
        rows = rows.filter(agreement__key=agreement)
    if lot is not None:
        rows = rows.filter(key=lot)
    drawn = drawn_in(rows)
    return [ceiling_view(row, today, drawn[row.pk]) for row in rows]


def ceiling_view(lot: Lot, today: date, drawn: list[tuple[date, Decimal]] | None = None) -> CeilingView:
    """One lot's ceiling with its forecast. A lot on which nothing was drawn has no balance yet; that counts as zero.
    ``drawn`` where :func:`drawn_in` was asked already."""
    balance = getattr(lot, "balance", None) or CeilingBalance(lot=lot)
    used, reserved = Decimal(balance.used), Decimal(balance.reserved)
    return CeilingView(
        lot.pk,
        lot.agreement.key,
        lot.key,
        lot.max_value,
        used,
        reserved,
        lot.max_quantity,
        Decimal(balance.quantity_used),
        balance.warned_at_percent,
        forecast_exhaustion(drawn_by_month(lot) if drawn is None else drawn, used + reserved, lot.max_value, today),
    )


def ceiling_then(lot: Lot, day: date) -> CeilingView:
    """One lot's ceiling as the ledger had it at the end of a day, and the forecast of that day."""
    until = datetime.combine(day + timedelta(days=1), time(), clock.OSLO)
    entries = CeilingEntry.objects.filter(lot=lot, at__lt=until)
    last = entries.order_by("-at", "-id").first()
    used, reserved = (last.used_after, last.reserved_after) if last else (Decimal(0), Decimal(0))
    quantity = entries.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    drawn = [(month, amount) for month, amount in drawn_by_month(lot) if month <= day]
    return CeilingView(
        lot.pk,
        lot.agreement.key,
        lot.key,
        lot.max_value,
        used,
        reserved,
        lot.max_quantity,
        quantity,
        0,
        forecast_exhaustion(drawn, used + reserved, lot.max_value, day),
    )
