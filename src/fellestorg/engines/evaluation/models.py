"""The evaluation models: how a price and the points of a tender become one figure.

A formula works on whatever numbers it is given: fractions where tenders are ranked, floats where thousands of made-up
tenders are tried. Sources: DFØ's guide to evaluation (linear, proportional, priced quality), abakus.as (conversion factor);
the hybrid is our own definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

Number = TypeVar("Number", Fraction, float)

LOWEST, HIGHEST = "lowest", "highest"


@dataclass(frozen=True, slots=True)
class Model:
    """What kind of model it is.

    ``higher_wins``: points; otherwise the total is an evaluated price in kroner and the lowest wins. ``weighed``: the
    weights enter the total. ``leans_on``: which prices of the other tenders move a tender's own figure. ``needs_reason``: a
    competition that uses it needs a reason on file (R1). ``additive``: totals are kroner that may be summed over lots (R6).
    ``divides``: the formula divides by prices, which must then be more than 0.
    """

    id: str
    higher_wins: bool = True
    weighed: bool = True
    leans_on: tuple[str, ...] = ()
    needs_reason: bool = False
    additive: bool = False
    divides: bool = False


MODELS: dict[str, Model] = {
    one.id: one
    for one in (
        Model("lowest_price", higher_wins=False, weighed=False, additive=True),
        Model("proportional", leans_on=(LOWEST,), divides=True),
        Model("linear", leans_on=(LOWEST,), divides=True),
        Model("linear_to_highest", leans_on=(LOWEST, HIGHEST), needs_reason=True),
        Model("hybrid", leans_on=(LOWEST,), divides=True),
        Model("priced_quality_deduction", higher_wins=False, weighed=False, additive=True),
        Model("priced_quality_surcharge", higher_wins=False, weighed=False, additive=True),
        Model("conversion_factor", higher_wins=False, divides=True),
        Model("linear_to_reference"),
    )
}
DEFAULT_MODEL = "priced_quality_deduction"
PRICED_QUALITY = ("priced_quality_deduction", "priced_quality_surcharge")


@dataclass(frozen=True, slots=True)
class Formula(Generic[Number]):
    """A model with its numbers. ``weights`` and ``max_values`` stand in the order of the points criteria; the price's weight
    is ``price_weight``. ``reference`` and the maximum values are 0 where the model has none."""

    model: Model
    scale: Number
    price_weight: Number
    weights: tuple[Number, ...]
    max_values: tuple[Number, ...]
    kappa: Number
    reference: Number
    floor: Number | None

    def price_points(self, price: Number, lowest: Number, highest: Number) -> Number:
        """The price's points in a model of points, not below the floor."""
        points = self.unfloored(price, lowest, highest)
        return points if self.floor is None or points > self.floor else self.floor

    def unfloored(self, price: Number, lowest: Number, highest: Number) -> Number:
        """The price's points before any floor. With ``linear_to_highest`` equal prices all get the whole scale."""
        scale, name = self.scale, self.model.id
        if name == "proportional":
            return scale * lowest / price
        if name == "linear_to_highest":
            return scale if highest == lowest else scale * (highest - price) / (highest - lowest)
        if name == "linear_to_reference":
            return scale - scale * (price - self.reference) / self.reference
        if name == "hybrid" and price > self.kappa * lowest:
            return scale * (2 - self.kappa) * self.kappa * lowest / price
        return scale - scale * (price - lowest) / lowest

    def parts(self, price: Number, points: Sequence[Number], lowest: Number, highest: Number) -> list[Number]:
        """What the price and then each points criterion add to the total. They sum to the total."""
        name, scale = self.model.id, self.scale
        if self.model.higher_wins:
            first = self.price_weight * self.price_points(price, lowest, highest)
            return _row(first, [w * p for w, p in zip(self.weights, points, strict=True)])
        if name == "priced_quality_deduction":
            return _row(price, [-v * p / scale for v, p in zip(self.max_values, points, strict=True)])
        if name == "priced_quality_surcharge":
            return _row(price, [v * (scale - p) / scale for v, p in zip(self.max_values, points, strict=True)])
        if name == "conversion_factor":
            per_point = price / (scale * self.price_weight)
            return _row(price, [w * (scale - p) * per_point for w, p in zip(self.weights, points, strict=True)])
        return _row(price, [0 * p for p in points])

    def total(self, price: Number, points: Sequence[Number], lowest: Number, highest: Number) -> Number:
        """The tender's figure: points, or the evaluated price in kroner."""
        total, *rest = self.parts(price, points, lowest, highest)
        for part in rest:
            total += part
        return total

    def gain(self, at: int, price: Number) -> Number:
        """What one point more on the ``at``-th points criterion adds to the tender's total; the total is linear in points."""
        if self.model.higher_wins:
            return self.weights[at]
        if self.model.id == "conversion_factor":
            return -self.weights[at] * price / (self.scale * self.price_weight)
        if self.model.id in PRICED_QUALITY:
            return -self.max_values[at] / self.scale
        return 0 * price

    def column(self, price: Number, points: Sequence[Number], lowest: Number, highest: Number) -> list[Number]:
        """The figures that the weights weigh: the total, or a positive multiple of it, is their weighted sum."""
        if self.model.id == "conversion_factor":
            return _row(price, [price * (self.scale - p) / self.scale for p in points])
        return _row(self.price_points(price, lowest, highest), points)

    def point_price(
        self, at: int, price: Number, points: Sequence[Number], lowest: Number, highest: Number
    ) -> Number | None:
        """Kroner of price that weigh as much as one point of the ``at``-th points criterion, at this tender's own price and
        with the other prices as they are. None where the model has no such rate: lowest price, a price without weight, prices
        under the floor, equal prices in ``linear_to_highest``."""
        name, scale = self.model.id, self.scale
        if name in PRICED_QUALITY:
            return self.max_values[at] / scale
        if name == "lowest_price" or not self.price_weight:
            return None
        ratio = self.weights[at] / self.price_weight
        if name == "conversion_factor":
            total = self.price_weight
            for weight, awarded in zip(self.weights, points, strict=True):
                total += weight * (scale - awarded) / scale
            return price * self.weights[at] / (scale * total)
        if self.floor is not None and self.unfloored(price, lowest, highest) < self.floor:
            return None
        if name == "proportional":
            return ratio * price * price / (scale * lowest)
        if name == "linear_to_highest":
            return ratio * (highest - lowest) / scale if highest != lowest else None
        if name == "linear_to_reference":
            return ratio * self.reference / scale
        if name == "hybrid" and price > self.kappa * lowest:
            return ratio * price * price / (scale * (2 - self.kappa) * self.kappa * lowest)
        return ratio * lowest / scale


def _row(first: Number, rest: Sequence[Number]) -> list[Number]:
    row = [first]
    row += rest
    return row
