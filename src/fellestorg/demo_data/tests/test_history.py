"""The demo's history holds together: every decision replays, every row is on record, every sum adds up."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import Max, Sum

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, DrawBalance
from fellestorg.calloffs.models import CallOff, Invitation, Order
from fellestorg.competitions.models import Competition
from fellestorg.demo_data import agencies, history, load
from fellestorg.engines.evaluation import evaluate_json
from fellestorg.engines.routing import decide
from fellestorg.kernel import audit, clock
from fellestorg.kernel.models import DecisionRecord, Event
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused, canonical_json, digest

DAY = date(2023, 11, 1)


def test_every_decision_replays_to_the_same_answer(demo: None) -> None:
    for record in DecisionRecord.objects.filter(kind="call_off"):
        assert canonical_json(decide(record.facts)) == canonical_json(record.answer)
    rankings = DecisionRecord.objects.filter(kind="evaluation")
    assert rankings and all(evaluate_json(one.facts) == one.answer for one in rankings)


def test_the_log_covers_every_protected_row(demo: None) -> None:
    found = audit.verify()
    assert found.faults == ()
    assert found.head.seq == 1


def test_the_clock_shows_nine_in_the_morning_of_the_day(demo: None) -> None:
    assert clock.today() == DAY
    assert clock.now().astimezone(clock.OSLO).hour >= 9


def test_the_balances_are_the_sums_of_the_ledger(demo: None) -> None:
    for balance in CeilingBalance.objects.select_related("lot"):
        draws = DrawBalance.objects.filter(lot=balance.lot)
        assert balance.used == sum((max(one.committed - one.released, one.actual) for one in draws), Decimal(0))
        assert balance.reserved == sum((one.reserved for one in draws), Decimal(0))
        last = CeilingEntry.objects.filter(lot=balance.lot).order_by("id").last()
        after = (last.used_after, last.reserved_after) if last else (0, 0)
        assert after == (balance.used, balance.reserved)
        assert balance.used + balance.reserved < balance.lot.max_value


def test_what_the_engine_saw_of_the_ceiling_is_what_the_ledger_held(demo: None) -> None:
    for call_off in CallOff.objects.select_related("decision", "lot"):
        before = CeilingEntry.objects.filter(lot=call_off.lot, at__lt=call_off.made_at).order_by("-id").first()
        seen = call_off.decision.facts["ceiling"]
        if before is not None:
            assert Decimal(seen["used"]) == before.used_after
            assert Decimal(seen["reserved"]) == before.reserved_after


def test_every_way_of_calling_off_and_every_state_is_there(demo: None) -> None:
    assert set(CallOff.objects.values_list("state", flat=True)) == set(CallOff.State.values)
    assert Order.objects.values("supplier").distinct().count() >= 5
    assert Invitation.objects.exists()
    assert DecisionRecord.objects.filter(outcome="refused", reason="buyer_listed").exists()


def test_the_approver_of_the_main_agency_has_something_to_decide(demo: None) -> None:
    waiting = CallOff.objects.filter(state="awaiting_approval", buyer__number=agencies.MAIN_AGENCY)
    assert waiting.count() == 2
    assert all(one.reserve_until and one.reserve_until >= DAY for one in waiting)


def test_orders_split_under_the_limit_are_warned_about(demo: None) -> None:
    orders = CallOff.objects.filter(
        buyer__number=agencies.SPLITTING_AGENCY, contract_value=95_000, decision__facts__need__category="phone"
    ).order_by("made_at")
    warned = [[one["code"] for one in order.decision.answer["warnings"]] for order in orders]
    assert warned == [[], [], ["may_be_split"], ["may_be_split"]]
    assert (orders[3].made_at - orders[0].made_at).days <= 20


def test_faults_are_planted_at_invented_bodies_alone(demo: None) -> None:
    assert not CallOff.objects.filter(state="lapsed", buyer__fictional=False).exists()
    refused = {record.facts["buyer"]["number"] for record in DecisionRecord.objects.filter(outcome="refused")}
    assert not Organisation.objects.filter(number__in=refused, fictional=False).exists()


def fingerprint() -> str:
    """Of everything that may not differ between two loads: all but the instant of the seal, and of the steps of
    competitions that went out, what they ranked and awarded: their keys are drawn, and ordinary actions take them on while
    the demo's clock runs."""
    out = Competition.objects.exclude(stage="preparing").select_related("under__agreement")
    stepped = [stream for one in out for stream in (one.stream, f"lot:{one.under}")]
    return digest(
        {
            "events": list(Event.objects.exclude(stream__in=stepped).order_by("id").values_list("id", "hash")),
            "decisions": [
                [str(one.pk), one.answer] for one in DecisionRecord.objects.exclude(outcome="ranked").order_by("pk")
            ],
            "orders": [list(map(str, row)) for row in Order.objects.order_by("number").values_list("pk", "number")],
        }
    )  # fmt: skip


def test_a_load_that_was_cut_off_leaves_nothing_and_the_next_gives_the_same_rows(
    own_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next is done by two processes, as large loads are, which may not be seen in what they leave."""

    class PowerCutError(Exception):
        pass

    def cut(text: str) -> None:
        if text == "hendelseslogg":
            raise PowerCutError

    own_database(demo=True)
    wanted = fingerprint()
    own_database()
    with pytest.raises(PowerCutError):
        load(day=DAY, call_offs=40, progress=cut)
    assert not Organisation.objects.exists()
    monkeypatch.setattr(history, "WORTH_A_PROCESS", 0)
    load(day=DAY, call_offs=150, progress=lambda text: None)
    assert fingerprint() == wanted
    with pytest.raises(Refused):
        load(day=DAY, call_offs=150, progress=lambda text: None)


@pytest.mark.parametrize("day", [date(2019, 5, 2), date(2022, 2, 1), date(2023, 5, 15), date(2026, 11, 22)])
def test_another_day_has_its_own_history(own_database: Callable[..., str], day: date) -> None:
    own_database()
    load(day=day, call_offs=40, progress=lambda text: None)
    end = datetime(day.year, day.month, day.day, 9, tzinfo=clock.OSLO)
    assert clock.today() == day
    for model, name in ((CallOff, "made_at"), (CeilingEntry, "at"), (Event, "at")):
        newest = model.objects.aggregate(newest=Max(name))["newest"]
        assert newest is None or newest < end or day < date(2022, 3, 1)
    assert (CallOff.objects.aggregate(Sum("contract_value"))["contract_value__sum"] or 0) > 0 or day.year == 2022
    assert audit.verify().faults == ()
