"""Awards in a purchasing system, quarter by quarter, as pages and as data for the grouped notice. Open to everybody once the
quarter is over; before that only for those inside."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.managing.attempts import agreement_path
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.panels import Panel
from fellestorg.agreements.words import category_name
from fellestorg.calloffs.system_awards import ocds
from fellestorg.calloffs.system_awards.quarters import Quarter, quarter_of, read_quarter
from fellestorg.calloffs.system_awards.queries import SystemAward, awards, quarters
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import kroner

_INSIDE = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_COLUMNS = (
    "competition",
    "call_off",
    "title",
    "lot",
    "category",
    "buyer",
    "buyer_name",
    "winner",
    "winner_name",
    "value",
    "tenders",
    "invited",
    "awarded_at",
    "signed_at",
)


@require_safe
def system_awards(request: HttpRequest, key: str) -> HttpResponse:
    """Every quarter of a system: how many awards, for how much, and by when they are announced."""
    agreement, today = _system(key), clock.today()
    shown = [one for one in quarters(agreement) if _may_see(one.quarter, actor_of(request), today)]
    context = {
        "title": localised(agreement, "title"),
        "agreement": agreement,
        "rows": [(one, name_of(one.quarter), one.quarter.notice_due().due) for one in shown],
        "rule": rule_book().rule("FA-12", on=today),
        "crumbs": [*agreement_path(agreement), Crumb(_("Tildelinger"))],
    }
    return render(request, "calloffs/system_awards/quarters.html", context)


@require_safe
def quarter_awards(request: HttpRequest, key: str, quarter: str) -> HttpResponse:
    """One quarter: each call with its winner, value and how many tendered."""
    agreement, wanted = _system(key), _quarter(request, quarter)
    rows = awards(agreement, wanted)
    names = {"csv": "CSV", "json": "JSON", "ocds": "OCDS"}
    due = wanted.notice_due()
    context = {
        "title": name_of(wanted),
        "agreement": localised(agreement, "title"),
        "rows": [(one, category_name(one.category) if one.category else "–") for one in rows],
        "total": sum((one.value for one in rows), Decimal(0)),
        "due": due.due,
        "rule": due.rules[0],
        "downloads": [
            Download(
                name, reverse(f"system_awards_{form}", args=[key, str(wanted)]), "csv" if form == "csv" else "json"
            )
            for form, name in names.items()
        ],
        "crumbs": [
            *agreement_path(agreement),
            Crumb(_("Tildelinger"), reverse("system_awards", args=[key])),
            Crumb(name_of(wanted)),
        ],
    }
    return render(request, "calloffs/system_awards/quarter.html", context)


@require_safe
def quarter_csv(request: HttpRequest, key: str, quarter: str) -> HttpResponse:
    """The quarter as CSV."""
    agreement, wanted = _system(key), _quarter(request, quarter)
    rows = ([_flat(one)[name] for name in _COLUMNS] for one in awards(agreement, wanted))
    return csv_answer(f"tildelinger-{key}-{wanted}", _COLUMNS, rows)


@require_safe
def quarter_json(request: HttpRequest, key: str, quarter: str) -> HttpResponse:
    """The quarter as JSON, with sums and the notice's last day."""
    agreement, wanted = _system(key), _quarter(request, quarter)
    rows = awards(agreement, wanted)
    return json_answer(
        {
            "agreement": agreement.key,
            "owner": agreement.owner.number,
            "quarter": str(wanted),
            "from": wanted.first,
            "to": wanted.last,
            "notice_due": wanted.notice_due().due,
            "count": len(rows),
            "value": kroner(sum((one.value for one in rows), Decimal(0))),
            "awards": [_flat(one) for one in rows],
        }
    )


@require_safe
def quarter_ocds(request: HttpRequest, key: str, quarter: str) -> HttpResponse:
    """The quarter as a release package of OCDS 1.1."""
    agreement, wanted = _system(key), _quarter(request, quarter)
    uri = request.build_absolute_uri(request.path)
    return json_answer(ocds.package(agreement, awards(agreement, wanted), uri=uri, at=clock.now()))


def awards_panel(agreement: FrameworkAgreement, actor: Actor) -> Panel | None:
    """On the agreement's page: the way to what has been awarded."""
    if agreement.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        return None
    return Panel("calloffs/system_awards/panel.html", {"agreement": agreement.key})


def name_of(quarter: Quarter) -> str:
    """A quarter in words."""
    return _("%(number)s. kvartal %(year)s") % {"number": quarter.number, "year": quarter.year}


def _flat(one: SystemAward) -> dict[str, Any]:
    return {**asdict(one), "value": kroner(one.value)}


def _system(key: str) -> FrameworkAgreement:
    dps = FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM
    found = FrameworkAgreement.objects.select_related("owner").filter(key=key, instrument=dps).first()
    if found is None:
        raise Http404
    return found


def _quarter(request: HttpRequest, text: str) -> Quarter:
    found = read_quarter(text)
    if found is None or not _may_see(found, actor_of(request), clock.today()):
        raise Http404
    return found


def _may_see(quarter: Quarter, actor: Actor, today: date) -> bool:
    return quarter < quarter_of(today) or actor.has(*_INSIDE)
