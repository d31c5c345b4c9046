"""What a competition rests on that was made elsewhere, such as a shortlist of a market study.

The rooms that make it register where it is found; this room shows it, with its link and fingerprint, and the protocol
names it. Nothing here is read by tenderers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece. ``sha256`` is of its content when it was attached; ``intact`` whether its content is still that."""

    kind: str
    reference: str
    title: str
    link: str
    sha256: str
    intact: bool
    attached_at: datetime
    attached_by: str


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """Where one kind is found. ``found(competition)`` gives what is attached; ``way(competition, actor, now)`` the label
    and address of the page where this reader may attach more, or None. ``offers(buyer, actor)`` are keys and titles of
    what could be attached to a competition that is about to start, and ``attach`` does it by such a key."""

    key: str
    found: Callable[[Competition], Sequence[Evidence]]
    way: Callable[[Competition, Actor, datetime], tuple[str, str] | None]
    offers: Callable[[Organisation, Actor], Sequence[tuple[str, str]]]
    attach: Callable[[Competition, str, Actor, Person, datetime], object]


_sources: dict[str, EvidenceSource] = {}


def register_evidence(source: EvidenceSource) -> None:
    """Add a kind of evidence. Called when a room is ready."""
    _sources[source.key] = source


def evidence_of(competition: Competition) -> list[Evidence]:
    """Everything that is attached, the oldest first."""
    found = [one for source in _sources.values() for one in source.found(competition)]
    return sorted(found, key=lambda one: (one.attached_at, one.reference))


def offers_for(buyer: Organisation, actor: Actor) -> list[tuple[str, str]]:
    """What this reader may attach to a competition that the buyer starts: a key for :func:`attach`, and a title."""
    return [
        (f"{source.key}:{key}", title) for source in _sources.values() for key, title in source.offers(buyer, actor)
    ]


def attach(competition: Competition, key: str, *, actor: Actor, person: Person, now: datetime) -> None:
    """Attach what was offered under a key. Raises KeyError for a kind that nobody has, Refused where it does not fit."""
    kind, _colon, rest = key.partition(":")
    _sources[kind].attach(competition, rest, actor, person, now)


def ways_to_attach(competition: Competition, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """Labels and addresses of the pages where the reader may attach more."""
    return [way for source in _sources.values() if (way := source.way(competition, actor, now)) is not None]
