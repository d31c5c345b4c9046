"""The pages about exchange rates: the rates, a lot's clause with its adjustments and a preview, and changing the clause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import proposals
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, attempt, lot_crumbs, managed_lot, told
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import Lot
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target
from fellestorg.catalogues.currency import clause as clauses
from fellestorg.catalogues.currency.actions import propose_adjustment
from fellestorg.catalogues.currency.forms import AdjustmentForm, CurrencyClauseForm, RatesFileForm, clause_initial
from fellestorg.catalogues.currency.preview import CurrencyPreview, counted_from, first_lawful, preview
from fellestorg.catalogues.currency.rates import ImportedRates, import_rates
from fellestorg.catalogues.models import CurrencyAdjustment, CurrencyClause, ExchangeRate
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.charts import LineChart, Series
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_PAGE, _CHARTED = 50, 60
_READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_RATE = ("currency", "day", "rate", "source")
_DONE = (
    "takes_effect", "change", "currency", "base_day", "base_rate", "day", "rate", "rate_source", "share", "threshold",
    "effect", "proposed_by", "approved_by", "noticed_at",
)  # fmt: skip
_LINE = ("item", "name", "category", "supplier", "supplier_name", "before", "after", "rate", "quantity", "effect")


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_rates(request: HttpRequest) -> HttpResponse:
    """The newest rate of each currency and its course; SI's administrators bring in more."""
    may_import = actor_of(request).has(RoleGrant.Role.SI_ADMIN)
    if request.method == "POST" and not may_import:
        raise PermissionDenied
    form = RatesFileForm(request.POST, request.FILES) if request.method == "POST" else RatesFileForm()
    problems: list[Problem] = []
    done: ImportedRates | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                done = import_rates(
                    given["file"].read(),
                    currency=given["currency"],
                    source=given["source"],
                    actor=actor_of(request),
                    now=clock.now(),
                )
            except BadInput as error:
                problems = list(error.problems)
        if done is not None and not done.rejected:
            text = _("Kursene er lest inn: %(new)s nye, %(changed)s endret, %(unchanged)s uendret.")
            messages.success(request, text % {"new": done.new, "changed": done.changed, "unchanged": done.unchanged})
            return HttpResponseRedirect(reverse("exchange_rates"))
    currencies = sorted(set(ExchangeRate.objects.values_list("currency", flat=True)))
    newest = [ExchangeRate.objects.filter(currency=one).order_by("-day")[0] for one in currencies]
    context = {
        "rows": newest,
        "charts": [_chart(one, None) for one in currencies],
        "form": form if may_import else None,
        "problems": problems,
        "rejected": done.rejected if done else (),
        "downloads": [
            Download("CSV", reverse("exchange_rates_csv"), "csv"),
            Download("JSON", reverse("exchange_rates_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Valutakurser"))],
    }
    return render(request, "catalogues/exchange_rates.html", context, status=status)


@require_safe
def exchange_rates_csv(request: HttpRequest) -> HttpResponse:
    """Every rate as CSV."""
    return csv_answer("valutakurser", _RATE, ([getattr(one, name) for name in _RATE] for one in _all_rates()))


@require_safe
def exchange_rates_json(request: HttpRequest) -> HttpResponse:
    """Every rate as JSON."""
    return json_answer({"rates": [{name: getattr(one, name) for name in _RATE} for one in _all_rates()]})


@require_http_methods(["GET", "HEAD", "POST"])
def currency(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """What the agreement says of exchange rates, the adjustments so far, and with ``?fra=`` every price before and after
    an adjustment from a day, with the button that proposes it."""
    agreement, view, row = lot_or_404(key, lot)
    actor, today = actor_of(request), clock.today()
    manages, reads = may_manage(actor, row.agreement).allowed, actor.has(*_READERS)
    posted = request.method == "POST"
    if posted and not manages:
        raise PermissionDenied
    clause = CurrencyClause.objects.filter(lot=row).first()
    form = AdjustmentForm(request.POST) if posted else AdjustmentForm(initial={"fra": request.GET.get("fra", "")})
    found: CurrencyPreview | None = None
    problems: list[Problem] = []
    status = 200
    if posted or (reads and "fra" in request.GET):
        try:
            found = preview(row, _day(request), now=clock.now())
            if posted and not form.is_valid():
                status = 422
            elif posted:
                why = form.cleaned_data["reason"]
                made = propose_adjustment(row, found.on, why, actor=actor, now=clock.now())
                messages.success(request, _("Justeringen er foreslått. En annen må godkjenne den."))
                return HttpResponseRedirect(f"/avtaler/endringer/{made.pk}")
        except BadInput as error:
            problems, status = list(error.problems), 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
    paging = Paging.read(request.GET.dict(), len(found.lines) if found else 0, _PAGE)
    query = f"?fra={found.on}" if found else ""
    context = {
        "agreement": agreement,
        "lot": view,
        "clause": clause,
        "counted_from": counted_from(clause) if clause else None,
        "first_lawful": first_lawful(clause, today) if clause else None,
        "chart": _chart(clause.currency, counted_from(clause)[0]) if clause else None,
        "rows": _adjustments(row),
        "found": found,
        "lines": found.lines[paging.start : paging.stop] if found else (),
        "paging": paging,
        "form": form,
        "problems": problems,
        "may_preview": reads,
        "manages": manages,
        "downloads": [
            Download("CSV", reverse("currency_csv", args=[key, lot]) + query, "csv"),
            Download("JSON", reverse("currency_json", args=[key, lot]) + query, "json"),
        ],
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(_("Valutajustering"))],
    }
    return render(request, "catalogues/currency.html", context, status=status)


