"""A course day that was called off under the purchasing system: everybody admitted in the category is invited. Made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fellestorg.agreements import ledger
from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, rows
from fellestorg.calloffs.actions import made_event
from fellestorg.calloffs.needs import Need
from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.history import named
from fellestorg.demo_data.seeded import identifier
from fellestorg.demo_data.wishes import working_day_before
from fellestorg.engines.routing import decide
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Organisation, RoleGrant

_LOT, _AGREEMENT = "kurs", "kurs-og-konferanse"
_CATEGORY, _AMOUNT = "course_day", Decimal(120_000)


def lay(ground: Ground, day: date) -> None:
    """Save it as made on the working day before; nothing while the system is too young or over. In the load's transaction,
    when the events before it have been recorded."""
    lot = Lot.objects.select_related("agreement__manager").get(agreement__key=_AGREEMENT, key=_LOT)
    made_on = working_day_before(day)
    if not lot.agreement.starts <= made_on <= lot.agreement.ends:
        return
    made = at(made_on, 10, 20)
    number = rows.next_number(made)
    person, grant = ground.staff[agencies.MAIN_AGENCY, RoleGrant.Role.BUYER]
    actor = Actor(person.key, person.name, (Grant(grant.role, agencies.MAIN_AGENCY, grant.budget_limit),))
    need = Need(
        str(identifier("request", number)),
        agencies.MAIN_AGENCY,
        agreement=_AGREEMENT,
        lot=_LOT,
        amount=_AMOUNT,
        category=_CATEGORY,
    )
    gathered = facts.gather(need, lot, actor=actor, at=made)
    balance = ledger.lock(lot)
    answer = decide(gathered.facts)
    suppliers = {one.number: one for one in Organisation.objects.filter(number__in=answer["invitees"])}
    row = named(rows.rows_for(need, gathered, answer, suppliers, number=number, at=made, actor=actor, person=person))
    # What it was called when it was made is kept as it was said, in whatever language.
    row.call_off.title = "Fagdag for 40 deltakere (demodata)"
    rows.save([row])
    posted = ledger.write(lot, balance, row.postings)
    events.record(made_event(row, f"lot:{lot}", actor, made, posted.entries))
