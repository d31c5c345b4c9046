"""The agreement pages that everybody may read. Each calls one query and shows its answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements import directory, ledger_lines
from fellestorg.agreements.changes.views import waiting_for
from fellestorg.agreements.directory import AgreementRow, AgreementView, LotView, ParticipantView
from fellestorg.agreements.earlier import earlier_on, register_begins
from fellestorg.agreements.getting_started.shown import card as getting_started_card
from fellestorg.agreements.models import CeilingEntry, FrameworkAgreement, Lot
from fellestorg.agreements.office.registration import office_of
from fellestorg.agreements.options import options_of
from fellestorg.agreements.panels import agreement_panels, lot_panels
from fellestorg.agreements.policy import may_manage, may_see_ledger
from fellestorg.agreements.shown import (
    ENTRY_NAMES,
    INSTRUMENT_NAMES,
    PARTICIPATION_NAMES,
    STATUS_NAMES,
    ceiling_bar,
    ceiling_figures,
    ceiling_line,
    ceiling_words,
    grouped,
    halt_words,
    participation_in_words,
    shown_lot,
    status_tag,
)
from fellestorg.agreements.succession import succession
from fellestorg.agreements.travel import Travel, travelled
from fellestorg.agreements.words import category_name
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download, Paging

MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
LEDGER_READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
SEES_DRAFTS = (*MANAGERS, RoleGrant.Role.AUDITOR)
_LIST = ("key", "title", "category", "status", "starts", "ends", "latest_end", "instrument")
_PARTICIPANT = ("number", "name", "kind", "ground", "status", "own_contract_to", "valid_from", "valid_to", "note")
_ENTRY = (
    "id",
    "at",
    "kind",
    "of_reserve",
    "amount",
    "reference",
    "buyer",
    "used_after",
    "reserved_after",
    "breach",
    "note",
    "on",
    "flags",
)


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement, with a search and filters."""
    travel = travelled(request)
    parameters = request.GET.urlencode()
    every = directory.agreements(travel.day, drafts=_sees_drafts(request))
    context = {
        "rows": [
            (row, status_tag(row), category_name(row.category), INSTRUMENT_NAMES[row.instrument], _halt_line(row))
            for row in _matching(request, every)
        ],
        "instrument": _text(request, "type"),
        "instruments": [(code, name) for code, name in INSTRUMENT_NAMES.items() if _has(every, "instrument", code)],
        "supplier": _text(request, "leverandor"),
        "suppliers": sorted({name for row in every for name in row.suppliers}),
        "text": _text(request, "q"),
        "category": _text(request, "kategori"),
        "status": _text(request, "status"),
        "categories": sorted({(row.category, category_name(row.category)) for row in every}),
        "statuses": [(code, name) for code, name in STATUS_NAMES.items() if code != "draft" or _sees_drafts(request)],
        "travel": travel,
        "earlier": earlier_on(travel.day) if travel.then else [],
        "begins": _begins_later(travel),
        "makes_agreements": actor_of(request).has(*MANAGERS),
        "downloads": [
            Download("CSV", f"{reverse('agreements_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('agreements_json')}?{parameters}", "json"),
        ],
        "crumbs": [_home(), Crumb(_("Avtaler"))],
    }
    return render(request, "agreements/agreements.html", context)


@require_safe
def agreements_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    rows = (
        [*(getattr(row, name) for name in _LIST), ", ".join(row.lots), ", ".join(row.suppliers), _halt_line(row)]
        for row in _listed(request)
    )
    return csv_answer("avtaler", [*_LIST, "lots", "suppliers", "halt"], rows)


