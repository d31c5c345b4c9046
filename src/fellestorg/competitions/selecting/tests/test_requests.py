"""A request against the deadline, with real connections, and who may read what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.selecting import requests
from fellestorg.competitions.selecting.models import ParticipationRequest
from fellestorg.competitions.selecting.requests import Filled
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_races import at_once
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import clock

FILLED = Filled({"register": (True, "")}, {}, "Hemmelig for de andre")


def asked_for(suppliers: int) -> World:
    """A competition that takes requests, until tomorrow."""
    world = worlds.make(suppliers=suppliers, locked=False)
    QualificationRequirement.objects.create(
        competition=world.competition, key="register", number=1, kind="pass_fail", title="Register"
    )
    Competition.objects.update(
        procedure="restricted", tenders_until=None, requests_until=clock.now() + timedelta(days=1)
    )
    world.competition.refresh_from_db()
    return world


def test_requests_at_once_are_versions_and_one_that_waits_past_the_deadline_is_not_taken(
    own_database: Callable[..., str],
) -> None:
    """The deadline is moved to now by somebody who holds the row while suppliers deliver: each counts or is refused."""
    own_database()
    world = asked_for(4)

    def deliver(number: int) -> Callable[[], object]:
        supplier, person = world.suppliers[number]
        early = clock.now() - timedelta(hours=1)
        return lambda: requests.submit(world.competition, supplier, FILLED, person=person, now=early)

    def close() -> object:
        with transaction.atomic():
            row = Competition.objects.select_for_update().get()
            row.requests_until = clock.now()
            row.save(update_fields=["requests_until"])
        return "closed"

    at_once(deliver(0), deliver(0), deliver(0))
    assert sorted(ParticipationRequest.objects.values_list("version", flat=True)) == [1, 2, 3]
    given = at_once(deliver(1), deliver(2), close, deliver(3), deliver(0))
    world.competition.refresh_from_db()
    taken = [one for one in given if isinstance(one, ParticipationRequest)]
    assert len(taken) + given.count("requests_are_closed") == 4
    found = requests.candidates(world.competition)
    assert {one.row.supplier_id for one in found} == {world.suppliers[0][0].pk, *(one.supplier_id for one in taken)}
    assert all(one.text == "Hemmelig for de andre" for one in found)
    late = ParticipationRequest.objects.filter(received_at__gte=world.competition.requests_until or clock.now())
    assert not late.exists()
