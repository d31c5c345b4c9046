"""The agency's page of getting started, and how far everybody has come. Each calls one action or query."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.getting_started import actions, queries
from fellestorg.agreements.getting_started.policy import SEES_ALL, may_fill_in
from fellestorg.agreements.getting_started.reading import read_own, read_supplier
from fellestorg.agreements.getting_started.shown import fields_shown, part_shown
from fellestorg.agreements.getting_started.words import NOT_SENT, STATES
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.options import options_of
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_LIST = (
    "agency", "agency_name", "supplier", "supplier_name", "state", "customer_number", "access_requested",
    "access_granted", "sent_at", "answered_at",
)  # fmt: skip
_NAMES = {"missing": NOT_SENT, **{state.value: name for state, name in STATES.items()}}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def own(request: HttpRequest, key: str) -> HttpResponse:
    """What the agency tells all its suppliers, and how far each has come. SI and auditors are shown the whole list."""
    agreement = _agreement(key)
    agency = _agency(request, agreement)
    if agency is None:
        if queries.sees_all(actor_of(request)):
            return HttpResponseRedirect(reverse("setup_status", args=[key]))
        raise Http404
    if request.method != "POST":
        return _own_page(request, agreement, agency)
    try:
        part = read_own(request.POST.dict())
        person = request.person  # type: ignore[attr-defined]
        actions.save_own(agreement, agency, part, actor=actor_of(request), person=person, now=clock.now())
    except BadInput as error:
        return _own_page(request, agreement, agency, own_problems=error.problems, status=422)
    except Refused as refused:
        return _own_page(request, agreement, agency, refused=refused, status=409)
    messages.success(request, _("Lagret. Send det nå til leverandørene."))
    return _back(key, agency)


@require_POST
@for_roles("local_agreement_manager")
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Send the agency's part, with what one supplier alone is told, to that supplier."""
    agreement = _agreement(key)
    agency = _agency(request, agreement)
    suppliers = {one.number: one for one in queries.suppliers_of(agreement, clock.today())}
    supplier = suppliers.get(request.POST.get("supplier", ""))
    if agency is None or supplier is None:
        raise Http404
    setup = queries.own_setup(agreement, agency.number)
    try:
        if setup is None:
            raise Refused("own_part_missing", _("Lagre virksomhetens egne opplysninger først."))
        part = read_supplier(request.POST.dict())
        person = request.person  # type: ignore[attr-defined]
        actions.send(setup, supplier, part, actor=actor_of(request), person=person, now=clock.now())
    except BadInput as error:
        return _own_page(request, agreement, agency, part_problems={supplier.number: error.problems}, status=422)
    except Refused as refused:
        return _own_page(request, agreement, agency, refused=refused, status=409)
    messages.success(request, _("Sendt til %(supplier)s.") % {"supplier": supplier.name})
    return _back(key, agency)


@require_safe
@for_roles(*SEES_ALL)
def status(request: HttpRequest, key: str) -> HttpResponse:
    """How far every agency has come with every supplier: counts, and the list."""
    agreement = _agreement(key)
    rows = _filtered(request, agreement)
    counts = Counter(one.state for one in queries.progress(agreement, clock.today()))
    paging = Paging.read(request.GET.dict(), len(rows), 50)
    parameters = request.GET.urlencode()
    base = reverse("setup_status", args=[key])
    context = {
        "title": localised(agreement, "title"),
        "figures": [(name, counts[code], tone) for code, (name, tone) in _NAMES.items()],
        "states": [(code, name) for code, (name, _tone) in _NAMES.items()],
        "state": request.GET.get("tilstand", ""),
        "rows": [(one, *_NAMES[one.state]) for one in rows[paging.start : paging.stop]],
        "paging": paging,
        "downloads": [
            Download("CSV", f"{base}.csv?{parameters}", "csv"),
            Download("JSON", f"{base}.json?{parameters}", "json"),
        ],
        "crumbs": _crumbs(agreement, _("Kom i gang")),
    }
    return render(request, "agreements/getting_started/status.html", context)


@require_safe
@for_roles(*SEES_ALL)
def status_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The list as CSV, with the same filter."""
    rows = [asdict(one) for one in _filtered(request, _agreement(key))]
    return csv_answer(f"kom-i-gang-{key}", _LIST, [[_plain(row[name]) for name in _LIST] for row in rows])


@require_safe
@for_roles(*SEES_ALL)
def status_json(request: HttpRequest, key: str) -> HttpResponse:
    """The list as JSON, with the same filter."""
    return json_answer({"setups": [asdict(one) for one in _filtered(request, _agreement(key))]})


def _own_page(
    request: HttpRequest,
    agreement: FrameworkAgreement,
    agency: Organisation,
    *,
    own_problems: tuple[Problem, ...] = (),
    part_problems: dict[str, tuple[Problem, ...]] | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    today, faulty = clock.today(), part_problems or {}
    setup = queries.own_setup(agreement, agency.number)
    parts = {one.supplier_id: one for one in setup.suppliers.all()} if setup else {}
    typed = request.POST.dict()
    shown = [
        part_shown(one, parts.get(one.pk), typed if one.number in faulty else None, faulty.get(one.number, ()))
        for one in queries.suppliers_of(agreement, today)
    ]
    every = [*own_problems, *(one for problems in faulty.values() for one in problems)]
    if refused is not None:
        every.append(Problem("", refused.code, refused.text))
    context = {
        "key": agreement.key,
        "title": localised(agreement, "title"),
        "agency": agency,
        "agencies": queries.agencies_of(agreement, actor_of(request), today),
        "setup": setup,
        "may_fill_in": may_fill_in(actor_of(request), agency.number).allowed,
        "fields": fields_shown(setup, agency, typed if own_problems else None, own_problems),
        "parts": shown,
        "options": [
            (one, reverse("lot_options", args=[agreement.key, one.lot])) for one in options_of(agreement.key, today)
        ],
        "problems": every,
        "crumbs": _crumbs(agreement, _("Kom i gang")),
    }
    return render(request, "agreements/getting_started/own.html", context, status=status)


def _agreement(key: str) -> FrameworkAgreement:
    found = FrameworkAgreement.objects.filter(key=key, lots__policies__isnull=False).distinct().first()
    if found is None:
        raise Http404
    return found


def _agency(request: HttpRequest, agreement: FrameworkAgreement) -> Organisation | None:
    """The agency asked for where it is one's own, else the first of one's own that is in the agreement."""
    mine = {one.number: one for one in queries.agencies_of(agreement, actor_of(request), clock.today())}
    wanted = request.POST.get("agency") or request.GET.get("virksomhet", "")
    return mine.get(wanted) if wanted else next(iter(mine.values()), None)


def _filtered(request: HttpRequest, agreement: FrameworkAgreement) -> list[queries.Progress]:
    state = request.GET.get("tilstand", "")
    return [one for one in queries.progress(agreement, clock.today()) if not state or one.state == state]


def _back(key: str, agency: Organisation) -> HttpResponse:
    where = urlencode({"virksomhet": agency.number})
    return HttpResponseRedirect(f"{reverse('getting_started', args=[key])}?{where}")


def _plain(value: Any) -> Any:
    return value.astimezone(clock.OSLO).isoformat() if hasattr(value, "astimezone") else value


def _crumbs(agreement: FrameworkAgreement, last: str) -> list[Crumb]:
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Avtaler"), reverse("agreements")),
        Crumb(localised(agreement, "title"), reverse("agreement", args=[agreement.key])),
        Crumb(last),
    ]
