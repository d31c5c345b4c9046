"""How much was ordered under a lot, for those who reckon what a change of prices costs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.models import CallOff, Order, OrderLine
from fellestorg.catalogues.regulation.preview import FEES
from fellestorg.catalogues.regulation.volumes import Volumes


def ordered_volumes(lot: Lot, since: datetime, until: datetime) -> Volumes:
    """Quantities and charged fees of the call-offs that stand, made after ``since`` and up to ``until``."""
    orders = Order.objects.filter(
        call_off__lot=lot,
        call_off__state=CallOff.State.COMMITTED,
        call_off__made_at__gt=since,
        call_off__made_at__lte=until,
    )
    quantities = (
        OrderLine.objects.filter(order__in=orders)
        .order_by()
        .values_list("order__supplier", "item")
        .annotate(Sum("quantity"))
    )
    fees: Counter[tuple[int, str]] = Counter()
    for supplier, parts in orders.values_list("supplier", "parts"):
        fees.update((supplier, fee) for fee in FEES if Decimal(parts.get(fee, "0")) > 0)
    return Volumes({(supplier, item): total for supplier, item, total in quantities}, fees)