@require_safe
def currency_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The adjustments so far as CSV; with ``?fra=`` every price before and after one that may be proposed."""
    row = lot_or_404(key, lot)[2]
    if "fra" not in request.GET:
        return csv_answer(f"valuta-{key}-{lot}", _DONE, ([one[name] for name in _DONE] for one in _adjustments(row)))
    found = _previewed(request, row)
    if isinstance(found, HttpResponse):
        return found
    rows = ([getattr(one, name) for name in _LINE] for one in found.lines)
    return csv_answer(f"valuta-{key}-{lot}-{found.on}", _LINE, rows)


@require_safe
def currency_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The same as JSON."""
    row = lot_or_404(key, lot)[2]
    if "fra" not in request.GET:
        return json_answer({"clause": clauses.standing(row) or None, "adjustments": _adjustments(row)})
    found = _previewed(request, row)
    return found if isinstance(found, HttpResponse) else json_answer(preview_json(found))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MANAGERS)
def manage_currency(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Say how the lot's prices follow an exchange rate, or change it."""
    row = managed_lot(request, key, lot)
    target = Target(row.agreement, row)
    proposed = proposals.needs_second_person(clauses.KIND, target)
    posted = request.POST if request.method == "POST" else None
    form, reason = CurrencyClauseForm(posted, initial=clause_initial(clauses.standing(row))), ReasonForm(posted)

    def act() -> str:
        why = reason.cleaned_data["reason"] if proposed else ""
        made = proposals.change(clauses.KIND, target, form.payload(), why, actor=actor_of(request), now=clock.now())
        return told(made)

    failed = Failed((), 200)
    if posted is not None:
        back = reverse("currency", args=[key, lot])
        made = attempt(request, [form, reason] if proposed else [form], act, back)
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "heading": _("Vilkår for valutajustering"),
        "lead": _("Skriv det avtalen sier. Uten slike vilkår følger ikke prisene noen valutakurs."),
        "standing": [],
        "title": localised(row, "title"),
        "form": form,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "crumbs": lot_crumbs(row, _("Vilkår for valutajustering")),
    }
    return render(request, "agreements/manage_clause.html", context, status=failed.status)


def preview_json(found: CurrencyPreview) -> dict[str, Any]:
    """A preview as JSON, for the page's twin and the command."""
    return {
        "agreement": found.lot.agreement.key,
        "lot": found.lot.key,
        "on": found.on,
        "currency": found.clause.currency,
        "base_day": found.base_day,
        "base_rate": found.base_rate,
        "day": found.day,
        "rate": found.rate,
        "source": found.source,
        "moved": found.moved,
        "share": found.clause.share,
        "threshold": found.clause.threshold,
        "change": found.change,
        "effect": found.effect,
        "lines": [{**{name: getattr(one, name) for name in _LINE}, "oddities": one.oddities} for one in found.lines],
    }


def _previewed(request: HttpRequest, row: Lot) -> CurrencyPreview | HttpResponse:
    if not actor_of(request).has(*_READERS):
        raise PermissionDenied
    try:
        return preview(row, _day(request), now=clock.now())
    except BadInput as error:
        return json_answer({"problems": [{"where": one.where, "text": one.text} for one in error.problems]}, 422)
    except Refused as refused:
        return json_answer({"refused": refused.code, "text": refused.text}, 409)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("fra") or request.GET.get("fra", ""))
    except ValueError:
        raise BadInput.of("fra", "not_a_date", _("ventet en dato som 2024-03-01")) from None


def _adjustments(row: Lot) -> list[dict[str, Any]]:
    return [
        {**{name: getattr(one, name) for name in _DONE if name != "change"}, "change": one.factor - 1}
        for one in CurrencyAdjustment.objects.filter(lot=row)
    ]


def _all_rates() -> Iterable[ExchangeRate]:
    return ExchangeRate.objects.order_by("currency", "-day")


def _chart(code: str, since: date | None) -> LineChart | None:
    """The course of a currency from a day, or over the last year."""
    first = since or clock.today() - timedelta(days=365)
    rows = list(ExchangeRate.objects.filter(currency=code, day__gte=first, day__lte=clock.today()).order_by("day"))
    if len(rows) < 2:
        return None
    step = max(1, len(rows) // _CHARTED)
    kept = [*rows[:-1:step], rows[-1]]
    return LineChart(
        _("Kroner for én %(currency)s") % {"currency": code},
        tuple(day_text(one.day, "medium") for one in kept),
        (Series(code, tuple(Decimal(one.rate) for one in kept)),),
        label_heading=_("Dag"),
    )
