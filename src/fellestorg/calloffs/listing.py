"""Lists of call-offs, as pages and as CSV and JSON; and the choices of the need form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from fellestorg.agreements.halts import halted_on
from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.agreements.words import category_name
from fellestorg.calloffs import queries
from fellestorg.calloffs.models import CallOff
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download, Paging

_MOST_ROWS = 20_000

STATE_NAMES = {
    CallOff.State.AWAITING_APPROVAL: gettext_lazy("Venter på godkjenning"),
    CallOff.State.COMMITTED: gettext_lazy("Bestilt"),
    CallOff.State.MINI_COMPETITION: gettext_lazy("Minikonkurranse"),
    CallOff.State.DPS_INVITATION: gettext_lazy("Invitasjon i innkjøpsordning"),
    CallOff.State.OFFERED: gettext_lazy("Venter på leverandør"),
    CallOff.State.NO_SUPPLIER: gettext_lazy("Ingen leverandør sa ja"),
    CallOff.State.REFUSED_APPROVAL: gettext_lazy("Ikke godkjent"),
    CallOff.State.LAPSED: gettext_lazy("Falt bort"),
    CallOff.State.CANCELLED: gettext_lazy("Kansellert"),
}
STATE_TONES = {
    CallOff.State.AWAITING_APPROVAL: "warning",
    CallOff.State.COMMITTED: "success",
    CallOff.State.MINI_COMPETITION: "info",
    CallOff.State.DPS_INVITATION: "info",
    CallOff.State.OFFERED: "warning",
    CallOff.State.NO_SUPPLIER: "danger",
    CallOff.State.REFUSED_APPROVAL: "danger",
    CallOff.State.LAPSED: "neutral",
    CallOff.State.CANCELLED: "neutral",
}


@require_GET
@for_roles()
def call_offs(request: HttpRequest) -> HttpResponse:
    """The call-offs one may see, with filters."""
    filters = _filters(request)
    found = queries.listed(actor_of(request), filters)
    paging = Paging.read(request.GET.dict(), found.count(), 25)
    parameters = request.GET.urlencode()
    context = {
        "rows": [row_view(one) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "filters": filters,
        "states": [(state.value, name) for state, name in STATE_NAMES.items()],
        "agreements": [(one.key, localised(one, "title")) for one in FrameworkAgreement.objects.all()],
        "downloads": [
            Download("CSV", f"{reverse('call_offs_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('call_offs_json')}?{parameters}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Avrop"))],
        "may_buy": actor_of(request).has("buyer", "approver"),
        "repeat": actor_of(request).organisations("buyer", "approver"),
    }
    return render(request, "calloffs/list.html", context)


@require_GET
@for_roles()
def call_offs_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    headings = [
        "number",
        "made_at",
        "state",
        "agreement",
        "lot",
        "buyer",
        "buyer_number",
        "title",
        "contract_value",
        "co2e_kg",
        "co2e_estimated",
    ]
    rows = _rows(request)
    return csv_answer("avrop", headings, [[_plain(row, name) for name in headings] for row in rows])


@require_GET
@for_roles()
def call_offs_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters."""
    return json_answer({"call_offs": [{name: getattr(row, name) for name in row.__slots__} for row in _rows(request)]})


def row_view(call_off: CallOff) -> dict[str, Any]:
    """A call-off as a line of a list on a page."""
    state = CallOff.State(call_off.state)
    return {
        "row": queries.row(call_off),
        "agreement": localised(call_off.lot.agreement, "title"),
        "state_name": STATE_NAMES[state],
        "tone": STATE_TONES[state],
        "url": reverse("call_off", args=[call_off.number]),
    }


def buyer_choices(actor: Actor) -> list[tuple[str, str]]:
    """The agencies an actor may buy for."""
    numbers = actor.organisations("buyer", "approver")
    return list(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))


def category_choices(day: date) -> list[tuple[str, str]]:
    """The item categories of all lots that have call-off rules, those that may be called off first, each with the
    agreement that covers it on the day. One that is cancelled or delayed covers nothing."""
    now: dict[str, str] = {}
    without: dict[str, str] = {}
    halted = set(halted_on(day))
    for lot in Lot.objects.select_related("agreement").filter(policies__isnull=False).distinct():
        in_force = lot.agreement.starts <= day <= lot.agreement.ends and lot.agreement_id not in halted
        for category in lot.categories:
            where = localised(lot.agreement, "title") if in_force else _("ingen avtale nå")
            (now if in_force else without).setdefault(category, f"{category_name(category)} ({where})")
    return [*now.items(), *((category, name) for category, name in without.items() if category not in now)]


def _rows(request: HttpRequest) -> list[queries.CallOffRow]:
    found = queries.listed(actor_of(request), _filters(request))
    return [queries.row(one) for one in found[:_MOST_ROWS]]


def _filters(request: HttpRequest) -> queries.Filters:
    return queries.Filters(
        search=request.GET.get("q", "").replace("\x00", "")[:100],
        state=request.GET.get("tilstand", "") if request.GET.get("tilstand", "") in CallOff.State.values else "",
        agreement=request.GET.get("avtale", "").replace("\x00", "")[:60],
        start=_day(request.GET.get("fra", "")),
        end=_day(request.GET.get("til", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _plain(row: queries.CallOffRow, name: str) -> Any:
    value = getattr(row, name)
    return value.astimezone(clock.OSLO).isoformat() if name == "made_at" else value
