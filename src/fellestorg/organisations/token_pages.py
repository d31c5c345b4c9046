"""An agency's keys for other systems: the list with its twins, making one, and revoking one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations import tokens
from fellestorg.organisations.models import ApiToken, Organisation, Person
from fellestorg.organisations.panels import Panel
from fellestorg.organisations.policy import may_make_tokens, may_see_tokens
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Refused

SCOPES: dict[str, Promise] = {
    ApiToken.Scope.FLIGHT_OFFERS: gettext_lazy("Flytilbud: rangere tilbud på en rute"),
    ApiToken.Scope.LISTINGS: gettext_lazy("Skytjenester: skrive og sende inn, aldri publisere"),
}
_STATES: dict[str, tuple[Promise, str]] = {
    "works": (gettext_lazy("Virker"), "success"),
    "expired": (gettext_lazy("Utløpt"), "neutral"),
    "revoked": (gettext_lazy("Trukket tilbake"), "danger"),
}
_COLUMNS = ("name", "scope", "used_by", "state", "made_by", "made_at", "expires_at", "last_used_at", "revoked_at")


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A key as a list shows it; never the key itself."""

    name: str
    scope: str
    used_by: str
    state: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenForm(forms.Form):
    """What a new key is for, whose system is to use it, and for how long."""

    scope = forms.ChoiceField(label=gettext_lazy("Hva den kan brukes til"), choices=list(SCOPES.items()))
    used_by = forms.CharField(
        label=gettext_lazy("Hvem som skal bruke den"),
        max_length=120,
        help_text=gettext_lazy("For eksempel reisebyråets navn, eller deres eget reisesystem."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Hvor lenge den skal virke"),
        coerce=int,
        initial=180,
        choices=[(days, ngettext_lazy("%d dag", "%d dager", days) % days) for days in tokens.LASTS_DAYS],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def api_tokens(request: HttpRequest, number: str) -> HttpResponse:
    """The keys, and a form for a new one. The answer to the form is the only page that ever shows the key."""
    organisation = _organisation(request, number)
    actor, now = actor_of(request), clock.now()
    made, form, status = "", _form(organisation, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                _token, made = tokens.make_token(
                    organisation, given["scope"], given["used_by"], given["days"], actor=actor, person=_person(request),
                    now=now,
                )  # fmt: skip
                form, status = _form(organisation), 200
            except BadInput as error:
                for problem in error.problems:
                    form.add_error(problem.where, problem.text)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    links = [(kind.upper(), reverse(f"api_tokens_{kind}", args=[number]), kind) for kind in ("csv", "json")]
    context = {
        "organisation": organisation,
        "made": made,
        "form": form if may_make_tokens(actor, organisation).allowed else None,
        "rows": [(row, SCOPES[row.scope], *_STATES[row.state]) for row in _rows(organisation, now)],
        "offers_url": request.build_absolute_uri(reverse("flight_offers_json")),
        "downloads": [Download(*link) for link in links],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Virksomheter"), reverse("organisations")),
            Crumb(organisation.name, reverse("organisation", args=[number])),
            Crumb(_("Nøkler for andre systemer")),
        ],
    }
    return render(request, "organisations/api_tokens.html", context, status=status)


@never_cache
@require_safe
@for_roles()
def api_tokens_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The keys as CSV; never the keys themselves."""
    rows = _rows(_organisation(request, number), clock.now())
    return csv_answer(f"nokler-{number}", _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))


@never_cache
@require_safe
@for_roles()
def api_tokens_json(request: HttpRequest, number: str) -> HttpResponse:
    """The keys as JSON; never the keys themselves."""
    return json_answer({"tokens": [asdict(row) for row in _rows(_organisation(request, number), clock.now())]})


@require_POST
@for_roles()
def revoke_api_token(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Revoke a key."""
    token = tokens.tokens_of(_organisation(request, number)).filter(name=name).first()
    if token is None:
        raise Http404
    try:
        tokens.revoke_token(token, actor=actor_of(request), person=_person(request), now=clock.now())
        messages.success(request, _("Nøkkelen er trukket tilbake og virker ikke lenger."))
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("api_tokens", args=[number]))


def tokens_panel(number: str, actor: Actor) -> Panel | None:
    """On an organisation's page: the way to its keys, for those who may see them."""
    organisation = Organisation.objects.exclude(kind=Organisation.Kind.SUPPLIER).filter(number=number).first()
    if organisation is None or not may_see_tokens(actor, organisation).allowed:
        return None
    now = clock.now()
    working = sum(tokens.state_of(one, now) == "works" for one in tokens.tokens_of(organisation))
    return Panel("organisations/api_tokens_panel.html", {"number": number, "working": working})


def _form(organisation: Organisation, given: Any = None) -> TokenForm:
    form = TokenForm(given)
    scopes: Any = form.fields["scope"]
    scopes.choices = [(one, SCOPES[one]) for one in tokens.scopes_of(organisation)]
    return form


def _organisation(request: HttpRequest, number: str) -> Organisation:
    found = Organisation.objects.filter(number=number).first()
    if found is None:
        raise Http404
    if not may_see_tokens(actor_of(request), found).allowed:
        raise PermissionDenied
    return found


def _person(request: HttpRequest) -> Person:
    person: Any = getattr(request, "person", None)
    assert isinstance(person, Person)
    return person


def _rows(organisation: Organisation, now: datetime) -> list[TokenRow]:
    return [
        TokenRow(
            one.name, one.scope, one.used_by, tokens.state_of(one, now), one.made_by.name, one.made_at, one.expires_at,
            one.last_used_at, one.revoked_at,
        )
        for one in tokens.tokens_of(organisation)
    ]  # fmt: skip
