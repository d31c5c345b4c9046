"""One call-off as a page shows it, for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.calloffs import shown
from fellestorg.calloffs.answers import names_for
from fellestorg.calloffs.cascade.shown import log_of
from fellestorg.calloffs.cascade.words import VERBS as CASCADE_VERBS
from fellestorg.calloffs.cascade.words import reason_name
from fellestorg.calloffs.listing import STATE_NAMES, STATE_TONES
from fellestorg.calloffs.models import CallOff, Order
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.policy import may_approve, may_cancel, may_commit
from fellestorg.calloffs.standing import may_send_orders
from fellestorg.calloffs.texts import refusal_text
from fellestorg.calloffs.used_units import used_of, used_text
from fellestorg.calloffs.words import PARTS
from fellestorg.competitions.models import Competition
from fellestorg.engines.policy import CONTRACT_PARTS
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import Event
from fellestorg.kernel.text import localised
from fellestorg.kernel.verbs import verb_name
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import Problem

_VERBS = {
    "call_off_made": gettext_lazy("Avropet ble gjort"),
    "call_off_approved": gettext_lazy("Avropet ble godkjent"),
    "call_off_declined": gettext_lazy("Avropet ble ikke godkjent"),
    "call_off_cancelled": gettext_lazy("Avropet ble kansellert"),
    "reserve_lapsed": gettext_lazy("Fristen for godkjenning gikk ut"),
    "file_stored": gettext_lazy("Et dokument ble laget"),
    **CASCADE_VERBS,
}


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its lines and parts, as its buyer and its supplier see it."""

    number: str
    supplier: str
    contract_value: Decimal
    vat: Decimal
    lines: list[dict[str, Any]]
    parts: list[tuple[str, Decimal]]
    pdf: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event in the life of a call-off."""

    at: datetime
    text: str
    who: str
    reason: str


def detail_view(call_off: CallOff, actor: Actor, problems: list[Problem] | None = None) -> dict[str, Any]:
    """Everything the page shows. A supplier sees its own order alone; the agency, SI and auditors see it all."""
    inside = actor.has("agreement_manager", "si_admin", "auditor") or call_off.buyer.number in actor.organisations(
        "buyer", "approver", "local_agreement_manager"
    )
    state = CallOff.State(call_off.state)
    answer = call_off.decision.answer
    names = names_for(answer, call_off.buyer.number)
    orders = call_off.orders.select_related("supplier").prefetch_related("lines__item", "lines__price_line")
    if not inside:
        orders = orders.filter(supplier__number__in=actor.organisations("supplier"))
    items = {line.item.number: localised(line.item, "name") for order in orders for line in order.lines.all()}
    today = clock.today()
    base = reverse("call_off", args=[call_off.number])
    agreement = call_off.lot.agreement
    return {
        "call_off": call_off,
        "inside": inside,
        "agreement": localised(agreement, "title"),
        "agreement_url": f"/avtaler/{agreement.key}/{call_off.lot.key}",
        "lot": localised(call_off.lot, "title"),
        "state_name": STATE_NAMES[state],
        "tone": STATE_TONES[state],
        "mini_competition": state == CallOff.State.MINI_COMPETITION,
        "dps_invitation": state == CallOff.State.DPS_INVITATION,
        "offer_log": log_of(call_off, clock.now()) if inside else None,
        "awaiting": state == CallOff.State.AWAITING_APPROVAL,
        "shown": shown.show(answer, names, items) if inside else None,
        "orders": [_order(order, base, state) for order in orders],
        "history": _history(call_off) if inside else [],
        "may_approve": may_approve(actor, call_off, today).allowed,
        "hindered": _hindered(call_off, today) if state == CallOff.State.AWAITING_APPROVAL else "",
        "held": _held(call_off) if inside else None,
        "may_cancel": may_cancel(actor, call_off).allowed,
        "may_repeat": may_commit(actor, call_off.buyer.number).allowed,
        "downloads": _downloads(base, inside, settled=state not in documents.UNSETTLED),
        "problems": problems or [],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Avrop"), reverse("call_offs")), Crumb(call_off.number)],
    }


def _held(call_off: CallOff) -> Competition | None:
    """The competition that was held, or is, for what the call-off needs."""
    return Competition.objects.filter(origin=call_off.subject).exclude(stage="cancelled").first()


def _hindered(call_off: CallOff, today: date) -> str:
    """Why an order that waits for approval can no longer be sent; empty where it can."""
    decision = may_send_orders(call_off, today)
    return "" if decision.allowed else refusal_text(decision.reason, decision.params)


def _downloads(base: str, inside: bool, *, settled: bool) -> list[Download]:
    if not inside:
        return []
    protocol = [Download(_("Protokoll"), f"{base}/protokoll.pdf", "pdf")] if settled else []
    return [*protocol, Download(_("Beslutningen som data"), f"{base}.json", "json")]


def _order(order: Order, base: str, state: CallOff.State) -> OrderView:
    lines = [
        {
            "item": line.item.number,
            "name": localised(line.item, "name"),
            "product": line.price_line.product_name,
            "quantity": line.quantity,
            "unit": line.item.unit,
            "unit_price": line.unit_price,
            "amount": line.amount,
            "co2e_kg": line.co2e_kg,
            "estimated": line.price_line.co2e_kg is None,
            "used": used_text(used_of(line.price_line, line.item.cpv, clock.local_day(order.created_at)))
            if line.item.used
            else "",
        }
        for line in order.lines.all()
    ]
    parts = [
        (str(PARTS[name]), Decimal(order.parts[name])) for name in CONTRACT_PARTS if Decimal(order.parts.get(name, "0"))
    ]
    rates = {line.vat_rate for line in order.lines.all()}
    vat = order.contract_value * (rates.pop() if len(rates) == 1 else Decimal("0.25"))
    sent = state not in (CallOff.State.AWAITING_APPROVAL, CallOff.State.REFUSED_APPROVAL, CallOff.State.LAPSED)
    pdf = f"{base}/bestilling/{order.number}.pdf" if sent else ""
    return OrderView(order.number, order.supplier.name, order.contract_value, vat, lines, parts, pdf)


def _history(call_off: CallOff) -> list[HistoryLine]:
    events = Event.objects.filter(subject=call_off.subject).order_by("id")
    return [
        HistoryLine(
            event.at, str(_VERBS.get(event.verb) or verb_name(event.verb)), event.actor_name, _reason(event.payload)
        )
        for event in events
    ]


def _reason(payload: dict[str, Any]) -> str:
    return ": ".join(filter(None, [reason_name(payload.get("reason_code", "")), payload.get("reason", "")]))
