"""The exact price of an order: the six parts, in Decimal, nothing rounded.

Source: the netprice interface (NP-1). Every answer is priced here before anyone sees it, whoever found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext

from fellestorg.engines.netprice.basket import PARTS, ZERO, Basket, NeedLine, Offer, Supplier

#: Wide enough for every product of the 32-digit numbers that input may hold; it raises rather than rounds.
EXACT = Context(prec=400, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a net price, unrounded. ``discount`` is positive and is subtracted."""

    goods: Decimal = ZERO
    discount: Decimal = ZERO
    small_order_fee: Decimal = ZERO
    freight: Decimal = ZERO
    handling: Decimal = ZERO
    carbon: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.sum_of(PARTS)

    def sum_of(self, names: Iterable[str]) -> Decimal:
        """The sum of the named parts, the discount counted as negative: what ranks when only they decide."""
        with localcontext(EXACT):
            total = ZERO
            for name in names:
                amount: Decimal = getattr(self, name)
                total = total - amount if name == "discount" else total + amount
            return total

    def __add__(self, other: Parts) -> Parts:
        with localcontext(EXACT):
            return Parts(*(getattr(self, name) + getattr(other, name) for name in PARTS))


class PriceBook:
    """A basket with every offer priced for the quantity needed: goods and carbon per supplier and line."""

    def __init__(self, basket: Basket) -> None:
        self.basket = basket
        self.lines = {line.id: line for line in basket.need}
        self.suppliers = {supplier.id: supplier for supplier in basket.suppliers}
        self.goods: dict[str, dict[str, Decimal]] = {}
        self.carbon: dict[str, dict[str, Decimal]] = {}
        self.estimated: dict[str, frozenset[str]] = {}
        highest: dict[str, Decimal] = {}
        for supplier in basket.suppliers:
            for offer in supplier.offers:
                if offer.co2e_kg is not None and offer.co2e_kg > highest.get(offer.line, ZERO):
                    highest[offer.line] = offer.co2e_kg
        with localcontext(EXACT):
            per_kg = basket.costs.carbon_per_kg
            unit_carbon = {line.id: line.quantity * per_kg for line in basket.need}
            for supplier in basket.suppliers:
                self.goods[supplier.id] = {
                    offer.line: self.lines[offer.line].quantity * unit_price(offer, self.lines[offer.line])
                    for offer in supplier.offers
                }
                # Where nothing is stated the highest stated for that line counts: hiding it never pays.
                self.carbon[supplier.id] = {
                    offer.line: unit_carbon[offer.line]
                    * (highest.get(offer.line, ZERO) if offer.co2e_kg is None else offer.co2e_kg)
                    for offer in supplier.offers
                }
                self.estimated[supplier.id] = frozenset(o.line for o in supplier.offers if o.co2e_kg is None)

    def order(self, supplier_id: str, lines: Iterable[str]) -> Parts:
        """The parts of one order of ``lines`` to one supplier. No lines, no order: every part is zero."""
        lines = list(lines)
        if not lines:
            return Parts()
        supplier = self.suppliers[supplier_id]
        with localcontext(EXACT):
            goods = sum((self.goods[supplier_id][line] for line in lines), ZERO)
            discount = goods * discount_rate(supplier, goods)
            due = goods - discount
            free_from = supplier.free_freight_from
            return Parts(
                goods=goods,
                discount=discount,
                small_order_fee=supplier.small_order_fee if due < supplier.min_order else ZERO,
                freight=supplier.freight if free_from is None or due < free_from else ZERO,
                handling=self.basket.costs.order_handling,
                carbon=sum((self.carbon[supplier_id][line] for line in lines), ZERO),
            )

    def orders(self, assignment: Mapping[str, str]) -> dict[str, Parts]:
        """The parts of each supplier's order when ``assignment`` says who delivers each line."""
        shared: dict[str, list[str]] = {}
        for line, supplier_id in assignment.items():
            shared.setdefault(supplier_id, []).append(line)
        return {supplier_id: self.order(supplier_id, lines) for supplier_id, lines in sorted(shared.items())}


def unit_price(offer: Offer, line: NeedLine) -> Decimal:
    """The price per unit at the line's whole quantity: that of the highest tier reached, else the offer's own."""
    reached = [tier for tier in offer.tiers if line.quantity >= tier.from_quantity]
    return max(reached, key=lambda tier: tier.from_quantity).unit_price if reached else offer.unit_price


def discount_rate(supplier: Supplier, goods: Decimal) -> Decimal:
    """The highest rate among the spend discounts that goods, before discount, reach; zero if none."""
    return max((step.rate for step in supplier.spend_discounts if goods >= step.from_goods), default=ZERO)


def price_alone(basket: Basket, supplier_id: str) -> Parts:
    """The exact parts if this supplier delivers every line it offers, on its own. ``KeyError`` if unknown."""
    book = PriceBook(basket)
    return book.order(supplier_id, book.goods[supplier_id])


def total(orders: Mapping[str, Parts]) -> Parts:
    """The sum of several orders, part by part."""
    summed = Parts()
    for parts in orders.values():
        summed = summed + parts
    return summed
