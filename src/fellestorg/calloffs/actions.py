"""The verbs of call-offs. Each is one transaction, with its event, its ledger entries and its messages in it.

Lock order, everywhere: the lot's balance, then the event streams. Whoever holds the balance sees the true ceiling.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from fellestorg.agreements import ledger
from fellestorg.agreements.alerts import warn_crossed
from fellestorg.agreements.getting_started.queries import defaults_for
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingBalance, Lot
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import facts, notices, rows
from fellestorg.calloffs.cascade import actions as cascade
from fellestorg.calloffs.cascade.rules import is_cascade
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.policy import may_approve, may_cancel, may_commit
from fellestorg.calloffs.standing import may_send_orders
from fellestorg.calloffs.texts import refusal_text
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock, events, jobs
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Decision, Refused

_COUNTED = frozenset({"quota", "coverage", "dps"})


@dataclass(frozen=True, slots=True)
class Committed:
    """What came of a commitment. ``call_off`` is ``None`` where the answer is a refusal; the decision is kept either way."""

    call_off: CallOff | None
    decision: DecisionRecord
    answer: dict[str, Any]
    repeated: bool = False


def plan(need: Need, lot: Lot, *, actor: Actor, at: datetime) -> facts.Gathered:
    """The facts of a need under a lot at an instant, for showing an answer before anything is written."""
    return facts.gather(need, lot, actor=actor, at=at)


def commit(need: Need, lot: Lot, *, actor: Actor, person: Person | None) -> Committed:
    """Commit a need: decide under the lot's lock, freeze the decision, draw or reserve, make the orders, tell people.

    The same ``request_id`` from the same buyer gives the same call-off once, however often and however many at a time.
    Raises Refused where the actor may not buy for the agency; a refusal by the rules is an answer, not an error.
    Raises BadInput where the need is still words, or names items that do not exist.
    """
    _require(may_commit(actor, need.buyer))
    if not need.lines and need.amount is None:
        raise BadInput.of("text", "not_placed", "a commitment needs lines or an amount; plan finds them from a text")
    need = replace(need, request_id=need.request_id or str(uuid.uuid4()))
    try:
        with transaction.atomic():
            return _commit(need, lot, actor, person)
    except IntegrityError:
        # Another transaction with the same request id was first, under another lot; its answer is the answer.
        earlier = _earlier(need)
        if earlier is None:
            raise
        return earlier


def _commit(need: Need, lot: Lot, actor: Actor, person: Person | None) -> Committed:
    earlier = _earlier(need)
    if earlier is not None:
        return earlier
    gathered = facts.gather(need, lot, actor=actor, at=clock.now())
    balance = ledger.lock(lot)
    earlier = _earlier(need)
    if earlier is not None:
        return earlier
    at = clock.now()
    # Whoever changes the maximum holds the same lock: this is the one that stands.
    lot.refresh_from_db(fields=["max_value", "max_quantity"])
    gathered.facts["ceiling"] = facts.ceiling_facts(lot, at, balance)
    if gathered.buyer is not None:
        gathered.facts["recent"] = facts.recent_call_offs(gathered.buyer, lot, list(gathered.items.values()), at)
    if not _COUNTED.isdisjoint(gathered.facts):
        # What is counted against a share is counted again: whoever draws on it holds the same lock.
        facts.add_from_sources(gathered, need, at)
    answer = decide(gathered.facts)
    stream = f"lot:{lot}"
    if answer["outcome"] == "refused" or gathered.buyer is None:
        decision = rows.decision_row(gathered, answer, at=at, actor=actor)
        decision.save(force_insert=True)
        events.record(
            Happening(
                stream,
                "call_off_refused",
                f"decision:{decision.pk}",
                actor,
                at,
                {"buyer": need.buyer, "reason": answer["reason"]["code"], "request_id": need.request_id},
                (decision,),
            )
        )
        return Committed(None, decision, answer)
    concerned = Organisation.objects.filter(Q(positions__lot=lot) | Q(admissions__lot=lot))
    suppliers = {one.number: one for one in concerned.distinct()}
    said = defaults_for(lot.agreement, need.buyer)
    need = replace(
        need,
        deliver_to=need.deliver_to or said.delivery_address,
        buyer_reference=need.buyer_reference or said.buyer_reference,
    )
    made = rows.rows_for(
        need, gathered, answer, suppliers, number=rows.next_number(at), at=at, actor=actor, person=person
    )
    rows.save([made])
    posted = ledger.write(lot, balance, made.postings)
    events.record(made_event(made, stream, actor, at, posted.entries))
    notices.made(made.call_off, at=at)
    if made.call_off.state == CallOff.State.OFFERED:
        cascade.begin(made.call_off, balance, at=at)
    if posted.crossed_percent:
        warn_crossed(lot, posted.crossed_percent, at=at)
    jobs.defer("make_documents", call_off_id=str(made.call_off.pk))
    return Committed(made.call_off, made.decision, answer)


def made_event(made: rows.Rows, stream: str, actor: Actor, at: datetime, entries: tuple[Any, ...]) -> Happening:
    """The event that tells of a made call-off and covers its frozen decision and its ledger entries."""
    call_off = made.call_off
    return Happening(
        stream,
        "call_off_made",
        call_off.subject,
        actor,
        at,
        {
            "number": call_off.number,
            "buyer": call_off.buyer.number,
            "outcome": made.decision.outcome,
            "contract_value": str(call_off.contract_value),
            "orders": [order.number for order in made.orders],
        },
        (made.decision, *entries),
    )


def approve(call_off: CallOff, *, actor: Actor, person: Person) -> CallOff:
    """A second person with authority says yes: the reserve becomes a commitment and the order goes out, or the
    first supplier is asked (rule BDM). Raises Refused also where the supplier can no longer be given it (rule STAND)."""
    with transaction.atomic():
        balance, call_off, at = _locked(call_off)
        _require(may_approve(actor, call_off, clock.local_day(at)))
        _require(may_send_orders(call_off, clock.local_day(at)))
        in_turn = is_cascade(call_off.decision.answer)
        call_off.state = CallOff.State.OFFERED if in_turn else CallOff.State.COMMITTED
        call_off.approved_by = person
        call_off.save(update_fields=["state", "approved_by"])
        if in_turn:
            # The reserve stays until somebody has said yes.
            _record(call_off, "call_off_approved", actor, at, {}, ())
            notices.approved(call_off, at=at)
            cascade.begin(call_off, balance, at=at)
            jobs.defer("make_documents", call_off_id=str(call_off.pk))
            return call_off
        posted = ledger.write(
            call_off.lot,
            balance,
            [
                _posting(call_off, Entry("release", call_off.contract_value, of_reserve=True), at),
                _posting(call_off, Entry("commit", call_off.contract_value), at),
            ],
        )
        _record(call_off, "call_off_approved", actor, at, {}, posted.entries)
        notices.approved(call_off, at=at)
        jobs.defer("make_documents", call_off_id=str(call_off.pk))
    return call_off


def decline(call_off: CallOff, reason: str, *, actor: Actor) -> CallOff:
    """A second person says no, with a reason: the reserve is released."""
    reason = _reason(reason)
    with transaction.atomic():
        balance, call_off, at = _locked(call_off)
        _require(may_approve(actor, call_off, clock.local_day(at)))
        _close(call_off, CallOff.State.REFUSED_APPROVAL, reason, at)
        posted = ledger.write(call_off.lot, balance, [_release_of_reserve(call_off, at)])
        _record(call_off, "call_off_declined", actor, at, {"reason": reason}, posted.entries)
        notices.declined(call_off, at=at)
    return call_off


def cancel(call_off: CallOff, reason: str, *, actor: Actor) -> CallOff:
    """Cancel with a reason. The ledger gives back what was drawn or held; everything stays on record."""
    reason = _reason(reason)
    with transaction.atomic():
        balance, call_off, at = _locked(call_off)
        _require(may_cancel(actor, call_off))
        posted = ledger.write(call_off.lot, balance, cancellation_postings(call_off, at))
        if call_off.state == CallOff.State.OFFERED:
            cascade.withdraw(call_off, reason, at=at)
        _close(call_off, CallOff.State.CANCELLED, reason, at)
        _record(call_off, "call_off_cancelled", actor, at, {"reason": reason}, posted.entries)
        notices.cancelled(call_off, at=at)
    return call_off


def cancellation_postings(call_off: CallOff, at: datetime) -> list[Posting]:
    """What the ledger gives back when a call-off in its present state is cancelled."""
    if call_off.state == CallOff.State.COMMITTED:
        return [_posting(call_off, Entry("release", call_off.contract_value), at, -rows.units(call_off))]
    if call_off.state in (CallOff.State.AWAITING_APPROVAL, CallOff.State.OFFERED):
        return [_release_of_reserve(call_off, at)]
    return []


def lapse_reserves() -> int:
    """Release the reserves whose ten working days are over. Returns how many lapsed; safe to run twice at once."""
    today = clock.today()
    due = CallOff.objects.filter(state=CallOff.State.AWAITING_APPROVAL, reserve_until__lt=today).select_related("lot")
    lapsed = 0
    for waiting in due:
        with transaction.atomic():
            balance, call_off, at = _locked(waiting)
            if call_off.state != CallOff.State.AWAITING_APPROVAL:
                continue
            _close(call_off, CallOff.State.LAPSED, "", at)
            posted = ledger.write(call_off.lot, balance, [_release_of_reserve(call_off, at)])
            _record(call_off, "reserve_lapsed", SYSTEM, at, {}, posted.entries)
            notices.lapsed(call_off, at=at)
            lapsed += 1
    return lapsed


def _locked(call_off: CallOff) -> tuple[CeilingBalance, CallOff, datetime]:
    balance = ledger.lock(call_off.lot)
    fresh = CallOff.objects.select_related("lot__agreement", "buyer", "requested_by").get(pk=call_off.pk)
    return balance, fresh, clock.now()


def _posting(call_off: CallOff, entry: Entry, at: datetime, quantity: Decimal = Decimal(0)) -> Posting:
    return Posting(entry, call_off.number, at, call_off.buyer, call_off.decision, quantity)


def _release_of_reserve(call_off: CallOff, at: datetime) -> Posting:
    return _posting(call_off, Entry("release", call_off.contract_value, of_reserve=True), at, -rows.units(call_off))


def _close(call_off: CallOff, state: CallOff.State, reason: str, at: datetime) -> None:
    call_off.state, call_off.closed_at, call_off.closed_reason = state, at, reason
    call_off.save(update_fields=["state", "closed_at", "closed_reason"])


def _record(
    call_off: CallOff, verb: str, actor: Actor, at: datetime, payload: dict[str, Any], entries: tuple[Any, ...]
) -> None:
    told = {"number": call_off.number, **payload}
    events.record(Happening(f"lot:{call_off.lot}", verb, call_off.subject, actor, at, told, entries))


def _earlier(need: Need) -> Committed | None:
    found = (
        CallOff.objects.filter(buyer__number=need.buyer, request_id=need.request_id).select_related("decision").first()
    )
    return Committed(found, found.decision, found.decision.answer, repeated=True) if found else None


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason, decision.params), **decision.params)


def _reason(text: str) -> str:
    cleaned = text.strip()
    if len(cleaned) < 3:
        raise BadInput.of("reason", "missing", "expected a reason of at least three letters")
    return cleaned[:2000]
