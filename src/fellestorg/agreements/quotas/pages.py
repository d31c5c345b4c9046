"""The distribution of a lot's buyers on its suppliers: the balance, the list, assigning, and a proposal that holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import directory, proposals
from fellestorg.agreements.changes import views as proposal_views
from fellestorg.agreements.managing.attempts import Failed, agreement_path, attempt, managed_lot, told
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import Lot, SupplierAssignment
from fellestorg.agreements.panels import Panel
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.quotas import contracts
from fellestorg.agreements.quotas.changes import ASSIGNMENT, SHARES, assignment_payload, shares_payload
from fellestorg.agreements.quotas.forms import AssignForm, ContractForm, SharesForm
from fellestorg.agreements.quotas.queries import AgencyRow, Balance, assignments_on, balance, name_of
from fellestorg.agreements.quotas.rules import Proposal, Standing, propose
from fellestorg.agreements.quotas.words import CONTRACTS, MEASURES, STATES, UNITS, share_span, standing_text
from fellestorg.kernel import clock, files
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.charts import DotChart, Series
from fellestorg.ui.formats import number
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput

READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_COLUMNS = (
    "number", "name", "weight", "supplier", "supplier_name", "since", "until", "contract", "contract_on", "coming",
    "coming_from",
)  # fmt: skip
_PAGE = 50


@dataclass(frozen=True, slots=True)
class StandingShown:
    """A supplier's standing as a page shows it."""

    view: Standing
    name: str
    span: str
    text: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class MoveShown:
    """One line of a proposal."""

    agency: str
    number: str
    weight: str
    before: str
    after: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*READERS)
