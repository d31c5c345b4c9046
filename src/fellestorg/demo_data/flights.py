"""Air routes of the demo: who flies them, at what discount, and the fares that were seen.

Airports, routes and closures are public (the agreement's page at anskaffelser.no); discounts, fares and the days of two
closures are invented and say so. Distances come from the airports' positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from fellestorg.agreements.models import Lot
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.travel.flights.airports import km_between
from fellestorg.travel.flights.ranking import Window, expected_prices
from fellestorg.travel.models import Airline, FareDiscount, PublishedFare, Route, RouteArea

AIRLINES = {
    "SK": ("SAS", "sas"),
    "DY": ("Norwegian", "norwegian"),
    "WF": ("Widerøe", "wideroe"),
    "KL": ("KLM", "afklm"),
    "AF": ("Air France", "afklm"),
    "TK": ("Turkish Airlines", "turkish"),
    "ET": ("Ethiopian Airlines", "ethiopian"),
    "QR": ("Qatar Airways", "qatar"),
}
# Origin, then destinations with the suppliers' airlines: at most three on a route.
ROUTES = """
OSL TRD:SK,DY BGO:SK,DY,WF SVG:SK,DY TOS:SK,DY,WF BOO:SK,DY EVE:SK,DY KRS:SK,DY,WF AES:SK,DY HAU:SK,WF MOL:SK,WF BDU:DY LKL:DY
OSL ALF:SK,DY KKN:SK,DY HFT:WF BNN:WF FDE:WF SOG:WF FRO:WF SDN:WF HOV:WF RRS:WF SSJ:WF MQN:WF KSU:SK,WF LYR:SK,DY
OSL CPH:SK,DY ARN:SK,DY GOT:SK,WF HEL:SK,DY KEF:SK LHR:SK,DY AMS:SK,KL,DY BRU:SK,KL LUX:SK,KL CDG:SK,AF,DY FRA:SK,KL
OSL BER:SK,DY GVA:SK,KL,DY VIE:SK,DY MAD:DY,KL FCO:DY,AF IST:TK ADD:ET DOH:QR IAD:SK,AF JFK:SK,AF,TK
OSL NBO:ET,QR,KL BKK:TK,QR,SK SIN:QR,TK,KL
TRF AMS:KL BGO:WF TRD:WF
BGO TRD:SK,DY,WF SVG:DY,WF TOS:WF,SK BOO:WF KRS:WF AES:WF CPH:SK,KL AMS:KL,SK LHR:SK
SVG TRD:WF,DY CPH:SK,KL AMS:KL,SK LHR:SK,KL
TRD BOO:SK,WF TOS:WF,SK EVE:WF BNN:WF MQN:WF SSJ:WF MJF:WF CPH:SK,KL AMS:KL,SK
BOO TOS:WF,SK EVE:WF LKN:WF SVJ:WF SKN:WF ANX:WF MQN:WF SSJ:WF
TOS ALF:WF HFT:WF KKN:WF LYR:SK ANX:WF
VDS TOS:WF
"""
# Route, airline, the first day without flights, the reason.
CLOSED = (
    ("OSL-MOL", "SK", date(2024, 2, 1), "SAS la ned ruten Oslo–Molde."),
    ("OSL-BDU", "DY", date(2023, 10, 29), "Selskapet la ned ruten. Dagen er demodata."),
    ("OSL-LKL", "DY", date(2023, 10, 29), "Selskapet la ned ruten. Dagen er demodata."),
    ("VDS-TOS", "WF", date(2024, 4, 1), "Widerøe la ned ruten Vadsø–Tromsø."),
    ("TRF-AMS", "KL", date(2024, 4, 1), "KLM la ned ruten Torp–Amsterdam."),
)
_SOURCE = "Demodata"
_REVISED = date(2023, 6, 13)
_FIRST_SEEN = date(2021, 9, 6)
# How dear a supplier is beside the others, the discounts (hundredths of a per cent) it gives, and its dearest class.
_LEVEL = {"SK": 104, "DY": 90, "WF": 116, "KL": 100, "AF": 108, "TK": 94, "ET": 96, "QR": 112}
_RATES = {
    "SK": (500, 800, 1000, 1200, 1500),
    "DY": (300, 400, 500, 700),
    "WF": (600, 900, 1100, 1400),
    "KL": (500, 800, 1200, 1800, 2500),
    "AF": (600, 1000, 1500, 2000),
    "TK": (1000, 1500, 2200),
    "ET": (1200, 2000, 3000),
    "QR": (1500, 2500, 4000),
}
_CLASSES = {"basic": 70, "standard": 100, "flex": 165, "business": 290}
_WITHOUT_BUSINESS = ("DY", "WF")


def lay(ground: Ground, day: date) -> None:
    """Save routes, discounts, observed fares up to ``day`` and the ranking they gave when the agreement began."""
    lot = Lot.objects.select_related("agreement").get(agreement__key="flyreiser", key="fly")
    starts, ends = lot.agreement.starts, lot.agreement.latest_end
    suppliers = {code: ground.organisations[FURTHER_SUPPLIERS[key][0]] for code, (_name, key) in AIRLINES.items()}
    Airline.objects.bulk_create(
        [Airline(code=code, name=name, supplier=suppliers[code]) for code, (name, _key) in AIRLINES.items()]
    )
    flown = dict(_flown())
    routes = [Route(lot=lot, origin=code[:3], destination=code[4:]) for code in flown]
    copy_rows(routes)
    discounts: list[FareDiscount] = []
    fares: list[PublishedFare] = []
    for route in routes:
        for airline in flown[route.code]:
            discounts += _discounts(route, airline, suppliers[airline], starts, ends)
            fares += _fares(route, airline, max(day, starts))
    copy_rows(discounts)
    copy_rows(fares)
    owners = {code: supplier.pk for code, supplier in suppliers.items()}
    window = Window.before(starts)
    ranked = expected_prices(discounts, fares, owners, window)
    closed = {(code, owners[airline]): (since, why) for code, airline, since, why in CLOSED}
    areas = []
    for route in routes:
        for rank, one in enumerate(ranked[route.pk], 1):
            since, why = closed.get((route.code, one.supplier), (None, ""))
            basis = one.as_json(window)
            areas.append(
                RouteArea(route=route, supplier_id=one.supplier, rank=rank, basis=basis, valid_from=starts, valid_to=ends,
                          closed_from=since, closed_reason=why)
            )  # fmt: skip
    copy_rows(areas)
    subject, payload = f"lot:{lot}", {"routes": len(routes), "areas": len(areas), "source": _SOURCE}
    ground.events.append(Happening(subject, "routes_imported", subject, SYSTEM, at(starts, 7), payload))


def _flown() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each route's code with the airlines on it."""
    for line in ROUTES.strip().splitlines():
        origin, *destinations = line.split()
        for one in destinations:
            destination, _colon, airlines = one.partition(":")
            yield f"{origin}-{destination}", tuple(airlines.split(","))


