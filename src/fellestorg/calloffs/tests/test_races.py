"""Concurrency is decided by the database: many at once, and some serial order explains every answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction

from fellestorg.agreements import ledger
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingBalance, CeilingEntry
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import actions
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import committed, lot, need, somebody
from fellestorg.kernel import audit, clock, events

AT_ONCE = 200


@pytest.fixture
def through_the_pool(own_database: Callable[..., str]) -> Iterator[None]:
    """A database of the test's own, reached through the connection pool as in the web server."""
    own_database(demo=True)
    settings = connections.settings["default"]
    settings.setdefault("OPTIONS", {})["pool"] = {"min_size": 2, "max_size": 16, "timeout": 60}
    connection.settings_dict["OPTIONS"] = settings["OPTIONS"]
    yield
    connection.close_pool()
    settings["OPTIONS"].pop("pool")
    connection.settings_dict["OPTIONS"].pop("pool", None)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do ``work(0..count-1)`` from as many threads, each with a connection of its own from the pool."""

    def one(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def leave(room: Decimal) -> None:
    """Fill the lot's ledger until so much is left."""
    pc = lot()
    with transaction.atomic():
        balance = ledger.lock(pc)
        amount = pc.max_value - balance.used - balance.reserved - room
        posted = ledger.write(pc, balance, [Posting(Entry("opening", amount), "opening", clock.now())])
        system, _ = somebody("avtaleforvalter-ikt")
        events.record(
            events.Happening(f"lot:{pc}", "opening_registered", f"lot:{pc}", system, clock.now(), {}, posted.entries)
        )


@pytest.mark.slow
def test_two_hundred_at_once_never_pass_the_ceiling_and_a_serial_order_explains_every_answer(through_the_pool) -> None:
    pc = lot()
    leave(Decimal(1_000_000))
    actor, person = somebody("godkjenner")
    quantities = random.Random(7).choices(range(1, 6), k=AT_ONCE)

    def commit(number: int) -> tuple[str, Decimal, Decimal]:
        made = actions.commit(need(quantities[number], request_id=f"r-{number}"), pc, actor=actor, person=person)
        ceiling = made.decision.facts["ceiling"]
        seen = Decimal(ceiling["used"]) + Decimal(ceiling["reserved"])
        return made.answer["outcome"], seen, Decimal(made.answer["amount"])

    answers = at_once(AT_ONCE, commit)
    balance = CeilingBalance.objects.get(lot=pc)
    taken = [one for one in answers if one[0] == "direct"]
    refused = [one for one in answers if one[0] == "refused"]
    assert len(taken) + len(refused) == AT_ONCE and taken and refused
    assert balance.used + balance.reserved <= pc.max_value
    # Each commitment saw exactly what the ledger held when it came, and each refusal a state the ledger was in.
    entries = list(CeilingEntry.objects.filter(lot=pc).order_by("id"))
    states = {entry.used_after + entry.reserved_after for entry in entries}
    for _, seen, amount in refused:
        assert seen in states and seen + amount > pc.max_value
    before = {entry.used_after + entry.reserved_after - entry.amount for entry in entries if entry.kind == "commit"}
    assert {seen for _, seen, _ in taken} <= before
    assert audit.verify(events.seal()).faults == ()


@pytest.mark.slow
def test_one_request_sent_many_times_at_once_makes_one_call_off(through_the_pool) -> None:
    numbers = at_once(20, lambda _: committed(1).call_off.number)
    assert len(set(numbers)) == 1
    assert CallOff.objects.filter(request_id="r-1").count() == 1


@pytest.mark.slow
def test_one_request_under_two_lots_at_once_makes_one_call_off(through_the_pool) -> None:
    actor, person = somebody("innkjoper")
    places = [("pc-utstyr", "pc", "PC-14-STD"), ("mobil-2022", "mobil", "TLF-STD")]
    mobile = lot("mobil-2022", "mobil")
    places[1] = ("mobil-2022", "mobil", mobile.items.filter(standard_assortment=True, used=False).first().number)

    def commit(number: int) -> str:
        agreement, key, item = places[number % 2]
        made = actions.commit(need(1, item), lot(agreement, key), actor=actor, person=person)
        return str(made.call_off.number)

    assert len(set(at_once(10, commit))) == 1


@pytest.mark.slow
def test_approving_and_cancelling_at_once_leaves_one_outcome_and_a_true_ledger(through_the_pool) -> None:
    pc = lot()
    before = CeilingBalance.objects.get(lot=pc)
    waiting = committed(40).call_off
    approver, person = somebody("godkjenner")
    buyer, _ = somebody("innkjoper")

    def act(number: int) -> str:
        try:
            if number % 2:
                return str(actions.approve(waiting, actor=approver, person=person).state)
            return str(actions.cancel(waiting, "Ombestemte oss", actor=buyer).state)
        except Exception as error:
            return type(error).__name__

    outcomes = at_once(8, act)
    assert outcomes.count("cancelled") == 1  # cancelling may come before or after approving, but only once
    after = CeilingBalance.objects.get(lot=pc)
    assert (after.used, after.reserved) == (before.used, before.reserved)
    assert audit.verify(events.seal()).faults == ()
