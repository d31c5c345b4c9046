"""The basket in whole numbers, scaled so that nothing is lost: what the search and the solvers work on.

A supplier's cost as a function of its goods is piecewise linear: between two thresholds (discount, minimum order,
free freight) each krone of goods costs the same and the fixed costs are the same. Such a stretch is a ``Mode``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from fellestorg.engines.netprice.basket import ZERO, Supplier
from fellestorg.engines.netprice.pricing import EXACT, PriceBook, discount_rate


@dataclass(frozen=True, slots=True)
class Mode:
    """Goods from ``low`` up to, not including, ``high`` cost ``rate`` each and ``fixed`` once."""

    low: int
    high: int
    rate: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Scaled:
    """``goods[s][l]`` in goods units and ``extra[s][l]`` (carbon) in cost units; ``None`` where s lacks l.

    Lines and suppliers stand in the order of their ids, so that the lexicographic order of assignments (tuples of
    supplier numbers, line by line) does not depend on how the basket was written. ``unit`` cost units are a krone.
    """

    lines: tuple[str, ...]
    suppliers: tuple[str, ...]
    goods: tuple[tuple[int | None, ...], ...]
    extra: tuple[tuple[int, ...], ...]
    modes: tuple[tuple[Mode, ...], ...]
    max_suppliers: int
    unit: int

    def cost(self, assignment: Sequence[int]) -> int:
        """The exact deciding cost of an assignment that gives line ``l`` to supplier ``assignment[l]``."""
        goods: dict[int, int] = {}
        cost = 0
        for line, supplier in enumerate(assignment):
            amount = self.goods[supplier][line]
            if amount is None:
                raise ValueError(f"{self.suppliers[supplier]} does not offer {self.lines[line]}")
            goods[supplier] = goods.get(supplier, 0) + amount
            cost += self.extra[supplier][line]
        for supplier, amount in goods.items():
            for mode in self.modes[supplier]:
                if amount < mode.high:
                    cost += mode.rate * amount + mode.fixed
                    break
        return cost

    def floor(self) -> int:
        """A bound that needs no search: every line at its cheapest, no fixed costs."""
        total = 0
        for line in range(len(self.lines)):
            total += min(
                min(mode.rate for mode in modes) * amount + extra[line]
                for modes, row, extra in zip(self.modes, self.goods, self.extra, strict=True)
                if (amount := row[line]) is not None
            )
        return total


def scale(book: PriceBook, lines: Iterable[str]) -> Scaled:
    """Scale the basket's coverable ``lines``. What does not decide costs nothing here.

    Modes that a supplier cannot reach with all it offers are left out. The last mode is open upwards.
    """
    basket = book.basket
    decides = frozenset(basket.decides)
    line_ids = tuple(sorted(lines))
    suppliers = tuple(sorted((s for s in basket.suppliers if book.goods[s.id]), key=lambda s: s.id))
    rate_places = max((_places(d.rate) for s in suppliers for d in s.spend_discounts), default=0)
    goods_places = max(
        (
            _places(amount)
            for s in suppliers
            for amount in (
                *book.goods[s.id].values(),
                s.min_order,
                s.free_freight_from or ZERO,
                *(d.from_goods for d in s.spend_discounts),
            )
        ),
        default=0,
    )
    cost_places = goods_places + rate_places
    fixed_parts = [basket.costs.order_handling, *(x for s in suppliers for x in (s.small_order_fee, s.freight))]
    cost_places = max(cost_places, *map(_places, fixed_parts))
    if "carbon" in decides and basket.costs.carbon_per_kg:
        cost_places = max(cost_places, *(_places(c) for s in suppliers for c in book.carbon[s.id].values()), 0)
    with localcontext(EXACT):
        goods_unit = Decimal(10**goods_places)
        cost_unit = Decimal(10**cost_places)
        goods = tuple(
            tuple(None if (g := book.goods[s.id].get(line)) is None else int(g * goods_unit) for line in line_ids)
            for s in suppliers
        )
        carbon_unit = cost_unit if "carbon" in decides else ZERO
        extra = tuple(
            tuple(int(book.carbon[s.id].get(line, ZERO) * carbon_unit) for line in line_ids) for s in suppliers
        )
        handling = basket.costs.order_handling if "handling" in decides else ZERO
        modes = tuple(
            _modes(s, decides, handling, goods_unit, cost_unit, sum(g for g in row if g is not None))
            for s, row in zip(suppliers, goods, strict=True)
        )
    limit = basket.limits.max_suppliers
    return Scaled(
        lines=line_ids,
        suppliers=tuple(s.id for s in suppliers),
        goods=goods,
        extra=extra,
        modes=modes,
        max_suppliers=len(suppliers) if limit is None else min(limit, len(suppliers)),
        unit=10**cost_places,
    )


def _modes(
    supplier: Supplier,
    decides: frozenset[str],
    handling: Decimal,
    goods_unit: Decimal,
    cost_unit: Decimal,
    most: int,
) -> tuple[Mode, ...]:
    """The stretches of goods between thresholds, neighbours alike joined, unreachable ones left out."""
    floor = supplier.free_freight_from
    steps = sorted({ZERO, *(d.from_goods for d in supplier.spend_discounts)})
    rates = [discount_rate(supplier, step) for step in steps]
    cuts = {int(step * goods_unit) for step in steps}
    for rate in set(rates):
        # Fee and freight look at goods after discount: goods * (1 - rate) >= threshold, rounded up to whole units.
        left = 1 - rate
        if left > 0:
            cuts.update(_ceil_ratio(limit * goods_unit, left) for limit in (supplier.min_order, floor) if limit)
    modes: list[Mode] = []
    starts = sorted(cut for cut in cuts if cut <= most)
    for index, low in enumerate(starts):
        goods = low / goods_unit
        rate = discount_rate(supplier, goods)
        due = goods * (1 - rate)
        per_unit = ("goods" in decides) - (rate if "discount" in decides else ZERO)
        fixed = handling
        if "small_order_fee" in decides and due < supplier.min_order:
            fixed += supplier.small_order_fee
        if "freight" in decides and (floor is None or due < floor):
            fixed += supplier.freight
        high = starts[index + 1] if index + 1 < len(starts) else most + 1
        mode = Mode(low, high, int(per_unit * cost_unit / goods_unit), int(fixed * cost_unit))
        if modes and (modes[-1].rate, modes[-1].fixed) == (mode.rate, mode.fixed):
            modes[-1] = Mode(modes[-1].low, high, mode.rate, mode.fixed)
        else:
            modes.append(mode)
    return tuple(modes)


def _ceil_ratio(amount: Decimal, share: Decimal) -> int:
    top, bottom = (amount / 1).as_integer_ratio()
    share_top, share_bottom = share.as_integer_ratio()
    return -(-top * share_bottom // (bottom * share_top))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
