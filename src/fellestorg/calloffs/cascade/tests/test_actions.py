"""Offers in turn: who is asked when, what an answer does, and what neither a supplier nor the clock can do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, SupplierPosition
from fellestorg.calloffs import actions as calloff_actions
from fellestorg.calloffs import queries
from fellestorg.calloffs.cascade import actions
from fellestorg.calloffs.cascade import queries as offer_queries
from fellestorg.calloffs.cascade.tests.asking import (
    FIRST,
    SECOND,
    THIRD,
    ask_in_turn,
    asked,
    log,
    open_offer,
    says_no,
    says_yes,
)  # fmt: skip
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.tests.world import lot, somebody
from fellestorg.catalogues.models import PriceLine
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Message
from fellestorg.law.working_hours import add_working_hours
from fellestorg.values import BadInput, Refused, canonical_json

pytestmark = pytest.mark.usefixtures("demo")
S = CallOff.State


@pytest.fixture(autouse=True)
def in_turn(demo: None) -> None:
    ask_in_turn()


def balance() -> tuple[Decimal, Decimal, Decimal]:
    row = CeilingBalance.objects.get(lot=lot())
    return row.used, row.reserved, row.quantity_used


def told(call_off: CallOff, code: str, who: str) -> int:
    """How often somebody was told of this call-off; the demo tells of its own."""
    about = Message.objects.filter(code=code, recipient=somebody(who)[0].key)
    return about.filter(link__regex=rf"/{call_off.number}(/|$)").count()


def test_the_first_in_rank_is_asked_alone_and_the_dearest_offer_is_held() -> None:
    used, reserved, _ = balance()
    call_off = asked()
    assert call_off.state == S.OFFERED and call_off.orders.count() == 0
    assert log(call_off) == [(1, "open", ""), (2, "waiting", ""), (3, "waiting", "")]
    dearest = max(one.contract_value for one in call_off.ranked_offers.all())
    assert balance()[:2] == (used, reserved + dearest) and call_off.contract_value == dearest
    offer = open_offer(call_off)
    assert offer.answer_by == add_working_hours(call_off.made_at, 8)
    assert (
        told(call_off, "offer_asked", FIRST),
        told(call_off, "offer_asked", SECOND),
        told(call_off, "order_ready", FIRST),
    ) == (1, 0, 0)
    record = call_off.decision
    record.refresh_from_db()
    assert canonical_json(decide(record.facts)) == canonical_json(record.answer)


def test_a_yes_makes_the_order_at_the_suppliers_own_price_and_draws_just_that() -> None:
    used, reserved, counted = balance()
    call_off = asked()
    offer = open_offer(call_off)
    call_off = says_yes(FIRST, offer)
    assert call_off.state == S.COMMITTED and call_off.contract_value == offer.contract_value
    assert balance() == (used + offer.contract_value, reserved, counted + 10)
    order = call_off.orders.get()
    assert order.supplier == offer.supplier and order.lines.get().unit_price * 10 == order.lines.get().amount
    kinds = CeilingEntry.objects.filter(reference=call_off.number).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["reserve", "release", "commit"]
    event = Event.objects.get(subject=call_off.subject, verb="offer_accepted")
    assert {table for table, _, _ in event.covers} == {"agreements_ceilingentry"}
    assert told(call_off, "offer_accepted", "innkjoper") == 1
    assert queries.visible_to(somebody(FIRST)[0]).filter(pk=call_off.pk).exists()


def test_a_no_asks_the_next_at_prices_that_have_not_moved() -> None:
    call_off = asked()
    frozen = call_off.ranked_offers.get(rank=2).contract_value
    PriceLine.objects.filter(item__number="PC-14-STD", valid_to=None).update(unit_price=Decimal(1))
    says_no(FIRST, open_offer(call_off), "delivery_time", "Fullt verksted til jul")
    assert log(call_off) == [(1, "declined", "delivery_time"), (2, "open", ""), (3, "waiting", "")]
    assert told(call_off, "offer_declined", "innkjoper") == 1
    call_off = says_yes(SECOND, open_offer(call_off))
    assert call_off.contract_value == frozen == call_off.orders.get().contract_value
    assert not queries.visible_to(somebody(FIRST)[0]).filter(pk=call_off.pk).exists()


def test_when_all_have_said_no_the_reserve_is_free_and_the_buyer_knows() -> None:
    before = balance()
    call_off = asked()
    for who in (FIRST, SECOND, THIRD):
        says_no(who, open_offer(call_off), "other", "Vi leverer ikke i uke 45")
    call_off.refresh_from_db()
    assert call_off.state == S.NO_SUPPLIER and balance() == before
    assert told(call_off, "offers_exhausted", "innkjoper") == 1
    assert Event.objects.filter(subject=call_off.subject, verb="offers_exhausted").exists()
    with pytest.raises(Refused, match="allerede avsluttet"):
        calloff_actions.cancel(call_off, "For sent", actor=somebody("innkjoper")[0])


class TestTime:
    def test_a_turn_ends_when_its_working_hours_have_passed_and_not_before(self) -> None:
        call_off = asked()
        first = open_offer(call_off)
        assert first.answer_by is not None
        clock.set_demo_clock(first.answer_by - timedelta(minutes=1))
        assert actions.time_out_due() == 0
        clock.set_demo_clock(first.answer_by + timedelta(minutes=1))
        assert (actions.time_out_due(), actions.time_out_due()) == (1, 0)
        assert log(call_off)[:2] == [(1, "timed_out", ""), (2, "open", "")]
        second = open_offer(call_off)
        assert second.answer_by == add_working_hours(second.opened_at, 8)
        assert (told(call_off, "offer_timed_out", "innkjoper"), told(call_off, "offer_turn_lost", FIRST)) == (1, 1)

    def test_no_answer_counts_after_the_deadline_though_no_worker_has_run(self) -> None:
        call_off = asked()
        offer = open_offer(call_off)
        clock.set_demo_clock(offer.answer_by + timedelta(seconds=1))
        for answer in (says_yes, says_no):
            with pytest.raises(Refused) as refused:
                answer(FIRST, offer)
            assert refused.value.code == "answer_too_late"
        assert log(call_off)[0] == (1, "open", "")

    def test_a_supplier_is_reminded_once_when_half_its_time_has_gone(self) -> None:
        call_off = asked()
        offer = open_offer(call_off)
        assert actions.remind_due() == 0
        clock.set_demo_clock(offer.remind_at + timedelta(seconds=1))
        assert (actions.remind_due(), actions.remind_due()) == (1, 0)
        assert told(call_off, "offer_reminded", FIRST) == 1

    def test_nobody_is_reminded_of_what_is_answered(self) -> None:
        call_off = asked()
        offer = open_offer(call_off)
        says_yes(FIRST, offer)
        clock.set_demo_clock(offer.remind_at + timedelta(seconds=1))
        assert actions.remind_due() == 0


class TestTheDatabaseDecides:
    def refuses(self, **changes: object) -> None:
        offer = open_offer(asked())
        with pytest.raises(IntegrityError), transaction.atomic():
            type(offer).objects.filter(pk=offer.pk).update(**changes)

    def test_one_offer_is_open_at_a_time(self) -> None:
        call_off = asked()
        second = call_off.ranked_offers.filter(rank=2)
        now = clock.now()
        with pytest.raises(IntegrityError, match="one_offer_open_at_a_time"), transaction.atomic():
            second.update(state="open", opened_at=now, answer_by=now + timedelta(hours=1))

    def test_a_late_answer_cannot_be_written(self) -> None:
        person = somebody(FIRST)[1]
        late = open_offer(asked()).answer_by + timedelta(seconds=1)
        self.refuses(state="accepted", closed_at=late, answered_by=person)

    def test_a_turn_cannot_time_out_early(self) -> None:
        self.refuses(state="timed_out", closed_at=clock.now())

    def test_a_no_has_a_reason(self) -> None:
        self.refuses(state="declined", closed_at=clock.now(), answered_by=somebody(FIRST)[1])

    def test_prices_offered_do_not_change_and_a_closed_turn_stays_closed(self) -> None:
        call_off = asked()
        offer = open_offer(call_off)
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            type(offer).objects.filter(pk=offer.pk).update(contract_value=1)
        says_no(FIRST, offer)
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            type(offer).objects.filter(pk=offer.pk).update(state="open")
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            type(offer).objects.filter(pk=offer.pk).delete()


class TestWhoMayAnswer:
    @pytest.mark.parametrize("who", [SECOND, THIRD, "lyreco", "innkjoper", "si-admin", "revisor"])
    def test_only_the_supplier_whose_turn_it_is(self, who: str) -> None:
        offer = open_offer(asked())
        with pytest.raises(Refused) as refused:
            says_yes(who, offer)
        assert refused.value.code == "not_asked"

    def test_nobody_answers_before_its_turn_or_twice(self) -> None:
        call_off = asked()
        first = open_offer(call_off)
        with pytest.raises(Refused, match="ikke til dere"):
            says_yes(SECOND, call_off.ranked_offers.get(rank=2))
        says_no(FIRST, first)
        with pytest.raises(Refused, match="allerede avsluttet"):
            says_yes(FIRST, first)

    @pytest.mark.parametrize(("code", "text"), [("", "Vi kan ikke"), ("whim", "Nei"), ("other", " "), ("other", "ne")])
    def test_a_no_without_a_reason_is_bad_input(self, code: str, text: str) -> None:
        offer = open_offer(asked())
        with pytest.raises(BadInput):
            says_no(FIRST, offer, code, text)

    def test_a_supplier_sees_its_own_turn_alone_and_only_once_it_has_come(self) -> None:
        call_off = asked()
        says_no(FIRST, open_offer(call_off))

        def seen(who: str) -> list[int]:
            found = offer_queries.visible_to(somebody(who)[0]).filter(call_off=call_off)
            return sorted(one.rank for one in found)

        assert (seen(FIRST), seen(SECOND), seen(THIRD)) == ([1], [2], [])
        assert seen("innkjoper") == seen("si-admin") == seen("revisor") == [1, 2, 3]
        assert seen("innkjopar") == []


def test_a_supplier_suspended_meanwhile_is_passed_and_the_log_says_so() -> None:
    call_off = asked()
    SupplierPosition.objects.filter(lot=lot(), rank=2).update(
        suspended_from=clock.today(), suspension_reason="Konkurs (demodata)"
    )
    says_no(FIRST, open_offer(call_off))
    assert log(call_off) == [(1, "declined", "capacity"), (2, "passed", "suspended"), (3, "open", "")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"suspended_from": date(2023, 11, 1), "suspension_reason": "Konkurs (demodata)"}, "suspended"),
        ({"valid_to": date(2023, 10, 31)}, "not_in_position"),
    ],
)
def test_a_supplier_that_can_have_no_order_any_more_cannot_say_yes(changed: dict[str, object], code: str) -> None:
    before, call_off = balance(), asked()
    SupplierPosition.objects.filter(lot=lot(), rank=1).update(**changed)
    held = balance()
    with pytest.raises(Refused) as refused:
        says_yes(FIRST, open_offer(call_off))
    assert refused.value.code == code and balance() == held != before
    says_no(FIRST, open_offer(call_off))
    assert log(call_off)[1][1] == "open", "its no, or its silence, still lets the next be asked"


def test_nobody_new_is_asked_after_the_agreement_has_ended() -> None:
    call_off = asked()
    agreement = call_off.lot.agreement
    type(agreement).objects.filter(pk=agreement.pk).update(ends=date(2023, 10, 31))
    says_no(FIRST, open_offer(call_off))
    call_off.refresh_from_db()
    assert call_off.state == S.NO_SUPPLIER
    assert {reason for _, state, reason in log(call_off) if state == "passed"} == {"agreement_over"}


def test_cancelling_takes_the_turns_back_frees_the_reserve_and_tells_only_whom_was_asked() -> None:
    before = balance()
    call_off = asked()
    calloff_actions.cancel(call_off, "Feil antall", actor=somebody("innkjoper")[0])
    assert balance() == before
    assert {state for _, state, _ in log(call_off)} == {"withdrawn"}
    assert (told(call_off, "offer_withdrawn", FIRST), told(call_off, "offer_withdrawn", SECOND)) == (1, 0)
    assert actions.time_out_due() == 0


def test_above_the_buyers_authority_nobody_is_asked_until_a_second_person_has_said_yes() -> None:
    used, reserved, _ = balance()
    call_off = asked(40)
    assert call_off.state == S.AWAITING_APPROVAL and call_off.ranked_offers.count() == 0
    actor, person = somebody("godkjenner")
    call_off = calloff_actions.approve(call_off, actor=actor, person=person)
    assert call_off.state == S.OFFERED and log(call_off)[0] == (1, "open", "")
    assert balance()[:2] == (used, reserved + call_off.contract_value)
    offer = open_offer(call_off)
    says_yes(FIRST, offer)
    assert balance()[:2] == (used + offer.contract_value, reserved)


def test_there_is_no_protocol_until_somebody_has_said_yes_or_all_no() -> None:
    call_off = asked()
    assert documents.make(call_off) == []
    with pytest.raises(Refused):
        documents.ensure(call_off, documents.PROTOCOL)
