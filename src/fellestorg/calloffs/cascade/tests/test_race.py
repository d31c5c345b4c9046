"""A yes and a time-out at the same moment, and two workers at once: the database lets one outcome stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fellestorg.agreements.models import CeilingBalance
from fellestorg.calloffs.cascade import actions
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.tests.asking import FIRST, ask_in_turn, asked, log, open_offer, says_no, says_yes
from fellestorg.calloffs.tests.test_races import at_once, through_the_pool
from fellestorg.calloffs.tests.world import lot
from fellestorg.kernel import audit, clock, events
from fellestorg.kernel.models import Event, Message
from fellestorg.values import Refused

__all__ = ["through_the_pool"]


def outcome_of(act: Callable[[], Any]) -> str:
    try:
        return str(act())
    except Refused as refused:
        return refused.code


@pytest.mark.slow
def test_answers_and_time_outs_at_the_same_moment_leave_one_outcome_and_a_true_ledger(through_the_pool: None) -> None:
    ask_in_turn()
    before = CeilingBalance.objects.get(lot=lot())
    call_offs = [asked(1, request_id=f"r-{number}") for number in range(6)]
    offers = [open_offer(one) for one in call_offs]
    deadlines = sorted(one.answer_by for one in offers if one.answer_by)
    # The deadlines lie some hundredths apart and pass while the answers come in: some are in time, some are not.
    clock.set_demo_clock(deadlines[2])

    def act(number: int) -> str:
        offer = offers[number // 4]
        match number % 4:
            case 0:
                return outcome_of(lambda: says_yes(FIRST, offer).state)
            case 1:
                return outcome_of(lambda: says_no(FIRST, offer).state)
            case _:
                return outcome_of(actions.time_out_due)

    at_once(24, act)
    clock.set_demo_clock(max(clock.now(), deadlines[-1]) + timedelta(seconds=1))
    actions.time_out_due()
    drawn = reserved = 0
    for call_off, offer in zip(call_offs, offers, strict=True):
        offer.refresh_from_db()
        call_off.refresh_from_db()
        assert offer.state in ("accepted", "declined", "timed_out")
        assert (offer.closed_at <= offer.answer_by) == (offer.state != "timed_out")
        assert (call_off.state == "committed") == (offer.state == "accepted") == (call_off.orders.count() == 1)
        running = RankedOffer.objects.filter(call_off=call_off, state="open").count()
        assert running == (offer.state != "accepted"), log(call_off)
        drawn += call_off.contract_value if offer.state == "accepted" else 0
        reserved += call_off.contract_value if offer.state != "accepted" else 0
    after = CeilingBalance.objects.get(lot=lot())
    assert (after.used, after.reserved) == (before.used + drawn, before.reserved + reserved)
    assert audit.verify(events.seal()).faults == ()


@pytest.mark.slow
def test_two_workers_at_once_end_a_turn_once_and_ask_one_supplier(through_the_pool: None) -> None:
    ask_in_turn()
    call_off = asked(1)
    clock.set_demo_clock(open_offer(call_off).answer_by + timedelta(seconds=1))
    assert sum(at_once(6, lambda _: actions.time_out_due())) == 1
    assert [state for _, state, _ in log(call_off)] == ["timed_out", "open", "waiting"]
    clock.set_demo_clock(open_offer(call_off).remind_at + timedelta(seconds=1))
    at_once(6, lambda _: actions.remind_due())
    # The demo has an open offer of its own; this one's supplier is reminded by one of the six.
    assert Event.objects.filter(subject=call_off.subject, verb="offer_reminded").count() == 1
    assert Message.objects.filter(code="offer_reminded", link__contains=f"/{call_off.number}/").count() == 1
