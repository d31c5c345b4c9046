"""Rates that hotels refused: reported once, told to the agreement's manager and the hotel, answered by the hotel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.engines.travel.stays import Offer, Stay, check_offers
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.queries import people_with_role
from fellestorg.travel.models import BreachAnswer, Hotel, RateBreach
from fellestorg.travel.stays import queries
from fellestorg.travel.stays.words import BREACH_NAMES
from fellestorg.values import BadInput, Decision, Problem, Refused, kroner

REPORTERS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
OVERSEERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_LATEST_ARRIVAL = timedelta(days=366)
_SHORTEST_ANSWER = 10
TEXTS = {
    "rate_breach_reported": (
        gettext_lazy("Avtalepris ikke gitt: {hotel}"),
        gettext_lazy(
            "{agency} melder at {hotel} ikke ga avtaleprisen for opphold fra {arrival}. Hotellet skal svare i Fellestorg."
        ),
    ),
    "rate_breach_answered": (
        gettext_lazy("{hotel} har svart på meldingen om avtaleprisen"),
        gettext_lazy("Svaret gjelder oppholdet fra {arrival} som {agency} meldte: {text}"),
    ),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells: which room, when, and what was offered instead (kroner a night with VAT)."""

    room: str
    code: str
    arrival: date
    nights: int
    asked_on: date
    offered: Decimal | None
    published: Decimal | None = None
    note: str = ""


def may_report(actor: Actor, agency: str) -> Decision:
    """An agency's buyers, approvers and local agreement managers report what their own agency met."""
    if agency in actor.organisations(*REPORTERS):
        return Decision("allowed", "own_agency")
    return Decision("refused", "another_agency")


def may_answer(actor: Actor, breach: RateBreach) -> Decision:
    """Those of the hotel's own supplier."""
    if breach.hotel.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "own_hotel")
    return Decision("refused", "another_hotel")


def visible_to(actor: Actor) -> QuerySet[RateBreach]:
    """SI and auditors see every report; an agency its own; a supplier those about its hotels."""
    rows = RateBreach.objects.select_related(
        "hotel__place__lot__agreement__manager", "hotel__supplier", "agency", "answer"
    )
    if actor.has(*OVERSEERS) or actor.key in (SYSTEM.key, OPERATOR.key):
        return rows
    own = rows.filter(agency__number__in=actor.organisations(*REPORTERS))
    return own | rows.filter(hotel__supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))


@transaction.atomic
def report(hotel: Hotel, agency: Organisation, told: Report, *, actor: Actor, now: datetime) -> RateBreach:
    """Report a rate that was refused. What was agreed is read from the agreement.

    Raises Refused for another agency's people, and where the offer keeps to the agreement; BadInput where the report cannot
    be, with every problem. The same report from the same agency on the same day is taken once.
    """
    if not may_report(actor, agency.number).allowed:
        raise Refused("another_agency", _("Du kan bare melde fra for din egen virksomhet."))
    today = clock.local_day(now)
    agreed = _agreed(hotel, told)
    BadInput.raise_if(_problems(told, agreed, today))
    if told.offered is not None and agreed is not None and told.offered <= agreed:
        raise Refused(
            "keeps_the_agreement", _("Prisen du ble tilbudt, er ikke høyere enn avtaleprisen. Det er ikke noe å melde.")
        )
    same = RateBreach.objects.filter(
        hotel=hotel, agency=agency, room=told.room, arrival=told.arrival, asked_on=told.asked_on, code=told.code
    ).first()
    if same is not None:
        return same
    row = RateBreach.objects.create(
        hotel=hotel,
        agency=agency,
        room=told.room,
        code=told.code,
        arrival=told.arrival,
        nights=told.nights,
        asked_on=told.asked_on,
        agreed=agreed,
        offered=told.offered,
        note=told.note.strip(),
        reported_by_key=actor.key,
        reported_by=actor.name,
        reported_at=now,
    )
    payload = {
        "hotel": hotel.key,
        "code": told.code,
        "agreed": kroner(agreed) if agreed is not None else None,
        "offered": kroner(told.offered) if told.offered is not None else None,
    }
    stream = f"rate_breach:{row.pk}"
    events.record(Happening(stream, "rate_breach_reported", stream, actor, now, payload, (row,)))
    _tell([*_manager(row), *_hoteliers(row, today)], "rate_breach_reported", row, {}, now)
    return row


