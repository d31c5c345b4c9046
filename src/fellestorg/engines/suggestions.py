"""What could make a need cheaper or greener: bundling, thresholds within reach, other items, clean delivery.

Everything is computed from the same facts as the call-off itself (``engines.routing``), gathered once for every item that
may come up, and by the same ways of deciding and pricing: a suggestion never knows a price that an order would not have.
Amounts are exact ``Decimal`` in kroner without VAT. Nothing is suggested that saves nothing, and nothing that leaves the
direct order for a competition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from fellestorg.engines.offers import contract_value, order_of
from fellestorg.engines.routing import decide
from fellestorg.values import decimal_text

Facts = Mapping[str, Any]
Quantities = Mapping[str, Decimal]
_ORE = Decimal("0.01")
_ORDERED = ("direct", "needs_approval")
# A threshold is within reach when getting there at most doubles what is bought of the goods.
_AT_MOST_DOUBLE = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What ordering costs. ``contract`` is money under the contract; ``handling`` the agency's own work (COST-HANDLING)."""

    goods: Decimal
    discount: Decimal
    small_order_fee: Decimal
    freight: Decimal
    handling: Decimal
    orders: int

    @property
    def contract(self) -> Decimal:
        return self.goods - self.discount + self.small_order_fee + self.freight

    @property
    def charges(self) -> Decimal:
        """Fees and freight, which bundling is about."""
        return self.small_order_fee + self.freight

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.goods + other.goods,
            self.discount + other.discount,
            self.small_order_fee + other.small_order_fee,
            self.freight + other.freight,
            self.handling + other.handling,
            self.orders + other.orders,
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several needs, each ordered by itself and all of them at once, at the same prices and terms."""

    separate: Cost
    together: Cost

    @property
    def charges(self) -> Decimal:
        """Saved in fees and freight."""
        return self.separate.charges - self.together.charges

    @property
    def goods(self) -> Decimal:
        """Saved on the goods, by tiers and spend discounts; negative where they cost more together."""
        return self.separate.contract - self.together.contract - self.charges

    @property
    def handling(self) -> Decimal:
        """Saved in the agency's own handling, by the assumption of COST-HANDLING."""
        return self.separate.handling - self.together.handling

    @property
    def saves(self) -> Decimal:
        return self.charges + self.goods + self.handling


@dataclass(frozen=True, slots=True)
class Reach:
    """A threshold of one supplier's terms that a little more would reach.

    ``kind``: ``no_small_order_fee``, ``free_freight``, ``spend_discount`` or ``tier``. ``more`` is kroner of goods, or
    units of ``item`` for a tier. ``pays`` is what the order then costs more, in all (negative: it costs less), and
    ``saves`` how much less that is than the extra goods would cost at the price of today's order.
    """

    kind: str
    supplier: str
    item: str
    threshold: Decimal
    more: Decimal
    pays: Decimal
    saves: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a need comes to: how it is called off, kroner of contract, kilograms of CO2 equivalents, and the order lines
    behind them, each with its supplier.

    Where a competition is called for, the figures are those of the price list at the first-ranked supplier that has it all.
    """

    outcome: str
    contract: Decimal
    co2e_kg: Decimal
    estimated: bool
    lines: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """One item of the need changed for another, and what that does to the whole of it."""

    item: str
    instead: str
    now: Figures
    then: Figures

    @property
    def kroner(self) -> Decimal:
        """More (or, negative, less) to pay for the whole need."""
        return self.then.contract - self.now.contract

    @property
    def co2e_kg(self) -> Decimal:
        return self.then.co2e_kg - self.now.co2e_kg

    @property
    def becomes_competition(self) -> bool:
        return self.then.outcome == "mini_competition" and self.now.outcome != "mini_competition"


@dataclass(frozen=True, slots=True)
class CleanDelivery:
    """A supplier that delivers without emissions. ``more``: what the need would cost more there; ``None`` where it is
    the one ordered from."""

    supplier: str
    more: Decimal | None


def subset(facts: Facts, quantities: Quantities) -> dict[str, Any]:
    """The facts of another need of items that these facts know. It is a comparison: nothing is drawn, and neither earlier
    call-offs nor anybody's authority matter."""
    places = {line["item"]: index for index, line in enumerate(facts["need"]["lines"])}
    wanted = [item for item in quantities if item in places]
    moved = {str(places[item]): str(index) for index, item in enumerate(wanted)}
    lines = [{**facts["need"]["lines"][places[item]], "quantity": decimal_text(quantities[item])} for item in wanted]
    suppliers = [
        {
            **supplier,
            "offers": [
                {**offer, "line": moved[offer["line"]]} for offer in supplier["offers"] if offer["line"] in moved
            ],
        }
        for supplier in facts["suppliers"]
    ]
    ceiling = {**facts["ceiling"], "used": "0.00", "reserved": "0.00", "quantity_used": "0"}
    return {
        **facts,
        "need": {**facts["need"], "lines": lines, "amount": None},
        "suppliers": suppliers,
        "ceiling": ceiling,
        "recent": [],
        "authority": {"limit": None},
    }


