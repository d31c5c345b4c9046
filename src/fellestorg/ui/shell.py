"""What surrounds every page: navigation by role, who is signed in, unread messages, the demo and its clock.

Rooms above register their own navigation, usually from ``AppConfig.ready``; this room knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

import fellestorg
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.kernel.models import Installation, Message

Text = str | Promise


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation. ``roles`` empty: for everybody, the public included."""

    key: str
    label: Text
    url_name: str
    order: int
    roles: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    """Those who hold no other role than these do without it."""

    def for_actor(self, actor: Actor) -> bool:
        if actor.grants and all(grant.role in self.not_for for grant in actor.grants):
            return False
        return not self.roles or actor.has(*self.roles)


@dataclass(frozen=True, slots=True)
class NavLink:
    label: Text
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and as what: ``role`` is a line such as "Innkjøper, Kartverket"."""

    name: str
    role: Text


@dataclass(frozen=True, slots=True)
class Shell:
    nav: tuple[NavLink, ...]
    person: Person | None
    unread: int
    demo_now: datetime | None
    languages: tuple[Language, ...]
    version: str


_navigation: dict[str, NavItem] = {}


def add_navigation(*items: NavItem) -> None:
    """Register entries of the main navigation. An entry with a known key takes the old one's place."""
    _navigation.update({item.key: item for item in items})


def build(request: HttpRequest) -> Shell:
    """Everything around one page. Two small queries, a third for somebody signed in."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    signed_in = actor.key != ANONYMOUS.key
    demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
    unread = Message.objects.filter(recipient=actor.key, read_at=None).count() if signed_in else 0
    active = get_language() or settings.LANGUAGE_CODE
    return Shell(
        nav=_nav_links(actor, request.path),
        person=Person(actor.name, getattr(request, "role_line", "")) if signed_in else None,
        unread=unread,
        demo_now=clock.now() if demo else None,
        languages=tuple(Language(code, str(name), code == active) for code, name in settings.LANGUAGES),
        version=fellestorg.__version__,
    )


def _nav_links(actor: Actor, path: str) -> tuple[NavLink, ...]:
    found: list[tuple[NavItem, str]] = []
    for item in sorted(_navigation.values(), key=lambda item: (item.order, item.key)):
        if not item.for_actor(actor):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        found.append((item, url))
    here = [url for _, url in found if path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))]
    # The most precise address is where one is: on /avrop/nytt that is not /avrop.
    current = max(here, key=len, default=None)
    return tuple(NavLink(item.label, url, url == current) for item, url in found)
