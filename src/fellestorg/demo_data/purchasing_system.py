"""The purchasing system for courses: a competition that runs, three calls that were awarded, one that is out, and a course
day that waits to be sent out. Everybody admitted in the category is invited. All made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fellestorg.agreements import ledger
from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, rows
from fellestorg.calloffs.actions import made_event
from fellestorg.calloffs.mini import actions as competing
from fellestorg.calloffs.mini.actions import Wish
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.competitions import procedures
from fellestorg.competitions.award import actions as awarding
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.queries import clauses_of
from fellestorg.competitions.systems.actions import open_system
from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality, Opening, OpeningKey, Tender
from fellestorg.demo_data import agencies
from fellestorg.demo_data.competitions import lay_criteria, started
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.history import named
from fellestorg.demo_data.seeded import identifier
from fellestorg.demo_data.sellers import sellers_of
from fellestorg.demo_data.wishes import working_day_before
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import digest, kroner

_LOT, _AGREEMENT = "kurs", "kurs-og-konferanse"
_TITLE = "Kurs og konferanse, dynamisk innkjøpsordning (demodata)"


@dataclass(frozen=True, slots=True)
class _Call:
    """A call: what, for how much, the days before the demo's day on which it was called off and awarded, and the tenders
    as shares of the amount. Without tenders it is out."""

    category: str
    title: str
    amount: Decimal
    before: int
    awarded: int
    tenders: tuple[str, ...]


_CALLS = (
    _Call("course_day", "Kursdag for 60 deltakere (demodata)", Decimal(150_000), 122, 105, ("0.93", "0.88", "0.97")),
    _Call("conference_day", "Lederkonferanse (demodata)", Decimal(310_000), 100, 83, ("0.91", "0.95")),
    _Call("course_overnight", "Internseminar med overnatting (demodata)", Decimal(240_000), 75, 58, ("0.98", "0.9")),
    _Call("conference_overnight", "Fagsamling over to dager (demodata)", Decimal(420_000), 9, 0, ()),
)
_WAITING = _Call("course_day", "Fagdag for 40 deltakere (demodata)", Decimal(120_000), 0, 0, ())


def lay(ground: Ground, day: date) -> None:
    """Save what waits to be sent out, as called off on the working day before; nothing while the system is too young or
    over. In the load's transaction, when the events before it have been recorded."""
    lot, made_on = _lot(), working_day_before(day)
    if lot.agreement.starts <= made_on <= lot.agreement.ends:
        _called_off(ground, lot, _WAITING, at(made_on, 10, 20))


def lay_calls(ground: Ground, day: date) -> None:
    """Save the system as a competition and the calls under it. The demo's clock stops at the last award."""
    lot = _lot()
    if not lot.agreement.starts + timedelta(days=150) <= day <= lot.agreement.ends:
        return
    _system(ground, lot)
    for call in _CALLS:
        _held(ground, lot, call, day)


def _lot() -> Lot:
    return Lot.objects.select_related("agreement__manager", "agreement__owner").get(agreement__key=_AGREEMENT, key=_LOT)


def _called_off(ground: Ground, lot: Lot, call: _Call, made: datetime) -> CallOff:
    number = rows.next_number(made)
    person, actor = _buyer(ground)
    need = Need(
        str(identifier("request", number)),
        agencies.MAIN_AGENCY,
        agreement=_AGREEMENT,
        lot=_LOT,
        amount=call.amount,
        category=call.category,
    )
    gathered = facts.gather(need, lot, actor=actor, at=made)
    balance = ledger.lock(lot)
    answer = decide(gathered.facts)
    suppliers = {one.number: one for one in Organisation.objects.filter(number__in=answer["invitees"])}
    row = named(rows.rows_for(need, gathered, answer, suppliers, number=number, at=made, actor=actor, person=person))
    # What it was called when it was made is kept as it was said, in whatever language.
    row.call_off.title = call.title
    rows.save([row])
    posted = ledger.write(lot, balance, row.postings)
    events.record(made_event(row, f"lot:{lot}", actor, made, posted.entries))
    return row.call_off


def _system(ground: Ground, lot: Lot) -> None:
    """The competition that set the system up, which has been open for applications since."""
    lead = Person.objects.get(username="prosjektleder")
    buyer = ground.organisations[agencies.OWNER]
    actor = Actor(lead.key, lead.name, (Grant("project_lead", buyer.number),), lead.language)
    notice = at(lot.agreement.ruleset_date, 10)
    begun = notice - timedelta(days=40)
    made = started(
        "courses", _TITLE, buyer, lead, actor, begun,
        cpv="55120000", value=60_000_000, most=90_000_000, lots=("Kurs og konferanse",), procedure="purchasing_system",
    )  # fmt: skip
    criteria = (
        ("price", "Pris", "0.4", False),
        ("points", "Lokaler og mat", "0.3", False),
        ("points", "Klima og miljø", "0.3", True),
    )
    lay_criteria(made, criteria, Decimal(20_000), actor, begun)
    how: dict[str, Any] = {"actor": actor, "now": begun}
    for kind, title in (("specification", "Hva som kan kjøpes"), ("contract", "Kontraktsvilkår")):
        preparing.add_document(made, kind=kind, title=title, text="Demodata.", person=lead, **how)
    preparing.answer_environment(made, "weight", "", **how)
    preparing.set_deadlines(made, requests_until=notice + timedelta(days=45), **how)
    chosen = {one.proposed.rule.id: (True, "") for one in clauses_of(made, clock.local_day(notice))}
    preparing.choose_clauses(made, chosen, **how)
    made.refresh_from_db()
    open_system(made, lot.agreement, actor=actor, now=notice)


