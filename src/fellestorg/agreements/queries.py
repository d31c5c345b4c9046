"""Reads about agreements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Sum, When
from django.db.models.functions import TruncMonth

from fellestorg.agreements.models import CeilingEntry, Lot
from fellestorg.agreements.rules import forecast_exhaustion


def drawn_by_month(lot: Lot) -> list[tuple[date, Decimal]]:
    """What the lot's ledger drew in each month, releases subtracted, oldest first; opening balances left out."""
    signed = Case(
        When(kind__in=("commit", "actual"), then=F("amount")),
        When(kind="release", of_reserve=False, then=-F("amount")),
        default=Decimal(0),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )
    rows = (
        CeilingEntry.objects.filter(lot=lot, kind__in=("commit", "actual", "release"))
        .annotate(month=TruncMonth("at"))
        .values("month")
        .annotate(drawn=Sum(signed))
        .order_by("month")
    )
    return [(row["month"].date(), row["drawn"]) for row in rows]


def forecast_for(lot: Lot, used: Decimal, today: date) -> date | None:
    """The day the lot's ceiling is spent if it is used on as in the last twelve months."""
    return forecast_exhaustion(drawn_by_month(lot), used, lot.max_value, today)
