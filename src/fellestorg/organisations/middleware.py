"""Who is signed in, for every request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for

SESSION_KEY = "person"


class SignedIn:
    """Puts ``request.person`` and ``request.actor`` in place. Roles are read anew each time, so that a role taken away
    is gone at the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person, actor = _who(request)
        request.person, request.actor = person, actor  # type: ignore[attr-defined]
        return self.get_response(request)


def _who(request: HttpRequest) -> tuple[Person | None, Actor]:
    key = request.session.get(SESSION_KEY) if not request.path.startswith("/static/") else None
    if key is None:
        return None, ANONYMOUS
    person = Person.objects.filter(pk=key, active=True).first()
    if person is None:
        return None, ANONYMOUS
    return person, actor_for(person, clock.today())
