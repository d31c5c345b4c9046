"""Short ways to state needs against the demo data in tests."""

from __future__ import annotations

from decimal import Decimal

from fellestorg.agreements.models import Lot
from fellestorg.calloffs import actions
from fellestorg.calloffs.actions import Committed
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for


def somebody(username: str) -> tuple[Actor, Person]:
    """A person of the demo as an actor, with the roles they hold today."""
    person = Person.objects.get(username=username)
    return actor_for(person, clock.today()), person


def agency_of(username: str) -> str:
    """The number of the agency somebody buys for."""
    return Person.objects.get(username=username).grants.select_related("organisation").first().organisation.number


def lot(agreement: str = "pc-utstyr", key: str = "pc") -> Lot:
    return Lot.objects.select_related("agreement").get(agreement__key=agreement, key=key)


def need(
    quantity: int = 1, item: str = "PC-14-STD", *, buyer: str = "", request_id: str = "r-1", **more: object
) -> Need:
    """A need of some standard laptops for the main demo agency."""
    lines = (NeedLine(item, Decimal(quantity)),) if item else ()
    return Need(request_id, buyer or agency_of("innkjoper"), lines=lines, **more)  # type: ignore[arg-type]


def committed(quantity: int = 1, who: str = "innkjoper", **more: object) -> Committed:
    """Commit a need as somebody."""
    actor, person = somebody(who)
    return actions.commit(need(quantity, **more), lot(), actor=actor, person=person)  # type: ignore[arg-type]
