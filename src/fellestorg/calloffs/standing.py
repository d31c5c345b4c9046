"""Whether a supplier can be given an order the day it would go out, whatever it was when the call-off was decided."""

from __future__ import annotations

from datetime import date

from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.calloffs.models import CallOff
from fellestorg.organisations.insolvency import insolvency_of
from fellestorg.organisations.models import Organisation
from fellestorg.values import Decision


def hindrance(lot: Lot, supplier: Organisation, day: date) -> str:
    """Why a supplier can be given no order under a lot on a day (rules FA-4 and STAND); empty where it can.

    ``agreement_over``, ``agreement_halted``, ``insolvent``, ``suspended`` or ``not_in_position``.
    """
    if not lot.agreement.starts <= day <= lot.agreement.ends:
        return "agreement_over"
    if halt_on(lot.agreement, day) is not None:
        return "agreement_halted"
    insolvency = insolvency_of(supplier.number)
    if insolvency is not None and insolvency.since <= day:
        return "insolvent"
    found = "not_in_position"
    for position in SupplierPosition.objects.filter(lot=lot, supplier=supplier, valid_from__lte=day):
        over = position.valid_to is not None and position.valid_to < day
        begun = position.suspended_from is not None and position.suspended_from <= day
        lifted = position.suspended_to is not None and position.suspended_to < day
        if not over and not (begun and not lifted):
            return ""
        if not over:
            found = "suspended"
    return found


def may_send_orders(call_off: CallOff, day: date) -> Decision:
    """Whether the orders of a call-off may go out on a day. Offers in turn have none yet: there the next is asked."""
    for order in call_off.orders.select_related("supplier").order_by("number"):
        found = hindrance(call_off.lot, order.supplier, day)
        if found:
            return Decision("refused", f"supplier_{found}", params={"supplier": order.supplier.name})
    return Decision("allowed", "suppliers_stand")
