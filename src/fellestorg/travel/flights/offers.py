"""Offers as people paste and upload them and as other systems send them, and the answer to them, page and wire alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.engines.travel.climate import CABINS
from fellestorg.engines.travel.flights import FARE_CLASSES, MOST_OFFERS, Offer, Ranked, rank_offers
from fellestorg.kernel.sheets import RowError, SheetRow, decimal_in, read_sheet
from fellestorg.law.rules import Rule
from fellestorg.travel.flights.airports import airports, km_between
from fellestorg.travel.flights.queries import find_route, rules_used, terms_on, terms_without_route
from fellestorg.travel.models import Route
from fellestorg.values import BadInput, Problem, decimal_text, exact, kroner

# What airlines and travel agencies call the classes and cabins of the house.
CLASS_NAMES: Mapping[str, tuple[str, ...]] = {
    "basic": ("basis", "light", "lowfare", "lav"),
    "standard": ("smart", "lowfare+", "plus", "vanlig"),
    "flex": ("fleksibel", "full flex", "fullflex", "pro"),
    "business": ("forretning", "business class"),
}
CABIN_NAMES: Mapping[str, tuple[str, ...]] = {
    "economy": ("økonomi", "okonomi", "turist"),
    "premium": ("premium economy", "økonomi pluss"),
    "business": ("forretning", "business class"),
    "first": ("første", "first class"),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "airline": ("flyselskap", "selskap", "carrier"),
    "flight": ("flygning", "rutenummer", "flight number"),
    "class": ("klasse", "billettklasse", "fare class"),
    "published": ("pris", "publisert pris", "price", "fare"),
    "departs": ("avgang", "departure"),
    "cabin": ("kabin",),
    "stops": ("mellomlandinger", "mellomlandingar", "stopp"),
}
REQUIRED = ("airline", "class", "published")
_REQUEST = frozenset({"from", "to", "date", "departs", "offers"})
_CODE = re.compile(r"[A-Z0-9]{2}\Z")
_LARGEST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: from where to where, the day the ticket is bought, and the offers."""

    origin: str
    destination: str
    bought: date
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The offers ranked, and what they were ranked by. ``route`` is None where no agreement covers the two airports."""

    asked: Asked
    route: Route | None
    km: int
    ranked: tuple[Ranked, ...]
    carbon_decides: bool
    rules: tuple[Rule, ...]

    @property
    def airlines_shown(self) -> int:
        return len({one.supplier for one in self.ranked if one.highlighted})


def answer_offers(asked: Asked) -> Answer:
    """Rank offers on their route as it stands on the day of purchase."""
    route = find_route(asked.origin, asked.destination, asked.bought)
    if route is not None:
        terms = terms_on(route, asked.bought)
    else:
        terms = terms_without_route(km_between(asked.origin, asked.destination), asked.bought)
    carbon = terms.carbon_per_kg > 0
    return Answer(
        asked, route, terms.km, rank_offers(asked.offers, terms), carbon, tuple(rules_used(asked.bought, carbon=carbon))
    )


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as commands and other systems read it."""
    asked, route = answer.asked, answer.route
    return {
        "route": route.code if route is not None else None,
        "agreement": route.lot.agreement.key if route is not None else None,
        "lot": route.lot.key if route is not None else None,
        "from": asked.origin,
        "to": asked.destination,
        "km": answer.km,
        "date": asked.bought.isoformat(),
        "decides": ["net", "carbon"] if answer.carbon_decides else ["net"],
        "airlines_highlighted": answer.airlines_shown,
        "offers": [_offer_json(one) for one in answer.ranked],
        "rules": [rule.ref.as_json() for rule in answer.rules],
    }


def parse_asked(data: object, today: date) -> Asked:
    """Read a question from its wire shape. Raises BadInput with every problem, each with its path."""
    if not isinstance(data, dict):
        raise BadInput.of("", "not_an_object", "expected an object with from, to and offers")
    problems = [
        Problem(str(name), "unknown_field", f"expected some of {', '.join(sorted(_REQUEST))}")
        for name in data.keys() - _REQUEST
    ]
    origin, destination = (_airport(data.get(name), name, problems) for name in ("from", "to"))
    if origin and origin == destination:
        problems.append(Problem("to", "same_airport", "expected another airport than in from"))
    bought = _day(data.get("date"), "date", today, problems)
    departs = _day(data.get("departs"), "departs", bought, problems)
    raw = data.get("offers")
    offers: tuple[Offer, ...] = ()
    if not isinstance(raw, list) or not raw:
        problems.append(Problem("offers", "missing", "expected at least one offer"))
    else:
        try:
            offers = parse_offers(raw, departs)
        except BadInput as error:
            problems += error.problems
    BadInput.raise_if(problems)
    return Asked(origin, destination, bought, offers)


def parse_offers(raw: Sequence[object], departs: date) -> tuple[Offer, ...]:
    """Offers from their wire shape; ``departs`` where one does not say. Raises BadInput with every problem."""
    if len(raw) > MOST_OFFERS:
        raise BadInput.of("offers", "too_many", f"expected at most {MOST_OFFERS} offers, found {len(raw)}")
    problems: list[Problem] = []
    offers = []
    for index, one in enumerate(raw):
        where = f"offers[{index}]"
        if not isinstance(one, dict):
            problems.append(Problem(where, "not_an_object", "expected an object with airline, class and published"))
            continue
        problems += [
            Problem(f"{where}.{name}", "unknown_field", f"expected some of {', '.join(COLUMNS)}")
            for name in one.keys() - COLUMNS.keys()
        ]
        found = _offer(one, where, departs, problems, lambda value, at: exact(value, at))
        if found is not None:
            offers.append(found)
    BadInput.raise_if(problems)
    return tuple(offers)


