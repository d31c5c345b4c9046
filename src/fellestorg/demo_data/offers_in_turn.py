"""Chairs that are called off by asking the suppliers in turn: one call-off that nobody took, one that the second took,
and one whose second supplier may answer right now. Everybody and everything in it is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fellestorg.agreements import ledger
from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, rows
from fellestorg.calloffs.actions import made_event
from fellestorg.calloffs.cascade import actions
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.history import named
from fellestorg.demo_data.seeded import identifier
from fellestorg.demo_data.wishes import working_day_before
from fellestorg.engines.routing import decide
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.law.working_hours import add_working_hours
from fellestorg.organisations.models import Organisation, RoleGrant

_LOT, _AGREEMENT = "stol-sor-vest", "kontormobler-demo"
_SETTLED_DAYS = 20


@dataclass(frozen=True, slots=True)
class _Story:
    """A call-off made so many working days ago. ``answers`` are, in turn: ``yes``, a reason code and its words, or
    ``silence``."""

    days_ago: int
    item: str
    quantity: int
    answers: tuple[str | tuple[str, str], ...]


_STORIES = (
    _Story(12, "MOB-MS-1", 24, (("delivery_time", "Tidligst om åtte uker (demodata)"), "silence")),
    _Story(7, "MOB-KS-1", 8, (("capacity", "Verkstedet er fullt til uke 47 (demodata)"), "yes")),
    _Story(1, "MOB-KS-1", 12, (("capacity", "Verkstedet er fullt til uke 47 (demodata)"),)),
)


def lay(ground: Ground, day: date) -> None:
    """Save these stories as they stand on ``day``; none while the agreement is too young or over. In the load's
    transaction, when the events before them have been recorded."""
    lot = Lot.objects.select_related("agreement__manager").get(agreement__key=_AGREEMENT, key=_LOT)
    if not lot.agreement.starts.toordinal() + _SETTLED_DAYS <= day.toordinal() <= lot.agreement.ends.toordinal():
        return
    for story in _STORIES:
        made_on = day
        for _ in range(story.days_ago):
            made_on = working_day_before(made_on)
        _live(ground, lot, story, at(made_on, 11, 12))


def _live(ground: Ground, lot: Lot, story: _Story, made: datetime) -> None:
    number = rows.next_number(made)
    person, grant = ground.staff[agencies.MAIN_AGENCY, RoleGrant.Role.BUYER]
    actor = Actor(person.key, person.name, (Grant(grant.role, agencies.MAIN_AGENCY, grant.budget_limit),))
    need = Need(
        str(identifier("request", number)),
        agencies.MAIN_AGENCY,
        agreement=_AGREEMENT,
        lot=_LOT,
        lines=(NeedLine(story.item, Decimal(story.quantity)),),
    )
    gathered = facts.gather(need, lot, actor=actor, at=made)
    balance = ledger.lock(lot)
    answer = decide(gathered.facts)
    suppliers = {one.number: one for one in Organisation.objects.filter(positions__lot=lot)}
    row = named(rows.rows_for(need, gathered, answer, suppliers, number=number, at=made, actor=actor, person=person))
    rows.save([row])
    posted = ledger.write(lot, balance, row.postings)
    events.record(made_event(row, f"lot:{lot}", actor, made, posted.entries))
    call_off = row.call_off
    actions.begin(call_off, balance, at=made)
    for said in story.answers:
        offer = call_off.ranked_offers.select_related("supplier").get(state=RankedOffer.State.OPEN)
        offer.call_off = call_off
        assert offer.opened_at is not None
        assert offer.answer_by is not None
        answered = add_working_hours(offer.opened_at, 3)
        who, role = ground.staff[offer.supplier.number, RoleGrant.Role.SUPPLIER]
        speaker = Actor(who.key, who.name, (Grant(role.role, offer.supplier.number),))
        if said == "yes":
            actions.take_yes(offer, balance, actor=speaker, person=who, at=answered)
        elif said == "silence":
            actions.take_silence(offer, balance, at=add_working_hours(offer.answer_by, 1))
        else:
            actions.take_no(offer, balance, *said, actor=speaker, person=who, at=answered)
