"""Deadlines as iCalendar feeds, and a competition as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.competitions import queries
from fellestorg.competitions.models import AwardCriterion, Competition
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.preparing.panels import visible_contents
from fellestorg.competitions.preparing.plan import criteria_wire, current_plan
from fellestorg.competitions.preparing.queries import documents_of, price_lines_of
from fellestorg.competitions.reaching import seen_or_404
from fellestorg.competitions.words import procedure_name
from fellestorg.kernel import clock
from fellestorg.kernel.calendars import CalendarEntry, calendar_answer
from fellestorg.kernel.http import actor_of, json_answer
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import procedure

_KEPT = timedelta(days=90)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The deadlines of every competition one may see, from three months back and on."""
    since = clock.now() - _KEPT
    found = queries.visible_to(actor_of(request)).filter(tenders_until__gte=since).exclude(stage="cancelled")
    return _feed(found.order_by("tenders_until")[:500], "konkurranser")


@require_safe
def competition_calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The deadlines of one competition."""
    competition = seen_or_404(request, number)
    return _feed([competition], competition.number)


@require_safe
def competition_json(request: HttpRequest, number: str) -> HttpResponse:
    """Everything the page says, as data; before the notice only for those inside."""
    competition = seen_or_404(request, number)
    inside = may_see_inside(actor_of(request), competition).allowed
    data: dict[str, Any] = {
        "number": competition.number,
        "title": competition.title,
        "description": competition.description,
        "procedure": competition.procedure,
        "law": procedure(competition.procedure).law,
        "stage": competition.stage,
        "language": competition.language,
        "buyer": {"number": competition.buyer.number, "name": competition.buyer.name},
        "cpv": competition.cpv,
        "estimated_value": competition.estimated_value,
        "maximum_value": competition.maximum_value,
        "published_at": competition.published_at,
        "deadlines": {row.field: getattr(competition, row.field) for row in procedure(competition.procedure).dates},
    }
    if visible_contents(competition, inside=inside):
        data |= _contents(competition)
    return json_answer(data)


def _innovation(criterion: AwardCriterion) -> dict[str, Any]:
    if not criterion.innovation:
        return {}
    return {"innovation": {"minimum": criterion.minimum, "measured_by": criterion.measured_by}}


def _contents(competition: Competition) -> dict[str, Any]:
    plan = current_plan(competition)
    named = {one.key: one for one in competition.criteria.all()}
    return {
        "lots": [
            {"key": lot.key, "title": lot.title, "maximum_value": lot.maximum_value, "winners": lot.winners}
            for lot in competition.lots.all()
        ],
        "documents": [
            {"key": one.key, "kind": one.kind, "title": one.title, "version": one.version}
            for one in documents_of(competition)
        ],
        "requirements": [
            {"key": one.key, "kind": one.kind, "title": one.title, "ground": one.ground or None}
            for one in competition.requirements.all()
        ],
        "criteria": [
            {**row, "title": named[row["id"]].title, **_innovation(named[row["id"]])}
            for row in criteria_wire(competition)
        ],
        "questions": [
            {
                "key": one.key,
                "kind": one.kind,
                "text": one.text,
                "required": one.required,
                "must": one.must,
                "options": one.options,
                "criterion": one.criterion.key if one.criterion else None,
                "lot": one.lot.key if one.lot else None,
            }
            for one in competition.questions.select_related("criterion", "lot")
        ],
        "price_lines": [
            {"lot": one.lot.key, "key": one.key, "title": one.title, "unit": one.unit, "quantity": one.quantity}
            for one in price_lines_of(competition)
        ],
        "evaluation": {
            "model": plan.model,
            "scale": plan.scale,
            "parameters": plan.parameters,
            "tie_break": plan.tie_break,
            "version": plan.version,
            "digest": plan.digest,
        }
        if plan
        else None,
    }


def _feed(competitions: Iterable[Competition], name: str) -> HttpResponse:
    entries = [
        CalendarEntry(
            f"{competition.number}-{row.key}@fellestorg",
            at,
            f"{in_language(row.title)}: {competition.title}",
            f"{competition.number}, {procedure_name(competition)}",
            competition.published_at or competition.created_at,
            f"{settings.BASE_URL}{reverse('competition', args=[competition.number])}",
        )
        for competition in competitions
        for row in procedure(competition.procedure).dates
        if (at := getattr(competition, row.field)) is not None
    ]
    return calendar_answer(_("Konkurranser"), entries, name)
