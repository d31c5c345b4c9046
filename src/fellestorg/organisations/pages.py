"""Pages about organisations and about oneself. Each calls one action or query."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel import queries as kernel_queries
from fellestorg.kernel.http import actor_of, csv_answer, for_people, for_roles, json_answer
from fellestorg.kernel.messages import mark_read as mark_messages_read
from fellestorg.organisations import actions, directory
from fellestorg.organisations.accounts import invite as send_invitation
from fellestorg.organisations.accounts import is_real
from fellestorg.organisations.directory import DirectoryFilter, OrganisationView, RoleView
from fellestorg.organisations.forms import DeputyForm, RoleForm
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.panels import organisation_panels
from fellestorg.organisations.policy import may_administer
from fellestorg.organisations.sessions import ACCOUNT_KEY
from fellestorg.organisations.sign_in import remember_language, safe_path
from fellestorg.organisations.words import KINDS, MAY, kind_name, role_name
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_COLUMNS = (
    "number", "name", "kind", "ministry", "region", "employees", "language_form", "email", "address", "fictional",
)  # fmt: skip


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation in the house, with a search."""
    wanted = _filter(request)
    found = directory.organisations(wanted)
    paging = Paging.read(request.GET.dict(), len(found), 50)
    parameters = request.GET.urlencode()
    context = {
        "rows": [(row, kind_name(row.kind)) for row in found[paging.start : paging.stop]],
        "paging": paging,
        "wanted": wanted,
        "kinds": list(KINDS.items()),
        "ministries": directory.ministries(),
        "downloads": [
            Download("CSV", f"{reverse('organisations_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('organisations_json')}?{parameters}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Virksomheter"))],
    }
    return render(request, "organisations/organisations.html", context)


@require_safe
def organisations_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    rows = directory.organisations(_filter(request))
    return csv_answer("virksomheter", _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))


@require_safe
def organisations_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters."""
    rows = directory.organisations(_filter(request))
    return json_answer({"organisations": [{name: getattr(row, name) for name in _COLUMNS} for row in rows]})


@require_safe
def organisation(request: HttpRequest, number: str) -> HttpResponse:
    """One organisation; with its people for those who may know."""
    return _organisation_page(request, _organisation(request, number), None)


@require_POST
@for_roles("si_admin")
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """Give somebody a role here."""
    found = _organisation(request, number)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _organisation_page(request, found, form, status=422)
    given = form.cleaned_data
    person = Person.objects.filter(username=given["username"].strip().lower()).first()
    if person is None:
        form.add_error("username", _("Det finnes ingen med dette brukernavnet."))
        return _organisation_page(request, found, form, status=422)
    try:
        actions.grant_role(
            person,
            Organisation.objects.get(number=number),
            given["role"],
            given["valid_from"],
            given["valid_to"],
            budget_limit=given["budget_limit"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except BadInput as error:
        _add_problems(form, error.problems)
        return _organisation_page(request, found, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.text)
        return _organisation_page(request, found, form, status=409)
    messages.success(request, _("Rollen er gitt."))
    return HttpResponseRedirect(reverse("organisation", args=[number]))


@require_POST
@for_roles("si_admin")
def revoke(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Take a role away."""
    held = RoleGrant.objects.filter(pk=key, organisation__number=number).first()
    if held is None:
        raise Http404
    try:
        actions.revoke_role(held, actor=actor_of(request), now=clock.now())
        messages.success(request, _("Rollen er avsluttet."))
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("organisation", args=[number]))


@require_POST
@for_roles("si_admin")
def invite(request: HttpRequest, number: str, username: str) -> HttpResponse:
    """Send a person here a link to choose password and code app, new ones where she has them."""
    person = Person.objects.filter(username=username, active=True, grants__organisation__number=number).first()
    if person is None:
        raise Http404
    try:
        send_invitation(person, actor=actor_of(request), now=clock.now())
        messages.success(request, _("Invitasjonen er sendt til %(name)s.") % {"name": person.name})
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("organisation", args=[number]))


@require_safe
@for_people
def me(request: HttpRequest) -> HttpResponse:
    """My roles, my deputies, my language."""
    return _my_page(request, None)


