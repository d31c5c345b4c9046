"""The pages on which somebody makes an account of her own: an address, then by the link from the mail a name, a password
and a code app. All of them work without scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.sealing import open_text, seal_text
from fellestorg.organisations import accounts, codes, own_accounts
from fellestorg.organisations.account_forms import LANGUAGES, CodeForm, NewPasswordForm
from fellestorg.organisations.account_pages import code_app, put_beside, recovery_page, sign_in_account
from fellestorg.organisations.models import AccountRequest
from fellestorg.organisations.own_accounts import Told
from fellestorg.organisations.passwords import username_problems
from fellestorg.organisations.queries import actor_for
from fellestorg.organisations.sign_in import safe_path
from fellestorg.organisations.welcome import unlogged
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_WAITING = "own_account"


class AddressForm(forms.Form):
    """Where the link is sent."""

    email = forms.EmailField(
        label=gettext_lazy("E-postadressen din"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class OwnAccountForm(NewPasswordForm):
    """Who one is, and a password."""

    name = forms.CharField(
        label=gettext_lazy("Navnet ditt"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(
        label=gettext_lazy("Brukernavn"),
        max_length=60,
        help_text=gettext_lazy("Det du vil logge inn med, for eksempel kari.nordmann. Aldri et fødselsnummer."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Språk"), choices=LANGUAGES)
    field_order = ("name", "username", "language", "password", "again")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """An address to send a link to. The answer is the same whether it is known or not."""
    back = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    form = AddressForm(request.POST) if request.method == "POST" else AddressForm()
    sent, status = False, 200
    if request.method == "POST":
        sent, status = form.is_valid(), 422
        if sent:
            language = request.LANGUAGE_CODE[:2]
            status = 200
            if not own_accounts.ask(form.cleaned_data["email"], back, language, clock.now()):
                form.add_error(None, _("Svært mange ber om konto akkurat nå. Prøv igjen om en time."))
                sent, status = False, 429
    crumbs = [Crumb(_("Forsiden"), "/"), Crumb(_("Logg inn"), reverse("sign_in")), Crumb(_("Ny konto"))]
    context = {"form": form, "sent": sent, "next": back, "is_demo": not accounts.is_real(), "crumbs": crumbs}
    return render(request, "organisations/new_account.html", context, status=status)


@unlogged
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def named(request: HttpRequest, token: str) -> HttpResponse:
    """By the link: who one is, and a password."""
    asked = own_accounts.open_request(token, clock.now())
    if asked is None:
        return _dead(request)
    start = {"username": _suggested(asked.email), "language": asked.language}
    form = OwnAccountForm(request.POST) if request.method == "POST" else OwnAccountForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, asked, form.cleaned_data)
            return HttpResponseRedirect(reverse("new_account_code", args=[token]))
        except BadInput as error:
            put_beside(form, error.problems)
    context = {"form": form, "email": asked.email, "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Ny konto"))]}
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/new_account_named.html", context, status=status)


@unlogged
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: str) -> HttpResponse:
    """A code app, proved by its first code. Then the account is made, and one is signed in and sent on."""
    asked = own_accounts.open_request(token, clock.now())
    if asked is None:
        return _dead(request)
    kept = request.session.get(_WAITING)
    if not isinstance(kept, dict) or kept.get("link") != asked.pk:
        return HttpResponseRedirect(reverse("new_account_named", args=[token]))
    key = open_text(kept["key"])
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, asked, kept, key, form.cleaned_data["code"])
        except BadInput as error:
            put_beside(form, error.problems)
        except Refused:
            return _dead(request)
    context = {
        "form": form,
        "crumbs": [Crumb(_("Ny konto"), reverse("new_account_named", args=[token])), Crumb(_("Kodeapp"))],
        "action": reverse("new_account_code", args=[token]),
        **code_app(key, kept["told"]["username"]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/code_app.html", context, status=status)


def _keep(request: HttpRequest, asked: AccountRequest, given: dict[str, Any]) -> None:
    told = own_accounts.check(Told(given["name"], given["username"], given["language"]), given["password"])
    request.session.cycle_key()
    request.session[_WAITING] = {
        "link": asked.pk,
        "told": asdict(told),
        "password": accounts.hashed(given["password"]),
        "key": seal_text(codes.new_key()),
    }


def _finish(request: HttpRequest, asked: AccountRequest, kept: dict[str, Any], key: str, typed: str) -> HttpResponse:
    now = clock.now()
    person, spare = own_accounts.open_own(asked, Told(**kept["told"]), kept["password"], key, typed, now=now)
    # Asked again: what was safe when the link was sent must be so now.
    onward = safe_path(request, asked.onward)
    request.session.flush()
    cookies = sign_in_account(request, person, onward).cookies
    # The page that answers is already hers.
    request.person, request.actor = person, actor_for(person, clock.local_day(now))  # type: ignore[attr-defined]
    response = recovery_page(request, spare, onward)
    response.cookies.update(cookies)
    return response


def _suggested(email: str) -> str:
    """The address as a user name, where it can be one."""
    return "" if list(username_problems(email)) else email


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/new_account_dead.html", {"crumbs": [Crumb(_("Forsiden"), "/")]}, status=404)
