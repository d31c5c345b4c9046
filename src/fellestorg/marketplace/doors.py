"""What the marketplace's front page leads to: its four tasks, each with the pages that the rooms inside register."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Way:
    """A page under one of the four doors. ``order`` within the door. ``roles`` are those it is shown to; none: everybody."""

    door: str
    label: str | Promise
    text: str | Promise
    url_name: str
    order: int
    roles: tuple[str, ...] = ()


# The four tasks of the letter of allocation: guidance, procurement, information security, overview of the market.
DOORS = ("guidance", "procurement", "security", "market")
_ways: dict[str, Way] = {}


def add_way(*ways: Way) -> None:
    """Register pages. A page with a known address takes the old one's place."""
    for way in ways:
        if way.door not in DOORS:
            raise ValueError(f"{way.door!r} is none of the marketplace's doors: {', '.join(DOORS)}")
        _ways[way.url_name] = way


def ways(door: str, actor: Actor) -> list[Way]:
    """The pages behind a door that an actor has something to do on, in order."""
    shown = (way for way in _ways.values() if way.door == door and (not way.roles or actor.has(*way.roles)))
    return sorted(shown, key=lambda way: (way.order, way.url_name))