def _discounts(route: Route, airline: str, supplier: Organisation, starts: date, ends: date) -> Iterator[FareDiscount]:
    draw = chance("flight-discount", route.code, airline)
    base = draw.choice(_RATES[airline])
    without_basic = draw.random() < 0.3
    revised = draw.random() < 0.08
    for fare_class in _classes(airline):
        if fare_class == "basic" and without_basic:
            continue
        rate = Decimal(base if fare_class != "basic" else max(300, base - 300)) / 10_000
        row = FareDiscount(route=route, supplier=supplier, fare_class=fare_class, rate=rate, source=_SOURCE,
                           valid_from=starts, valid_to=ends)  # fmt: skip
        if not revised:
            yield row
            continue
        row.valid_to = _REVISED - timedelta(days=1)
        yield row
        yield FareDiscount(route=route, supplier=supplier, fare_class=fare_class, rate=rate + Decimal("0.02"),
                           source=_SOURCE, valid_from=_REVISED, valid_to=ends)  # fmt: skip


def _fares(route: Route, airline: str, day: date) -> Iterator[PublishedFare]:
    """What was seen every third month: dearer the longer, in summer and at Christmas, and each airline a little its own."""
    km = km_between(route.origin, route.destination)
    draw = chance("fares", route.code, airline)
    level = _LEVEL[airline] * draw.randrange(88, 113)
    seen = _FIRST_SEEN
    while seen < day:
        season = 112 if seen.month in (6, 7, 12) else 96 if seen.month in (1, 2, 11) else 100
        for fare_class in _classes(airline):
            whole = (450 + km if km < 3000 else 2400 + km * 35 // 100) * _CLASSES[fare_class] * level * season
            amount = whole // 100_000_000 * draw.randrange(94, 107) // 100
            yield PublishedFare(route=route, airline_id=airline, fare_class=fare_class, amount=Decimal(amount),
                                seen_on=seen, source=_SOURCE)  # fmt: skip
        seen += timedelta(days=91)


def _classes(airline: str) -> Iterator[str]:
    return (one for one in _CLASSES if one != "business" or airline not in _WITHOUT_BUSINESS)
