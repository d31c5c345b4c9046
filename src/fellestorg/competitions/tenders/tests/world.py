"""A small competition with its lock, two openers with keys and one in escrow, and suppliers who tender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from fellestorg.competitions.models import (
    Competition,
    CompetitionLot,
    PriceSheetLine,
    Question,
    TeamMember,
)
from fellestorg.competitions.tenders import content, drafts, keys, opening, sealing, submitting
from fellestorg.competitions.tenders.content import Draft, Form
from fellestorg.competitions.tenders.models import OpeningKey
from fellestorg.competitions.tenders.submitting import Delivered
from fellestorg.kernel import clock
from fellestorg.kernel.actors import SYSTEM
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for

SECRET_ANSWER, SECRET_PRICE = "Vi bytter stempelpute hver tirsdag", "48371.25"


@dataclass
class World:
    """The competition, who opens it with which private keys, and who tenders."""

    competition: Competition
    openers: list[Person]
    secrets: list[str]
    escrow: str
    suppliers: list[tuple[Organisation, Person]]

    @property
    def form(self) -> Form:
        return form_for(self.competition)

    def deliver(self, number: int = 0, draft: Draft | None = None, now: datetime | None = None) -> Delivered:
        """Save a draft and deliver it."""
        supplier, person = self.suppliers[number]
        now = now or clock.now()
        drafts.save(self.competition, supplier, draft or filled(), person=person, now=now)
        return submitting.submit(self.competition, supplier, self.form, {"binding": True}, person=person, now=now)

    def close(self) -> None:
        """Let the deadline have passed."""
        Competition.objects.filter(pk=self.competition.pk).update(
            published_at=clock.now() - timedelta(days=30), tenders_until=clock.now() - timedelta(seconds=1)
        )
        self.competition.refresh_from_db()

    def give(self, opener: int, secret: str | None = None, now: datetime | None = None) -> opening.Given:
        """One of the openers gives a key, her own unless another is named."""
        person, now = self.openers[opener], now or clock.now()
        actor = actor_for(person, clock.local_day(now))
        given = (secret or self.secrets[opener]).encode()
        return opening.give_key(self.competition, given, "", person=person, actor=actor, now=now)

    def open(self) -> None:
        """Close it, and let both openers give their keys."""
        self.close()
        self.give(0)
        self.give(1)


def make(openers: int = 2, suppliers: int = 2, *, locked: bool = True) -> World:
    """A published competition with two lots' worth of questions and prices, in the database that is selected."""
    now = clock.now()
    buyer = _organisation("Etaten", 0, "agency")
    named = [
        Person.objects.create(username=f"apner-{n}", name=f"Åpner {n}", email=f"a{n}@demo.example")
        for n in range(openers)
    ]
    competition = Competition.objects.create(
        number="K-2023-90001", procedure="open", stage="published", title="Puter", language="nb", buyer=buyer,
        lead=named[0], created_at=now, published_at=now - timedelta(days=30), tenders_until=now + timedelta(days=1),
    )  # fmt: skip
    lot = CompetitionLot.objects.create(competition=competition, key="puter", number=1, title="Puter")
    for key, quantity, ceiling in (("pute", "2", None), ("trekk", "10", "120")):
        PriceSheetLine.objects.create(
            lot=lot, key=key, number=1, title=key.capitalize(), unit="stk", quantity=quantity, max_unit_price=ceiling
        )
    for number, (key, kind, required) in enumerate(
        (("maate", "text", True), ("dager", "number", True), ("attest", "file", False)), 1
    ):
        Question.objects.create(
            competition=competition, key=key, number=number, kind=kind, text=f"Spørsmål om {key}", required=required
        )
    secrets = []
    for person in named:
        TeamMember.objects.create(competition=competition, person=person, task="opener", added_at=now)
        secrets.append(_key(now, person=person))
    world = World(competition, named, secrets, _key(now, organisation=buyer), [])
    if locked:
        with transaction.atomic():
            keys.lock(competition, SYSTEM, now)
    for number in range(suppliers):
        supplier = _organisation(f"Leverandør {number}", number + 1, "supplier")
        person = Person.objects.create(
            username=f"selger-{number}", name=f"Selger {number}", email=f"s{number}@demo.example"
        )
        RoleGrant.objects.create(person=person, organisation=supplier, role="supplier", valid_from=clock.local_day(now))
        world.suppliers.append((supplier, person))
    return world


def form_for(competition: Competition) -> Form:
    """What a competition asks."""
    lots = list(competition.lots.prefetch_related("price_lines"))
    return content.form_of(competition.number, lots, list(competition.questions.select_related("lot")))


def filled(answer: str = SECRET_ANSWER, price: str = SECRET_PRICE) -> Draft:
    """A draft with everything that is asked."""
    return Draft(("puter",), {"maate": answer, "dager": "14"}, {"puter": {"pute": price, "trekk": "99,50"}})


def _key(now: datetime, **holder: object) -> str:
    made = sealing.new_key()
    OpeningKey.objects.create(recipient=made.recipient, made_at=now, confirmed_at=now, **holder)
    return made.secret


def _organisation(name: str, number: int, kind: str) -> Organisation:
    return Organisation.objects.create(number=f"2990000{number:02d}", name=name, kind=kind, fictional=True)
