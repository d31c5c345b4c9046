"""The list of competitions and the page of one. Each calls one query and shows its answer."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.competitions import panels, procedures, queries
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import STARTERS
from fellestorg.competitions.reaching import seen_or_404
from fellestorg.competitions.shown import coming, competition_row, dates_of
from fellestorg.competitions.words import procedure_name
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import procedure, stage_title
from fellestorg.ui.parts import Crumb, Download, Paging

_LIST = (
    "number",
    "title",
    "procedure",
    "stage",
    "buyer",
    "buyer_number",
    "published_at",
    "requests_until",
    "tenders_until",
)


@require_safe
def competitions(request: HttpRequest) -> HttpResponse:
    """Every competition one may see, the newest first, with a filter on stage and words."""
    found = _listed(request)
    paging = Paging.read(request.GET.dict(), found.count(), 25)
    parameters = request.GET.urlencode()
    now = clock.now()
    stages = sorted(set(queries.visible_to(actor_of(request)).order_by().values_list("stage", flat=True)))
    context = {
        "rows": [competition_row(one, now) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "may_start": actor_of(request).has(*STARTERS),
        "text": request.GET.get("q", ""),
        "stage": request.GET.get("steg", ""),
        "stages": [(stage, in_language(stage_title(stage))) for stage in stages],
        "downloads": [
            Download("CSV", f"{reverse('competitions_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('competitions_json')}?{parameters}", "json"),
            Download(_("Frister, iCal"), reverse("competitions_calendar")),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Konkurranser"))],
    }
    return render(request, "competitions/competitions.html", context)


@require_safe
def competitions_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filters."""
    return csv_answer("konkurranser", _LIST, ([row[name] for name in _LIST] for row in _plain(request)))


@require_safe
def competitions_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filters."""
    return json_answer({"competitions": _plain(request)})


@require_safe
def competition(request: HttpRequest, number: str) -> HttpResponse:
    """One competition: what it is, where it stands, what comes next, and the sections that the reader may see."""
    actor, now = actor_of(request), clock.now()
    found = seen_or_404(request, number)
    context = {
        "competition": found,
        "row": competition_row(found, now),
        "procedure": procedure_name(found),
        "law": procedure(found.procedure).law,
        "next": coming(procedures.next_date(found, now)),
        "dates": dates_of(found),
        "panels": panels.panels(found, actor, now),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Konkurranser"), reverse("competitions")), Crumb(found.number)],
    }
    return render(request, "competitions/competition.html", context)


def _listed(request: HttpRequest) -> QuerySet[Competition]:
    found = queries.visible_to(actor_of(request))
    if stage := request.GET.get("steg", ""):
        found = found.filter(stage=stage.replace("\x00", "")[:40])
    if text := request.GET.get("q", "").replace("\x00", "").strip()[:200]:
        found = found.filter(title__icontains=text) | found.filter(number__iexact=text)
    return found.order_by("-created_at")


def _plain(request: HttpRequest) -> list[dict[str, str | None]]:
    return [
        {
            "number": one.number,
            "title": one.title,
            "procedure": one.procedure,
            "stage": one.stage,
            "buyer": one.buyer.name,
            "buyer_number": one.buyer.number,
            "published_at": one.published_at.isoformat() if one.published_at else None,
            "requests_until": one.requests_until.isoformat() if one.requests_until else None,
            "tenders_until": one.tenders_until.isoformat() if one.tenders_until else None,
        }
        for one in _listed(request)
    ]
