"""Pages of accounts: signing in, the one-time link, and what one signs in with. All of them work without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fellestorg.kernel import clock, jobs
from fellestorg.kernel.http import for_people
from fellestorg.kernel.sealing import open_text, seal_text
from fellestorg.organisations import accounts, codes, own_data
from fellestorg.organisations.account_forms import (
    ChangeCodeAppForm,
    ChangePasswordForm,
    ConfirmForm,
    ForgottenForm,
    SignInForm,
)
from fellestorg.organisations.models import Account, Person
from fellestorg.organisations.sessions import ACCOUNT_KEY, begun
from fellestorg.organisations.sign_in import begin_session, safe_path
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_NEW_KEY = "new_code_app"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name, password and code; one answer for whatever is wrong with them."""
    back = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    form = SignInForm(request.POST) if request.method == "POST" else SignInForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            now = clock.now()
            attempt = accounts.authenticate(given["username"], given["password"], given["code"], now=now)
            if attempt.person is not None:
                return sign_in_account(request, attempt.person, back)
            if attempt.locked:
                form.add_error(None, _("For mange feil. Vent et kvarter og prøv igjen."))
                status = 429
            else:
                form.add_error(None, _("Brukernavn, passord og kode passer ikke sammen."))
    context = {"form": form, "next": back, "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Logg inn"))]}
    return render(request, "organisations/account_sign_in.html", context, status=status)


def sign_in_account(request: HttpRequest, person: Person, back: str) -> HttpResponse:
    """Begin the session of somebody who has proved who she is."""
    epoch = Account.objects.values_list("epoch", flat=True).get(person=person)
    return begin_session(request, person, back, begun(epoch, clock.now()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose another password. The answer is the same whether the name is known or not."""
    _only_real()
    form = ForgottenForm(request.POST) if request.method == "POST" else ForgottenForm()
    sent = request.method == "POST" and form.is_valid()
    if sent:
        # As a job, so that it takes the same time for a name that nobody has.
        jobs.defer("send_password_link", username=form.cleaned_data["username"], at=clock.now().isoformat())
    context = {
        "form": form,
        "sent": sent,
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Logg inn"), reverse("sign_in")), Crumb(_("Glemt passord"))],
    }
    return render(request, "organisations/forgotten.html", context, status=422 if form.errors else 200)


@never_cache
@for_people
def account(request: HttpRequest) -> HttpResponse:
    """What I sign in with."""
    return _account_page(request)


@sensitive_post_parameters()
@never_cache
@require_POST
@for_people
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose another password; every other session of mine ends."""
    form = ChangePasswordForm(request.POST)

    def act(person: Person) -> HttpResponse:
        epoch = accounts.change_password(
            person, form.cleaned_data["password"], form.cleaned_data["new_password"], now=clock.now()
        )
        messages.success(request, _("Passordet er byttet. Du er logget ut alle andre steder."))
        return _go_on(request, epoch)

    return _act(request, "password", form, act)


@never_cache
@require_POST
@for_people
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every session of mine but this one."""
    epoch = accounts.end_other_sessions(owner(request), now=clock.now())
    messages.success(request, _("Du er logget ut alle andre steder."))
    return _go_on(request, epoch)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def change_code_app(request: HttpRequest) -> HttpResponse:
    """Take another code app into use: a new QR code, proved by a code from it."""
    person = owner(request)
    form = ChangeCodeAppForm(request.POST) if request.method == "POST" else ChangeCodeAppForm()
    status = 200
    if request.method == "GET" or _NEW_KEY not in request.session:
        request.session[_NEW_KEY] = seal_text(codes.new_key())
    key = open_text(request.session[_NEW_KEY])
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                spare = accounts.change_code_app(person, given["password"], key, given["code"], now=clock.now())
                del request.session[_NEW_KEY]
                return recovery_page(request, spare, reverse("account"))
            except BadInput as error:
                put_beside(form, error.problems)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    crumbs = [*_crumbs(), Crumb(_("Ny kodeapp"))]
    context = {"form": form, "crumbs": crumbs, "action": reverse("change_code_app"), **code_app(key, person.username)}
    return render(request, "organisations/code_app.html", context, status=status)


@sensitive_post_parameters()
@never_cache
@require_POST
@for_people
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes."""
    form = ConfirmForm(request.POST, auto_id="id_spare_%s")

    def act(person: Person) -> HttpResponse:
        spare = accounts.renew_recovery_codes(person, form.cleaned_data["password"], now=clock.now())
        return recovery_page(request, spare, reverse("account"))

    return _act(request, "spare", form, act)


def recovery_page(request: HttpRequest, spare: list[str], onward: str) -> HttpResponse:
    """The recovery codes, shown this once."""
    context = {
        "codes": spare,
        "onward": onward,
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Gjenopprettingskoder"))],
    }
    return render(request, "organisations/recovery_codes.html", context)


def code_app(key: str, username: str) -> dict[str, Any]:
    """What a page needs to show a code app's key: as a QR code, and to be typed."""
    drawing = codes.qr_drawing(codes.app_address(key, username, "Fellestorg"), _("QR-kode til kodeappen"))
    return {"qr": drawing, "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4))}


def put_beside(form: Form, problems: Iterable[Problem]) -> None:
    """Put each problem at its field."""
    for problem in problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)


def _act(request: HttpRequest, name: str, form: Form, act: Callable[[Person], HttpResponse]) -> HttpResponse:
    person = owner(request)
    status = 422
    if form.is_valid():
        try:
            return act(person)
        except BadInput as error:
            put_beside(form, error.problems)
        except Refused as refused:
            form.add_error(None, refused.text)
            status = 409
    return _account_page(request, {name: form}, status)


def _account_page(request: HttpRequest, forms: dict[str, Form] | None = None, status: int = 200) -> HttpResponse:
    person = owner(request)
    given = forms or {}
    context = {
        "person": person,
        "password": given.get("password") or ChangePasswordForm(),
        "spare": given.get("spare") or ConfirmForm(auto_id="id_spare_%s"),
        "left": person.account.recovery_codes.filter(used_at=None).count(),
        "password_at": person.account.password_at,
        "own": own_data.is_own(person),
        "crumbs": _crumbs(),
    }
    return render(request, "organisations/account.html", context, status=status)


def _go_on(request: HttpRequest, epoch: int) -> HttpResponse:
    request.session.cycle_key()
    request.session[ACCOUNT_KEY] = {**request.session[ACCOUNT_KEY], "epoch": epoch}
    return HttpResponseRedirect(reverse("account"))


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Min side"), reverse("me")), Crumb(_("Innlogging"), reverse("account"))]


def owner(request: HttpRequest) -> Person:
    """Whoever is signed in with an account; nobody else has one to change."""
    person: Person | None = getattr(request, "person", None)
    if person is None or ACCOUNT_KEY not in request.session:
        raise Http404
    return person


def _only_real() -> None:
    if not accounts.is_real():
        raise Http404