@require_safe
def agreements_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters."""
    return json_answer(
        {
            "agreements": [
                {
                    **{name: getattr(row, name) for name in _LIST},
                    "lots": row.lots,
                    "suppliers": row.suppliers,
                    "halt": None if row.halt is None else asdict(row.halt),
                }
                for row in _listed(request)
            ]
        }
    )


@require_safe
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """One agreement: what it is, how long it lasts, who delivers, how to call off, whom to ask."""
    travel = travelled(request)
    found = _agreement(key, travel)
    row = FrameworkAgreement.objects.select_related("owner", "manager").get(key=key)
    lots = [shown_lot(lot) for lot in found.lots]
    waiting = waiting_for(actor_of(request), key)
    manages = may_manage(actor_of(request), row).allowed
    context = {
        "agreement": found,
        "status": status_tag(found.row),
        "category": category_name(found.row.category),
        "instrument": INSTRUMENT_NAMES[found.row.instrument],
        "halt": halt_words(found.row.halt) if found.row.halt else [],
        "groups": grouped(lots),
        "unranked": found.row.instrument == "dps",
        "lots": [(one, ceiling_words(one.view.ceiling, found.row.ends)) for one in lots],
        "manages": manages,
        "office": office_of(row, actor_of(request), get_language() or "nb", travel.day),
        "waiting": waiting,
        "travel": travel,
        "succession": succession(row, travel.day),
        "getting_started": None if travel.then or found.row.halt else getting_started_card(row, actor_of(request)),
        "options": options_of(key, travel.day),
        "panels": agreement_panels(row, actor_of(request)),
        "next_extension": next((one for one in found.extensions if one.exercised_on is None), None)
        if manages and not travel.then
        else None,
        "crumbs": agreement_crumbs(found),
    }
    return render(request, "agreements/agreement.html", context)


@require_safe
def lot(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """One lot: how to call off step by step, suppliers, the ceiling with its history and forecast."""
    travel = travelled(request)
    found, view, row = lot_or_404(key, lot, travel)
    actor = actor_of(request)
    history = [(month, used) for month, used in ledger_lines.used_by_month(row) if month <= travel.day]
    context = {
        "travel": travel,
        "agreement": found,
        "status": status_tag(found.row),
        "lot": shown_lot(view),
        "ceiling": ceiling_words(view.ceiling, found.row.ends),
        "figures": ceiling_figures(view.ceiling),
        "bar": ceiling_bar(view.ceiling, view.title),
        "line": ceiling_line(history, view.ceiling, travel.day, found.row.ends),
        "sees_ledger": may_see_ledger(actor).allowed,
        "entries": _named(ledger_lines.entry_views(_until(ledger_lines.ledger_visible_to(actor, row), travel), 0, 10)),
        "manages": may_manage(actor, row.agreement).allowed,
        "panels": lot_panels(row, actor),
        "crumbs": agreement_crumbs(found, view),
    }
    return render(request, "agreements/lot.html", context)


@require_safe
@for_roles(*LEDGER_READERS)
def ledger(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Every line of a lot's ledger, newest first."""
    found, view, row = lot_or_404(key, lot)
    rows = ledger_lines.ledger_visible_to(actor_of(request), row)
    paging = Paging.read(request.GET.dict(), rows.count(), 50)
    arguments = [key, lot]
    context = {
        "lot": shown_lot(view),
        "agreement": found,
        "entries": _named(ledger_lines.entry_views(rows, paging.start, paging.stop)),
        "paging": paging,
        "ceiling": ceiling_words(view.ceiling, found.row.ends),
        "downloads": [
            Download("CSV", reverse("ledger_csv", args=arguments), "csv"),
            Download("JSON", reverse("ledger_json", args=arguments), "json"),
        ],
        "crumbs": [*agreement_crumbs(found, view, last=False), Crumb(_("Taket"))],
    }
    return render(request, "agreements/ledger.html", context)


@require_safe
@for_roles(*LEDGER_READERS)
def ledger_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The ledger as CSV."""
    row = lot_or_404(key, lot)[2]
    entries = ledger_lines.entry_views(ledger_lines.ledger_visible_to(actor_of(request), row))
    return csv_answer(f"tak-{key}-{lot}", _ENTRY, ([getattr(one, name) for name in _ENTRY] for one in entries))


@require_safe
@for_roles(*LEDGER_READERS)
def ledger_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The ledger as JSON."""
    row = lot_or_404(key, lot)[2]
    entries = ledger_lines.entry_views(ledger_lines.ledger_visible_to(actor_of(request), row))
    return json_answer({"entries": [{name: getattr(one, name) for name in _ENTRY} for one in entries]})


