"""The page a one-time link opens: the first administrator's, an invitation, or another password.

Two steps: a password (and, the first time, who one is), then a code app proved by its first code. What is typed in the
first waits in the session, the password hashed and the key sealed; nothing is made and the link is not used up before the
code is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.sealing import open_text, seal_text
from fellestorg.organisations import accounts, codes
from fellestorg.organisations.account_forms import CodeForm, FirstAdministratorForm, NewPasswordForm
from fellestorg.organisations.account_pages import code_app, put_beside, recovery_page, sign_in_account
from fellestorg.organisations.first_administrator import (
    FirstAdministrator,
    check_first_administrator,
    open_installation,
)
from fellestorg.organisations.links import open_link
from fellestorg.organisations.models import OneTimeLink
from fellestorg.organisations.passwords import password_problems
from fellestorg.organisations.queries import actor_for
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_WAITING = "welcome"


def unlogged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Django writes the address of every answer of 400 and above in its log; here the address is the secret."""

    @wraps(view)
    def quiet(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return quiet


@unlogged
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The first step: who one is, the first time, and a password."""
    link = _open(token)
    if link is None:
        return _dead(request)
    first = link.purpose == OneTimeLink.Purpose.FIRST_ADMINISTRATOR
    made = FirstAdministratorForm if first else NewPasswordForm
    form = made(request.POST) if request.method == "POST" else made(initial={"language": "nb"})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if link.purpose == OneTimeLink.Purpose.PASSWORD:
                accounts.choose_forgotten_password(link, given["password"], now=clock.now())
                messages.success(request, _("Passordet er byttet. Logg inn med det."))
                return HttpResponseRedirect(reverse("sign_in"))
            _keep(request, link, given)
            return HttpResponseRedirect(reverse("welcome_code", args=[token]))
        except BadInput as error:
            put_beside(form, error.problems)
        except Refused:
            return _dead(request)
    context = {"form": form, "purpose": link.purpose, "person": link.person, "crumbs": [Crumb(_("Velkommen"))]}
    return render(request, "organisations/welcome.html", context, status=status)


@unlogged
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_code(request: HttpRequest, token: str) -> HttpResponse:
    """The second step: a code app, proved by its first code. Then everything is made and one is signed in."""
    link = _open(token)
    if link is None:
        return _dead(request)
    kept = request.session.get(_WAITING)
    if not isinstance(kept, dict) or kept.get("link") != link.pk:
        return HttpResponseRedirect(reverse("welcome", args=[token]))
    key = open_text(kept["key"])
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, link, kept, key, form.cleaned_data["code"])
        except BadInput as error:
            put_beside(form, error.problems)
        except Refused:
            return _dead(request)
    username = kept["given"]["username"] if kept["given"] else link.person.username if link.person else ""
    context = {
        "form": form,
        "crumbs": [Crumb(_("Velkommen"), reverse("welcome", args=[token])), Crumb(_("Kodeapp"))],
        "action": reverse("welcome_code", args=[token]),
        **code_app(key, username),
    }
    return render(request, "organisations/code_app.html", context, status=status)


def _keep(request: HttpRequest, link: OneTimeLink, given: dict[str, Any]) -> None:
    """Put what was typed aside until the code is right. Raises BadInput for what cannot be."""
    told: dict[str, str] = {}
    if link.person is None:
        names = ("number", "organisation", "name", "email", "username", "language")
        first = FirstAdministrator(**{name: given[name] for name in names})
        told = asdict(check_first_administrator(first, given["password"]))
    else:
        BadInput.raise_if(password_problems(given["password"], link.person.username))
    request.session.cycle_key()
    request.session[_WAITING] = {
        "link": link.pk,
        "given": told,
        "password": accounts.hashed(given["password"]),
        "key": seal_text(codes.new_key()),
    }


def _finish(request: HttpRequest, link: OneTimeLink, kept: dict[str, Any], key: str, code: str) -> HttpResponse:
    now = clock.now()
    if kept["given"]:
        given = FirstAdministrator(**kept["given"])
        person, spare = open_installation(link, given, kept["password"], key, code, now=now)
        onward = reverse("setup")
    else:
        person, spare = accounts.accept_invitation(link, kept["password"], key, code, now=now)
        onward = "/"
    request.session.flush()
    cookies = sign_in_account(request, person, onward).cookies
    # The page that answers is already hers.
    request.person, request.actor = person, actor_for(person, clock.local_day(now))  # type: ignore[attr-defined]
    response = recovery_page(request, spare, onward)
    response.cookies.update(cookies)
    return response


def _open(token: str) -> OneTimeLink | None:
    return open_link(token, clock.now()) if accounts.is_real() else None


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/link_dead.html", {"crumbs": [Crumb(_("Forsiden"), "/")]}, status=404)