@transaction.atomic
def answer(breach: RateBreach, outcome: str, text: str, *, actor: Actor, now: datetime) -> BreachAnswer:
    """The hotel's answer, once. Raises Refused for others and where it has answered; BadInput without words."""
    breach = RateBreach.objects.select_related(
        "hotel__place__lot__agreement__manager", "hotel__supplier", "agency"
    ).get(pk=breach.pk)
    if not may_answer(actor, breach).allowed:
        raise Refused("another_hotel", _("Bare hotellets egne folk kan svare."))
    if len(text.strip()) < _SHORTEST_ANSWER:
        raise BadInput.of("text", "missing", _("skriv en forklaring på minst ti tegn"))
    # The stream's head comes last in the lock order; two answers at once meet at the row's own key.
    row, made = BreachAnswer.objects.get_or_create(
        breach=breach,
        defaults={
            "outcome": outcome,
            "text": text.strip(),
            "answered_by_key": actor.key,
            "answered_by": actor.name,
            "answered_at": now,
        },
    )
    if not made:
        raise Refused("already_answered", _("Hotellet har alt svart på denne meldingen."))
    stream = f"rate_breach:{breach.pk}"
    told = {"outcome": outcome, "text": row.text}
    events.record(Happening(stream, "rate_breach_answered", stream, actor, now, told, (row,)))
    _tell([*_manager(breach), *_reporter(breach)], "rate_breach_answered", breach, {"text": row.text}, now)
    return row


def _agreed(hotel: Hotel, told: Report) -> Decimal | None:
    """The agreed price a night of the room that was asked for; None where the agreement has none those nights."""
    if not 1 <= told.nights <= 90:
        return None
    point = queries.point_of(hotel.place)
    stay = Stay(told.arrival, told.nights, told.room, point)
    found = next(
        (one for one in queries.hotels_at(hotel.place, told.arrival, told.nights) if one.key == hotel.key), None
    )
    if found is None:
        return None
    checks = check_offers(found, stay, [Offer(hotel.key, told.room, told.offered, told.published)])
    return checks[0].agreed


def _problems(told: Report, agreed: Decimal | None, today: date) -> list[Problem]:
    problems = []
    if told.asked_on > today:
        problems.append(Problem("asked_on", "in_the_future", _("dagen ligger fram i tid")))
    if not told.asked_on <= told.arrival <= told.asked_on + _LATEST_ARRIVAL:
        problems.append(
            Problem("arrival", "not_a_stay", _("ankomsten skal være den dagen du spurte, eller inntil et år etter"))
        )
    if told.code not in BREACH_NAMES:
        problems.append(Problem("code", "unknown_choice", _("velg hva som skjedde")))
    if told.code != "lra_refused" and told.offered is None:
        problems.append(Problem("offered", "missing", _("oppgi prisen du ble tilbudt")))
    if told.code == "discount_short" and told.published is None:
        problems.append(Problem("published", "missing", _("oppgi dagens pris, så rabatten kan regnes ut")))
    if agreed is None and not problems:
        problems.append(Problem("arrival", "no_rate", _("avtalen har ingen pris hos hotellet for disse nettene")))
    return problems


def _manager(row: RateBreach) -> list[Recipient]:
    manager = row.hotel.place.lot.agreement.manager
    return [Recipient(manager.key, manager.email, manager.language)]


def _hoteliers(row: RateBreach, day: date) -> list[Recipient]:
    supplier = row.hotel.supplier
    people = people_with_role(RoleGrant.Role.SUPPLIER, supplier, day)
    found = [Recipient(one.key, one.email, one.language) for one in people]
    return found or ([Recipient("", supplier.email, supplier.language_form)] if supplier.email else [])


def _reporter(row: RateBreach) -> list[Recipient]:
    return [Recipient(row.reported_by_key, "")]


def _tell(people: list[Recipient], code: str, row: RateBreach, facts: dict[str, str], now: datetime) -> None:
    params = {"hotel": row.hotel.name, "agency": row.agency.name, "arrival": row.arrival.isoformat(), **facts}
    messages.tell(people, code, params, link=f"/reiser/hotell/brudd/{row.pk}", at=now)
