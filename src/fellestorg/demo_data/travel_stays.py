"""Hotels of the demo in the 24 places of the agreement: every hotel, rate, label and report is invented (demodata).

``hotel_places.csv`` has the places, another point in each (often the airport), the chains there and the standard room's
usual rate. Coordinates of towns and airports are facts, rounded; the hotels stand at drawn spots near them.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fellestorg.agreements.models import Lot
from fellestorg.demo_data import agencies
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance, read_rows
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.travel.models import BreachAnswer, Hotel, HotelPlace, HotelRate, RateBreach, TravelTerms

SOURCE = "Demodata"
_NAMES = {
    "fjordhotell": "Fjordhotell {}", "kysthotell": "Kysthotellet {}", "tindehotell": "Tindehotell {}",
    "byhotell": "Byhotell {}", "polarhotell": "Polarhotell {}", "skoghotell": "Skoghotell {}",
}  # fmt: skip
_LABELS = ("Svanemerket", "", "Miljøfyrtårn", "")
_LOWEST, _HIGHEST = 950, 1890
_TERMS = {"per_km": "45", "free_km": "0.5", "ecolabel_share": "0.04", "breakfast_worth": "130"}


def lay(ground: Ground, day: date) -> None:
    """Save places, hotels, rates and what counts, and a few reports of rates refused before ``day``."""
    lot = Lot.objects.select_related("agreement").get(agreement__key="hotell", key="hotell")
    terms = TravelTerms(
        lot=lot,
        kind="stay",
        valid_from=lot.agreement.starts,
        document=_TERMS,
        source="Rammeavtalen for hotell, tildelingskriteriene per sted (demodata)",
    )
    listed = read_rows("hotel_places.csv")
    places = [_place(lot, one) for one in listed]
    hotels = [
        _hotel(ground, place, chain)
        for place, one in zip(places, listed, strict=True)
        for chain in one["chains"].split()
    ]
    for rows in ([terms], places, hotels):
        copy_rows(rows)
    usual = {one["key"]: int(one["standard"]) for one in listed}
    rates = [rate for one in hotels for rate in _rates(one, usual[one.place.key], lot.agreement.starts)]
    copy_rows(rates)
    stream = f"lot:{lot}"
    told = {"kind": "stay", "valid_from": terms.valid_from.isoformat(), "after": terms.document}
    ground.events.append(
        Happening(stream, "travel_terms_published", stream, SYSTEM, at(lot.agreement.starts, 7), told, (terms,))
    )
    if day >= lot.agreement.starts + timedelta(days=90):
        _breaches(ground, [one for one in rates if one.hotel.place.key in ("oslo", "bodo", "tromso")], day)


def _place(lot: Lot, one: dict[str, str]) -> HotelPlace:
    centre = {
        "key": "sentrum",
        "name": f"{one['name']} sentrum",
        "latitude": one["latitude"],
        "longitude": one["longitude"],
    }
    other = {
        "key": "andre",
        "name": one["other"],
        "latitude": one["other_latitude"],
        "longitude": one["other_longitude"],
    }
    outside_vat = one["key"] == "longyearbyen"
    return HotelPlace(lot=lot, key=one["key"], name=one["name"], points=[centre, other], outside_vat=outside_vat)


def _hotel(ground: Ground, place: HotelPlace, chain: str) -> Hotel:
    draw = chance("hotel", place.key, chain)
    centre, other = place.points
    # Some stand in town, some on the way to the airport.
    toward = Decimal(draw.choice((0, 0, 5, 30))) / 100
    spot = [
        Decimal(centre[axis]) * (1 - toward)
        + Decimal(other[axis]) * toward
        + Decimal(draw.randint(-40, 40)) / Decimal(10_000)
        for axis in ("latitude", "longitude")
    ]
    label = draw.choice(_LABELS)
    return Hotel(
        place=place,
        supplier=ground.organisations[FURTHER_SUPPLIERS[chain][0]],
        key=f"{chain}-{place.key}",
        name=_NAMES[chain].format(place.name),
        latitude=spot[0].quantize(Decimal("0.00001")),
        longitude=spot[1].quantize(Decimal("0.00001")),
        ecolabel=label,
        ecolabel_to=date(2026, 12, 31) if label else None,
    )


def _rates(hotel: Hotel, usual: int, starts: date) -> list[HotelRate]:
    """A fixed rate for the standard room in each season of each year, and a percentage off for better rooms."""
    draw = chance("rates", hotel.key)
    level = usual + draw.randrange(-220, 200, 10)
    breakfast = draw.random() < 0.9
    rows = []
    for year in range(4):
        first = starts.replace(year=starts.year + year)
        last = starts.replace(year=starts.year + year + 1) - timedelta(days=1)
        summer = date(first.year, 6, 15), date(first.year, 8, 15)
        risen = level * (100 + 3 * year) // 100
        seasons = (
            (first, summer[0] - timedelta(days=1), "", risen),
            (*summer, "sommer", risen - 150),
            (summer[1] + timedelta(days=1), last, "", risen),
        )
        rows += [
            HotelRate(
                hotel=hotel,
                room="standard",
                model="lra",
                amount=Decimal(max(_LOWEST, min(_HIGHEST, amount // 10 * 10))),
                breakfast=breakfast,
                season=season,
                valid_from=since,
                valid_to=until,
                source=SOURCE,
            )
            for since, until, season, amount in seasons
        ]
    better = HotelRate(
        hotel=hotel,
        room="superior",
        model="percentage_off",
        discount=Decimal(draw.randint(10, 18)) / 100,
        breakfast=True,
        valid_from=starts,
        valid_to=rows[-1].valid_to,
        source=SOURCE,
    )
    return [*rows, better]


def _breaches(ground: Ground, rates: list[HotelRate], day: date) -> None:
    """Four reports in the weeks before the demo's day; the first has been answered."""
    buyer, _grant = ground.staff[agencies.MAIN_AGENCY, "buyer"]
    rows = []
    hotels = list(dict.fromkeys(one.hotel for one in rates))
    for number, hotel in enumerate(hotels[::2][:4]):
        told = day - timedelta(days=52 - 13 * number)
        refused = number % 2 == 0
        # The last fixed rate that had begun: a year of the agreement has three.
        agreed = [one.amount for one in rates if one.hotel == hotel and one.amount and one.valid_from <= told][-1]
        rows.append(
            RateBreach(
                hotel=hotel,
                agency=ground.organisations[agencies.MAIN_AGENCY],
                room="standard",
                code="lra_refused" if refused else "lra_broken",
                arrival=told + timedelta(days=6),
                nights=1 + number % 2,
                asked_on=told,
                agreed=agreed,
                offered=agreed + (480 if refused else 210),
                note="Fikk bare tilbud om dyrere rom (demodata)." if refused else "Høyere pris på nettet (demodata).",
                reported_by_key=buyer.key,
                reported_by=buyer.name,
                reported_at=at(told, 11),
            )
        )
    copy_rows(rows)
    actor = Actor(buyer.key, buyer.name)
    for row in rows:
        stream = f"rate_breach:{row.pk}"
        ground.events.append(
            Happening(stream, "rate_breach_reported", stream, actor, row.reported_at, {"hotel": row.hotel.key}, (row,))
        )
    first = rows[0]
    answer = BreachAnswer(
        breach=first,
        outcome="corrected",
        text="Prisen var lagt inn feil i kanalen til reisebyrået. Den er rettet (demodata).",
        answered_by_key="system",
        answered_by=first.hotel.supplier.name,
        answered_at=at(first.asked_on + timedelta(days=2), 13),
    )
    copy_rows([answer])
    hotelier = Actor("system", first.hotel.supplier.name)
    stream = f"rate_breach:{first.pk}"
    ground.events.append(
        Happening(
            stream, "rate_breach_answered", stream, hotelier, answer.answered_at, {"outcome": "corrected"}, (answer,)
        )
    )
