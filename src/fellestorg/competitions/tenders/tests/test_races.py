"""Races with real connections: a delivery against the deadline, and two deliveries of one supplier at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import drafts, queries, submitting
from fellestorg.competitions.tenders.models import Tender
from fellestorg.competitions.tenders.submitting import Delivered
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.kernel import clock
from fellestorg.values import Refused


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do these in threads of their own, each with a connection; what each gave, or the refusal's code."""
    given: list[object] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def one(place: int, act: Callable[[], object]) -> None:
        try:
            ready.wait(30)
            given[place] = act()
        except Refused as refused:
            given[place] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def test_of_two_deliveries_at_once_one_counts(own_database: Callable[..., str]) -> None:
    own_database()
    world = worlds.make()
    supplier, person = world.suppliers[0]
    drafts.save(world.competition, supplier, worlds.filled(), person=person, now=clock.now())

    def deliver() -> object:
        return submitting.submit(world.competition, supplier, world.form, {}, person=person, now=clock.now())

    given = at_once(deliver, deliver, deliver)
    assert [type(one) for one in given].count(Delivered) == 1 and given.count("no_draft") == 2
    assert [one.version for one in Tender.objects.all()] == [1]


def test_a_delivery_that_waits_past_the_deadline_is_not_taken_and_an_opening_waits_for_one_in_time(
    own_database: Callable[..., str],
) -> None:
    """The deadline is moved to now by somebody who holds the row while suppliers deliver: each is in the opening or
    refused, never neither and never both."""
    own_database()
    world = worlds.make(suppliers=4)
    for supplier, person in world.suppliers:
        drafts.save(world.competition, supplier, worlds.filled(), person=person, now=clock.now())

    def deliver(number: int) -> Callable[[], object]:
        supplier, person = world.suppliers[number]
        return lambda: submitting.submit(
            world.competition, supplier, world.form, {}, person=person, now=clock.now() - timedelta(hours=1)
        )

    def close() -> object:
        with transaction.atomic():
            row = Competition.objects.select_for_update().get()
            row.tenders_until = clock.now()
            row.save(update_fields=["tenders_until"])
        return "closed"

    given = at_once(deliver(0), deliver(1), close, deliver(2), deliver(3))
    world.competition.refresh_from_db()
    world.give(0)
    world.give(1)
    taken = [one.tender.receipt for one in given if isinstance(one, Delivered)]
    assert len(taken) + given.count("deadline_passed") == 4
    assert len(queries.opened(world.competition)) == len(taken)
    late = Tender.objects.filter(received_at__gte=world.competition.tenders_until or clock.now())
    assert not late.exists()