def bundle(facts: Facts, needs: Sequence[Quantities]) -> Bundle | None:
    """What several needs cost each by itself and all at once; ``None`` unless every one of them, and all together, can be
    ordered directly, and together they cost less without costing more under the contract."""
    together: dict[str, Decimal] = {}
    for need in needs:
        for item, quantity in need.items():
            together[item] = together.get(item, Decimal(0)) + quantity
    apart = [cost_of(decide(subset(facts, need))) for need in needs]
    whole = cost_of(decide(subset(facts, together)))
    if whole is None or any(one is None for one in apart) or len(apart) < 2:
        return None
    first, *rest = [one for one in apart if one is not None]
    separate = sum(rest, first)
    found = Bundle(separate, whole)
    return found if found.saves > 0 and found.charges + found.goods >= 0 else None


def cost_of(answer: Mapping[str, Any]) -> Cost | None:
    """What the orders of an answer cost, to the øre; ``None`` where nothing is ordered directly from a price list."""
    orders = answer["orders"]
    if answer["outcome"] not in _ORDERED or not orders or not all(order["parts"] for order in orders):
        return None

    def total(part: str) -> Decimal:
        return sum((Decimal(order["parts"][part]) for order in answer["orders"]), Decimal(0))

    return Cost(
        total("goods"),
        total("discount"),
        total("small_order_fee"),
        total("freight"),
        total("handling"),
        len(answer["orders"]),
    )


def within_reach(facts: Facts, answer: Mapping[str, Any]) -> list[Reach]:
    """The next threshold of each kind for each order of an answer, where reaching it saves something. Buying more than is
    needed is never cheaper because of it unless ``pays`` is negative; whoever shows it must say so."""
    if cost_of(answer) is None:
        return []
    found: list[Reach] = []
    for order in answer["orders"]:
        terms = next(one["terms"] for one in facts["suppliers"] if one["supplier"] == order["supplier"])
        goods = sum(
            (Decimal(line["quantity"]) * Decimal(line["unit_price"]) for line in order["order_lines"]), Decimal(0)
        )
        found += _thresholds(terms, goods, order["supplier"])
        found += _tiers(facts, order)
    return found


def _thresholds(terms: Mapping[str, Any], goods: Decimal, supplier: str) -> Iterator[Reach]:
    due = _due(terms, goods)
    free_from = terms["free_freight_from"]
    targets: list[tuple[str, Decimal, Decimal | None]] = []
    if Decimal(terms["small_order_fee"]) > 0 and due < Decimal(terms["min_order"]):
        minimum = Decimal(terms["min_order"])
        targets.append(("no_small_order_fee", minimum, _goods_for(terms, goods, minimum)))
    if Decimal(terms["freight"]) > 0 and free_from is not None and due < Decimal(free_from):
        targets.append(("free_freight", Decimal(free_from), _goods_for(terms, goods, Decimal(free_from))))
    higher = [Decimal(one["from"]) for one in terms["spend_discounts"] if Decimal(one["from"]) > goods]
    if higher:
        targets.append(("spend_discount", min(higher), _up(min(higher))))
    for kind, threshold, target in targets:
        if target is None or target > goods * _AT_MOST_DOUBLE:
            continue
        more, pays = target - goods, _charged(terms, target) - _charged(terms, goods)
        if more - pays > 0:
            yield Reach(kind, supplier, "", threshold, more, pays, more - pays)


def _tiers(facts: Facts, order: Mapping[str, Any]) -> Iterator[Reach]:
    offers = next(one["offers"] for one in facts["suppliers"] if one["supplier"] == order["supplier"])
    places = [line["line"] for line in order["order_lines"]]
    for line in order["order_lines"]:
        offer = next(one for one in offers if one["line"] == line["line"])
        quantity = Decimal(line["quantity"])
        higher = [Decimal(tier["from"]) for tier in offer["tiers"] if Decimal(tier["from"]) > quantity]
        if not higher or min(higher) > quantity * _AT_MOST_DOUBLE:
            continue
        target = min(higher)
        lines = [dict(one) for one in facts["need"]["lines"]]
        lines[int(line["line"])]["quantity"] = decimal_text(target)
        raised = order_of({**facts, "need": {**facts["need"], "lines": lines}}, order["supplier"], places)
        pays = Decimal(raised["contract_value"]) - Decimal(order["contract_value"])
        saves = (target - quantity) * Decimal(line["unit_price"]) - pays
        if saves > 0:
            yield Reach("tier", order["supplier"], line["item"], target, target - quantity, pays, saves)


