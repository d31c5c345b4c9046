"""Agreement prices as ceilings in a mini-competition: nobody tenders above its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Max, Q, QuerySet

from fellestorg.calloffs.models import CallOff
from fellestorg.catalogues.models import PriceLine
from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock


def call_off_of(competition: Competition) -> CallOff | None:
    """The call-off that a mini-competition was started from."""
    kind, _colon, key = competition.origin.partition(":")
    return (
        CallOff.objects.filter(pk=key).select_related("lot__agreement", "buyer").first() if kind == "call_off" else None
    )


def highest_prices(call_off: CallOff) -> dict[str, Decimal]:
    """The highest price that any supplier has on the agreement, by item number."""
    lines = _lines(call_off).values("item__number").annotate(price=Max("unit_price"))
    return dict(lines.values_list("item__number", "price"))


def own_prices(competition: Competition, supplier: str) -> Mapping[str, Decimal] | None:
    """A supplier's own agreement prices by the key of the price sheet's line; None where there is no call-off behind."""
    call_off = call_off_of(competition)
    if call_off is None:
        return None
    rows = _lines(call_off).filter(supplier__number=supplier).values_list("item__number", "unit_price")
    return {number.lower(): price for number, price in rows}


def _lines(call_off: CallOff) -> QuerySet[PriceLine]:
    day = clock.today()
    asked = [line["item"] for line in call_off.decision.facts["need"]["lines"]]
    return PriceLine.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), item__lot=call_off.lot, item__number__in=asked, valid_from__lte=day
    )
