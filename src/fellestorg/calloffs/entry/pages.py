""" "Hva skal du kjøpe?" across all agreements, and for Statens innkjøpssenter: how much of it was covered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.words import category_name
from fellestorg.calloffs.entry import keeping
from fellestorg.calloffs.entry.finding import Finding, find
from fellestorg.calloffs.entry.models import StatedNeed
from fellestorg.calloffs.entry.tree import group_of, groups
from fellestorg.calloffs.entry.words import COVERAGE_NAMES, COVERAGE_TONES, REASON_NAMES, shown
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import in_language, localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui import formats
from fellestorg.ui.charts import Series, StackedBarChart
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import Problem

PLANNERS = ("agreement_manager", "si_admin", "auditor")
_ASKERS = ("buyer", "approver", "local_agreement_manager")
_BUYERS = ("buyer", "approver")
_MOST = 500
_COLUMNS = ("day", "agency", "agency_number", "text", "category", "coverage", "reason", "agreement")


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """State a need and see what covers it. Pressing the button keeps the need; opening the address alone does not."""
    actor = actor_of(request)
    source = request.POST if request.method == "POST" else request.GET
    text, category = _line(source.get("text", "")), _known(source.get("kategori", ""))
    agencies = _agencies(actor)
    agency = _chosen(agencies, source.get("virksomhet", ""))
    problems = []
    if len(text) > _MOST:
        problems.append(Problem("text", "too_long", _("Skriv det kortere: høyst %(n)s tegn.") % {"n": _MOST}))
    elif request.method == "POST" and not text and not category:
        problems.append(Problem("text", "missing", _("Skriv hva du skal kjøpe, eller velg det i listen.")))
    asked = bool(text or category) and not problems
    if asked and request.method == "POST":
        if agency is not None:
            said = text or category_name(category)
            finding = _find(text, category, agency)
            keeping.keep(said, category, finding, agency, now=clock.now())
        return HttpResponseRedirect(f"{reverse('entry')}?{_address(text, category, agency)}")
    context = {
        "text": text[:_MOST],
        "category": category,
        "agencies": agencies if len(agencies) > 1 else [],
        "agency": agency,
        "problems": problems,
        "finding": shown(_find(text, category, agency), agency, clock.today(), may_buy=actor.has(*_BUYERS))
        if asked
        else None,
        "kept": agency is not None,
        "tree": _tree(category),
        "sees_coverage": actor.has(*PLANNERS),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Hva skal du kjøpe?"))],
    }
    return render(request, "calloffs/entry/entry.html", context, status=422 if problems else 200)


@require_safe
@for_roles(*PLANNERS)
def coverage(request: HttpRequest) -> HttpResponse:
    """How much of what agencies needed the agreements covered, month by month, and what they did not cover."""
    first, last = _year()
    rows = keeping.stated(first, last)
    months = keeping.by_month(rows)
    count = keeping.counted(rows)
    wanted = _filtered(rows, request)
    paging = Paging.read(request.GET.dict(), wanted.count(), 50)
    parameters = request.GET.urlencode()
    context = {
        "count": count,
        "share": count.share,
        "first": first,
        "chart": _chart(months) if months else None,
        "reasons": _by_reason(rows),
        "rows": [_shown_row(one) for one in wanted[paging.start : paging.stop]],
        "status": _line(request.GET.get("dekning", "uncovered")),
        "statuses": [("uncovered", _("Ikke eller delvis dekket")), *COVERAGE_NAMES.items()],
        "paging": paging,
        "downloads": [
            Download("CSV", f"{reverse('need_coverage_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('need_coverage_json')}?{parameters}", "json"),
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Hva skal du kjøpe?"), reverse("entry")),
            Crumb(_("Behovsdekning")),
        ],
    }
    return render(request, "calloffs/entry/coverage.html", context)


@require_safe
@for_roles(*PLANNERS)
def coverage_csv(request: HttpRequest) -> HttpResponse:
    """The needs as CSV, with the same filter."""
    rows = _filtered(keeping.stated(*_year()), request)
    return csv_answer("behovsdekning", _COLUMNS, ([_plain(one)[name] for name in _COLUMNS] for one in rows))


@require_safe
@for_roles(*PLANNERS)
def coverage_json(request: HttpRequest) -> HttpResponse:
    """The figure, the months and the needs as JSON, with the same filter for the needs."""
    rows = keeping.stated(*_year())
    return json_answer(
        {
            "count": _counts(keeping.counted(rows)),
            "months": [{"month": month, **_counts(count)} for month, count in keeping.by_month(rows)],
            "needs": [_plain(one) for one in _filtered(rows, request)],
        }
    )


def _find(text: str, category: str, agency: Organisation | None) -> Finding:
    return find(text or category_name(category), "" if text else category, agency, clock.today())


def _year() -> tuple[date, date]:
    """The running month and the eleven before it."""
    today = clock.today()
    return (today.replace(day=1) - timedelta(days=334)).replace(day=1), today


def _filtered(rows: Any, request: HttpRequest) -> Any:
    wanted = request.GET.get("dekning", "uncovered")
    if wanted in keeping.COVERAGES:
        return rows.filter(coverage=wanted)
    return rows.exclude(coverage="covered") if wanted == "uncovered" else rows


def _chart(months: list[tuple[date, keeping.Counted]]) -> StackedBarChart:
    return StackedBarChart(
        _("Behov som ble oppgitt, måned for måned"),
        tuple(formats.day(month, "month") for month, _count in months),
        tuple(Series(COVERAGE_NAMES[name], tuple(getattr(one, name) for _month, one in months))
              for name in keeping.COVERAGES),
        unit=_("behov"),
        places=0,
        label_heading=_("Måned"),
    )  # fmt: skip


def _by_reason(rows: Any) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for reason in rows.exclude(reason="").values_list("reason", flat=True):
        counts[reason] = counts.get(reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [(str(REASON_NAMES.get(reason, reason)), n) for reason, n in ordered]


def _counts(count: keeping.Counted) -> dict[str, Any]:
    share = None if count.share is None else str(round(count.share, 4))
    return {name: getattr(count, name) for name in keeping.COVERAGES} | {"total": count.total, "covered_share": share}


def _shown_row(one: StatedNeed) -> dict[str, Any]:
    return {
        "one": one,
        "agency": localised(one.agency, "name") or one.agency.name,
        "coverage": COVERAGE_NAMES[one.coverage],
        "tone": COVERAGE_TONES[one.coverage],
        "reason": REASON_NAMES.get(one.reason, one.reason),
        "agreement": localised(one.agreement, "title") if one.agreement else "",
    }


def _plain(one: StatedNeed) -> dict[str, Any]:
    return {
        "day": one.day,
        "agency": one.agency.name,
        "agency_number": one.agency.number,
        "text": one.text,
        "category": one.category,
        "coverage": one.coverage,
        "reason": one.reason,
        "agreement": one.agreement.key if one.agreement else "",
    }


def _tree(chosen: str) -> list[dict[str, Any]]:
    current = group_of(chosen)
    return [
        {
            "title": in_language(group.titles),
            "open": group is current,
            "categories": [(category_name(code), code, code == chosen) for code in group.words],
        }
        for group in groups()
    ]


def _address(text: str, category: str, agency: Organisation | None) -> str:
    asked = {"text": text, "kategori": category, "virksomhet": agency.number if agency else ""}
    return urlencode({name: value for name, value in asked.items() if value})


def _agencies(actor: Actor) -> list[Organisation]:
    return list(Organisation.objects.filter(number__in=actor.organisations(*_ASKERS)).order_by("sort_name"))


def _chosen(agencies: list[Organisation], number: str) -> Organisation | None:
    return next((one for one in agencies if one.number == number), agencies[0] if agencies else None)


def _known(category: str) -> str:
    return category if group_of(category) else ""


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
