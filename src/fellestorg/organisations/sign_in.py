"""Signing in and out. How one proves who one is comes through a port (``settings.SIGN_IN``); here is the demo's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation
from fellestorg.organisations.accounts import signed_out
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import demo_people
from fellestorg.organisations.sessions import ACCOUNT_KEY, SESSION_KEY
from fellestorg.organisations.words import MAY, ROLES
from fellestorg.ui.parts import Crumb


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to try out: a name, and in which organisation."""

    username: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """The people who show one role, and what the role may do."""

    role: str
    name: str
    may: str
    people: tuple[Candidate, ...]


@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page through which people sign in, by the kind of installation."""
    kind = Installation.objects.values_list("kind", flat=True).first() or Installation.Kind.REAL
    response: HttpResponse = import_string(settings.SIGN_IN[kind])(request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """The demo's people by role, one button each. Asked only in a demo (``settings.SIGN_IN``)."""
    back = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    groups = _groups()
    if request.method == "POST":
        offered = {one.username for group in groups for one in group.people}
        wanted = request.POST.get("person", "")
        person = Person.objects.filter(username=wanted, active=True).first() if wanted in offered else None
        if person is not None:
            return begin_session(request, person, back)
        context = _context(groups, back) | {"problem": _("Velg en av personene i lista.")}
        return render(request, "organisations/sign_in.html", context, status=422)
    return render(request, "organisations/sign_in.html", _context(groups, back))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and forget everything in it."""
    person: Person | None = getattr(request, "person", None)
    if person is not None and ACCOUNT_KEY in request.session:
        signed_out(person, now=clock.now())
    request.session.flush()
    return HttpResponseRedirect("/")


def safe_path(request: HttpRequest, wanted: str) -> str:
    """The path to go back to, if it is one of this house; otherwise the front page."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def begin_session(
    request: HttpRequest, person: Person, back: str, account: Mapping[str, int] | None = None
) -> HttpResponse:
    """Sign a person in and go on to ``back``. ``account`` is what a session of an account holds (``sessions.begun``)."""
    if request.session.get(SESSION_KEY) not in (None, person.pk):
        # Another person's basket is not this one's.
        request.session.flush()
    # A new session key at each sign-in, so that a key known from before is worth nothing.
    request.session.cycle_key()
    rotate_token(request)
    request.session[SESSION_KEY] = person.pk
    if account is not None:
        request.session[ACCOUNT_KEY] = dict(account)
        request.session.set_expiry(settings.SESSION_HOURS * 3600)
    response = HttpResponseRedirect(back)
    remember_language(response, person.language)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the pages follow a person's language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _groups() -> tuple[RoleGroup, ...]:
    by_role: dict[str, list[Candidate]] = {}
    for person in demo_people(clock.today()):
        for role, organisation in person.roles[:1]:
            by_role.setdefault(role, []).append(Candidate(person.username, person.name, organisation))
    return tuple(
        RoleGroup(role, str(name), str(MAY[role]), tuple(by_role[role]))
        for role, name in ROLES.items()
        if role in by_role
    )


def _context(groups: tuple[RoleGroup, ...], back: str) -> dict[str, object]:
    return {"groups": groups, "next": back, "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Logg inn"))]}
