"""Offers in turn as pages show them: the buyer's log of everybody asked, and a supplier's own offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.words import STATES, TONES, reason_name
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.words import PARTS
from fellestorg.catalogues.models import PriceLine
from fellestorg.engines.policy import CONTRACT_PARTS
from fellestorg.kernel.http import plain
from fellestorg.kernel.text import localised
from fellestorg.law.working_hours import working_time_between
from fellestorg.values import kroner

S = RankedOffer.State
_INSTANTS = ("opened_at", "reminded_at", "answer_by", "closed_at")


@dataclass(frozen=True, slots=True)
class TurnShown:
    """One supplier's turn in the log."""

    turn: int
    supplier: str
    rank: int
    contract_value: Decimal
    state: str | Promise
    tone: str
    opened_at: datetime | None
    reminded_at: datetime | None
    answer_by: datetime | None
    closed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class LogShown:
    """Everybody who is to be asked, in order. ``exhausted``: all have been, and nobody said yes."""

    turns: tuple[TurnShown, ...]
    hours: int
    exhausted: bool
    left: str


def log_of(call_off: CallOff, now: datetime) -> LogShown | None:
    """The log of a call-off that asks its suppliers in turn; ``None`` for any other."""
    offers = list(call_off.ranked_offers.select_related("supplier").order_by("turn"))
    if not offers:
        return None
    running = next((one for one in offers if one.state == S.OPEN), None)
    return LogShown(
        tuple(turn_of(one) for one in offers),
        offers[0].hours,
        call_off.state == CallOff.State.NO_SUPPLIER,
        time_left(running, now) if running else "",
    )


def turns_json(call_off: CallOff) -> dict[str, Any]:
    """``{"turns": […]}``: who was asked when and what came of it, as data; empty for a call-off that asks nobody in turn."""
    offers = call_off.ranked_offers.select_related("supplier").order_by("turn")
    turns = [
        plain(
            {
                "supplier": one.supplier.number,
                "state": one.state,
                "contract_value": kroner(one.contract_value),
                **{name: getattr(one, name) for name in _INSTANTS},
                "reason_code": one.reason_code,
                "reason": one.reason,
            }
        )
        for one in offers
    ]
    return {"turns": turns} if turns else {}


def turn_of(offer: RankedOffer) -> TurnShown:
    """One turn, in the active language."""
    state = S(offer.state)
    return TurnShown(
        offer.turn,
        offer.supplier.name,
        offer.rank,
        offer.contract_value,
        STATES[state],
        TONES[state],
        offer.opened_at,
        offer.reminded_at,
        offer.answer_by,
        offer.closed_at,
        ": ".join(filter(None, [reason_name(offer.reason_code), offer.reason])),
    )


def time_left(offer: RankedOffer, now: datetime) -> str:
    """How much working time is left to answer, in words; empty where it is over."""
    assert offer.answer_by is not None
    if now > offer.answer_by:
        return ""
    minutes = working_time_between(now, offer.answer_by) // timedelta(minutes=1)
    hours = minutes // 60
    if hours:
        return ngettext("%(n)s arbeidstime igjen", "%(n)s arbeidstimer igjen", hours) % {"n": hours}
    return ngettext("%(n)s minutt igjen", "%(n)s minutter igjen", minutes) % {"n": minutes}


def offer_view(offer: RankedOffer, now: datetime) -> dict[str, Any]:
    """What a supplier sees of what it is offered: the goods and prices, where to, and until when it may answer."""
    call_off = offer.call_off
    made = offer.order["order_lines"]
    prices = PriceLine.objects.select_related("item").in_bulk([line["price_line"] for line in made])
    lines = [
        {
            "item": line["item"],
            "name": localised(prices[line["price_line"]].item, "name"),
            "product": prices[line["price_line"]].product_name,
            "quantity": Decimal(line["quantity"]),
            "unit_price": Decimal(line["unit_price"]),
            "amount": Decimal(line["amount"]),
        }
        for line in made
    ]
    parts = offer.order["parts"]
    accepted = offer.state == S.ACCEPTED
    return {
        "offer": offer,
        "call_off": call_off,
        "turn": turn_of(offer),
        "agreement": localised(call_off.lot.agreement, "title"),
        "lot": localised(call_off.lot, "title"),
        "lines": lines,
        "parts": [(str(PARTS[name]), Decimal(parts[name])) for name in CONTRACT_PARTS if Decimal(parts.get(name, "0"))],
        "left": time_left(offer, now) if offer.state == S.OPEN else "",
        "late": offer.state == S.OPEN and offer.answer_by is not None and now > offer.answer_by,
        "order_url": reverse("call_off", args=[call_off.number]) if accepted else "",
        "heading": _("Bestilling fra %(buyer)s") % {"buyer": call_off.buyer.name},
    }
