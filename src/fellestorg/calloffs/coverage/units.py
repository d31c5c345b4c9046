"""How many units each supplier of a lot has, counted live: as last reported, and what is called off since.

A call-off counts from the moment it is made, also while it waits for approval, so that two which wait cannot both be
approved past a cap; one that is cancelled, declined or lapsed counts no more. Whoever holds the lot's lock reads the sums
that stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.calloffs.coverage.models import UnitCount
from fellestorg.calloffs.models import CallOff, OrderLine
from fellestorg.calloffs.needs import Need
from fellestorg.catalogues.models import Item
from fellestorg.kernel import clock

# Which item categories hold what a measure counts: one unit is one subscription, not its data packages.
COUNTED: Mapping[str, tuple[str, ...]] = {"subscriptions": ("subscription",)}
_COUNTS = (CallOff.State.COMMITTED, CallOff.State.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class SupplierUnits:
    """A supplier's units: those it reported (``reported`` on ``counted_on``, from ``source``) and those called off since."""

    supplier: str
    name: str
    reported: Decimal
    counted_on: date | None
    source: str
    called_off: Decimal

    @property
    def units(self) -> Decimal:
        return self.reported + self.called_off


def units_of(lot: Lot, at: datetime, measure: str = "subscriptions") -> list[SupplierUnits]:
    """Every supplier of the lot with its units at an instant, by number."""
    day = clock.local_day(at)
    suppliers = {
        one.supplier_id: one.supplier
        for one in SupplierPosition.objects.filter(lot=lot).select_related("supplier").order_by("rank")
    }
    counts: dict[int, UnitCount] = {}
    for one in UnitCount.objects.filter(lot=lot, counted_on__lte=day).order_by("counted_on", "id"):
        counts[one.supplier_id] = one
    found = []
    for key, supplier in suppliers.items():
        reported = counts.get(key)
        called_off = _called_off(lot, key, reported.counted_on if reported else None, at, measure)
        found.append(
            SupplierUnits(
                supplier.number,
                supplier.name,
                Decimal(reported.units if reported else 0),
                reported.counted_on if reported else None,
                reported.source if reported else "",
                called_off,
            )
        )
    return sorted(found, key=lambda one: one.supplier)


def wanted_units(need: Need, lot: Lot, measure: str = "subscriptions") -> Decimal:
    """How many units a need asks for."""
    numbers = [line.item for line in need.lines]
    counted = set(
        Item.objects.filter(lot=lot, number__in=numbers, category__in=COUNTED.get(measure, ())).values_list(
            "number", flat=True
        )
    )
    return sum((line.quantity for line in need.lines if line.item in counted), Decimal(0))


def expected_from(lot: Lot, day: date) -> dict[str, date]:
    """The suppliers whose place in the lot begins after a day, and when."""
    rows = SupplierPosition.objects.filter(lot=lot).select_related("supplier")
    here = {one.supplier_id for one in rows.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)}
    later = rows.filter(valid_from__gt=day).exclude(supplier__in=here).order_by("-valid_from")
    return {one.supplier.number: one.valid_from for one in later}


def _called_off(lot: Lot, supplier: int, since: date | None, at: datetime, measure: str) -> Decimal:
    lines = OrderLine.objects.filter(
        order__call_off__lot=lot,
        order__call_off__state__in=_COUNTS,
        order__call_off__made_at__lte=at,
        order__supplier=supplier,
        item__category__in=COUNTED.get(measure, ()),
    )
    if since is not None:
        first = datetime.combine(since + timedelta(days=1), datetime.min.time(), clock.OSLO)
        lines = lines.filter(order__call_off__made_at__gte=first)
    return lines.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
