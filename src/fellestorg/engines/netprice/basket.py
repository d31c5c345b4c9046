"""What a net price is computed from: a need, the suppliers' terms, the buyer's own costs, and limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)

#: The parts of a net price in the order they are shown. All are added, except ``discount``, which is subtracted.
PARTS = ("goods", "discount", "small_order_fee", "freight", "handling", "carbon")


@dataclass(frozen=True, slots=True)
class Tier:
    """``unit_price`` holds for all units of a line whose quantity is ``from_quantity`` or more."""

    from_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's price for one line of the need. ``co2e_kg`` is per unit; ``None`` means not stated."""

    line: str
    unit_price: Decimal
    tiers: tuple[Tier, ...] = ()
    co2e_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SpendDiscount:
    """``rate`` (``0.02`` is two per cent) of all goods once goods, before discount, reach ``from_goods``."""

    from_goods: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier's offers and terms of delivery. ``free_freight_from`` ``None``: freight is always due."""

    id: str
    offers: tuple[Offer, ...]
    min_order: Decimal = ZERO
    small_order_fee: Decimal = ZERO
    freight: Decimal = ZERO
    free_freight_from: Decimal | None = None
    spend_discounts: tuple[SpendDiscount, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One line of the need; ``quantity`` is above zero, in the unit the offers are priced in."""

    id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Costs:
    """The buyer's own costs: kroner per order sent, and kroner per kilogram CO2 equivalents."""

    order_handling: Decimal = ZERO
    carbon_per_kg: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_suppliers``: how many suppliers may share the need; ``None`` is no limit."""

    max_suppliers: int | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """A need and everything that may cover it. ``decides`` names the parts that rank; the others are shown only.

    Ids are unique within ``need`` and ``suppliers``, a supplier offers a line at most once and only lines of the
    need, and amounts are zero or more. ``parse_basket`` checks all of it and says where it fails; here a breach is
    a ``ValueError``, because it is our own mistake.
    """

    need: tuple[NeedLine, ...]
    suppliers: tuple[Supplier, ...]
    costs: Costs = Costs()
    limits: Limits = Limits()
    decides: tuple[str, ...] = PARTS
    currency: str = "NOK"

    def __post_init__(self) -> None:
        lines = {line.id for line in self.need}
        if len(lines) != len(self.need) or len({s.id for s in self.suppliers}) != len(self.suppliers):
            raise ValueError("two lines or two suppliers of a basket share an id")
        for supplier in self.suppliers:
            offered = [offer.line for offer in supplier.offers]
            if len(set(offered)) != len(offered) or not lines.issuperset(offered):
                raise ValueError(f"{supplier.id} offers a line twice, or one that is not in the need")
        if not self.decides or not set(self.decides) <= set(PARTS):
            raise ValueError(f"decides must name some of {', '.join(PARTS)}")
