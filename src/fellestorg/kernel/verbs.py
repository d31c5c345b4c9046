"""What the event log's verbs are called, and which page a subject has. Rooms register their own when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise

_NAMES: dict[str, str | Promise] = {}
_LINKS: dict[str, Callable[[str], str]] = {}


def register_verbs(names: Mapping[str, str | Promise]) -> None:
    """Add a room's verbs: code -> what it is called, as a lazy translation."""
    _NAMES.update(names)


def register_subject(kind: str, link: Callable[[str], str]) -> None:
    """Tell where subjects of a kind (``lot`` in ``lot:pc-utstyr/pc``) have their page: key -> path."""
    _LINKS[kind] = link


def verb_name(verb: str) -> str:
    """A verb in the active language; the code, made readable, where no room has named it."""
    name = _NAMES.get(verb)
    return str(name) if name is not None else verb.replace("_", " ").capitalize()


def subject_link(subject: str) -> str:
    """The path of the page about a subject, or an empty text."""
    kind, _colon, key = subject.partition(":")
    link = _LINKS.get(kind)
    return link(key) if link and key else ""
