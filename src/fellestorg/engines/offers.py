"""What each supplier's offer comes to for a need, and the order that follows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fellestorg.engines import netprice
from fellestorg.engines.caps import over_cap
from fellestorg.engines.policy import CONTRACT_PARTS, PARTS, Policy
from fellestorg.engines.used import lacks
from fellestorg.values import decimal_text, kroner

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Priced:
    """One supplier's offer for the whole need. ``parts`` are empty where it cannot deliver it all; ``deciding`` is the
    sum of those that decide, and ``price_rank`` its place by that sum."""

    supplier: str
    rank: int
    active: bool
    excluded_because: str | None
    net: str | None
    deciding: str | None
    price_rank: int | None
    parts: Mapping[str, str]
    missing: tuple[str, ...]
    estimated: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "supplier": self.supplier,
            "rank": self.rank,
            "net": self.net,
            "deciding": self.deciding,
            "price_rank": self.price_rank,
            "parts": dict(self.parts),
            "missing": list(self.missing),
            "carbon_estimated": self.estimated,
            "excluded_because": self.excluded_because,
        }


@dataclass(frozen=True, slots=True)
class Cover:
    """The cheapest lawful way to cover the need: who delivers which line, proved.

    ``deciding``, ``bound`` and ``best_single`` (the cheapest supplier alone) are sums of the parts that decide.
    """

    net: str
    deciding: str
    bound: str
    proved: bool
    assignment: dict[str, str]
    parts: dict[str, str]
    tied: int
    best_single: str | None


def contract_value(parts: Mapping[str, str]) -> Decimal:
    """What a ledger draws (design 3a.1): goods - discount + fees + freight, without VAT."""
    value = {name: Decimal(parts.get(name, "0")) for name in CONTRACT_PARTS}
    return value["goods"] - value["discount"] + value["small_order_fee"] + value["freight"]


def price_suppliers(facts: Facts, decides: Sequence[str]) -> list[Priced]:
    """Every supplier of the lot in order of rank, with its price for the whole need or why it is left out."""
    lines = facts["need"]["lines"]
    alone: dict[str, Any] = {}
    if lines:
        everybody = [s["supplier"] for s in facts["suppliers"]]
        alone = {one["supplier"]: one for one in _singles(facts, everybody, decides)}
    priced = []
    for supplier in sorted(facts["suppliers"], key=lambda one: (one["rank"], one["supplier"])):
        one = alone.get(supplier["supplier"], {})
        missing = tuple(lines[int(line)]["item"] for line in one.get("missing", []))
        excluded = None
        if supplier["suspended_because"] is not None:
            excluded = "suspended"
        elif any(lacks(offer, facts["date"]) for offer in supplier["offers"]):
            excluded = "used_without_proof"
        elif lines and any(too_dear(facts, offer) for offer in supplier["offers"]):
            excluded = "over_price_cap"
        elif missing:
            excluded = "lacks_lines"
        priced.append(
            Priced(
                supplier["supplier"],
                supplier["rank"],
                excluded != "suspended",
                excluded,
                None if missing or not lines else one["net"],
                None if missing or not lines else one["deciding"],
                one.get("rank"),
                {} if missing or not lines else one["parts"],
                missing,
                any(offer["co2e_kg"] is None for offer in supplier["offers"]),
            )
        )
    return priced


def price_cover(facts: Facts) -> Decimal | None:
    """The contract value of the cheapest cover by any number of active suppliers; None where some line has no offer."""
    active = [one["supplier"] for one in facts["suppliers"] if _active(one)]
    if not facts["need"]["lines"] or not active:
        return None
    answer = _solve(facts, active, None, CONTRACT_PARTS)
    if answer["best"] is None or answer["uncovered"]:
        return None
    return contract_value(answer["best"]["parts"])


def best_cover(facts: Facts, policy: Policy, max_suppliers: int, active: Sequence[Priced]) -> Cover | None:
    """The cover at the lowest net price within the policy, ties settled by its tie rule; None where there is none."""
    answer = _solve(facts, [offer.supplier for offer in active], max_suppliers, policy.decides)
    best = answer["best"]
    if best is None or answer["uncovered"]:
        return None
    candidates: list[dict[str, str]] = [best["assignment"], *best["ties"]]
    chosen = _settle(facts, policy.tie_rule, candidates) if len(candidates) > 1 else candidates[0]
    parts = best["parts"] if chosen == best["assignment"] else _parts_of(facts, chosen)
    singles = [Decimal(one["deciding"]) for one in answer["single"] if one["rank"] is not None]
    return Cover(
        best["net"] if chosen == best["assignment"] else _net(parts),
        best["deciding"],
        best["bound"],
        bool(best["proved"]),
        dict(sorted(chosen.items(), key=lambda pair: int(pair[0]))),
        parts,
        len(candidates),
        kroner(min(singles)) if singles else None,
    )


def order_of(facts: Facts, supplier: str, lines: Sequence[str]) -> dict[str, Any]:
    """The order to one supplier for some lines of the need: price-line versions, unit prices, parts and CO2."""
    need = facts["need"]
    if not lines:
        return {
            "supplier": supplier,
            "lines": [],
            "net": kroner(Decimal(need["amount"])),
            "parts": {},
            "order_lines": [],
        }
    (alone,) = _singles(facts, [supplier], PARTS, lines)
    (offering,) = [one for one in facts["suppliers"] if one["supplier"] == supplier]
    offers = {offer["line"]: offer for offer in offering["offers"]}
    order_lines = []
    for line in lines:
        quantity, offer = Decimal(need["lines"][int(line)]["quantity"]), offers[line]
        unit_price = unit_price_at(offer, quantity)
        co2e, estimated = _co2e(facts, line, offer)
        made = {
            "line": line,
            "item": need["lines"][int(line)]["item"],
            "price_line": offer["price_line"],
            "quantity": decimal_text(quantity),
            "unit_price": decimal_text(unit_price),
            "amount": kroner(quantity * unit_price),
            "co2e_kg": decimal_text(quantity * co2e),
            "co2e_estimated": estimated,
        }
        if offer.get("used") is not None:
            made["used"] = dict(offer["used"])
        if offer.get("model") is not None:
            made["model"] = dict(offer["model"])
        order_lines.append(made)
    return {
        "supplier": supplier,
        "lines": [one["item"] for one in order_lines],
        "net": alone["net"],
        "contract_value": kroner(contract_value(alone["parts"])),
        "parts": alone["parts"],
        "terms": offering["terms"]["id"],
        "order_lines": order_lines,
    }


def unit_price_at(offer: Mapping[str, Any], quantity: Decimal) -> Decimal:
    """The unit price that holds for all units of a line when its quantity reaches a tier."""
    reached = [tier for tier in offer["tiers"] if quantity >= Decimal(tier["from"])]
    if not reached:
        return Decimal(offer["unit_price"])
    return Decimal(max(reached, key=lambda tier: Decimal(tier["from"]))["unit_price"])


def too_dear(facts: Facts, offer: Mapping[str, Any]) -> bool:
    """Whether an offer is above the price cap of its category (rule CAP)."""
    quantity = Decimal(facts["need"]["lines"][int(offer["line"])]["quantity"])
    return over_cap(facts, offer, unit_price_at(offer, quantity))


def _active(supplier: Mapping[str, Any]) -> bool:
    return supplier["suspended_because"] is None


def _co2e(facts: Facts, line: str, offer: Mapping[str, Any]) -> tuple[Decimal, bool]:
    """Kilograms per unit; the highest stated for the line where this offer states none."""
    if offer["co2e_kg"] is not None:
        return Decimal(offer["co2e_kg"]), False
    stated = [
        Decimal(other["co2e_kg"])
        for supplier in facts["suppliers"]
        for other in supplier["offers"]
        if other["line"] == line and other["co2e_kg"] is not None
    ]
    return max(stated, default=Decimal(0)), True


def _solve(facts: Facts, suppliers: Sequence[str], max_suppliers: int | None, decides: Sequence[str]) -> dict[str, Any]:
    """The net-price engine's answer, in its wire shape, on the best cover of the need by some suppliers."""
    return netprice.answer_json(netprice.solve(_basket(facts, suppliers, max_suppliers, decides)))


