"""Which hotel at a place, by what the framework says counts: the net price, the way to where one is going, the ecolabel.

Everything that counts is turned into kroner a night without VAT, so that a reader can add it up::

    compared = net price + kilometres beyond the free ones x kroner a kilometre - net price x ecolabel share
               (+ the worth of a breakfast where it is not in the price)

The lowest comes first. LRA (last room availability) is a fixed price for the standard room that holds until the last one
is taken; better rooms have a percentage off the price of the day, so they are ranked only where that price is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt

from fellestorg.values import RuleRef

STANDARD, SUPERIOR = "standard", "superior"
ROOMS = (STANDARD, SUPERIOR)
LRA, PERCENTAGE_OFF = "lra", "percentage_off"
ZERO = Decimal(0)
_EARTH_KM = 6371.0088  # mean radius (IUGG)


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground, in degrees."""

    name: str
    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """What a hotel asks for a room in a stretch of days (a season). ``amount`` is kroner a night with VAT at ``vat_rate``
    for ``lra``; ``discount`` a share off the price of the day for ``percentage_off``."""

    room: str
    model: str
    vat_rate: Decimal
    valid_from: date
    valid_to: date | None
    amount: Decimal = ZERO
    discount: Decimal = ZERO
    breakfast: bool = True
    season: str = ""

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Hotel:
    """A hotel on the framework at a place. ``ecolabel`` is empty where it has none that day."""

    key: str
    name: str
    supplier: str
    at: Point
    ecolabel: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the framework says counts, in kroner without VAT a night and shares of the net price."""

    per_km: Decimal
    free_km: Decimal
    ecolabel_share: Decimal
    breakfast_worth: Decimal
    version: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody was offered: kroner a night with VAT, or None where the room was refused; ``published`` is the price
    of the day that a discount is taken off."""

    hotel: str
    room: str
    nightly: Decimal | None
    published: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Nights at a place, and where one is going there."""

    arrival: date
    nights: int
    room: str
    point: Point

    @property
    def days(self) -> Iterator[date]:
        return (self.arrival + timedelta(days=number) for number in range(self.nights))


@dataclass(frozen=True, slots=True)
class Check:
    """What an offer is worth against the agreement: ``lra_held``, ``lra_broken`` (dearer), ``lra_refused`` (no standard
    room, but a dearer one is offered), ``sold_out``, ``discount_held``, ``discount_short``, ``cheaper``, ``unchecked`` (no
    price of the day was told, or the agreement has no price those nights). Kroner a night with VAT."""

    hotel: str
    room: str
    code: str
    agreed: Decimal | None
    offered: Decimal | None

    @property
    def breach(self) -> bool:
        """Whether the hotel does otherwise than it has agreed."""
        return self.code in ("lra_broken", "lra_refused", "discount_short")

    @property
    def over(self) -> Decimal | None:
        """How much dearer than agreed, kroner a night with VAT; less than nothing where it is cheaper."""
        return None if self.agreed is None or self.offered is None else self.offered - self.agreed


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hotel's place. Amounts are kroner a night without VAT, the mean of the nights, except ``total`` (the whole stay
    without VAT) and ``total_with_vat``. ``reason``: why it is not before the one above (``first``, ``dearer``,
    ``farther``, ``no_ecolabel``, ``compared``, ``tie``)."""

    place: int
    hotel: Hotel
    net: Decimal
    total: Decimal
    total_with_vat: Decimal
    km: Decimal
    distance_cost: Decimal
    ecolabel_deduction: Decimal
    breakfast_cost: Decimal
    compared: Decimal
    reason: str
    seasons: tuple[str, ...]
    check: Check | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A hotel that got no place: ``no_rate`` (nothing agreed for one of the nights), ``price_unknown`` (a discount, but
    the price of the day is not told), ``sold_out``, ``refused`` (LRA refused: to be reported). ``discount`` where it has
    one."""

    hotel: Hotel
    code: str
    km: Decimal
    discount: Decimal | None
    check: Check | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hotels in order, those without a place, and what they were ranked by."""

    stay: Stay
    terms: Terms
    rows: tuple[Ranked, ...]
    passed: tuple[Passed, ...]
    rules: tuple[RuleRef, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        found = [*(one.check for one in self.rows), *(one.check for one in self.passed)]
        return tuple(one for one in found if one is not None)

    @property
    def hotels(self) -> tuple[Hotel, ...]:
        return (*(one.hotel for one in self.rows), *(one.hotel for one in self.passed))


def rank_stays(
    hotels: Sequence[Hotel], stay: Stay, terms: Terms, offers: Sequence[Offer] = (), rules: Sequence[RuleRef] = ()
) -> Ranking:
    """Put the hotels in order for a stay. ``offers`` are what somebody was really offered; a lower price than agreed
    counts, a higher one never does.

    Equal hotels stand by price, then distance, then name and key. Raises nothing: what cannot be ranked is passed, with why.
    """
    rows: list[Ranked] = []
    passed: list[Passed] = []
    for hotel in hotels:
        found = _priced(hotel, stay, terms, offers)
        if isinstance(found, Ranked):
            rows.append(found)
        else:
            passed.append(found)
    rows.sort(key=lambda one: (one.compared, one.net, one.km, one.hotel.name, one.hotel.key))
    placed = tuple(_placed(rows, index) for index in range(len(rows)))
    passed.sort(key=lambda one: (one.code != "price_unknown", -(one.discount or ZERO), one.km, one.hotel.key))
    return Ranking(stay, terms, placed, tuple(passed), tuple(rules))


def check_offers(hotel: Hotel, stay: Stay, offers: Sequence[Offer]) -> tuple[Check, ...]:
    """Hold what a hotel offered against what it has agreed, room by room."""
    own = [one for one in offers if one.hotel == hotel.key]
    better = any(one.room != STANDARD and one.nightly is not None for one in own)
    return tuple(_check(hotel, stay, one, better) for one in own)


def kilometres(here: Point, there: Point) -> Decimal:
    """The shortest way over the ground, to the nearest hundred metres (half up)."""
    lat, lon, lat2, lon2 = (
        radians(float(one)) for one in (here.latitude, here.longitude, there.latitude, there.longitude)
    )
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    km = 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
    return Decimal(repr(km)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rates_for(hotel: Hotel, stay: Stay, room: str) -> tuple[Rate, ...] | None:
    """The rate of each night, or None where a night has none."""
    found = [next((one for one in hotel.rates if one.room == room and one.holds(day)), None) for day in stay.days]
    return None if None in found else tuple(one for one in found if one is not None)


def _priced(hotel: Hotel, stay: Stay, terms: Terms, offers: Sequence[Offer]) -> Ranked | Passed:
    km = kilometres(hotel.at, stay.point)
    check = next((one for one in check_offers(hotel, stay, offers) if one.room == stay.room), None)
    rates = rates_for(hotel, stay, stay.room)
    discount = rates[0].discount if rates and rates[0].model == PERCENTAGE_OFF else None
    if rates is None:
        return Passed(hotel, "no_rate", km, None, check)
    if check is not None and check.code in ("sold_out", "lra_refused"):
        return Passed(hotel, "refused" if check.breach else "sold_out", km, discount, check)
    offer = next((one for one in offers if one.hotel == hotel.key and one.room == stay.room), None)
    nightly = [_agreed(rate, offer) for rate in rates]
    if any(one is None for one in nightly):
        return Passed(hotel, "price_unknown", km, discount, check)
    paid = [one for one in nightly if one is not None]
    if offer is not None and offer.nightly is not None:
        paid = [min(one, offer.nightly) for one in paid]
    total = sum((one / (1 + rate.vat_rate) for one, rate in zip(paid, rates, strict=True)), ZERO)
    net = total / stay.nights
    distance = max(ZERO, km - terms.free_km) * terms.per_km
    ecolabel = net * terms.ecolabel_share if hotel.ecolabel else ZERO
    without = sum(1 for one in rates if not one.breakfast)
    breakfast = terms.breakfast_worth * without / stay.nights
    seasons = tuple(dict.fromkeys(one.season for one in rates if one.season))
    compared = net + distance - ecolabel + breakfast
    return Ranked(
        0, hotel, net, total, sum(paid, ZERO), km, distance, ecolabel, breakfast, compared, "", seasons, check
    )


def _agreed(rate: Rate, offer: Offer | None) -> Decimal | None:
    if rate.model == LRA:
        return rate.amount
    if offer is not None and offer.published is not None:
        return offer.published * (1 - rate.discount)
    return None


def _check(hotel: Hotel, stay: Stay, offer: Offer, better: bool) -> Check:
    rates = rates_for(hotel, stay, offer.room)
    agreed_nights = [_agreed(rate, offer) for rate in rates or ()]
    known = [one for one in agreed_nights if one is not None]
    complete = bool(rates) and len(known) == len(agreed_nights)
    agreed = sum(known, ZERO) / len(known) if complete else None
    fixed = bool(rates) and all(rate.model == LRA for rate in rates or ())

    def said(code: str) -> Check:
        return Check(hotel.key, offer.room, code, agreed, offer.nightly)

    if offer.nightly is None:
        return said("lra_refused" if fixed and better else "sold_out")
    if agreed is None:
        return said("unchecked")
    if offer.nightly < agreed:
        return said("cheaper")
    if offer.nightly > agreed:
        return said("lra_broken" if fixed else "discount_short")
    return said("lra_held" if fixed else "discount_held")


def _placed(rows: Sequence[Ranked], index: int) -> Ranked:
    one = rows[index]
    values = {name: getattr(one, name) for name in one.__slots__}
    return Ranked(**{**values, "place": index + 1, "reason": _reason(one, rows[index - 1] if index else None)})


def _reason(one: Ranked, above: Ranked | None) -> str:
    if above is None:
        return "first"
    if one.compared == above.compared:
        return "tie"
    if one.net > above.net:
        return "dearer"
    if one.distance_cost > above.distance_cost:
        return "farther"
    if one.ecolabel_deduction < above.ecolabel_deduction:
        return "no_ecolabel"
    return "compared"
