"""The verbs of offers in turn. Each is one transaction under the lot's lock, so that a yes and a time-out at the same
moment have one outcome. The database holds the rest: one offer open at a time, no answer after its deadline.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fellestorg.agreements import ledger
from fellestorg.agreements.alerts import warn_crossed
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingBalance
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import rows
from fellestorg.calloffs.cascade import notices, rules
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.policy import may_answer
from fellestorg.calloffs.cascade.words import PASSED, REFUSALS
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.standing import hindrance
from fellestorg.kernel import clock, events, jobs
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person
from fellestorg.ui import formats
from fellestorg.values import BadInput, Decision, Refused, digest, kroner

S = RankedOffer.State
_SHORTEST_REASON = 3


def begin(call_off: CallOff, balance: CeilingBalance, *, at: datetime) -> None:
    """Freeze every supplier's offer from the call-off's decision and ask the first. In the caller's transaction, which
    holds the lot's balance."""
    answer = call_off.decision.answer
    turns = rules.turns(answer)
    suppliers = Organisation.objects.in_bulk([one.supplier for one in turns], field_name="number")
    RankedOffer.objects.bulk_create(
        RankedOffer(
            call_off=call_off,
            supplier=suppliers[one.supplier],
            turn=one.number,
            rank=one.rank,
            hours=answer["hours"],
            contract_value=one.contract_value,
            net_price=Decimal(one.order["net"]),
            order=dict(one.order),
        )
        for one in turns
    )
    _ask_next(call_off, balance, at)


def accept(offer: RankedOffer, *, actor: Actor, person: Person) -> CallOff:
    """The supplier says yes: the reserve becomes a commitment at its own frozen prices, and the order goes out.

    Raises Refused where it is not this supplier's turn, its time is over, or it can be given no order (rule STAND).
    """
    with transaction.atomic():
        balance, offer, at = _locked(offer)
        _require(may_answer(actor, offer, at))
        if because := hindrance(offer.call_off.lot, offer.supplier, clock.local_day(at)):
            raise Refused(because, str(PASSED[because]))
        take_yes(offer, balance, actor=actor, person=person, at=at)
        _make_documents(offer.call_off)
    return offer.call_off


def decline(offer: RankedOffer, code: str, text: str, *, actor: Actor, person: Person) -> CallOff:
    """The supplier says no, with a reason (``RankedOffer.Reason``, and words for it), and the next is asked.

    Raises BadInput without a reason, and Refused where it is not this supplier's turn, or its time is over.
    """
    text = text.strip()[:2000]
    if code not in RankedOffer.Reason.values:
        raise BadInput.of("reason_code", "missing", f"expected one of {', '.join(RankedOffer.Reason.values)}")
    if code == RankedOffer.Reason.OTHER and len(text) < _SHORTEST_REASON:
        raise BadInput.of("reason", "missing", "expected a reason of at least three letters")
    with transaction.atomic():
        balance, offer, at = _locked(offer)
        _require(may_answer(actor, offer, at))
        take_no(offer, balance, code, text, actor=actor, person=person, at=at)
        _make_documents(offer.call_off)
    return offer.call_off


def time_out_due() -> int:
    """End the turns whose time is over and ask the next. Returns how many; safe to run twice, also at once."""
    ended = 0
    for due in RankedOffer.objects.filter(state=S.OPEN, answer_by__lt=clock.now()).select_related("call_off__lot"):
        with transaction.atomic():
            balance, offer, at = _locked(due)
            assert offer.answer_by is not None
            if offer.state != S.OPEN or rules.still_open(at, offer.answer_by):
                continue
            take_silence(offer, balance, at=at)
            _make_documents(offer.call_off)
            ended += 1
    return ended


def remind_due() -> int:
    """Remind the suppliers that have used half their time without answering, each once. Returns how many."""
    at = clock.now()
    reminded = 0
    due = RankedOffer.objects.filter(state=S.OPEN, reminded_at=None, remind_at__lte=at, answer_by__gte=at)
    for offer in due.select_related("call_off__lot__agreement", "call_off__buyer", "supplier"):
        with transaction.atomic():
            # Whoever sets the mark reminds; a second worker finds it set.
            if not RankedOffer.objects.filter(pk=offer.pk, state=S.OPEN, reminded_at=None).update(reminded_at=at):
                continue
            _record(offer, "offer_reminded", SYSTEM, at, {})
            notices.reminded(offer, at=at)
            reminded += 1
    return reminded


def withdraw(call_off: CallOff, reason: str, *, at: datetime) -> None:
    """Take the turns that are left back because the buyer cancels. In the caller's transaction."""
    for offer in RankedOffer.objects.filter(call_off=call_off, state__in=(S.OPEN, S.WAITING)).select_related(
        "supplier"
    ):
        was_asked = offer.state == S.OPEN
        offer.call_off = call_off
        _close(offer, S.WITHDRAWN, at)
        if was_asked:
            notices.withdrawn(offer, reason, at=at)


