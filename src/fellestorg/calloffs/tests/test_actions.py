"""The verbs of call-offs: what is written, what is told, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from fellestorg.agreements import ledger
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, FrameworkAgreement, SupplierPosition
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import actions
from fellestorg.calloffs.detail import detail_view
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of, committed, lot, need, somebody
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.organisations.insolvency import record_insolvency
from fellestorg.values import BadInput, Refused, canonical_json

pytestmark = pytest.mark.usefixtures("demo")
S = CallOff.State


def balance() -> tuple[Decimal, Decimal]:
    row = CeilingBalance.objects.get(lot=lot())
    return row.used, row.reserved


def test_a_commitment_freezes_the_decision_draws_the_ceiling_and_makes_the_order() -> None:
    used, reserved = balance()
    made = committed(10)
    call_off = made.call_off
    assert call_off is not None and call_off.state == S.COMMITTED
    assert balance() == (used + call_off.contract_value, reserved)
    order = call_off.orders.get()
    line = order.lines.get()
    assert (line.quantity, line.price_line.supplier_id) == (10, order.supplier_id)
    assert line.unit_price * 10 == line.amount
    assert made.decision.facts["suppliers"][0]["offers"][0]["price_line"] == line.price_line_id
    event = Event.objects.get(subject=call_off.subject)
    assert {table for table, _, _ in event.covers} == {"kernel_decisionrecord", "agreements_ceilingentry"}
    assert ProcrastinateJob.objects.filter(task_name="make_documents", args={"call_off_id": str(call_off.pk)}).exists()


def test_the_agreement_manager_and_the_supplier_are_told_in_the_house_and_by_mail() -> None:
    call_off = committed(10).call_off
    assert call_off is not None
    told = set(Message.objects.filter(link=f"/avrop/{call_off.number}").values_list("code", "recipient"))
    assert ("call_off_made", call_off.lot.agreement.manager.key) in told
    assert ("order_ready", somebody("atea")[0].key) in told
    subjects = set(Mail.objects.filter(subject__contains=call_off.number).values_list("recipient", flat=True))
    assert {call_off.lot.agreement.manager.email, somebody("atea")[1].email} <= subjects


def test_the_same_request_makes_one_call_off() -> None:
    first, again = committed(1), committed(1)
    assert again.repeated and again.call_off == first.call_off
    assert CallOff.objects.filter(request_id="r-1", buyer__number=agency_of("innkjoper")).count() == 1


def test_a_frozen_decision_replays_to_the_same_answer() -> None:
    record = committed(3).decision
    record.refresh_from_db()
    assert canonical_json(decide(record.facts)) == canonical_json(record.answer)


def test_nobody_calls_off_for_another_agency() -> None:
    actor, person = somebody("innkjopar")
    with pytest.raises(Refused, match="ikke innkjøper"):
        actions.commit(need(1), lot(), actor=actor, person=person)


@pytest.mark.parametrize("who", ["revisor", "avtaleforvalter-ikt", "si-admin", "atea", "lokal-avtaleforvalter"])
def test_only_buyers_and_approvers_call_off(who) -> None:
    actor, person = somebody(who)
    with pytest.raises(Refused):
        actions.commit(need(1), lot(), actor=actor, person=person)


def test_a_refusal_by_the_rules_is_kept_as_a_decision_and_draws_nothing() -> None:
    before = balance()
    made = committed(1, changed_terms=("90 dagers kreditt",))
    assert made.call_off is None and made.answer["outcome"] == "refused"
    assert Event.objects.filter(subject=f"decision:{made.decision.pk}", verb="call_off_refused").exists()
    assert balance() == before


class TestApproval:
    def test_an_amount_above_the_buyers_authority_holds_a_reserve_for_ten_working_days(self) -> None:
        used, reserved = balance()
        call_off = committed(40).call_off
        assert call_off is not None and call_off.state == S.AWAITING_APPROVAL
        assert balance() == (used, reserved + call_off.contract_value)
        # Wednesday 1 November 2023 and ten working days.
        assert call_off.reserve_until is not None and call_off.reserve_until.isoformat() == "2023-11-15"
        assert Message.objects.filter(code="approval_asked", recipient=somebody("godkjenner")[0].key).exists()
        assert not Message.objects.filter(code="order_ready", link__endswith=call_off.number).exists()

    def test_a_second_person_turns_the_reserve_into_a_commitment(self) -> None:
        used, reserved = balance()
        waiting = committed(40).call_off
        actor, person = somebody("godkjenner")
        call_off = actions.approve(waiting, actor=actor, person=person)
        assert (call_off.state, call_off.approved_by) == (S.COMMITTED, person)
        assert balance() == (used + call_off.contract_value, reserved)
        assert Message.objects.filter(code="order_ready", link__endswith=call_off.number).exists()

    def test_a_deputy_with_too_little_authority_cannot_approve(self) -> None:
        waiting = committed(70).call_off
        actor, person = somebody("vikar")
        with pytest.raises(Refused) as refused:
            actions.approve(waiting, actor=actor, person=person)
        assert refused.value.code == "above_authority"

    @pytest.mark.parametrize("who", ["innkjoper", "godkjennar", "revisor", "si-admin"])
    def test_nobody_without_authority_in_the_agency_approves(self, who) -> None:
        waiting = committed(40).call_off
        actor, person = somebody(who)
        with pytest.raises(Refused) as refused:
            actions.approve(waiting, actor=actor, person=person)
        assert refused.value.code == "not_approver_of_agency"

    def test_nobody_approves_their_own_request(self) -> None:
        actor, person = somebody("vikar")
        waiting = actions.commit(need(70), lot(), actor=actor, person=person).call_off
        assert waiting is not None and waiting.state == S.AWAITING_APPROVAL
        with pytest.raises(Refused) as refused:
            actions.approve(waiting, actor=actor, person=person)
        assert refused.value.code == "own_request"

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"suspended_from": date(2023, 11, 1), "suspension_reason": "Leverer ikke"}, "supplier_suspended"),
            ({"valid_to": date(2023, 10, 31)}, "supplier_not_in_position"),
            ({"suspended_from": date(2023, 1, 1), "suspended_to": date(2023, 2, 1), "suspension_reason": "Før"}, None),
            ("bankrupt", "supplier_insolvent"),
            ("over", "supplier_agreement_over"),
        ],
        ids=["suspended", "ended", "suspended before", "bankrupt", "agreement over"],
    )
    def test_an_order_is_not_approved_for_a_supplier_that_can_no_longer_have_it(self, changed, code) -> None:
        waiting = committed(40).call_off
        supplier = waiting.orders.get().supplier
        before, (actor, person) = balance(), somebody("godkjenner")
        if changed == "bankrupt":
            si, _ = somebody("si-admin")
            record_insolvency(supplier, clock.today(), "Brønnøysund (demodata)", actor=si, now=clock.now())
        elif changed == "over":
            yesterday = date(2023, 10, 31)
            FrameworkAgreement.objects.filter(key="pc-utstyr").update(ends=yesterday, latest_end=yesterday)
        else:
            SupplierPosition.objects.filter(lot=lot(), supplier=supplier).update(**changed)
        if code is None:
            assert actions.approve(waiting, actor=actor, person=person).state == S.COMMITTED
            return
        with pytest.raises(Refused) as refused:
            actions.approve(waiting, actor=actor, person=person)
        assert refused.value.code == code and balance() == before
        assert "STAND" in refused.value.text or "FA-4" in refused.value.text
        waiting.refresh_from_db()
        assert waiting.state == S.AWAITING_APPROVAL
        assert detail_view(waiting, actor)["hindered"] == refused.value.text
        assert actions.decline(waiting, "Leverandøren er borte", actor=actor).state == S.REFUSED_APPROVAL

    def test_a_no_releases_the_reserve_and_tells_who_asked(self) -> None:
        before = balance()
        waiting = committed(40).call_off
        actor, _ = somebody("godkjenner")
        call_off = actions.decline(waiting, "Vi har nok PC-er", actor=actor)
        assert call_off.state == S.REFUSED_APPROVAL and balance() == before
        assert Message.objects.filter(code="call_off_declined", recipient=somebody("innkjoper")[0].key).exists()

    def test_a_reserve_lapses_after_its_last_day_and_not_before(self) -> None:
        before = balance()
        call_off = committed(40).call_off
        clock.set_demo_clock(clock.now() + timedelta(days=14))
        actions.lapse_reserves()
        call_off.refresh_from_db()
        assert call_off.state == S.AWAITING_APPROVAL
        clock.set_demo_clock(clock.now() + timedelta(days=1))
        assert actions.lapse_reserves() >= 1
        call_off.refresh_from_db()
        assert call_off.state == S.LAPSED and balance()[0] == before[0]
        actor, person = somebody("godkjenner")
        with pytest.raises(Refused, match="venter ikke"):
            actions.approve(call_off, actor=actor, person=person)


def test_units_are_counted_where_a_lot_has_a_maximum_quantity_and_given_back() -> None:
    pc = lot()
    start = CeilingBalance.objects.get(lot=pc).quantity_used
    actor, _ = somebody("innkjoper")
    approver, person = somebody("godkjenner")

    def counted() -> Decimal:
        return CeilingBalance.objects.get(lot=pc).quantity_used - start

    first = committed(5).call_off
    assert counted() == 5
    waiting = committed(40, request_id="r-2").call_off
    assert counted() == 45
    actions.approve(waiting, actor=approver, person=person)
    assert counted() == 45
    actions.cancel(first, "Feil vare", actor=actor)
    actions.cancel(waiting, "Feil vare", actor=actor)
    assert counted() == 0
    declined = committed(41, request_id="r-3").call_off
    actions.decline(declined, "Nei takk", actor=approver)
    assert counted() == 0


class TestCancellation:
    def test_cancelling_gives_back_what_was_drawn_and_keeps_everything(self) -> None:
        before = balance()
        call_off = committed(5).call_off
        actor, _ = somebody("innkjoper")
        cancelled = actions.cancel(call_off, "Feil vare", actor=actor)
        assert cancelled.state == S.CANCELLED and balance() == before
        kinds = CeilingEntry.objects.filter(reference=call_off.number).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["commit", "release"]
        assert cancelled.orders.count() == 1

    def test_a_reason_is_asked_for(self) -> None:
        call_off = committed(5).call_off
        with pytest.raises(BadInput):
            actions.cancel(call_off, "  ", actor=somebody("innkjoper")[0])

    def test_nothing_is_cancelled_twice(self) -> None:
        call_off = committed(5).call_off
        actor, _ = somebody("innkjoper")
        actions.cancel(call_off, "Feil vare", actor=actor)
        with pytest.raises(Refused, match="allerede avsluttet"):
            actions.cancel(call_off, "Feil vare", actor=actor)

    def test_another_agency_cannot_cancel(self) -> None:
        call_off = committed(5).call_off
        with pytest.raises(Refused):
            actions.cancel(call_off, "Feil vare", actor=somebody("innkjopar")[0])


def test_a_mini_competition_invites_all_and_draws_nothing() -> None:
    before = balance()
    made = committed(10, item="PC-13-LETT-32")
    call_off = made.call_off
    assert call_off is not None and call_off.state == S.MINI_COMPETITION
    assert call_off.invitations.count() == 3 and call_off.orders.count() == 0
    assert balance() == before


def test_crossing_a_warning_level_tells_the_agreement_manager_and_the_local_ones() -> None:
    mac = lot("pc-utstyr", "pc")
    row = CeilingBalance.objects.get(lot=mac)
    to_ninety = mac.max_value * Decimal("0.9") - row.used - row.reserved - 1
    with transaction.atomic():
        held = ledger.lock(mac)
        ledger.write(mac, held, [Posting(Entry("opening", to_ninety), "opening", clock.now())])
    made = committed(1)
    assert made.call_off is not None
    recipients = set(Message.objects.filter(code="ceiling_crossed").values_list("recipient", flat=True))
    assert {mac.agreement.manager.key, somebody("lokal-avtaleforvalter")[0].key} <= recipients


def test_a_call_off_past_the_ceiling_is_refused_and_facts_are_recorded_as_a_breach() -> None:
    pc = lot()
    row = CeilingBalance.objects.get(lot=pc)
    with transaction.atomic():
        held = ledger.lock(pc)
        almost = pc.max_value - row.used - row.reserved - 100
        ledger.write(pc, held, [Posting(Entry("opening", almost), "opening", clock.now())])
    refused = committed(1)
    assert refused.answer["reason"]["code"] == "room_under_ceiling"
    with transaction.atomic():
        held = ledger.lock(pc)
        posted = ledger.write(pc, held, [Posting(Entry("actual", Decimal(500)), "elsewhere", clock.now())])
    assert posted.entries[0].breach


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_call_off_by_amount_is_named_alike_whatever_language_its_maker_reads(language: str) -> None:
    actor, person = somebody("innkjoper")
    asked = replace(need(item=""), amount=Decimal(900_000), category="laptop")
    with translation.override(language):
        made = actions.commit(asked, lot(), actor=actor, person=person)
    assert made.call_off is not None and made.call_off.title == "Bærbar PC"
