"""What a supplier's insolvency means for call-offs that are not settled: those who made them are warned."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.alerts import recipients
from fellestorg.calloffs.models import CallOff
from fellestorg.kernel import clock, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.insolvency import register_consequence
from fellestorg.organisations.models import Insolvency, Person
from fellestorg.organisations.queries import approvers_for

_OPEN_OFFERS = ("open", "waiting")


def register() -> None:
    """Register the consequence and what people are told."""
    register_consequence(warn_of_open_call_offs)
    messages.register(
        {
            "open_call_off_insolvent": (
                _("{supplier} er konkurs: se på avrop {number}"),
                _(
                    "Avrop {number} ({title}) er ikke avgjort, og {supplier} er konkurs. Den kan ikke lenger godkjennes. "
                    "Kanseller avropet eller si nei til det, og gjør det på nytt. Da avgjør avropsreglene hvem som får det."
                ),
            )
        }
    )


def warn_of_open_call_offs(row: Insolvency, actor: Actor, now: datetime) -> list[Happening]:
    """Warn those whose call-off waits for approval with an order at the supplier, or offers it a turn."""
    supplier = row.organisation
    ordered = Q(state=CallOff.State.AWAITING_APPROVAL, orders__supplier=supplier)
    offered = Q(ranked_offers__supplier=supplier, ranked_offers__state__in=_OPEN_OFFERS)
    rows = CallOff.objects.filter(
        ordered | Q(state__in=(CallOff.State.OFFERED, CallOff.State.AWAITING_APPROVAL)) & offered
    )
    for one in rows.select_related("buyer").distinct().order_by("number"):
        concerned = Q(pk=one.requested_by_id)
        if one.state == CallOff.State.AWAITING_APPROVAL:
            may = approvers_for(one.buyer, one.contract_value, clock.local_day(now))
            concerned |= Q(pk__in=may.values("pk"))
        messages.tell(
            recipients(Person.objects.filter(concerned, active=True)),
            "open_call_off_insolvent",
            {"supplier": supplier.name, "number": one.number, "title": one.title},
            link=f"/avrop/{one.number}",
            at=now,
        )
    return []
