"""The pages about a lot's price regulation: the clause and what was done, a preview, and one regulation in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.models import Lot, RegulationClause
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage, may_see_ledger
from fellestorg.agreements.proposals import SHORTEST_REASON
from fellestorg.agreements.words import category_name
from fellestorg.catalogues.models import PriceRegulation
from fellestorg.catalogues.policy import price_sight
from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.actions import propose_regulation
from fellestorg.catalogues.regulation.index import IndexInUse, index_in_use
from fellestorg.catalogues.regulation.preview import LineChange, Preview, clause_of, preview, terms_of, used_years
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import in_language, localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.charts import BarChart, LineChart, Point, Series
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_PAGE = 50
_READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_HISTORY = (
    "year", "takes_effect", "rate", "capped", "series", "base_month", "base_value", "month", "value", "index_source",
    "index_verified", "effect", "proposed_by", "approved_by", "noticed_at",
)  # fmt: skip
_LINE = ("item", "name", "category", "supplier", "supplier_name", "before", "after", "rate", "quantity", "effect")
_DONE = ("item", "name", "supplier", "supplier_name", "before", "after", "rate")
ODDITIES = {
    "zero": gettext_lazy("Prisen er 0 kroner"),
    "unchanged": gettext_lazy("Endringen blir borte i avrundingen"),
    "recent": gettext_lazy("Prisen er satt etter forrige regulering"),
    "replaced_later": gettext_lazy("Leverandøren har en ny pris som venter"),
    "ends": gettext_lazy("Prisen har en siste dag"),
}
FEE_NAMES = {"freight": gettext_lazy("Frakt"), "small_order_fee": gettext_lazy("Gebyr for liten ordre")}


class ProposalForm(forms.Form):
    """The day it is to hold from, and why it is proposed."""

    fra = forms.DateField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        min_length=SHORTEST_REASON,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=dict.fromkeys(("required", "min_length"), gettext_lazy("oppgi en grunn på minst ti tegn")),
        help_text=gettext_lazy("Den som skal godkjenne, leser dette. Minst ti tegn."),
    )


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One price that a regulation changed, for those who may see that supplier's prices."""

    item: str
    name: str
    supplier: str
    supplier_name: str
    before: Decimal
    after: Decimal

    @property
    def rate(self) -> Decimal:
        return (self.after / self.before - 1).quantize(Decimal("0.0001")) if self.before else Decimal(0)


@require_safe
def regulations(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """What the agreement says of regulation, the index it goes by and every regulation so far. Percentages are public."""
    agreement, view, row = lot_or_404(key, lot)
    actor, today = actor_of(request), clock.today()
    try:
        clause = clause_of(row)
    except Refused:
        clause = None
    index = index_in_use(clause.series) if clause else None
    manages = may_manage(actor, row.agreement).allowed
    terms = terms_of(clause) if clause else None
    used = used_years(row)
    context = {
        "agreement": agreement,
        "lot": view,
        "clause": clause,
        "index": index,
        "index_name": in_language(index.name) if index else "",
        "chart": _index_chart(index, _base(row, clause.base_month), today) if index and clause else None,
        "next_day": _within(clause, rules.next_regulation_day(terms, used, today)) if clause and terms else None,
        "first_lawful": _within(clause, rules.first_lawful(terms, used, today)) if clause and terms else None,
        "ended": clause is not None and clause.valid_to is not None and clause.valid_to < today,
        "rows": [_history(one) for one in _regulations(row)],
        "may_preview": actor.has(*_READERS),
        "manages": manages,
        "downloads": [
            Download("CSV", reverse("regulations_csv", args=[key, lot]), "csv"),
            Download("JSON", reverse("regulations_json", args=[key, lot]), "json"),
        ],
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(_("Prisregulering"))],
    }
    return render(request, "catalogues/regulations.html", context)