def _singles(
    facts: Facts, suppliers: Sequence[str], decides: Sequence[str], lines: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """What each of some suppliers alone would cost for the need, or for some of its lines, in the same shape."""
    basket = _basket(facts, suppliers, None, decides, lines)
    return [netprice.alone_json(row) for row in netprice.price_singles(basket)]


def _basket(
    facts: Facts,
    suppliers: Sequence[str],
    max_suppliers: int | None,
    decides: Sequence[str],
    lines: Sequence[str] | None = None,
) -> netprice.Basket:
    """Some suppliers and lines of the need for the net-price engine. Made without its wire shape, which would read and
    check anew what the facts already hold."""
    need = facts["need"]["lines"]
    wanted = [str(index) for index in range(len(need))] if lines is None else list(lines)
    costs = facts["costs"]
    return netprice.Basket(
        need=tuple(netprice.NeedLine(line, Decimal(need[int(line)]["quantity"])) for line in wanted),
        suppliers=tuple(_supplier(facts, one, wanted) for one in facts["suppliers"] if one["supplier"] in suppliers),
        costs=netprice.Costs(Decimal(costs["order_handling"]), Decimal(costs["carbon_per_kg"])),
        limits=netprice.Limits(max_suppliers),
        decides=tuple(decides),
    )


def _supplier(facts: Facts, supplier: Mapping[str, Any], wanted: Sequence[str]) -> netprice.Supplier:
    terms = supplier["terms"]
    free_from = terms.get("free_freight_from")
    return netprice.Supplier(
        supplier["supplier"],
        tuple(
            _offer(facts, offer)
            for offer in supplier["offers"]
            if offer["line"] in wanted and not lacks(offer, facts["date"]) and not too_dear(facts, offer)
        ),
        Decimal(terms["min_order"]),
        Decimal(terms["small_order_fee"]),
        Decimal(terms["freight"]),
        None if free_from is None else Decimal(free_from),
        tuple(netprice.SpendDiscount(Decimal(one["from"]), Decimal(one["rate"])) for one in terms["spend_discounts"]),
    )


def _offer(facts: Facts, offer: Mapping[str, Any]) -> netprice.Offer:
    # The estimate of an unstated footprint looks at every supplier of the lot, whichever of them are asked about here.
    return netprice.Offer(
        offer["line"],
        Decimal(offer["unit_price"]),
        tuple(netprice.Tier(Decimal(tier["from"]), Decimal(tier["unit_price"])) for tier in offer["tiers"]),
        _co2e(facts, offer["line"], offer)[0],
    )


def _parts_of(facts: Facts, assignment: Mapping[str, str]) -> dict[str, str]:
    total = dict.fromkeys(PARTS, Decimal(0))
    for supplier in sorted(set(assignment.values())):
        order = order_of(facts, supplier, [line for line, one in assignment.items() if one == supplier])
        for name, value in order["parts"].items():
            total[name] += Decimal(value)
    return {name: kroner(value) for name, value in total.items()}


def _net(parts: Mapping[str, str]) -> str:
    return kroner(contract_value(parts) + Decimal(parts["handling"]) + Decimal(parts["carbon"]))


def _settle(facts: Facts, tie_rule: str, candidates: list[dict[str, str]]) -> dict[str, str]:
    """The one of several equally cheap covers that the policy's tie rule names (rule TIE)."""
    rank = {one["supplier"]: one["rank"] for one in facts["suppliers"]}

    def ranks(assignment: dict[str, str]) -> tuple[list[int], list[int]]:
        by_line = [rank[assignment[line]] for line in sorted(assignment, key=int)]
        return sorted(set(by_line)), by_line

    if tie_rule == "lowest_carbon":
        return min(candidates, key=lambda one: (Decimal(_parts_of(facts, one)["carbon"]), ranks(one)))
    if tie_rule == "draw":
        # A draw that anyone can repeat: the smallest hash of the request id and the cover.
        def lot_drawn(assignment: dict[str, str]) -> str:
            text = facts["request_id"] + "|" + ",".join(f"{line}={assignment[line]}" for line in sorted(assignment))
            return hashlib.sha256(text.encode()).hexdigest()

        return min(candidates, key=lot_drawn)
    return min(candidates, key=ranks)
