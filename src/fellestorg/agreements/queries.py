"""Reads about agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Sum, When
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot
from fellestorg.agreements.rules import forecast_exhaustion
from fellestorg.kernel import clock


def drawn_by_month(lot: Lot) -> list[tuple[date, Decimal]]:
    """What the lot's ledger drew in each month, what was given or taken back subtracted, oldest first; opening balances
    left out. A purchase made elsewhere counts in the month it was made."""
    signed = Case(
        When(kind__in=("commit", "actual"), then=F("amount")),
        When(kind="release", of_reserve=False, then=-F("amount")),
        When(kind="correct", then=-F("amount")),
        default=Decimal(0),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )
    rows = (
        CeilingEntry.objects.filter(lot=lot, kind__in=("commit", "actual", "release", "correct"))
        .exclude(kind="correct", reference__startswith="opening:")
        .annotate(month=TruncMonth(Coalesce("made_on", TruncDate("at"))))
        .values("month")
        .annotate(drawn=Sum(signed))
        .order_by("month")
    )
    return [(row["month"], row["drawn"]) for row in rows]


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
    return [ceiling_view(row, today) for row in rows]


def ceiling_view(lot: Lot, today: date) -> CeilingView:
    """One lot's ceiling with its forecast. A lot on which nothing was drawn has no balance yet; that counts as zero."""
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
        forecast_for(lot, used + reserved, today),
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
