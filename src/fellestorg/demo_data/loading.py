"""Filling an empty database with the demo, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.apps import apps
from django.db import connection, transaction

from fellestorg.demo_data import (
    allocations,
    applications,
    awarded_competition,
    before_the_register,
    bookings,
    competitions,
    exchange_rates,
    flights,
    further,
    getting_started,
    history,
    offers_in_turn,
    office,
    payment,
    purchasing_system,
    reuse,
    rounds_held,
    stated_needs,
    travel_rentals,
    travel_stays,
    two_stages,
    ways_to_pay,
)
from fellestorg.demo_data import ground as ground_of
from fellestorg.demo_data import wishes as wishes_of
from fellestorg.demo_data.marketplace import cases, firms, guidance, listings, market, opportunities, shortlists
from fellestorg.kernel import clock, events
from fellestorg.kernel.models import Installation
from fellestorg.marketplace.search import indexing
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused

_ROOMS = ("kernel", "organisations", "agreements", "catalogues", "competitions", "calloffs", "travel", "marketplace")


def load(*, day: date, call_offs: int = 6000, progress: Callable[[str], None]) -> None:
    """Fill an empty, migrated database with the demo as it stands on ``day``, and set the demo's clock to 09:00 then.

    ``call_offs`` is how many the history up to that day holds; fewer give the same structure sooner. ``progress`` is
    told what is being done. One transaction: a load that is cut off leaves nothing behind, and the next starts afresh.
    Raises Refused where the database already holds somebody's data.
    """
    with transaction.atomic(), _without_savepoints():
        if Organisation.objects.exists():
            raise Refused("not_empty", "Databasen har allerede data; demodata legges bare i en tom database.")
        _restart_ids()
        Installation.objects.get_or_create(id=1, defaults={"kind": "demo", "clock_offset": timedelta(0)})
        progress("virksomheter, avtaler og prislister")
        ground = ground_of.lay(day)
        ways_to_pay.lay(ground)
        exchange_rates.lay(ground, day)
        further.lay(ground, day)
        payment.lay()
        before_the_register.lay()
        reuse.lay(ground, day)
        allocations.lay(ground, day)
        flights.lay(ground, day)
        travel_stays.lay(ground, day)
        travel_rentals.lay(ground, day)
        bookings.lay(ground, day)
        office.lay(ground, day)
        stated_needs.lay(ground, day)
        end = ground_of.at(day, 9)
        happenings = history.write(ground, wishes_of.wishes(ground, day, call_offs), end, progress)
        progress("hendelseslogg")
        events.record(*sorted([*ground.events, *happenings], key=lambda happening: happening.at))
        with indexing.left_to_reindex():
            getting_started.lay(ground, day)
            offers_in_turn.lay(ground, day)
            applications.lay(ground, day)
            competitions.lay(ground, day)
            rounds_held.lay_negotiation(ground, day)
            purchasing_system.lay_calls(ground, day)
            purchasing_system.lay(ground, day)
            rounds_held.lay_dialogue(ground, day)
            awarded_competition.lay(ground, day)
            two_stages.lay(ground, day)
            rounds_held.lay_second_rounds(ground, day)
            guidance.lay(ground, day)
            firms.lay(ground, day)
            listings.lay(ground, day)
            market.lay(ground, day)
            cases.lay(ground, day)
            opportunities.lay(ground, day)
        clock.set_demo_clock(end)
        indexing.reindex()
        shortlists.lay(ground, day)
        events.seal()


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Nothing in a load may fail and leave the rest standing, so the actions in it need no way back of their own."""
    features = connection.features
    before = features.uses_savepoints
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = before


def _restart_ids() -> None:
    """Count from 1 again, so that a load after one that was cut off gives the same rows."""
    tables = [
        model._meta.db_table
        for room in _ROOMS
        for model in apps.get_app_config(room).get_models()
        if model._meta.pk.get_internal_type() == "BigAutoField"
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(name, 'id'), 1, false) FROM unnest(%s::text[]) AS name", [tables]
        )
        cursor.execute("SELECT setval('competitions_number', 1, false)")
