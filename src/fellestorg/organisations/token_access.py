"""Letting other systems in by a key: ``Authorization: Bearer ft_...``; answers are problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import View, actor_of, for_roles, problem_answer
from fellestorg.organisations.models import ApiToken
from fellestorg.organisations.tokens import check_token
from fellestorg.organisations.tries import LOCKED


def for_token_or_roles(scope: str, *roles: str) -> Callable[[View], View]:
    """Let in whoever shows a key of the scope, and people signed in with one of the roles.

    A key that is shown decides alone. Whoever posts without either is told in JSON instead of being sent to sign in.
    """

    def guard(view: View) -> View:
        for_people = for_roles(*roles)(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            given = request.headers.get("Authorization", "")
            if given:
                kind, _space, key = given.partition(" ")
                refused = _refusal(kind, key.strip(), scope)
                return view(request, *args, **kwargs) if refused is None else refused
            if request.method == "POST" and actor_of(request).key == ANONYMOUS.key:
                return _unauthorised("no_token", _("Vis en nøkkel: Authorization: Bearer ft_…"))
            return for_people(request, *args, **kwargs)

        return guarded

    return guard


def for_token(scope: str) -> Callable[[View], View]:
    """Let in whoever shows a key of the scope, and nobody else; the key's row is the view's ``token``."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            kind, _space, key = request.headers.get("Authorization", "").partition(" ")
            if not kind:
                return _unauthorised("no_token", _("Vis en nøkkel: Authorization: Bearer ft_…"))
            found = _checked(kind, key.strip(), scope)
            return found if isinstance(found, HttpResponse) else view(request, *args, token=found, **kwargs)

        return guarded

    return guard


def _refusal(kind: str, key: str, scope: str) -> HttpResponse | None:
    found = _checked(kind, key, scope)
    return found if isinstance(found, HttpResponse) else None


def _checked(kind: str, key: str, scope: str) -> ApiToken | HttpResponse:
    if kind.lower() != "bearer":
        return _unauthorised("bad_token", _("Vis en nøkkel: Authorization: Bearer ft_…"))
    checked = check_token(key, scope, clock.now())
    if checked.token is not None:
        return checked.token
    match checked.code:
        case "locked":
            answer = problem_answer(429, "locked", _("For mange feil. Vent et kvarter og prøv igjen."))
            answer["Retry-After"] = str(int(LOCKED.total_seconds()))
            return answer
        case "wrong_scope":
            return problem_answer(403, "wrong_scope", _("Nøkkelen kan ikke brukes til dette."))
    return _unauthorised("bad_token", _("Nøkkelen er ukjent, utløpt eller trukket tilbake."))


def _unauthorised(code: str, detail: str) -> JsonResponse:
    answer = problem_answer(401, code, detail)
    answer["WWW-Authenticate"] = 'Bearer error="invalid_token"' if code == "bad_token" else "Bearer"
    return answer
