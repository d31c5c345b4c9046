"""View models of an answer: what the pages show side by side, made from the engine's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.calloffs import texts
from fellestorg.calloffs.used_units import used_text
from fellestorg.calloffs.words import EXCLUSIONS, PARTS
from fellestorg.engines.offers import contract_value
from fellestorg.ui.parts import TraceLine

# Questions of the mechanisms that neither price nor rank alone decides.
_BY_THE_POLICY = frozenset({"supplier_assigned", "coverage_documented", "table_place_given", "dps_category_given"})
_PARTS = ("goods", "discount", "small_order_fee", "freight", "handling", "carbon")


@dataclass(frozen=True, slots=True)
class OfferShown:
    """One supplier's row of figures. ``parts`` are names and amounts in the order of the headings; empty if not priced.

    ``deciding`` is the sum of the parts that decide, and ``more_than_lowest`` how much that is above the lowest.
    """

    supplier: str
    rank: int
    parts: tuple[tuple[str, Decimal], ...]
    contract_value: Decimal | None
    net: Decimal | None
    deciding: Decimal | None
    more_than_lowest: Decimal | None
    chosen: bool
    excluded: str
    missing: tuple[str, ...]
    carbon_estimated: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    """A heading of the comparison: a part of the net price and whether it decides."""

    key: str
    name: str
    decides: bool


@dataclass(frozen=True, slots=True)
class OrderShown:
    """What would be, or was, ordered from one supplier."""

    supplier: str
    contract_value: Decimal
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of an order. ``used`` tells the grade and proof of a used unit; empty for a new one."""

    item: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    co2e_kg: Decimal
    co2e_estimated: bool
    used: str


@dataclass(frozen=True, slots=True)
class CeilingShown:
    """The lot's ceiling before and after, kroner and shares of one."""

    limit: Decimal
    used: Decimal
    after: Decimal
    left_after: Decimal
    share_before: Decimal
    share_after: Decimal
    exhausted_on: date | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A whole answer, ready for a template. ``used`` are the order lines of used units, each with its supplier;
    ``lacks_option``: the buyer's agency has not chosen an option that the need belongs to (rule OPT)."""

    outcome: str
    reason: str
    tone: str
    parts: tuple[PartShown, ...]
    offers: tuple[OfferShown, ...]
    orders: tuple[OrderShown, ...]
    invitees: tuple[str, ...]
    asked_in_turn: tuple[str, ...]
    hours: int | None
    due: date | None
    trace: tuple[TraceLine, ...]
    warnings: tuple[str, ...]
    ceiling: CeilingShown
    amount: Decimal | None
    contract_value: Decimal
    saving: Decimal | None
    price_decides: bool
    price_note: str
    some_parts_only_shown: bool
    used: tuple[tuple[str, LineShown], ...]
    unverified: bool
    lacks_option: bool


TONES = {
    "direct": "success",
    "needs_approval": "info",
    "ranked_offers": "info",
    "mini_competition": "info",
    "dps_invitation": "info",
    "refused": "danger",
}


def show(answer: Mapping[str, Any], names: Mapping[str, str], items: Mapping[str, str]) -> AnswerShown:
    """Prepare an answer for a page, in the active language. ``items`` gives item names by number."""
    words = texts.render(answer, names)
    orders = tuple(order_shown(order, names, items) for order in answer["orders"])
    chosen = {order["supplier"] for order in answer["orders"]}
    priced = [offer for offer in answer["offers"] if offer["deciding"] and not offer["excluded_because"]]
    lowest = min((Decimal(offer["deciding"]) for offer in priced), default=None)
    return AnswerShown(
        outcome=answer["outcome"],
        reason=words.reason,
        tone=TONES[answer["outcome"]],
        parts=tuple(PartShown(key, str(PARTS[key]), key in answer["decides"]) for key in _PARTS),
        some_parts_only_shown=len(answer["decides"]) < len(_PARTS),
        price_decides=any(step["code"] == "lowest_net_price_chosen" for step in answer["trace"]),
        price_note=_price_note(answer),
        offers=tuple(_offer(offer, names, chosen, lowest) for offer in answer["offers"]),
        orders=orders,
        used=tuple((order.supplier, line) for order in orders for line in order.lines if line.used),
        invitees=tuple(names.get(one, one) for one in answer["invitees"]),
        asked_in_turn=tuple(names.get(one["supplier"], one["supplier"]) for one in answer.get("queue", ())),
        hours=answer.get("hours"),
        due=date.fromisoformat(answer["due"]) if answer.get("due") else None,
        trace=tuple(
            TraceLine(
                step.condition,
                None if step.note else step.holds,
                step.because,
                step.rule,
                step.source,
                step.verified,
            )
            for step in words.trace
        ),
        warnings=words.warnings,
        ceiling=_ceiling(answer["ceiling"]),
        amount=Decimal(answer["amount"]) if answer["amount"] else None,
        contract_value=Decimal(answer["contract_value"]),
        saving=_saving(answer, lowest),
        unverified=any(not rule["verified"] for rule in answer["rules"]),
        lacks_option=answer["reason"]["code"] == "options_chosen",
    )


