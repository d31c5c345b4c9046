"""What the front page of travel leads to. Each sub-package registers its own door; the front page knows none of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from fellestorg.kernel.actors import Actor

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Door:
    """A card on ``/reiser``: what one can do there. ``roles`` empty: for everybody, the public included."""

    key: str
    title: Text
    lead: Text
    url_name: str
    order: int
    roles: tuple[str, ...] = ()


_doors: dict[str, Door] = {}


def add_door(*doors: Door) -> None:
    """Register doors. A known key takes the old one's place."""
    _doors.update({door.key: door for door in doors})


def doors_for(actor: Actor) -> list[Door]:
    """The doors that somebody may open, in order."""
    found = sorted(_doors.values(), key=lambda door: (door.order, door.key))
    return [door for door in found if not door.roles or actor.has(*door.roles)]
