"""The rows that a decided need becomes. Made here, saved by the actions; one need or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import translation

from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.rules import Entry
from fellestorg.agreements.words import category_name
from fellestorg.calloffs.facts import Gathered
from fellestorg.calloffs.models import CallOff, Invitation, Order, OrderLine
from fellestorg.calloffs.needs import Need
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.engines.routing import ENGINE
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import DecisionRecord
from fellestorg.law import rule_book
from fellestorg.law.calendar import add_working_days
from fellestorg.organisations.models import Organisation, Person

STATES = {
    "direct": CallOff.State.COMMITTED,
    "needs_approval": CallOff.State.AWAITING_APPROVAL,
    "mini_competition": CallOff.State.MINI_COMPETITION,
    "ranked_offers": CallOff.State.OFFERED,
    "dps_invitation": CallOff.State.DPS_INVITATION,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything one made call-off consists of, not yet saved."""

    decision: DecisionRecord
    call_off: CallOff
    orders: list[Order]
    lines: list[OrderLine]
    invitations: list[Invitation]
    postings: list[Posting]


def decision_row(gathered: Gathered, answer: dict[str, Any], *, at: datetime, actor: Actor) -> DecisionRecord:
    """The frozen decision, with every fact it used."""
    return DecisionRecord(
        kind="call_off",
        engine=ENGINE,
        made_at=at,
        actor=actor.key,
        outcome=answer["outcome"],
        reason=answer["reason"]["code"],
        facts=gathered.facts,
        answer=answer,
    )


def rows_for(
    need: Need,
    gathered: Gathered,
    answer: dict[str, Any],
    suppliers: dict[str, Organisation],
    *,
    number: str,
    at: datetime,
    actor: Actor,
    person: Person | None,
) -> Rows:
    """The rows of a need that was not refused. ``suppliers`` holds the lot's suppliers by organisation number."""
    buyer = gathered.buyer
    assert buyer is not None
    decision = decision_row(gathered, answer, at=at, actor=actor)
    order_lines = [line for order in answer["orders"] for line in order["order_lines"]]
    value = Decimal(answer["contract_value"])
    call_off = CallOff(
        number=number,
        request_id=need.request_id,
        buyer=buyer,
        requested_by=person,
        lot=gathered.lot,
        policy=gathered.policy,
        decision=decision,
        state=STATES[answer["outcome"]],
        title=_title(need, gathered),
        contract_value=value,
        net_price=sum((Decimal(order["net"]) for order in answer["orders"]), Decimal(0)),
        co2e_kg=sum((Decimal(line["co2e_kg"]) for line in order_lines), Decimal(0)).quantize(Decimal("0.0001")),
        co2e_estimated=any(line["co2e_estimated"] for line in order_lines),
        deliver_to=need.deliver_to or buyer.address,
        deliver_by=need.deliver_by,
        buyer_reference=need.buyer_reference,
        made_at=at,
        reserve_until=_reserve_until(at) if answer["outcome"] == "needs_approval" else None,
    )
    orders: list[Order] = []
    lines: list[OrderLine] = []
    priced = {price.pk: price for price in gathered.prices.values()}
    for index, made in enumerate(answer["orders"], 1):
        order, its_lines = _order(call_off, index, made, suppliers[made["supplier"]], priced, gathered.items, at)
        orders.append(order)
        lines += its_lines
    invitations = [Invitation(call_off=call_off, supplier=suppliers[invited]) for invited in answer["invitees"]]
    return Rows(decision, call_off, orders, lines, invitations, _postings(call_off, decision, buyer, need, at))


def save(many: Sequence[Rows]) -> None:
    """Save the rows of one or many call-offs; postings and events are the caller's."""
    DecisionRecord.objects.bulk_create([rows.decision for rows in many], batch_size=500)
    CallOff.objects.bulk_create([rows.call_off for rows in many], batch_size=500)
    Order.objects.bulk_create([order for rows in many for order in rows.orders], batch_size=500)
    OrderLine.objects.bulk_create([line for rows in many for line in rows.lines], batch_size=1000)
    Invitation.objects.bulk_create([one for rows in many for one in rows.invitations], batch_size=1000)


def save_order(call_off: CallOff, made: Mapping[str, Any], supplier: Organisation, *, at: datetime) -> Order:
    """Save the one order of a call-off that was settled after the decision, as the engine made it then."""
    prices = PriceLine.objects.select_related("item").in_bulk([line["price_line"] for line in made["order_lines"]])
    items = {price.item.number: price.item for price in prices.values()}
    order, lines = _order(call_off, 1, made, supplier, prices, items, at)
    # There is one order of a call-off that is settled so: its id follows from the call-off's.
    order.id = uuid.uuid5(call_off.pk, order.number)
    for line in lines:
        line.order = order
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(lines)
    return order


def units(call_off: CallOff) -> Decimal:
    """How many units the call-off draws, in the lots that count them."""
    return sum((Decimal(line["quantity"]) for line in call_off.decision.facts["need"]["lines"]), Decimal(0))


def next_number(at: datetime) -> str:
    """The next call-off number, e.g. ``SI-2023-000042``. Never two the same; gaps where a transaction was undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('calloffs_number')")
        return f"SI-{clock.local_day(at).year}-{cursor.fetchone()[0]:06d}"


def _order(
    call_off: CallOff,
    index: int,
    made: Mapping[str, Any],
    supplier: Organisation,
    priced: Mapping[int, PriceLine],
    items: Mapping[str, Item],
    at: datetime,
) -> tuple[Order, list[OrderLine]]:
    order = Order(
        call_off=call_off,
        number=f"{call_off.number}-{index}",
        supplier=supplier,
        contract_value=Decimal(made.get("contract_value", made["net"])),
        parts=made["parts"],
        created_at=at,
    )
    lines = [
        OrderLine(
            order=order,
            item=items[line["item"]],
            price_line=priced[line["price_line"]],
            quantity=Decimal(line["quantity"]),
            unit_price=Decimal(line["unit_price"]),
            amount=Decimal(line["amount"]),
            vat_rate=priced[line["price_line"]].vat_rate,
            co2e_kg=Decimal(line["co2e_kg"]).quantize(Decimal("0.0001")),
        )
        for line in made["order_lines"]
    ]
    return order, lines


def _postings(
    call_off: CallOff, decision: DecisionRecord, buyer: Organisation, need: Need, at: datetime
) -> list[Posting]:
    kinds = {
        CallOff.State.COMMITTED: "commit",
        CallOff.State.AWAITING_APPROVAL: "reserve",
        CallOff.State.OFFERED: "reserve",
    }
    kind = kinds.get(CallOff.State(call_off.state))
    if kind is None:
        return []
    quantity = sum((line.quantity for line in need.lines), Decimal(0))
    return [Posting(Entry(kind, call_off.contract_value), call_off.number, at, buyer, decision, quantity)]


def _reserve_until(at: datetime) -> Any:
    day = clock.local_day(at)
    return add_working_days(day, rule_book().rule("BDM", on=day).count("hold_working_days"))


def _title(need: Need, gathered: Gathered) -> str:
    """A short name for lists: the first line and how many more, or the category."""
    if not need.lines:
        with translation.override("nb"):
            named = category_name(need.category) if need.category else gathered.lot.title_nb
        return (need.text or named)[:200]
    first = need.lines[0]
    more = f" +{len(need.lines) - 1}" if len(need.lines) > 1 else ""
    return f"{first.quantity.normalize():f} × {gathered.items[first.item].name_nb}"[:190] + more
