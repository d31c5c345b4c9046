"""Offers of flights on one route: which are on the agreement, what they cost after the discount, and in which order.

Pure: offers and the route's own terms go in, an answer with codes and facts comes out; words belong to the room that
shows it. Rules FLY-SHOW and CO2-FLIGHT. The discount is the one of the day the ticket is bought; a supplier that has
stopped flying is judged by the day of departure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fellestorg.engines.travel.climate import CABINS, Factors, co2e_kg
from fellestorg.engines.travel.fares import hundredths, net_ore, ore

FARE_CLASSES = ("basic", "standard", "flex", "business")
MOST_OFFERS = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """A flight somebody may book. ``published`` is the airline's own fare in kroner without VAT, one way."""

    airline: str
    flight: str
    fare_class: str
    published: Decimal
    departs: date
    time: str = ""
    cabin: str = "economy"
    stops: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """A supplier's terms on the route. ``discounts`` are those of the day of purchase, by class; ``valid`` says whether
    its agreement there holds that day."""

    supplier: str
    rank: int
    discounts: Mapping[str, Decimal]
    valid: bool = True
    closed_from: date | None = None
    closed_reason: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides on a route: its length, its suppliers, whose each airline is, and the figures of FLY-SHOW.

    ``carbon_per_kg`` is given where the lot's policy says that carbon decides, else 0: then it is shown only.
    """

    km: int
    areas: tuple[Area, ...]
    airlines: Mapping[str, str]
    factors: Factors
    highlight: int
    within: Decimal
    least_airlines: int
    carbon_per_kg: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer stands where it stands: a code, and the facts its words are filled with."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer with its answer. ``rank`` only on the agreement; ``total`` is what ranks: net, and carbon where it decides."""

    offer: Offer
    supplier: str
    supplier_rank: int | None
    rank: int | None
    discount: Decimal
    net: Decimal
    co2e_kg: Decimal
    carbon: Decimal
    highlighted: bool
    reasons: tuple[Reason, ...]

    @property
    def total(self) -> Decimal:
        return self.net + self.carbon

    @property
    def saved(self) -> Decimal:
        """Published fare less net price, in kroner."""
        return self.offer.published - self.net

    @property
    def on_agreement(self) -> bool:
        return self.rank is not None


def rank_offers(offers: Sequence[Offer], terms: Terms) -> tuple[Ranked, ...]:
    """Offers on the agreement first, lowest total first, then those outside it by price.

    Equal totals: lowest carbon, then the supplier's rank on the route, then as given. ``LookupError`` for an unknown cabin.
    """
    answered = [_answer(offer, terms) for offer in offers]
    on = sorted(
        (one for one in answered if one.supplier_rank is not None),
        key=lambda one: (one.total, one.co2e_kg, one.supplier_rank),
    )
    off = sorted((one for one in answered if one.supplier_rank is None), key=lambda one: (one.total, one.co2e_kg))
    shown = _highlighted(on, terms)
    lowest_carbon = min((one.co2e_kg for one in on), default=None)
    ranked = []
    for place, one in enumerate(on, 1):
        why = list(one.reasons)
        if place == 1:
            why.append(Reason("lowest_price"))
        if shown.get(place):
            why.append(Reason("competition"))
        if one.co2e_kg == lowest_carbon and len({other.co2e_kg for other in on}) > 1:
            why.append(Reason("lowest_carbon"))
        ranked.append(replace(one, rank=place, highlighted=place in shown, reasons=tuple(why)))
    return (*ranked, *off)


def _answer(offer: Offer, terms: Terms) -> Ranked:
    if offer.cabin not in CABINS:
        raise LookupError(f"there is no cabin {offer.cabin!r}; known are {', '.join(CABINS)}")
    supplier = terms.airlines.get(offer.airline, "")
    area = next((one for one in terms.areas if supplier and one.supplier == supplier), None)
    reasons, holds = _standing(offer, supplier, area)
    discount = area.discounts.get(offer.fare_class) if area is not None and holds else None
    if holds and discount is None:
        reasons = (*reasons, Reason("class_without_discount", {"class": offer.fare_class}))
    net = Decimal(net_ore(ore(offer.published), hundredths(discount or Decimal(0)))) / 100
    kg = co2e_kg(terms.km, offer.cabin, terms.factors)
    return Ranked(
        offer,
        supplier,
        area.rank if area is not None and holds else None,
        None,
        discount or Decimal(0),
        net,
        kg,
        kg * terms.carbon_per_kg,
        False,
        reasons,
    )


def _standing(offer: Offer, supplier: str, area: Area | None) -> tuple[tuple[Reason, ...], bool]:
    """Why an offer is on the agreement or not, and whether it is."""
    if not supplier:
        return (Reason("airline_without_agreement", {"airline": offer.airline}),), False
    if area is None:
        return (Reason("supplier_not_on_route", {"airline": offer.airline}),), False
    if not area.valid:
        return (Reason("outside_validity"),), False
    if area.closed_from is not None and offer.departs >= area.closed_from:
        return (Reason("route_closed", {"from": area.closed_from.isoformat(), "why": area.closed_reason}),), False
    return (Reason("on_agreement", {"rank": area.rank}),), True


def _highlighted(on: Sequence[Ranked], terms: Terms) -> dict[int, bool]:
    """The places to highlight; True where it is there so that another airline competes."""
    if not on:
        return {}
    limit = on[0].total * (1 + terms.within)
    shown = {place: False for place, one in enumerate(on[: terms.highlight], 1) if one.total <= limit}
    suppliers = {on[place - 1].supplier for place in shown}
    for place, one in enumerate(on, 1):
        if len(suppliers) >= terms.least_airlines:
            break
        if one.supplier not in suppliers:
            shown[place] = True
            suppliers.add(one.supplier)
    return shown
