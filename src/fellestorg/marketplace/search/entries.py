"""What each kind of public thing says to search. Kinds are registered, here and by rooms that come later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from fellestorg.catalogues.models.vectors import MARK

# Stands between texts that do not follow each other: it counts as a word, so that no phrase reaches across.
BOUNDARY = "¶"
AUDIENCES = ("all", "public", "buyers")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing, or what one audience may see of it. ``titles`` and ``leads`` by language, bokmål or another first;
    ``facets``: for each facet the codes it has. ``shown_until``: the instant from which it is of no use."""

    key: str
    titles: Mapping[str, str]
    address: str
    at: datetime
    leads: Mapping[str, str] | None = None
    texts: Iterable[str] = ()
    facets: Mapping[str, Iterable[str]] | None = None
    audience: str = "all"
    shown_until: datetime | None = None

    @property
    def marks(self) -> list[str]:
        """The facets as the index keeps them."""
        return sorted(mark(facet, code) for facet, codes in (self.facets or {}).items() for code in codes)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing. ``entries(keys)`` gives what is public now: of the keys named, or of all for None; a key without
    an entry is not public. ``subjects``: the event log's subjects by which it changes, each with the keys of the things
    to write anew (given the subject's own key)."""

    key: str
    label: str | Promise
    order: int
    entries: Callable[[list[str] | None], Iterable[Entry]]
    subjects: Mapping[str, Callable[[str], list[str]]]


_kinds: dict[str, Kind] = {}


def register_kind(*kinds: Kind) -> None:
    """Add kinds of things that are searched. Called when a room is ready."""
    _kinds.update({kind.key: kind for kind in kinds})


def kinds() -> list[Kind]:
    """Every kind, in the order they are named on the page."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def kind_of(key: str) -> Kind | None:
    """A kind by its key."""
    return _kinds.get(key)


def mark(facet: str, code: str) -> str:
    """A facet's value as a word nobody can write."""
    return f"{MARK}{facet}:{code}"


def unmarked(word: str) -> tuple[str, str]:
    """The facet and the code of a mark."""
    facet, _colon, code = word.removeprefix(MARK).partition(":")
    return facet, code
