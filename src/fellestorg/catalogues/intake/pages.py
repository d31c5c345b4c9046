"""Pages where a price list is sent in, looked at beside today's prices, and decided."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage
from fellestorg.catalogues.intake import actions, policy, queries
from fellestorg.catalogues.intake.actions import Sent
from fellestorg.catalogues.intake.forms import PriceFileForm, TurnedAwayForm
from fellestorg.catalogues.intake.templates import template
from fellestorg.catalogues.intake.words import (
    alike,
    chart_of,
    differences,
    kind_name,
    kind_tone,
    state_name,
    state_tone,
)
from fellestorg.catalogues.models import PriceLine, PriceListSubmission, SubmittedLine
from fellestorg.catalogues.rules import COLUMNS
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.parts import Crumb, Download, Paging, Sorting
from fellestorg.values import BadInput, Problem, Refused

_PAGE = 50
_SENDERS = (RoleGrant.Role.SUPPLIER, RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
_READERS = (*_SENDERS, RoleGrant.Role.AUDITOR)
_LIST = (
    "id", "supplier", "file_name", "format", "valid_from", "sent_at", "sent_by_name", "state", "decided_at",
    "decided_by_name", "reason", "new", "changed", "removed", "unchanged", "over_regulation", "sha256",
)  # fmt: skip
_LINE = (
    "row", "kind", "number", "supplier_number", "product_name", "old_price", "unit_price", "change", "allowed_rise",
    "over_regulation", "valid_from", "valid_to", "co2e_kg", "ecolabel", "gtin",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def send_in(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Send in a price list for a lot, and see those sent before. What is wrong in the file shows by line and column."""
    agreement, view, row = lot_or_404(key, lot)
    actor = actor_of(request)
    manages = may_manage(actor, row.agreement).allowed
    own = actor.organisations(RoleGrant.Role.SUPPLIER)
    suppliers = [(one.number, one.supplier) for one in view.suppliers if manages or one.number in own]
    if not suppliers and not actor.has(RoleGrant.Role.AUDITOR):
        raise PermissionDenied
    posted = request.method == "POST"
    form = (
        PriceFileForm(request.POST, request.FILES, suppliers=suppliers)
        if posted
        else PriceFileForm(suppliers=suppliers)
    )
    sent, problems, status = None, list[Problem](), 200
    if posted and form.is_valid():
        try:
            sent = _received(form, row, request)
        except BadInput as error:
            problems, status = list(error.problems), 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
        if sent is not None and sent.submission is not None:
            return HttpResponseRedirect(reverse("price_list_sent", args=[key, sent.submission.pk]))
    if status == 200 and (form.errors or sent is not None):
        status = 422
    earlier = queries.of_lot(queries.visible_to(actor, row.agreement), row)
    paging = Paging.read(request.GET.dict(), earlier.count(), _PAGE)
    context = {
        "agreement": agreement,
        "lot": view,
        "form": form if suppliers else None,
        "problems": problems,
        "sent": sent,
        "faults": alike(sent.rejected, all_told=sent.faults == len(sent.rejected)) if sent is not None else [],
        "earlier": [(one, state_name(one), state_tone(one)) for one in earlier[paging.start : paging.stop]],
        "paging": paging,
        "columns": [(name, ", ".join(others)) for name, others in COLUMNS.items()],
        "downloads": _downloads("price_lists_sent", [key, lot], ""),
        "templates": [
            Download(_("Tom prisliste (XLSX)"), reverse("empty_list", args=[key, lot]), "file"),
            Download(_("Tom prisliste (CSV)"), reverse("empty_list_csv", args=[key, lot]), "csv"),
        ],
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(_("Send inn prisliste"))],
    }
    return render(request, "catalogues/send_in.html", context, status=status)


@require_safe
@for_roles(*_READERS)
def sent_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The price lists sent in for a lot, as CSV."""
    rows = _sent(request, key, lot)
    return csv_answer(f"prislister-{key}-{lot}", _LIST, ([_value(one, name) for name in _LIST] for one in rows))


@require_safe
@for_roles(*_READERS)
def sent_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The price lists sent in for a lot, as JSON."""
    rows = _sent(request, key, lot)
    return json_answer({"price_lists": [{name: _value(one, name) for name in _LIST} for one in rows]})