def take_yes(offer: RankedOffer, balance: CeilingBalance, *, actor: Actor, person: Person, at: datetime) -> None:
    """What a yes does, in a transaction that holds the lot's balance: the order, the ledger, the event and the news."""
    call_off = offer.call_off
    held = call_off.contract_value
    _close(offer, S.ACCEPTED, at, person)
    rows.save_order(call_off, offer.order, offer.supplier, at=at)
    lines = offer.order["order_lines"]
    call_off.state = CallOff.State.COMMITTED
    call_off.contract_value, call_off.net_price = offer.contract_value, offer.net_price
    call_off.co2e_kg = sum((Decimal(line["co2e_kg"]) for line in lines), Decimal(0)).quantize(Decimal("0.0001"))
    call_off.co2e_estimated = any(line["co2e_estimated"] for line in lines)
    call_off.save(update_fields=["state", "contract_value", "net_price", "co2e_kg", "co2e_estimated"])
    postings = [
        _posting(call_off, Entry("release", held, of_reserve=True), at),
        _posting(call_off, Entry("commit", offer.contract_value), at),
    ]
    posted = ledger.write(call_off.lot, balance, postings)
    _record(offer, "offer_accepted", actor, at, {"contract_value": kroner(offer.contract_value)}, posted.entries)
    notices.accepted(offer, at=at)
    if posted.crossed_percent:
        warn_crossed(call_off.lot, posted.crossed_percent, at=at)


def take_no(
    offer: RankedOffer, balance: CeilingBalance, code: str, text: str, *, actor: Actor, person: Person, at: datetime
) -> None:
    """What a no does, in a transaction that holds the lot's balance: it is kept with its reason, and the next is asked."""
    offer.reason_code, offer.reason = code, text
    _close(offer, S.DECLINED, at, person)
    _record(offer, "offer_declined", actor, at, {"reason_code": code, "reason": text})
    notices.moved_on(offer, at=at)
    _ask_next(offer.call_off, balance, at)


def take_silence(offer: RankedOffer, balance: CeilingBalance, *, at: datetime) -> None:
    """What happens when a supplier's time is over, in a transaction that holds the lot's balance."""
    assert offer.answer_by is not None
    _close(offer, S.TIMED_OUT, at)
    _record(offer, "offer_timed_out", SYSTEM, at, {"answer_by": events.instant_text(offer.answer_by)})
    notices.moved_on(offer, at=at)
    _ask_next(offer.call_off, balance, at)


def _ask_next(call_off: CallOff, balance: CeilingBalance, at: datetime) -> None:
    """Ask the next supplier that still may deliver; where nobody is left, the call-off ends and its reserve is free."""
    day = clock.local_day(at)
    waiting = RankedOffer.objects.filter(call_off=call_off, state=S.WAITING).select_related("supplier")
    for offer in waiting.order_by("turn"):
        offer.call_off = call_off
        because = hindrance(call_off.lot, offer.supplier, day)
        if because:
            offer.reason_code = because
            _close(offer, S.PASSED, at)
            _record(offer, "offer_passed", SYSTEM, at, {"reason_code": because})
            continue
        offer.state, offer.opened_at = S.OPEN, at
        offer.remind_at = rules.remind_at(at, offer.hours)
        offer.answer_by = rules.answer_by(at, offer.hours)
        offer.save(update_fields=["state", "opened_at", "remind_at", "answer_by"])
        asked = {
            "answer_by": events.instant_text(offer.answer_by),
            "contract_value": kroner(offer.contract_value),
            "order": digest(offer.order),
        }
        _record(offer, "offer_opened", SYSTEM, at, asked)
        notices.asked(offer, at=at)
        return
    call_off.state, call_off.closed_at = CallOff.State.NO_SUPPLIER, at
    call_off.save(update_fields=["state", "closed_at"])
    release = Entry("release", call_off.contract_value, of_reserve=True)
    posted = ledger.write(call_off.lot, balance, [_posting(call_off, release, at, -rows.units(call_off))])
    told = {"number": call_off.number}
    stream = f"lot:{call_off.lot}"
    events.record(Happening(stream, "offers_exhausted", call_off.subject, SYSTEM, at, told, posted.entries))
    notices.exhausted(call_off, at=at)


def _make_documents(call_off: CallOff) -> None:
    """Ask for the papers once something is settled; those that are there already are left alone."""
    if call_off.state in (CallOff.State.COMMITTED, CallOff.State.NO_SUPPLIER):
        jobs.defer("make_documents", call_off_id=str(call_off.pk))


def _locked(offer: RankedOffer) -> tuple[CeilingBalance, RankedOffer, datetime]:
    balance = ledger.lock(offer.call_off.lot)
    found = RankedOffer.objects.select_related(
        "supplier", "call_off__lot__agreement__manager", "call_off__buyer", "call_off__requested_by",
        "call_off__decision",
    )  # fmt: skip
    return balance, found.get(pk=offer.pk), clock.now()


def _close(offer: RankedOffer, state: RankedOffer.State, at: datetime, person: Person | None = None) -> None:
    offer.state, offer.closed_at, offer.answered_by = state, at, person
    offer.save(update_fields=["state", "closed_at", "answered_by", "reason_code", "reason"])


def _posting(call_off: CallOff, entry: Entry, at: datetime, quantity: Decimal = Decimal(0)) -> Posting:
    return Posting(entry, call_off.number, at, call_off.buyer, call_off.decision, quantity)


def _record(
    offer: RankedOffer,
    verb: str,
    actor: Actor,
    at: datetime,
    payload: dict[str, Any],
    entries: tuple[Any, ...] = (),
) -> None:
    call_off = offer.call_off
    told = {"number": call_off.number, "supplier": offer.supplier.number, "turn": offer.turn, **payload}
    events.record(Happening(f"lot:{call_off.lot}", verb, call_off.subject, actor, at, told, entries))


def _require(decision: Decision) -> None:
    if not decision.allowed:
        until = decision.params.get("until")
        said = {"until": formats.instant(until, "short")} if until else {}
        raise Refused(decision.reason, str(REFUSALS[decision.reason]).format(**said), **said)
