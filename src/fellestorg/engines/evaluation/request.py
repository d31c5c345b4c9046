"""What is evaluated: model, criteria with weights, parameters, the published tie rule and the tenders. All exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType

ZERO, ONE = Fraction(0), Fraction(1)
PRICE, POINTS = "price", "points"


@dataclass(frozen=True, slots=True)
class Criterion:
    """``kind`` is ``price`` (exactly one) or ``points``. ``max_value``: what the whole scale is worth in kroner under priced
    quality. ``weight_from`` and ``weight_to``: the announced range, where the weight was announced as one."""

    id: str
    kind: str
    weight: Fraction
    max_value: Fraction | None = None
    environment: bool = False
    weight_from: Fraction | None = None
    weight_to: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """``kappa``: how far from the lowest price the hybrid stays linear (1.5: half as dear again). ``reference_price``: the
    published reference, or estimated value, in kroner. ``floor``: the price's points never go below it. ``normalise_points``:
    each criterion's best tender gets the whole scale, the others in proportion."""

    kappa: Fraction = Fraction(3, 2)
    reference_price: Fraction | None = None
    floor: Fraction | None = None
    normalise_points: bool = False


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender: price in kroner without VAT, awarded points per points criterion."""

    id: str
    price: Fraction
    points: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """Everything the answer may depend on. ``environment_met_by`` names what stands in for the environment's weight
    (``requirement``, ``priority`` …; see rule ENV-ALT), or is empty."""

    model: str
    rule_date: date
    criteria: tuple[Criterion, ...]
    tenders: tuple[Tender, ...]
    scale: Fraction = Fraction(10)
    parameters: Parameters = Parameters()
    tie_break: tuple[str, ...] = ()
    environment_met_by: str = ""

    @property
    def price_criterion(self) -> Criterion:
        return next(one for one in self.criteria if one.kind == PRICE)

    @property
    def points_criteria(self) -> tuple[Criterion, ...]:
        return tuple(one for one in self.criteria if one.kind == POINTS)