@require_safe
def regulations_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The regulations so far as CSV."""
    rows = [_history(one) for one in _regulations(lot_or_404(key, lot)[2])]
    return csv_answer(f"regulering-{key}-{lot}", _HISTORY, ([one[name] for name in _HISTORY] for one in rows))


@require_safe
def regulations_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The regulations so far as JSON."""
    return json_answer({"regulations": [_history(one) for one in _regulations(lot_or_404(key, lot)[2])]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def proposal(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Every price before and after a regulation from a day (``?fra=``), and the button that proposes it."""
    agreement, view, row = lot_or_404(key, lot)
    manages = may_manage(actor_of(request), row.agreement).allowed
    posted = request.method == "POST"
    if posted and not manages:
        raise PermissionDenied
    form = ProposalForm(request.POST) if posted else ProposalForm(initial={"fra": request.GET.get("fra", "")})
    found: Preview | None = None
    problems: list[Problem] = []
    status, first = 200, ""
    try:
        on = _day(request)
        found = preview(row, on, now=clock.now())
        if posted and not form.is_valid():
            status = 422
        elif posted:
            reason = form.cleaned_data["reason"]
            made = propose_regulation(row, on, reason, actor=actor_of(request), now=clock.now())
            messages.success(request, _("Reguleringen er foreslått. En annen må godkjenne den."))
            return HttpResponseRedirect(f"/avtaler/endringer/{made.pk}")
    except BadInput as error:
        status = 422
        for problem in error.problems:
            if problem.where == "reason" and form.is_bound:
                form.add_error("reason", problem.text)
            else:
                problems.append(problem)
    except Refused as refused:
        problems, status = [Problem("", refused.code, refused.text)], 409
        first = str(refused.params.get("first", ""))
    lines = found.lines if found else ()
    paging = Paging.read(request.GET.dict(), len(lines), _PAGE)
    context = {
        "agreement": agreement,
        "lot": view,
        "found": found,
        "rows": [(one, [str(ODDITIES[code]) for code in one.oddities]) for one in lines[paging.start : paging.stop]],
        "fees": [(one, FEE_NAMES[one.fee]) for one in found.fees] if found else [],
        "chart": _effect_chart(found) if found else None,
        "rate": found.basis.factor.rate if found else None,
        "paging": paging,
        "form": form,
        "problems": problems,
        "first": first,
        "manages": manages,
        "downloads": [
            Download("CSV", f"{reverse('regulation_proposal_csv', args=[key, lot])}?fra={found.on}", "csv"),
            Download("JSON", f"{reverse('regulation_proposal_json', args=[key, lot])}?fra={found.on}", "json"),
        ]
        if found
        else [],
        "crumbs": [
            *agreement_crumbs(agreement, view, last=False),
            Crumb(_("Prisregulering"), reverse("regulations", args=[key, lot])),
            Crumb(_("Forslag")),
        ],
    }
    return render(request, "catalogues/regulation_proposal.html", context, status=status)


@require_safe
@for_roles(*_READERS)
def proposal_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The preview as CSV; 409 with the reason where the day is not lawful."""
    try:
        found = preview(lot_or_404(key, lot)[2], _day(request), now=clock.now())
    except BadInput as error:
        return json_answer({"problems": [{"where": one.where, "text": one.text} for one in error.problems]}, 422)
    except Refused as refused:
        return json_answer({"refused": refused.code, "text": refused.text}, 409)
    rows = ([*(getattr(one, name) for name in _LINE), " ".join(one.oddities)] for one in found.lines)
    return csv_answer(f"prisregulering-{key}-{lot}-{found.on}", [*_LINE, "oddities"], rows)


@require_safe
@for_roles(*_READERS)
def proposal_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The preview as JSON; 409 with the reason where the day is not lawful."""
    try:
        found = preview(lot_or_404(key, lot)[2], _day(request), now=clock.now())
    except BadInput as error:
        return json_answer({"problems": [{"where": one.where, "text": one.text} for one in error.problems]}, 422)
    except Refused as refused:
        return json_answer({"refused": refused.code, "text": refused.text}, 409)
    return json_answer(preview_json(found))


@require_safe
def regulation(request: HttpRequest, key: str, lot: str, year: int) -> HttpResponse:
    """One regulation: how much, by which index, and the prices before and after that the reader may see."""
    agreement, view, row = lot_or_404(key, lot)
    one = _regulation(row, year)
    lines = _done_lines(one, request)
    paging = Paging.read(request.GET.dict(), len(lines), _PAGE)
    context = {
        "agreement": agreement,
        "lot": view,
        "one": one,
        "rate": one.factor - 1,
        "waits": one.takes_effect > clock.today(),
        "index_name": in_language(index_in_use(one.series).name),
        "rows": lines[paging.start : paging.stop],
        "fees": one.fees and [{**fee, "name": FEE_NAMES[fee["fee"]]} for fee in one.fees],
        "sees_prices": not price_sight(actor_of(request)).nobody,
        "sees_people": may_see_ledger(actor_of(request)).allowed,
        "paging": paging,
        "downloads": [
            Download("CSV", reverse("regulation_csv", args=[key, lot, year]), "csv"),
            Download("JSON", reverse("regulation_json", args=[key, lot, year]), "json"),
        ],
        "crumbs": [
            *agreement_crumbs(agreement, view, last=False),
            Crumb(_("Prisregulering"), reverse("regulations", args=[key, lot])),
            Crumb(str(year)),
        ],
    }
    return render(request, "catalogues/regulation.html", context)


@require_safe
def regulation_csv(request: HttpRequest, key: str, lot: str, year: int) -> HttpResponse:
    """The prices of one regulation as CSV."""
    lines = _done_lines(_regulation(lot_or_404(key, lot)[2], year), request)
    rows = ([getattr(one, name) for name in _DONE] for one in lines)
    return csv_answer(f"prisregulering-{key}-{lot}-{year}", _DONE, rows)


@require_safe
def regulation_json(request: HttpRequest, key: str, lot: str, year: int) -> HttpResponse:
    """One regulation as JSON."""
    one = _regulation(lot_or_404(key, lot)[2], year)
    lines = [{name: getattr(line, name) for name in _DONE} for line in _done_lines(one, request)]
    return json_answer({**_history(one), "fees": one.fees, "lines": lines})


def preview_json(found: Preview) -> dict[str, Any]:
    """A preview as JSON, for the page's twin and the command."""
    basis = found.basis
    return {
        "agreement": found.lot.agreement.key,
        "lot": found.lot.key,
        "on": found.on,
        "year": found.year,
        "rate": basis.factor.rate,
        "capped": basis.factor.capped,
        "index": {
            "series": basis.series,
            "base_month": basis.base_month,
            "base_value": basis.base_value,
            "month": basis.month,
            "value": basis.value,
            "source": basis.source,
            "verified": basis.verified,
        },
        "effect": found.effect,
        "untouched": {
            "list_minus_discount": found.list_priced,
            "outside_standard_assortment": found.outside_standard,
            "new_price_that_day": found.replaced,
        },
        "fees": [
            {
                "supplier": one.supplier,
                "fee": one.fee,
                "before": one.before,
                "after": one.after,
                "times": one.times,
                "effect": one.effect,
            }
            for one in found.fees
        ],
        "lines": [{**{name: getattr(one, name) for name in _LINE}, "oddities": one.oddities} for one in found.lines],
    }


def _day(request: HttpRequest) -> date:
    text = request.POST.get("fra") or request.GET.get("fra", "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput.of("fra", "not_a_date", _("ventet en dato som 2024-03-01")) from None


def _regulations(lot: Lot) -> Sequence[PriceRegulation]:
    return list(PriceRegulation.objects.filter(lot=lot).order_by("-takes_effect"))


def _regulation(lot: Lot, year: int) -> PriceRegulation:
    found = PriceRegulation.objects.filter(lot=lot, year=year).first()
    if found is None:
        raise Http404
    return found


def _history(one: PriceRegulation) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in _HISTORY if name != "rate"}, "rate": one.factor - 1}


def _done_lines(one: PriceRegulation, request: HttpRequest) -> list[DoneLine]:
    sight = price_sight(actor_of(request))
    if sight.nobody:
        return []
    rows = one.lines.select_related("before__item", "before__supplier", "after").order_by("before__item__number", "id")
    return [
        DoneLine(
            row.before.item.number,
            localised(row.before.item, "name"),
            row.before.supplier.number,
            row.before.supplier.name,
            row.before.unit_price,
            row.after.unit_price,
        )
        for row in rows
        if sight.of(row.before.supplier.number)
    ]


def _within(clause: RegulationClause, day: date) -> date | None:
    """The day, where the clause still holds then."""
    return None if clause.valid_to is not None and day > clause.valid_to else day


def _base(lot: Lot, first: date) -> date:
    last = PriceRegulation.objects.filter(lot=lot).order_by("-takes_effect").first()
    return last.month if last else first


def _index_chart(index: IndexInUse, base: date, today: date) -> LineChart | None:
    """The index from the month used last to the newest published one."""
    newest = index.latest(today)
    months = [month for month in sorted(index.values) if newest and base <= month <= newest]
    if len(months) < 2:
        return None
    return LineChart(
        _("Indeksen siden forrige regulering"),
        tuple(day_text(month, "month") for month in months),
        (Series(in_language(index.name), tuple(index.values[month] for month in months)),),
        label_heading=_("Måned"),
    )


def _effect_chart(found: Preview) -> BarChart | None:
    """Where the money falls: the categories that it costs (or saves) most in."""
    sums: dict[str, Decimal] = {}
    one: LineChange
    for one in found.lines:
        sums[one.category] = sums.get(one.category, Decimal(0)) + one.effect
    largest = sorted(sums.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:8]
    points = tuple(Point(category_name(code), abs(effect)) for code, effect in largest if effect)
    if not points:
        return None
    title = _("Økte utgifter i året, etter varegruppe")
    if found.effect < 0:
        title = _("Sparte utgifter i året, etter varegruppe")
    return BarChart(title, points, unit="kr", places=0, label_heading=_("Varegruppe"))
