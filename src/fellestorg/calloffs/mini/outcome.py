"""What a call-off's concluded competition becomes: its order at the tendered price, drawn on the ceiling."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.agreements import ledger
from fellestorg.agreements.alerts import warn_crossed
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import rows
from fellestorg.calloffs.mini.admitted import admitted_for
from fellestorg.calloffs.mini.ceilings import call_off_of
from fellestorg.calloffs.mini.kinds import KINDS
from fellestorg.calloffs.models import CallOff, Order, OrderLine
from fellestorg.catalogues.models import PriceLine
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.tenders.queries import opened, opened_prices
from fellestorg.kernel import clock, events, jobs
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import Refused, kroner, quote

_PARTS = ("discount", "small_order_fee", "freight", "handling", "carbon")


def award_call_off(
    competition: Competition,
    lot: CompetitionLot,
    supplier: Organisation,
    rank: int,
    value: Decimal,
    actor: Actor,
    person: Person,
    at: datetime,
) -> str:
    """Commit the call-off at the winner's price, in the transaction that concludes. Raises Refused where it was cancelled
    meanwhile, where the winner of a call in a purchasing system is no longer admitted, or where the ceiling has no room
    (FA-3)."""
    call_off = call_off_of(competition)
    if call_off is None or rank != 1:
        return ""
    balance = ledger.lock(call_off.lot)
    call_off = CallOff.objects.select_related("lot__agreement", "buyer", "decision").get(pk=call_off.pk)
    if call_off.state not in KINDS:
        raise Refused("call_off_closed", _("Avropet venter ikke lenger på en konkurranse."))
    if call_off.state == CallOff.State.DPS_INVITATION:
        _require_admitted(call_off, supplier, at)
    value = quote(value)
    _order(call_off, competition, lot, supplier, value, at)
    call_off.state = CallOff.State.COMMITTED
    call_off.contract_value = call_off.net_price = value
    call_off.save(update_fields=["state", "contract_value", "net_price"])
    posting = Posting(
        Entry("commit", value), call_off.number, at, call_off.buyer, call_off.decision, rows.units(call_off)
    )
    posted = ledger.write(call_off.lot, balance, [posting])
    told = {"number": call_off.number, "competition": competition.number, "contract_value": kroner(value)}
    stream = f"lot:{call_off.lot}"
    events.record(Happening(stream, "call_off_awarded", call_off.subject, actor, at, told, posted.entries))
    jobs.defer("make_documents", call_off_id=str(call_off.pk))
    if posted.crossed_percent:
        warn_crossed(call_off.lot, posted.crossed_percent, at=at)
    return call_off.subject


def _require_admitted(call_off: CallOff, supplier: Organisation, at: datetime) -> None:
    """Nobody is contracted who is suspended or out of the system by then, however good the tender (DPS-9)."""
    if supplier.number not in admitted_for(call_off, clock.local_day(at)):
        text = _("{supplier} er ikke lenger opptatt i kategorien, eller er suspendert. Kontrakten kan ikke inngås nå.")
        raise Refused("winner_not_admitted", text.format(supplier=supplier.name), supplier=supplier.number)


def _order(
    call_off: CallOff,
    competition: Competition,
    lot: CompetitionLot,
    supplier: Organisation,
    value: Decimal,
    at: datetime,
) -> None:
    number = f"{call_off.number}-1"
    order = Order.objects.create(
        id=uuid.uuid5(call_off.pk, number),
        call_off=call_off,
        number=number,
        supplier=supplier,
        contract_value=value,
        parts={"goods": kroner(value), **dict.fromkeys(_PARTS, "0.00")},
        created_at=at,
    )
    tender = next(one for one in opened(competition) if one.supplier_number == supplier.number)
    prices = opened_prices(competition)[tender.id][lot.key]
    day = clock.local_day(at)
    for line in lot.price_lines.all():
        # The version of the agreement's price line that the tendered price stands under; a whole delivery has none.
        under = (
            PriceLine.objects.filter(
                supplier=supplier, item__lot=call_off.lot, item__number__iexact=line.key, valid_from__lte=day
            )
            .order_by("-valid_from")
            .select_related("item")
            .first()
        )
        if under is not None:
            OrderLine.objects.create(
                order=order,
                item=under.item,
                price_line=under,
                quantity=line.quantity,
                unit_price=prices[line.key],
                amount=quote(line.quantity * prices[line.key]),
                vat_rate=under.vat_rate,
                co2e_kg=None if under.co2e_kg is None else under.co2e_kg * line.quantity,
            )
