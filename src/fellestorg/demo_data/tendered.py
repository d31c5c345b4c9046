"""Tenders of the demo as an opening leaves them. The encrypted parts are empty: nobody can open them a second time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from fellestorg.competitions import procedures
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality, Opening, OpeningKey, Tender
from fellestorg.demo_data.seeded import identifier
from fellestorg.demo_data.sellers import sellers_of
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import digest

Contents = Mapping[Organisation, tuple[dict[str, Any], dict[str, Any]]]
"""Quality and price of each supplier's tender."""
_OPENERS = ("apner", "evaluerer-to")


def deliver(competition: Competition, contents: Contents, first: datetime) -> None:
    """Receive a tender every hour from ``first``; the demo's clock stops at the last."""
    seller, people = Actor("supplier", "En leverandør"), sellers_of(contents)
    for place, (supplier, content) in enumerate(contents.items()):
        clock.set_demo_clock(first + timedelta(hours=place))
        own = f"{competition.number} {supplier.number}"
        tender = Tender.objects.create(
            id=identifier("tender", own), competition=competition, supplier=supplier, version=1,
            receipt=f"T-{digest(own)[:12].upper()}", sha256=digest(content), quality=b"", price=b"",
            received_at=clock.now(), submitted_by=people[supplier.pk],
        )  # fmt: skip
        told = {"receipt": tender.receipt, "sha256": tender.sha256}
        events.record(
            Happening(competition.stream, "tender_received", competition.subject, seller, clock.now(), told, (tender,))
        )


def open_all(competition: Competition, contents: Contents, moment: datetime) -> None:
    """Have two people open everything at that moment; the demo's clock stops there."""
    clock.set_demo_clock(moment)
    now = clock.now()
    people = list(Person.objects.filter(username__in=_OPENERS).order_by("username"))
    keys = [
        OpeningKey.objects.get_or_create(
            recipient=f"age1demodata{one.username}",
            defaults={"person": one, "made_at": now, "confirmed_at": now, "retired_at": now},
        )[0]
        for one in people
    ]
    opening = Opening.objects.create(
        competition=competition, opened_at=now, first=people[0], first_key=keys[0], first_at=now, second=people[1],
        second_key=keys[1],
    )  # fmt: skip
    rows: list[OpenedQuality | OpenedPrice] = []
    for tender in competition.tenders.select_related("supplier").order_by("received_at"):
        quality, prices = contents[tender.supplier]
        rows.append(OpenedQuality.objects.create(tender=tender, opening=opening, content=quality))
        rows.append(OpenedPrice.objects.create(tender=tender, content=prices))
    actor = person_as_actor(people[1])
    procedures.move(competition, "open", actor=actor, now=now, covers=(opening, *rows), opened_at=now)


def qualify(competition: Competition, suppliers: Iterable[Organisation], actor: Actor, person: Person) -> None:
    """Have the lead find that each supplier meets every requirement."""
    met = [
        evaluating.Decided(requirement, supplier, "met")
        for supplier in suppliers
        for requirement in competition.requirements.all()
    ]
    evaluating.decide_requirements(competition, met, actor=actor, person=person)


def person_as_actor(person: Person) -> Actor:
    """A person of the demo with their roles, which the database is asked about once for each person given."""
    prefetch_related_objects([person], "grants__organisation")
    grants = tuple(Grant(one.role, one.organisation.number) for one in person.grants.all())
    return Actor(person.key, person.name, grants, person.language)
