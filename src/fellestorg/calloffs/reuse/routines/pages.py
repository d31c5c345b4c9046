"""The agencies' routines: how it stands with each, and one agency's with its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.managing.attempts import Failed, attempt
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.calloffs.reuse.queries import reuse_lot
from fellestorg.calloffs.reuse.routines import actions
from fellestorg.calloffs.reuse.routines.forms import AdoptForm, RoutineForm
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine
from fellestorg.calloffs.reuse.routines.policy import OWNERS, may_adopt, may_confirm, may_see, may_set_up
from fellestorg.calloffs.reuse.routines.queries import Standing, standing, standings
from fellestorg.calloffs.reuse.routines.words import DECISIONS, STATES, suggestion
from fellestorg.calloffs.reuse.shown import crumbs
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import current_grants
from fellestorg.organisations.words import ROLES
from fellestorg.ui.parts import Download, Paging

_READERS = (*AGENCY, *SEES_ALL)
_COLUMNS = ("agency", "agency_name", "state", "version", "owner", "adopted_on", "confirmed_on", "due")


@require_safe
@for_roles(*_READERS)
def routines(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """How it stands with the routines one may see."""
    row, actor = reuse_lot(key, lot), actor_of(request)
    found = standings(row.agreement, actor, clock.today())
    paging = Paging.read(request.GET.dict(), len(found), 50)
    addresses = {name: reverse(f"reuse_routines_{name}", args=[key, lot]) for name in ("csv", "json")}
    context = {
        "lot": row,
        "title": localised(row.agreement, "title"),
        "rows": [(one, *STATES[one.state], owner_text(one.current)) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "downloads": [Download(name.upper(), address, name) for name, address in addresses.items()],
        "crumbs": crumbs(row, _("Rutiner for ombruk")),
    }
    return render(request, "calloffs/reuse/routines.html", context)


@require_safe
@for_roles(*_READERS)
def routines_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as CSV."""
    rows = [_flat(one) for one in standings(reuse_lot(key, lot).agreement, actor_of(request), clock.today())]
    return csv_answer(f"rutiner-{key}", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*_READERS)
def routines_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as JSON."""
    found = standings(reuse_lot(key, lot).agreement, actor_of(request), clock.today())
    return json_answer({"agreement": key, "routines": [_flat(one) for one in found]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def routine(request: HttpRequest, key: str, lot: str, number: str) -> HttpResponse:
    """One agency's routine: what is in use, what waits, its history; and what the reader may do with it."""
    row, actor, today = reuse_lot(key, lot), actor_of(request), clock.today()
    agency = Organisation.objects.filter(number=number).first()
    if agency is None or not may_see(actor, number):
        raise Http404
    found = standing(row.agreement, agency, today)
    base = found.waiting or found.current
    start = {
        "owner": (base.owner.username if base.owner else base.owner_role) if base else OWNERS[-1],
        "text": base.text if base else suggestion(agency.language_form),
    }
    what = request.POST.get("what", "") if request.method == "POST" else ""
    owners = _owners(agency)
    form = RoutineForm(request.POST if what == "set_up" else None, initial=start, owners=owners)
    adopting = AdoptForm(
        request.POST if what == "adopt" else None,
        initial={"day": today, "version": found.waiting.version if found.waiting else None},
    )
    failed = Failed((), 200)
    if request.method == "POST":
        made = _done(request, what, row, agency, form, adopting)
        if isinstance(made, HttpResponse):
            return made
        failed = made
    rule = rule_book().rule("REUSE-ROUTINE", on=today)
    context = {
        "lot": row,
        "agency": agency,
        "found": found,
        "state": STATES[found.state],
        "owner": owner_text(found.current),
        "waiting_owner": owner_text(found.waiting),
        "current_lines": _lines(found.current),
        "waiting_lines": _lines(found.waiting),
        "history": _history(found),
        "form": form if may_set_up(actor, number).allowed else None,
        "adopting": adopting if found.waiting and may_adopt(actor, found.waiting).allowed else None,
        "may_confirm": bool(found.current and may_confirm(actor, found.current).allowed),
        "rule": rule,
        "problems": failed.problems,
        "crumbs": crumbs(row, agency.name, (_("Rutiner for ombruk"), reverse("reuse_routines", args=[key, lot]))),
    }
    return render(request, "calloffs/reuse/routine.html", context, status=failed.status)


def owner_text(row: ReuseRoutine | None) -> str:
    """The owner of a version: a role, or a person of the agency."""
    if row is None:
        return ""
    return f"{row.owner.name} ({row.owner.username})" if row.owner else str(ROLES[row.owner_role])


def _done(
    request: HttpRequest, what: str, lot: Lot, agency: Organisation, form: RoutineForm, adopting: AdoptForm
) -> HttpResponse | Failed:
    actor, now = actor_of(request), clock.now()

    def set_up() -> str:
        actions.set_up(lot, agency, **form.cleaned_data, actor=actor, now=now)
        return _("Rutinen er satt opp. En godkjenner i virksomheten må vedta den før den gjelder.")

    def adopt() -> str:
        given = adopting.cleaned_data
        actions.adopt(lot, agency, given["version"], given["day"], actor=actor, now=now)
        return _("Rutinen er vedtatt.")

    def confirm() -> str:
        actions.confirm(lot, agency, actor=actor, now=now)
        return _("Rutinen er bekreftet for ett år til.")

    ways: dict[str, tuple[list[Any], Callable[[], str]]] = {
        "set_up": ([form], set_up), "adopt": ([adopting], adopt), "confirm": ([], confirm),
    }  # fmt: skip
    if what not in ways:
        raise PermissionDenied
    forms, act = ways[what]
    return attempt(request, forms, act, actions.address(lot, agency))


def _owners(agency: Organisation) -> list[tuple[str, Any]]:
    held = current_grants(clock.today()).filter(organisation=agency, role__in=OWNERS)
    people = Person.objects.filter(active=True, grants__in=held).distinct().order_by("name")
    return [
        *((str(role), ROLES[role]) for role in OWNERS),
        *((one.username, f"{one.name} ({one.username})") for one in people),
    ]


def _lines(row: ReuseRoutine | None) -> list[str]:
    return [line for line in row.text.splitlines() if line.strip()] if row else []


def _history(found: Standing) -> list[tuple[int, str, Any, str, Any]]:
    """(version, what, day, by, instant), the newest first."""
    rows = []
    for one in found.versions:
        made = clock.local_day(one.proposed_at)
        rows.append((one.proposed_at, (one.version, _("Satt opp"), made, one.proposed_by)))
        rows += [(told.at, (one.version, str(DECISIONS[told.kind]), told.day, told.by)) for told in one.decisions.all()]
    return [(*row, at) for at, row in sorted(rows, key=lambda one: one[0], reverse=True)]


def _flat(one: Standing) -> dict[str, Any]:
    return {
        "agency": one.agency.number,
        "agency_name": one.agency.name,
        "state": one.state,
        "version": one.current.version if one.current else None,
        "owner": owner_text(one.current),
        "adopted_on": one.adopted_on,
        "confirmed_on": one.confirmed_on,
        "due": one.due,
    }