@require_safe
def participants(request: HttpRequest, key: str) -> HttpResponse:
    """Who may call off, from when and on what ground."""
    travel = travelled(request)
    found, status = _agreement(key, travel), _text(request, "status")
    rows = _participants(request, key)
    paging = Paging.read(request.GET.dict(), len(rows), 50)
    context = {
        "agreement": found,
        "rows": [(row, participation_in_words(row)) for row in rows[paging.start : paging.stop]],
        "status": status,
        "statuses": list(PARTICIPATION_NAMES.items()),
        "travel": travel,
        "manages": may_manage(
            actor_of(request), FrameworkAgreement.objects.select_related("owner", "manager").get(key=key)
        ).allowed,
        "text": _text(request, "q"),
        "paging": paging,
        "downloads": [
            Download("CSV", f"{reverse('participants_csv', args=[key])}?{request.GET.urlencode()}", "csv"),
            Download("JSON", f"{reverse('participants_json', args=[key])}?{request.GET.urlencode()}", "json"),
        ],
        "crumbs": [*agreement_crumbs(found, last=False), Crumb(_("Deltakere"))],
    }
    return render(request, "agreements/participants.html", context)


@require_safe
def participants_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The participants as CSV."""
    _agreement(key)
    rows = _participants(request, key)
    return csv_answer(f"deltakere-{key}", _PARTICIPANT, ([getattr(row, name) for name in _PARTICIPANT] for row in rows))


@require_safe
def participants_json(request: HttpRequest, key: str) -> HttpResponse:
    """The participants as JSON."""
    _agreement(key)
    rows = _participants(request, key)
    return json_answer({"participants": [{name: getattr(row, name) for name in _PARTICIPANT} for row in rows]})


def _participants(request: HttpRequest, key: str) -> list[ParticipantView]:
    """Those with a place among the participants, or one status of them; those without one only where asked for."""
    day, text, status = travelled(request).day, _text(request, "q"), _text(request, "status")
    if status == "not_covered":
        return directory.not_covered(key, day, text=text)
    return [one for one in directory.participants(key, day, text=text) if status in ("", one.status)]


def _named(entries: list[ledger_lines.EntryView]) -> list[tuple[ledger_lines.EntryView, str]]:
    return [
        (one, _("Slutt på reservasjon") if one.of_reserve else str(ENTRY_NAMES.get(one.kind, one.kind)))
        for one in entries
    ]


def _listed(request: HttpRequest) -> list[AgreementRow]:
    return _matching(request, directory.agreements(travelled(request).day, drafts=_sees_drafts(request)))


def _matching(request: HttpRequest, rows: list[AgreementRow]) -> list[AgreementRow]:
    return directory.matching(
        rows,
        text=_text(request, "q"),
        category=_text(request, "kategori"),
        status=_text(request, "status"),
        instrument=_text(request, "type"),
        supplier=_text(request, "leverandor"),
    )


def _sees_drafts(request: HttpRequest) -> bool:
    return actor_of(request).has(*SEES_DRAFTS)


def _begins_later(travel: Travel) -> date | None:
    """The first day of the register, where the day asked about lies before it."""
    begins = register_begins() if travel.then else None
    return begins if begins is not None and travel.day < begins else None


def _has(rows: list[AgreementRow], name: str, value: str) -> bool:
    return any(getattr(row, name) == value for row in rows)


def _halt_line(row: AgreementRow) -> str:
    return row.halt.reason if row.halt else ""


def _until(entries: QuerySet[CeilingEntry], travel: Travel) -> QuerySet[CeilingEntry]:
    return entries.filter(at__date__lte=travel.day) if travel.then else entries


def _agreement(key: str, travel: Travel | None = None) -> AgreementView:
    day, then = (travel.day, travel.then) if travel else (clock.today(), False)
    found = directory.agreement(key, day, then=then)
    if found is None:
        raise Http404
    return found


def lot_or_404(key: str, lot: str, travel: Travel | None = None) -> tuple[AgreementView, LotView, Lot]:
    """The agreement, the lot as it stands today (or on the day travelled to) and the lot's row."""
    found, row = _agreement(key, travel), directory.find_lot(key, lot)
    view = next((one for one in found.lots if one.key == lot), None)
    if view is None or row is None:
        raise Http404
    return found, view, row


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def _home() -> Crumb:
    return Crumb(_("Forsiden"), "/")


def agreement_crumbs(found: AgreementView, view: LotView | None = None, *, last: bool = True) -> list[Crumb]:
    """The path to an agreement or a lot. ``last`` leaves the last step without an address: it is the page itself."""
    steps: list[Any] = [_home(), Crumb(_("Avtaler"), reverse("agreements"))]
    steps.append(Crumb(found.row.title, reverse("agreement", args=[found.row.key])))
    if view is not None:
        steps.append(Crumb(view.title, reverse("lot", args=[found.row.key, view.key])))
    if last:
        steps[-1] = Crumb(steps[-1].label)
    return steps
