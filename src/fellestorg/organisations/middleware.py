"""Who is signed in, for every request."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import Person
from fellestorg.organisations.sessions import ACCOUNT_KEY, SESSION_KEY, holds, is_stale
from fellestorg.organisations.signed_in import known
from fellestorg.organisations.words import role_name

# What changes nothing in the house: signing in and out, what one signs in with, and which language a browser reads.
_HARMLESS = ("/logg-inn", "/logg-ut", "/sprak", "/velkommen/", "/meg/konto")


class SignedIn:
    """Puts ``request.person`` and ``request.actor`` in place. Roles are read anew each time, so that a role taken away
    is gone at the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person, actor, place = _who(request)
        request.person, request.actor = person, actor  # type: ignore[attr-defined]
        request.role_line = SimpleLazyObject(lambda: _role_line(actor, place))  # type: ignore[attr-defined]
        return self.get_response(request)


class AuditorReadsOnly:
    """An auditor reads everything and writes nothing, whatever page is asked to: held here once for every address,
    those to come included. Stands after :class:`SignedIn`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Refuse anything but reading to somebody who holds no other role than auditor."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        roles = {grant.role for grant in actor.grants}
        if (
            roles == {"auditor"}
            and request.method not in ("GET", "HEAD", "OPTIONS")
            and not request.path.startswith(_HARMLESS)
        ):
            raise PermissionDenied


def _role_line(actor: Actor, place: dict[str, str]) -> str:
    """What the page says somebody is: the first role, where, and how many more."""
    if not actor.grants:
        return ""
    more = f" +{len(actor.grants) - 1}" if len(actor.grants) > 1 else ""
    return f"{role_name(actor.grants[0].role)}, {in_language(place)}{more}"


def _who(request: HttpRequest) -> tuple[Person | None, Actor, dict[str, str]]:
    key = request.session.get(SESSION_KEY) if not request.path.startswith("/static/") else None
    if key is None:
        return None, ANONYMOUS, {}
    now = getattr(request.session, "read_at", None) or clock.now()
    found = known(key, clock.local_day(now))
    kept = request.session.get(ACCOUNT_KEY)
    if found is None or not holds(kept, found.account, now):
        request.session.flush()
        return None, ANONYMOUS, {}
    if kept is not None and is_stale(kept, now):
        request.session[ACCOUNT_KEY] = {**kept, "seen": int(now.timestamp())}
    return found.person, found.actor, found.place