def _held(ground: Ground, lot: Lot, call: _Call, day: date) -> None:
    called_off = at(working_day_before(day - timedelta(days=call.before)), 10)
    person, actor = _buyer(ground)
    row = _called_off(ground, lot, call, called_off)
    row = CallOff.objects.select_related("lot__agreement", "buyer", "decision").get(pk=row.pk)
    sent = called_off + timedelta(hours=2)
    second = ground.staff[agencies.MAIN_AGENCY, RoleGrant.Role.APPROVER][0]
    until = at(clock.local_day(sent) + timedelta(days=14), 12)
    wish = Wish("Møterom, servering og utstyr (demodata).", (), until, None, second, False)
    made = competing.hold(row, wish, actor=actor, person=person, now=sent)
    made = preparing.send_out(made, "invite_admitted", actor=actor, now=sent)
    if not call.tenders:
        return
    tendered = list(Organisation.objects.filter(competition_invitations__competition=made).order_by("number"))
    prices = {one: call.amount * Decimal(share) for one, share in zip(tendered, call.tenders, strict=False)}
    _delivered(made, prices, until - timedelta(hours=20))
    _opened(made, (person, second), prices, until + timedelta(hours=1))
    clock.set_demo_clock(at(day - timedelta(days=call.awarded), 10))
    evaluating.declare(made, "", conflict=False, actor=actor, person=person)
    evaluating.start(made, actor=actor)
    part = made.lots.get()
    evaluating.close_quality(part, actor=actor, person=person)
    evaluating.rank(part, actor=actor, person=person)
    awarding.award(made, actor=actor, person=person)
    awarding.conclude(made, actor=actor, person=person)


def _delivered(competition: Competition, prices: Mapping[Organisation, Decimal], when: datetime) -> None:
    """Tenders as an opening leaves them. The encrypted parts are empty: nobody can open them a second time."""
    clock.set_demo_clock(when)
    sellers = sellers_of(prices)
    seller = Actor("supplier", "En leverandør")
    made = [
        Tender(
            id=identifier("tender", f"{competition.number} {one.number}"), competition=competition, supplier=one,
            version=1, receipt=f"T-{digest([competition.number, one.number])[:12].upper()}",
            sha256=digest(_price(competition, price)), quality=b"", price=b"", received_at=when, submitted_by=sellers[one.pk],
        )
        for one, price in prices.items()
    ]  # fmt: skip
    Tender.objects.bulk_create(made)
    events.record(
        *(
            Happening(
                competition.stream, "tender_received", competition.subject, seller, when,
                {"receipt": one.receipt, "sha256": one.sha256}, (one,),
            )
            for one in made
        )
    )  # fmt: skip


def _opened(
    competition: Competition, openers: tuple[Person, Person], prices: Mapping[Organisation, Decimal], when: datetime
) -> None:
    clock.set_demo_clock(when)
    keys = [OpeningKey.objects.get(person=one, retired_at=None) for one in openers]
    opening = Opening.objects.create(
        competition=competition, opened_at=when, first=openers[0], first_key=keys[0], first_at=when, second=openers[1],
        second_key=keys[1],
    )  # fmt: skip
    tenders = {one.supplier_id: one for one in competition.tenders.all()}
    lots = [one.key for one in competition.lots.all()]
    opened: list[OpenedQuality | OpenedPrice] = []
    for supplier, price in prices.items():
        tender = tenders[supplier.pk]
        content = {"lots": lots, "answers": {}, "files": []}
        opened.append(OpenedQuality.objects.create(tender=tender, opening=opening, content=content))
        opened.append(OpenedPrice.objects.create(tender=tender, content=_price(competition, price)))
    actor = Actor(openers[1].key, openers[1].name)
    procedures.move(competition, "open", actor=actor, now=when, covers=(opening, *opened), opened_at=when)


def _price(competition: Competition, price: Decimal) -> dict[str, object]:
    return {"prices": {competition.lots.get().key: {"alt": kroner(price)}}}


def _buyer(ground: Ground) -> tuple[Person, Actor]:
    person, grant = ground.staff[agencies.MAIN_AGENCY, RoleGrant.Role.BUYER]
    return person, Actor(person.key, person.name, (Grant(grant.role, agencies.MAIN_AGENCY, grant.budget_limit),))