@require_POST
@for_people
def my_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of my pages and my e-mails."""
    try:
        person = actions.set_language(
            _person(request), request.POST.get("language", ""), actor=actor_of(request), now=clock.now()
        )
    except BadInput as error:
        return _my_page(request, None, error.problems, status=422)
    response = HttpResponseRedirect(reverse("me"))
    remember_language(response, person.language)
    return response


@require_POST
@for_roles("approver")
def my_deputy(request: HttpRequest) -> HttpResponse:
    """Name somebody who approves in my place for a period."""
    person = _person(request)
    place = _own_approval_place(person)
    if place is None:
        return _my_page(request, None, [Problem("", "not_approver", _("Bare en godkjenner kan ha vikar."))], status=409)
    form = DeputyForm(
        request.POST, people=directory.colleagues(place.organisation_number, clock.today(), but=person.pk)
    )
    if not form.is_valid():
        return _my_page(request, form, status=422)
    given = form.cleaned_data
    try:
        actions.set_deputy(
            person,
            Organisation.objects.get(number=place.organisation_number),
            Person.objects.get(username=given["deputy"]),
            given["valid_from"],
            given["valid_to"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except BadInput as error:
        _add_problems(form, error.problems)
        return _my_page(request, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.text)
        return _my_page(request, form, status=409)
    messages.success(request, _("Vikaren er satt opp."))
    return HttpResponseRedirect(reverse("me"))


@require_safe
@for_people
def inbox(request: HttpRequest) -> HttpResponse:
    """My messages, newest first."""
    shown = kernel_queries.messages_for(actor_of(request), limit=1000)
    paging = Paging.read(request.GET.dict(), len(shown), 25)
    context = {
        "rows": shown[paging.start : paging.stop],
        "paging": paging,
        "unread": sum(not one.read for one in shown),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Meldinger"))],
    }
    return render(request, "organisations/inbox.html", context)


@require_POST
@for_people
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark one of my messages as read and go where it points; without a message, mark them all."""
    asked = request.POST.get("message", "")
    keys = [int(asked)] if asked.isdecimal() and len(asked) < 19 else None if not asked else []
    mark_messages_read(actor_of(request).key, keys, at=clock.now())
    return HttpResponseRedirect(safe_path(request, request.POST.get("next") or reverse("messages")))


def _organisation_page(
    request: HttpRequest, found: OrganisationView, form: RoleForm | None, status: int = 200
) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    roles = directory.roles_in(found.number, actor, today)
    administers = may_administer(actor).allowed
    context = {
        "organisation": found,
        "kind": kind_name(found.kind),
        "roles": None if roles is None else [_role(role) for role in roles],
        "form": (form or RoleForm(initial={"valid_from": today})) if administers else None,
        "administers": administers,
        "invites": administers and is_real(),
        "panels": organisation_panels(found.number, actor),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Virksomheter"), reverse("organisations")), Crumb(found.name)],
    }
    return render(request, "organisations/organisation.html", context, status=status)


def _my_page(request: HttpRequest, form: DeputyForm | None, problems: Any = (), status: int = 200) -> HttpResponse:
    person, today = _person(request), clock.today()
    place = _own_approval_place(person)
    if place is not None and form is None:
        people = directory.colleagues(place.organisation_number, today, but=person.pk)
        form = DeputyForm(people=people, initial={"valid_from": today})
    context = {
        "person": person,
        "roles": [_role(role) for role in directory.roles_of(person.pk, today)],
        "deputies": [_role(role) for role in directory.deputies_of(person.pk, today)],
        "form": form,
        "problems": problems,
        "has_account": ACCOUNT_KEY in request.session,
        "choices": [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")],
        "unread": kernel_queries.unread_count(actor_of(request)),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Min side"))],
    }
    return render(request, "organisations/me.html", context, status=status)


def _role(role: RoleView) -> dict[str, Any]:
    """A role with its words, and whether it carries a budget authority to show."""
    return {
        "view": role,
        "name": role_name(role.role),
        "may": str(MAY.get(role.role, "")),
        "authority": role.role in ("buyer", "approver"),
    }


def _own_approval_place(person: Person) -> RoleView | None:
    roles = directory.roles_of(person.pk, clock.today())
    return next((role for role in roles if role.role == "approver" and role.in_force and not role.deputy_for), None)


def _person(request: HttpRequest) -> Person:
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    return person


def _organisation(request: HttpRequest, number: str) -> OrganisationView:
    found = directory.organisation(number, actor_of(request))
    if found is None:
        raise Http404
    return found


def _filter(request: HttpRequest) -> DirectoryFilter:
    def text(name: str) -> str:
        return request.GET.get(name, "").replace("\x00", "").strip()[:200]

    return DirectoryFilter(text("q"), text("type"), text("departement"))


def _add_problems(form: RoleForm | DeputyForm, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)