@require_safe
@for_roles(*_SENDERS)
def empty_list(request: HttpRequest, key: str, lot: str, kind: str) -> HttpResponse:
    """An empty price list to fill in."""
    lot_or_404(key, lot)
    media = (
        "text/csv; charset=utf-8"
        if kind == "csv"
        else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response = HttpResponse(template(kind), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="prisliste-{key}-{lot}.{kind}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def detail(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A price list beside the prices of the day: what is new, changed and gone, and the buttons that decide it."""
    submission = _found(request, key, number)
    actor, problems, status = actor_of(request), list[Problem](), 200
    shown: Sent | None = None
    turned_away = request.POST.get("do") in ("reject", "send_back")
    form = TurnedAwayForm(request.POST if turned_away else None)
    if turned_away and not form.is_valid():
        status = 422
    elif request.method == "POST":
        try:
            shown = _done(request, submission, form.cleaned_data["reason"] if turned_away else "")
        except BadInput as error:
            problems, status = list(error.problems), 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
            if refused.code == "stale_preview":
                shown = actions.compare_anew(submission, actor=actor, now=clock.now())
        if not problems and (shown is None or not shown.rejected):
            return HttpResponseRedirect(reverse("price_list_sent", args=[key, number]))
        submission = _found(request, key, number)
        status = 422 if status == 200 else status
    wanted, sorting = _wanted(request), Sorting.read(request.GET.dict(), queries.SORTS, "row")
    lines = queries.lines_of(submission, wanted, sorting.text)
    paging = Paging.read(request.GET.dict(), lines.count(), _PAGE)
    page = list(lines[paging.start : paging.stop])
    before = PriceLine.objects.in_bulk([line.before_id for line in page if line.before_id])
    context = {
        "submission": submission,
        "agreement": localised(submission.agreement, "title"),
        "state": state_name(submission),
        "tone": state_tone(submission),
        "day": submission.basis.partition(":")[0],
        "lines": [
            (line, kind_name(line.kind), kind_tone(line), differences(line, before.get(line.before_id)))
            for line in page
        ],
        "chart": chart_of(queries.spread_of(submission)) if submission.changed else None,
        "wanted": wanted,
        "kinds": [(code, kind_name(code)) for code in (*SubmittedLine.Kind.values, "over")],
        "sorting": sorting,
        "paging": paging,
        "form": form,
        "problems": problems,
        "rejected": shown.rejected if shown else (),
        "may_accept": policy.may_accept(actor, submission).allowed,
        "may_decide": policy.may_decide(actor, submission).allowed,
        "may_withdraw": policy.may_withdraw(actor, submission).allowed,
        "own": policy.may_accept(actor, submission).reason == "own_price_list",
        "downloads": _downloads("price_list_lines", [key, number], request.GET.urlencode()),
        "crumbs": _crumbs(submission),
    }
    return render(request, "catalogues/submission.html", context, status=status)


@require_safe
@for_roles(*_READERS)
def lines_csv(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The lines of a price list as CSV, with the same filter."""
    rows = _lines(request, key, number)
    return csv_answer(f"prisliste-{number}", _LINE, ([getattr(one, name) for name in _LINE] for one in rows))


@require_safe
@for_roles(*_READERS)
def lines_json(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The lines of a price list as JSON, with the same filter."""
    submission = _found(request, key, number)
    rows = _lines(request, key, number)
    return json_answer(
        {
            **{name: _value(submission, name) for name in _LIST},
            "lines": [{**{name: getattr(one, name) for name in _LINE}, "tiers": one.tiers} for one in rows],
        }
    )


def _received(form: PriceFileForm, lot: Lot, request: HttpRequest) -> Sent:
    upload = form.cleaned_data["file"]
    with tempfile.NamedTemporaryFile() as file:
        for block in upload.chunks():
            file.write(block)
        file.flush()
        return actions.submit(
            Path(file.name),
            lot.agreement,
            lot,
            Organisation.objects.get(number=form.cleaned_data["supplier"]),
            actor=actor_of(request),
            now=clock.now(),
            file_name=(upload.name or "").replace("\x00", "")[-200:],
            valid_from=form.cleaned_data["valid_from"],
            replaces=form.cleaned_data["replaces"],
        )


def _done(request: HttpRequest, submission: PriceListSubmission, reason: str) -> Sent | None:
    actor, now = actor_of(request), clock.now()
    match request.POST.get("do", ""):
        case "accept":
            actions.accept(submission, actor=actor, now=now)
            messages.success(request, _("Prislisten er godtatt."))
        case "reject":
            actions.reject(submission, reason, actor=actor, now=now)
            messages.success(request, _("Prislisten er avvist."))
        case "send_back":
            actions.send_back(submission, reason, actor=actor, now=now)
            messages.success(request, _("Prislisten er sendt tilbake."))
        case "withdraw":
            actions.withdraw(submission, actor=actor, now=now)
            messages.success(request, _("Prislisten er trukket."))
        case "compare":
            return actions.compare_anew(submission, actor=actor, now=now)
        case _:
            raise BadInput.of("do", "unknown", _("ukjent valg"))
    return None


def _found(request: HttpRequest, key: str, number: int) -> PriceListSubmission:
    agreement = FrameworkAgreement.objects.select_related("owner", "manager").filter(key=key).first()
    found = queries.visible_to(actor_of(request), agreement).filter(pk=number).first() if agreement else None
    if found is None:
        raise Http404
    return found


def _sent(request: HttpRequest, key: str, lot: str) -> list[PriceListSubmission]:
    row = lot_or_404(key, lot)[2]
    return list(queries.of_lot(queries.visible_to(actor_of(request), row.agreement), row))


def _lines(request: HttpRequest, key: str, number: int) -> Any:
    sorting = Sorting.read(request.GET.dict(), queries.SORTS, "row")
    return queries.lines_of(_found(request, key, number), _wanted(request), sorting.text).iterator(chunk_size=5000)


def _wanted(request: HttpRequest) -> queries.LineFilter:
    kind = request.GET.get("vis", "")
    known = (*SubmittedLine.Kind.values, "over")
    return queries.LineFilter(kind if kind in known else "", request.GET.get("q", "").replace("\x00", "").strip()[:100])


def _value(submission: PriceListSubmission, name: str) -> str | int | date | Decimal | None:
    value: str | int | date | None = submission.supplier.number if name == "supplier" else getattr(submission, name)
    return value


def _downloads(name: str, arguments: list[Any], query: str) -> list[Download]:
    return [
        Download(kind.upper(), f"{reverse(f'{name}_{kind}', args=arguments)}{'?' + query if query else ''}", kind)
        for kind in ("csv", "json")
    ]


def _crumbs(submission: PriceListSubmission) -> list[Crumb]:
    agreement = submission.agreement
    crumbs = [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Avtaler"), reverse("agreements")),
        Crumb(localised(agreement, "title"), f"/avtaler/{agreement.key}"),
    ]
    if submission.lot is not None:
        address = reverse("import_prices", args=[agreement.key, submission.lot.key])
        crumbs.append(Crumb(_("Send inn prisliste"), address))
    return [*crumbs, Crumb(submission.file_name)]