def distribution(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The page. ``do`` says which form was posted: ``assign`` one agency, or ``accept`` a whole proposal."""
    row = lot_or_404(key, lot)
    actor, today, do = actor_of(request), clock.today(), request.POST.get("do", "")
    manages = may_manage(actor, row.agreement).allowed
    if request.method == "POST" and not manages:
        raise PermissionDenied
    now, target = balance(row, today), Target(row.agreement, row)
    proposed = proposals.needs_second_person(ASSIGNMENT, target)
    suppliers = [(one.supplier, now.names.get(one.supplier, one.supplier)) for one in now.quotas]
    form = AssignForm(
        request.POST if do == "assign" else None,
        initial={"on": today},
        agencies=[(one.number, one.name) for one in now.rows],
        suppliers=suppliers,
    )
    reason = ReasonForm(request.POST if do else None, auto_id="id_why_%s")

    def send(wanted: Mapping[str, str], on: date) -> str:
        why = reason.cleaned_data["reason"] if proposed else ""
        payload = assignment_payload(row, wanted, on)
        return told(proposals.change(ASSIGNMENT, target, payload, why, actor=actor, now=clock.now()))

    def assign() -> str:
        given = form.cleaned_data
        return send({given["agency"]: given["supplier"]}, given["on"])

    def accept() -> str:
        return send(*_accepted(request))

    failed = Failed((), 200)
    if do in ("assign", "accept"):
        asked = [reason] if proposed else []
        made = attempt(
            request,
            [form, *asked] if do == "assign" else asked,
            assign if do == "assign" else accept,
            reverse("distribution", args=[key, lot]),
        )
        if isinstance(made, HttpResponse):
            return made
        failed = made
    wanted = "forslag" in request.GET or do == "accept"
    found = propose(now.quotas, now.buyers) if wanted and now.quotas else None
    rows = _filtered(request, now)
    paging = Paging.read(request.GET.dict(), len(rows), _PAGE)
    shown = _standings(now, now.standings)
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "balance": now,
        "measure": MEASURES.get(now.measure, ""),
        "units": UNITS.get(now.measure, ""),
        "standings": shown,
        "chart": _chart(now, found) if now.quotas else None,
        "rows": [(one, *CONTRACTS.get(one.contract, ("", ""))) for one in rows[paging.start : paging.stop]],
        "paging": paging,
        "text": _text(request, "q"),
        "chosen": _text(request, "leverandor"),
        "suppliers": suppliers,
        "manages": manages,
        "form": form,
        "reason": reason,
        "do": do,
        "proposed": proposed,
        "wanted": wanted,
        "proposal": found,
        "moves": _moves(now, found) if found else [],
        "after": _standings(now, found.after) if found else [],
        "pairs": " ".join(f"{one.number}:{one.after}" for one in found.moves) if found else "",
        "today": today,
        "problems": failed.problems,
        "waiting": [
            one
            for one in proposal_views.listed(actor, state="proposed", agreement=key)
            if one.lot == lot and one.kind in (ASSIGNMENT, SHARES)
        ],
        "downloads": [
            Download("CSV", f"{reverse('distribution_csv', args=[key, lot])}?{request.GET.urlencode()}", "csv"),
            Download("JSON", f"{reverse('distribution_json', args=[key, lot])}?{request.GET.urlencode()}", "json"),
        ],
        "crumbs": _crumbs(row, Crumb(_("Fordeling"))),
    }
    return render(request, "agreements/distribution.html", context, status=failed.status)


@require_safe
@for_roles(*READERS)
def distribution_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as CSV."""
    rows = _filtered(request, balance(lot_or_404(key, lot), clock.today()))
    return csv_answer(f"fordeling-{key}", _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*READERS)
def distribution_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The balance and the list as JSON; with ``?forslag=1`` the proposal too."""
    now = balance(lot_or_404(key, lot), clock.today())
    found = propose(now.quotas, now.buyers) if "forslag" in request.GET and now.quotas else None
    answer: dict[str, Any] = {
        "measure": now.measure,
        "total": now.total,
        "unassigned": now.unassigned,
        "standing": [_standing_json(now, one) for one in now.standings],
        "agencies": [{name: getattr(row, name) for name in _COLUMNS} for row in _filtered(request, now)],
    }
    if found is not None:
        answer["proposal"] = {
            "moved": found.moved,
            "moves": [
                {"agency": one.number, "weight": one.weight, "from": one.before or None, "to": one.after}
                for one in found.moves
            ],
            "after": [_standing_json(now, one) for one in found.after],
        }
    return json_answer(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
def quotas(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Propose the quotas themselves."""
    row = managed_lot(request, key, lot)
    target, today = Target(row.agreement, row), clock.today()
    proposed = proposals.needs_second_person(SHARES, target)
    now = balance(row, today)
    places = row.positions.select_related("supplier").exclude(valid_to__lt=today).order_by("rank")
    initial: dict[str, Any] = {"on": today, "measure": now.measure}
    for one in now.quotas:
        initial |= {f"low_{one.supplier}": one.low * 100, f"high_{one.supplier}": one.high * 100}
    form = SharesForm(
        request.POST or None, initial=initial, suppliers=[(one.supplier.number, one.supplier.name) for one in places]
    )
    reason = ReasonForm(request.POST or None)

    def act() -> str:
        given = form.cleaned_data
        payload = shares_payload(given["measure"], form.quotas(), given["on"], given["source"])
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(SHARES, target, payload, why, actor=actor_of(request), now=clock.now()))

    failed = Failed((), 200)
    if request.method == "POST":
        back = reverse("distribution", args=[key, lot])
        made = attempt(request, [form, reason] if proposed else [form], act, back)
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "title": localised(row, "title"),
        "form": form,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "crumbs": _crumbs(row, Crumb(_("Fordeling"), reverse("distribution", args=[key, lot])), Crumb(_("Kvoter"))),
    }
    return render(request, "agreements/quotas.html", context, status=failed.status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def contract(request: HttpRequest, key: str, lot: str, assignment: int) -> HttpResponse:
    """An agency's call-off agreement with its supplier: where it stands, and recording that it was sent or signed."""
    one = _assignment(request, key, lot, assignment)
    upload = request.FILES.get("document")
    posted = request.method == "POST"
    form = ContractForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"contract": one.contract, "on": one.contract_on or clock.today()},
    )

    def act() -> str:
        given = form.cleaned_data
        document = (upload.name or "", upload.read()) if upload is not None else None
        state, on = given["contract"], given["on"]
        contracts.record_contract(one, state, on, document, actor=actor_of(request), now=clock.now())
        return _("Avropsavtalen er registrert.")

    failed = Failed((), 200)
    if request.method == "POST":
        made = attempt(request, [form], act, reverse("call_off_agreement", args=[key, lot, assignment]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    state, tone = CONTRACTS[one.contract]
    context = {
        "lot": one.lot,
        "title": localised(one.lot, "title"),
        "agency": name_of(one.organisation),
        "one": one,
        "state": state,
        "tone": tone,
        "form": form,
        "problems": failed.problems,
        "crumbs": _crumbs(one.lot, Crumb(name_of(one.organisation))),
    }
    return render(request, "agreements/call_off_agreement.html", context, status=failed.status)


@require_safe
@for_roles()
def contract_file(request: HttpRequest, key: str, lot: str, assignment: int) -> HttpResponse:
    """The call-off agreement as it was uploaded."""
    one = _assignment(request, key, lot, assignment)
    if one.contract_file is None:
        raise Http404
    answer = HttpResponse(files.content_of(one.contract_file), content_type=one.contract_file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{one.contract_file.name}"'
    return answer


def quota_panel(lot: Lot, actor: Actor) -> Panel | None:
    """On the lot's page: the shares, and for an agency's people whom it is assigned to."""
    now = balance(lot, clock.today())
    if not now.quotas:
        return None
    own = sorted(actor.organisations(*_OWN))
    mine = list(assignments_on(lot, clock.today()).filter(organisation__number__in=own)) if own else []
    return Panel(
        "agreements/quota_panel.html",
        {
            "measure": MEASURES[now.measure],
            "standings": _standings(now, now.standings),
            "mine": [(one, name_of(one.organisation), *CONTRACTS[one.contract]) for one in mine],
            "own": bool(own),
            "reads": actor.has(*READERS),
            "agreement": lot.agreement.key,
            "lot": lot.key,
        },
    )


_OWN = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)


def lot_or_404(key: str, lot: str) -> Lot:
    """The lot's row, with its agreement, owner and manager."""
    found = directory.find_lot(key, lot)
    if found is None:
        raise Http404
    return found


def _assignment(request: HttpRequest, key: str, lot: str, assignment: int) -> SupplierAssignment:
    """An assignment that the reader may see: whoever keeps it, and auditors. Others find nothing."""
    rows = SupplierAssignment.objects.select_related(
        "lot__agreement__owner", "lot__agreement__manager", "organisation", "supplier", "contract_file"
    )
    found = rows.filter(pk=assignment, lot__key=lot, lot__agreement__key=key).first()
    actor = actor_of(request)
    if found is None or not (contracts.may_keep(actor, found).allowed or actor.has(RoleGrant.Role.AUDITOR)):
        raise Http404
    return found


def _accepted(request: HttpRequest) -> tuple[dict[str, str], date]:
    """The pairs of a proposal as the page's own form sends them back."""
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        pairs = [one.split(":") for one in request.POST.get("pairs", "")[:20_000].split()]
        return dict(pairs), on
    except ValueError:
        raise BadInput.of("pairs", "not_a_proposal", _("forslaget kunne ikke leses; lag det på nytt")) from None


def _standings(now: Balance, standings: tuple[Standing, ...]) -> list[StandingShown]:
    return [
        StandingShown(
            one,
            now.names.get(one.supplier, one.supplier),
            share_span(one.low, one.high),
            standing_text(one, now.names.get(one.supplier, one.supplier), now.measure),
            str(STATES[one.state][0]),
            STATES[one.state][1],
        )
        for one in standings
    ]


def _moves(now: Balance, found: Proposal) -> list[MoveShown]:
    rows = {one.number: one for one in now.rows}
    return [
        MoveShown(
            rows[one.number].name,
            one.number,
            number(rows[one.number].weight, 0),
            now.names.get(one.before, one.before) if one.before else "",
            now.names.get(one.after, one.after),
        )
        for one in found.moves
    ]


def _chart(now: Balance, found: Proposal | None) -> DotChart:
    """Each supplier's share now (and as proposed) between the least and the most that it is to have."""

    def row(name: str, shares: Iterable[Decimal]) -> Series:
        return Series(name, tuple(one * 100 for one in shares))

    series = [row(_("Minst"), (one.low for one in now.standings)), row(_("Nå"), (one.share for one in now.standings))]
    if found:
        series.append(row(_("Etter forslaget"), (one.share for one in found.after)))
    series.append(row(_("Høyst"), (one.high for one in now.standings)))
    names = tuple(now.names.get(one.supplier, one.supplier) for one in now.standings)
    return DotChart(_("Andeler og kvoter"), names, tuple(series), unit="%", places=1, label_heading=_("Leverandør"))


def _standing_json(now: Balance, one: Standing) -> dict[str, Any]:
    return {
        "supplier": one.supplier,
        "name": now.names.get(one.supplier, one.supplier),
        "low": one.low,
        "high": one.high,
        "units": one.units,
        "share": one.share,
        "reach": one.reach,
        "state": one.state,
        "over": one.over,
        "lacks": one.lacks,
    }


def _filtered(request: HttpRequest, now: Balance) -> list[AgencyRow]:
    text, chosen = _text(request, "q").lower(), _text(request, "leverandor")
    return [
        one
        for one in now.rows
        if (not text or text in one.name.lower() or one.number.startswith(text))
        and (not chosen or one.supplier == chosen or (chosen == "ingen" and not one.supplier))
    ]


def _crumbs(lot: Lot, *more: Crumb) -> list[Crumb]:
    keys = [lot.agreement.key, lot.key]
    return [*agreement_path(lot.agreement), Crumb(localised(lot, "title"), reverse("lot", args=keys)), *more]


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]
