"""What surrounds every page: navigation by role, who is signed in, unread messages, the demo and its clock.

Rooms above register their own navigation, usually from ``AppConfig.ready``; this room knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

import fellestorg
from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.kernel.sql import prepared

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
_AROUND = """
SELECT EXISTS (SELECT FROM kernel_installation WHERE kind = 'demo'), fellestorg_now(),
       (SELECT count(*) FROM kernel_message WHERE recipient = %s AND read_at IS NULL)
"""


def add_navigation(*items: NavItem) -> None:
    """Register entries of the main navigation. An entry with a known key takes the old one's place."""
    _navigation.update({item.key: item for item in items})


def build(request: HttpRequest) -> Shell:
    """Everything around one page, in one planned statement."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    signed_in = actor.key != ANONYMOUS.key
    [(demo, now, unread)] = prepared(_AROUND, [actor.key])
    active = get_language() or settings.LANGUAGE_CODE
    return Shell(
        nav=_nav_links(actor, request.path),
        person=Person(actor.name, getattr(request, "role_line", "")) if signed_in else None,
        unread=unread if signed_in else 0,
        demo_now=now if demo else None,
        languages=tuple(Language(code, str(name), code == active) for code, name in settings.LANGUAGES),
        version=fellestorg.__version__,
    )


def _nav_links(actor: Actor, path: str) -> tuple[NavLink, ...]:
    found = [
        (item, url)
        for item in sorted(_navigation.values(), key=lambda item: (item.order, item.key))
        if item.for_actor(actor) and (url := _address(item.url_name, get_resolver(), get_script_prefix()))
    ]
    here = [url for _, url in found if path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))]
    # The most precise address is where one is: on /avrop/nytt that is not /avrop.
    current = max(here, key=len, default=None)
    return tuple(NavLink(item.label, url, url == current) for item, url in found)


@lru_cache(maxsize=256)
def _address(name: str, resolver: URLResolver, prefix: str) -> str | None:
    """Where a page lies, by the addresses in use; ``None`` where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