def read_offers(content: bytes, departs: date) -> tuple[Offer, ...]:
    """Offers from what somebody pasted or uploaded: JSON (a list, or an object with ``offers``), CSV or a workbook.

    Raises BadInput with every problem, by line where there are lines.
    """
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] in (b"[", b"{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            raise BadInput.of("offers", "not_json", _("dette er ikke gyldig JSON")) from None
        if isinstance(data, dict):
            data = data.get("offers")
        if not isinstance(data, list) or not data:
            raise BadInput.of("offers", "missing", _("ventet en liste med tilbud"))
        return parse_offers(data, departs)
    rows = read_sheet(content, COLUMNS, REQUIRED)
    if not rows:
        raise BadInput.of("offers", "missing", _("det står ingen tilbud under overskriften"))
    if len(rows) > MOST_OFFERS:
        raise BadInput.of("offers", "too_many", _("ventet høyst %(most)s tilbud") % {"most": MOST_OFFERS})
    problems: list[Problem] = []
    offers = [_row(row, departs, problems) for row in rows]
    BadInput.raise_if(problems)
    return tuple(one for one in offers if one is not None)


def _row(row: SheetRow, departs: date, problems: list[Problem]) -> Offer | None:
    where = f"{_('linje')} {row.number}"

    def amount(value: Any, at: str) -> Decimal:
        try:
            return decimal_in(str(value), places=2)
        except RowError as error:
            raise BadInput.of(at, error.code, error.text) from None

    cells = {name: value for name, value in row.cells.items() if value and name in COLUMNS}
    return _offer(cells, where, departs, problems, amount)


def _offer(
    cells: Mapping[str, Any],
    where: str,
    departs: date,
    problems: list[Problem],
    amount: Callable[[Any, str], Decimal],
) -> Offer | None:
    """One offer; what is wrong goes to ``problems``, and then there is none."""
    before = len(problems)

    def wrong(name: str, code: str, text: str) -> None:
        problems.append(Problem(f"{where}.{name}", code, text))

    airline = str(cells.get("airline") or "").strip().upper()
    if not _CODE.match(airline):
        wrong("airline", "not_an_airline", _("ventet selskapets kode på to tegn, for eksempel SK"))
    published = Decimal(0)
    try:
        published = amount(cells.get("published"), f"{where}.published")
        if not 0 < published < _LARGEST or published != round(published, 2):
            wrong("published", "not_a_fare", _("ventet en pris over 0 kroner, med høyst to desimaler"))
    except BadInput as error:
        problems += error.problems
    fare_class = _known(cells.get("class"), FARE_CLASSES, CLASS_NAMES)
    if not fare_class:
        wrong("class", "unknown_class", _("ventet en av klassene %(known)s") % {"known": ", ".join(FARE_CLASSES)})
    cabin = _known(cells.get("cabin") or _cabin_of(fare_class), CABINS, CABIN_NAMES)
    if not cabin:
        wrong("cabin", "unknown_cabin", _("ventet en av kabinene %(known)s") % {"known": ", ".join(CABINS)})
    stops = str(cells.get("stops") or "0").strip()
    if not stops.isdecimal() or len(stops) > 1:
        wrong("stops", "not_a_count", _("ventet antall mellomlandinger, 0 til 9"))
    day, time = departs, ""
    if cells.get("departs"):
        try:
            moment = datetime.fromisoformat(str(cells["departs"]).strip())
            day = moment.date()
            time = f"{moment:%H:%M}" if "T" in str(cells["departs"]) or ":" in str(cells["departs"]) else ""
        except ValueError:
            wrong("departs", "not_a_moment", _("ventet en avgang som 2023-11-20 eller 2023-11-20T07:15"))
    if len(problems) > before:
        return None
    flight = str(cells.get("flight") or "").strip()[:12]
    return Offer(airline, flight, fare_class, published, day, time, cabin, int(stops))


def _cabin_of(fare_class: str) -> str:
    """The cabin of a class that does not say: business flies in business, the others in economy."""
    return "business" if fare_class == "business" else "economy"


def _known(value: Any, codes: Sequence[str], names: Mapping[str, Sequence[str]]) -> str:
    text = str(value or "").strip().lower()
    return text if text in codes else next((code for code, others in names.items() if text in others), "")


def _airport(value: Any, where: str, problems: list[Problem]) -> str:
    code = str(value or "").strip().upper()
    if code not in airports():
        problems.append(Problem(where, "unknown_airport", f"expected an airport's code such as OSL, found {value!r}"))
        return ""
    return code


def _day(value: Any, where: str, otherwise: date, problems: list[Problem]) -> date:
    if value is None:
        return otherwise
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        problems.append(Problem(where, "not_a_date", f"expected a date such as 2023-11-20, found {value!r}"))
        return otherwise


def _offer_json(one: Ranked) -> dict[str, Any]:
    offer = one.offer
    return {
        "rank": one.rank,
        "airline": offer.airline,
        "supplier": one.supplier or None,
        "supplier_rank": one.supplier_rank,
        "flight": offer.flight,
        "class": offer.fare_class,
        "cabin": offer.cabin,
        "stops": offer.stops,
        "departs": f"{offer.departs.isoformat()}T{offer.time}" if offer.time else offer.departs.isoformat(),
        "published": kroner(offer.published),
        "discount": decimal_text(one.discount),
        "net": kroner(one.net),
        "saved": kroner(one.saved),
        "co2e_kg": decimal_text(one.co2e_kg),
        "total": decimal_text(one.total),
        "on_agreement": one.on_agreement,
        "highlighted": one.highlighted,
        "reasons": [{"code": reason.code, **reason.facts} for reason in one.reasons],
    }