def _price_note(answer: Mapping[str, Any]) -> str:
    """What the prices of the comparison are for."""
    codes = {step["code"] for step in answer["trace"]}
    if "lowest_net_price_chosen" in codes:
        return _("Kroner uten mva. Bare delene merket «avgjør» bestemmer rekkefølgen.")
    if answer["outcome"] == "mini_competition":
        return _("Kroner uten mva. Prislisten er til opplysning: minikonkurransen avgjør.")
    if answer["outcome"] == "dps_invitation":
        return _("Kroner uten mva. Prisene er til opplysning: tilbudene avgjør.")
    if codes & _BY_THE_POLICY:
        return _("Kroner uten mva. Prisene er til opplysning: avropsreglene avgjør.")
    return _("Kroner uten mva. Prisene er til opplysning: rangeringen i avtalen avgjør.")


def _offer(offer: Mapping[str, Any], names: Mapping[str, str], chosen: set[str], lowest: Decimal | None) -> OfferShown:
    net = Decimal(offer["net"]) if offer["net"] is not None else None
    deciding = Decimal(offer["deciding"]) if offer["deciding"] is not None else None
    excluded = offer["excluded_because"]
    return OfferShown(
        names.get(offer["supplier"], offer["supplier"]),
        offer["rank"],
        tuple((str(PARTS[key]), Decimal(offer["parts"][key])) for key in _PARTS) if offer["parts"] else (),
        contract_value(offer["parts"]) if offer["parts"] else None,
        net,
        deciding,
        deciding - lowest if deciding is not None and lowest is not None else None,
        offer["supplier"] in chosen,
        str(EXCLUSIONS[excluded]) if excluded else "",
        tuple(offer["missing"]),
        offer["carbon_estimated"],
    )


def order_shown(order: Mapping[str, Any], names: Mapping[str, str], items: Mapping[str, str]) -> OrderShown:
    """An order of the engine, with names."""
    return OrderShown(
        names.get(order["supplier"], order["supplier"]),
        Decimal(order.get("contract_value", order["net"])),
        tuple(
            LineShown(
                line["item"],
                items.get(line["item"], ""),
                Decimal(line["quantity"]),
                Decimal(line["unit_price"]),
                Decimal(line["amount"]),
                Decimal(line["co2e_kg"]),
                line["co2e_estimated"],
                used_text(line.get("used")),
            )
            for line in order["order_lines"]
        ),
    )


def _ceiling(ceiling: Mapping[str, Any]) -> CeilingShown:
    limit, used, after = (Decimal(ceiling[name]) for name in ("limit", "used", "after"))
    return CeilingShown(
        limit,
        used,
        after,
        limit - after,
        used / limit,
        after / limit,
        date.fromisoformat(ceiling["exhausted_on"]) if ceiling["exhausted_on"] else None,
    )


def _saving(answer: Mapping[str, Any], lowest: Decimal | None) -> Decimal | None:
    """What a split saves against the best single supplier; ``None`` where nothing was split."""
    if answer["best"] is None or lowest is None or len(answer["orders"]) < 2:
        return None
    return lowest - Decimal(answer["best"]["deciding"])
