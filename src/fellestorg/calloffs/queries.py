"""Reads about call-offs. :func:`visible_to` is the only way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from fellestorg.calloffs.models import CallOff, Order
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant

_AGENCY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
_SEES_ALL = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)


def visible_to(actor: Actor) -> QuerySet[CallOff]:
    """The call-offs an actor may see: all for SI and auditors, the agency's own, and those with an order to the supplier."""
    everything = CallOff.objects.select_related("lot__agreement", "buyer")
    if actor.has(*_SEES_ALL):
        return everything
    own = Q(buyer__number__in=actor.organisations(*_AGENCY))
    suppliers = actor.organisations(RoleGrant.Role.SUPPLIER)
    # An order held for approval, or never approved, has not reached its supplier.
    received = Q(state=CallOff.State.COMMITTED) | Q(state=CallOff.State.CANCELLED, reserve_until=None)
    received |= Q(state=CallOff.State.CANCELLED) & ~Q(approved_by=None)
    found = everything.filter(own | Q(received, orders__supplier__number__in=suppliers)).distinct()
    if not suppliers or actor.has(*_AGENCY):
        return found
    # A supplier's own share: the whole of a split basket would give the competitors' prices away.
    share = Order.objects.filter(call_off=OuterRef("pk"), supplier__number__in=suppliers).order_by().values("call_off")
    return found.annotate(
        own_value=Subquery(share.annotate(sum=Sum("contract_value")).values("sum")),
        own_co2e_kg=Subquery(share.annotate(sum=Sum("lines__co2e_kg")).values("sum")),
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of call-offs is limited to; empty fields limit nothing."""

    search: str = ""
    state: str = ""
    agreement: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class CallOffRow:
    """One line of a list of call-offs."""

    number: str
    title: str
    agreement: str
    agreement_key: str
    lot: str
    buyer: str
    buyer_number: str
    state: str
    contract_value: Decimal
    co2e_kg: Decimal
    co2e_estimated: bool
    made_at: datetime


def listed(actor: Actor, filters: Filters) -> QuerySet[CallOff]:
    """The visible call-offs that pass the filters, newest first."""
    found = visible_to(actor)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.agreement:
        found = found.filter(lot__agreement__key=filters.agreement)
    if filters.start:
        found = found.filter(made_at__date__gte=filters.start)
    if filters.end:
        found = found.filter(made_at__date__lte=filters.end)
    if filters.search:
        words = filters.search
        found = found.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(buyer__name__icontains=words))
    return found.order_by("-made_at", "-number")


def row(call_off: CallOff) -> CallOffRow:
    """A call-off as a line of a list, with the share that :func:`visible_to` found to be the reader's."""
    agreement = call_off.lot.agreement
    return CallOffRow(
        call_off.number,
        call_off.title,
        agreement.title_nb,
        agreement.key,
        call_off.lot.key,
        call_off.buyer.name,
        call_off.buyer.number,
        call_off.state,
        getattr(call_off, "own_value", call_off.contract_value),
        getattr(call_off, "own_co2e_kg", call_off.co2e_kg) or Decimal(0),
        call_off.co2e_estimated,
        call_off.made_at,
    )


def awaiting(actor: Actor) -> QuerySet[CallOff]:
    """The call-offs that wait for this actor's approval, oldest first."""
    waiting = CallOff.objects.filter(
        state=CallOff.State.AWAITING_APPROVAL, buyer__number__in=actor.organisations(RoleGrant.Role.APPROVER)
    ).select_related("lot__agreement", "buyer", "requested_by")
    return waiting.order_by("made_at")