def _charged(terms: Mapping[str, Any], goods: Decimal) -> Decimal:
    """What goods at list come to with discount, fee and freight."""
    due = _due(terms, goods)
    free_from = terms["free_freight_from"]
    fee = Decimal(terms["small_order_fee"]) if due < Decimal(terms["min_order"]) else Decimal(0)
    freight = Decimal(terms["freight"]) if free_from is None or due < Decimal(free_from) else Decimal(0)
    return due + fee + freight


def _due(terms: Mapping[str, Any], goods: Decimal) -> Decimal:
    reached = [Decimal(one["rate"]) for one in terms["spend_discounts"] if goods >= Decimal(one["from"])]
    return goods - goods * max(reached, default=Decimal(0))


def _goods_for(terms: Mapping[str, Any], goods: Decimal, threshold: Decimal) -> Decimal | None:
    """The least goods, to the øre and no less than now, that come to the threshold after discount. A spend discount on the
    way lowers what is due, so each stretch between two discounts is tried by itself."""
    starts = [goods, *sorted(Decimal(one["from"]) for one in terms["spend_discounts"] if Decimal(one["from"]) > goods)]
    for index, start in enumerate(starts):
        share = _due(terms, start) / start if start else Decimal(1)
        if share <= 0:
            continue
        target = max(_up(start), _up(threshold / share))
        ends = starts[index + 1] if index + 1 < len(starts) else None
        if (ends is None or target < ends) and _due(terms, target) >= threshold:
            return target
    return None


def _up(amount: Decimal) -> Decimal:
    return amount.quantize(_ORE, rounding=ROUND_CEILING)


def figures(facts: Facts, quantities: Quantities) -> Figures | None:
    """What a need of known items comes to; ``None`` where it cannot be had."""
    mine = subset(facts, quantities)
    answer = decide(mine)
    orders = answer["orders"] or [one["order"] for one in answer.get("queue", ())[:1]]
    if answer["outcome"] in ("mini_competition", "dps_invitation"):
        able = [offer for offer in answer["offers"] if offer["excluded_because"] is None and offer["parts"]]
        if not able:
            return None
        first = min(able, key=lambda offer: int(offer["rank"]))
        orders = [order_of(mine, first["supplier"], [str(index) for index in range(len(mine["need"]["lines"]))])]
    if answer["outcome"] == "refused" or not orders:
        return None
    lines = tuple({**line, "supplier": order["supplier"]} for order in orders for line in order["order_lines"])
    return Figures(
        answer["outcome"],
        sum((Decimal(order["contract_value"]) for order in orders), Decimal(0)),
        sum((Decimal(line["co2e_kg"]) for line in lines), Decimal(0)),
        any(line["co2e_estimated"] for line in lines),
        lines,
    )


def swap(facts: Facts, quantities: Quantities, now: Figures, item: str, instead: str) -> Swap | None:
    """The need with one item changed for another, as many of it. ``now`` is what :func:`figures` says of the need as it
    stands. ``None`` where the other cannot be had, or where nobody states the footprint of one of the two: what is not
    known must never look like nothing."""
    changed: dict[str, Decimal] = {}
    for one, quantity in quantities.items():
        name = instead if one == item else one
        changed[name] = changed.get(name, Decimal(0)) + quantity
    then = figures(facts, changed)
    if then is None or not _footprint_known(now, item) or not _footprint_known(then, instead):
        return None
    return Swap(item, instead, now, then)


def _footprint_known(found: Figures, item: str) -> bool:
    return not any(
        line["co2e_estimated"] and Decimal(line["co2e_kg"]) == 0 for line in found.lines if line["item"] == item
    )


def clean_deliveries(answer: Mapping[str, Any], modes: Mapping[str, str]) -> list[CleanDelivery]:
    """The suppliers that deliver without emissions (``modes``: delivery mode by supplier): the ones ordered from, else the
    others that have it all and what the need would cost more there. Nothing where nothing is ordered directly."""
    cost = cost_of(answer)
    if cost is None:
        return []
    chosen = [order["supplier"] for order in answer["orders"]]
    clean = [one for one in chosen if modes.get(one) == "zero_emission"]
    if len(clean) == len(chosen):
        return [CleanDelivery(one, None) for one in clean]
    return [
        CleanDelivery(offer["supplier"], contract_value(offer["parts"]) - cost.contract)
        for offer in answer["offers"]
        if modes.get(offer["supplier"]) == "zero_emission" and offer["excluded_because"] is None and offer["parts"]
    ]
