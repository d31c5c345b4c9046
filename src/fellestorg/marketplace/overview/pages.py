"""The overview of the market for everybody: panels, studies and surveys, each with its CSV and JSON."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.travel import Travel, travelled
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.marketplace.overview import panels, queries, reading, shown, survey_panels
from fellestorg.marketplace.overview.forms import WithdrawForm
from fellestorg.marketplace.overview.models import Study
from fellestorg.marketplace.overview.panels import Asked, Panel
from fellestorg.marketplace.overview.policy import may_import
from fellestorg.marketplace.overview.queries import StudyView
from fellestorg.marketplace.overview.study_panels import trends
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import Problem

_FIRST_STUDIES = 4
_FIGURE = ("geography", "category", "measure", "period", "value", "unit", "note")
_ABOUT = (
    "key", "kind", "year", "version", "title", "publisher", "published_on", "method", "licence", "url", "verified",
    "imported_at", "withdrawn_reason",
)  # fmt: skip
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The market: own figures, the world beside Norway, studies, and how agencies run their IT."""
    asked, travel = _asked(request)
    studies = queries.studies(asked.language, asked.day, Study.Kind.FIGURES)
    first = survey_panels.first_panel(asked)
    suffix = shown.query(asked)
    context = {
        "asked": asked,
        "travel": travel,
        "own": [shown.group_shown(label, found, asked) for label, found in panels.groups(asked, "own")],
        "beside": [shown.panel_shown(one, asked) for one in panels.panels(asked, "studies")],
        "studies": [shown.study_card(one) for one in studies[:_FIRST_STUDIES]],
        "more_studies": max(0, len(studies) - _FIRST_STUDIES),
        "survey": shown.panel_shown(first, asked) if first is not None else None,
        "downloads": _twins("market_overview", suffix),
        "imports": may_import(actor_of(request)).allowed,
        "crumbs": shown.crumbs(),
    }
    return render(request, "marketplace/overview/overview.html", context)


@require_safe
def overview_csv(request: HttpRequest) -> HttpResponse:
    """Every panel in one file, a line for each value."""
    asked, _travel = _asked(request)
    headings = (_("Tabell"), _("Rad"), _("Kolonne"), _("Verdi"), _("Kilde"))
    rows = [
        (panel.title, row[0], heading, value, panel.source)
        for panel in panels.panels(asked)
        for row in panel.rows
        for heading, value in zip(panel.headings[1:], row[1:], strict=True)
    ]
    return csv_answer("markedet", headings, rows)


@require_safe
def overview_json(request: HttpRequest) -> HttpResponse:
    """Every panel, and every study."""
    asked, _travel = _asked(request)
    made: dict[str, Any] = {"day": asked.day, "from": asked.start}
    made |= {kind: [one.as_json() for one in panels.panels(asked, kind)] for kind in panels.KINDS}
    found = queries.studies(asked.language, asked.day, Study.Kind.FIGURES)
    return json_answer({**made, "imported": [_as_json(one) for one in found]})


@require_safe
def panel_csv(request: HttpRequest, key: str) -> HttpResponse:
    """One panel as CSV."""
    panel = _panel(request, key)
    return csv_answer(key, panel.headings, panel.rows)


@require_safe
def panel_json(request: HttpRequest, key: str) -> HttpResponse:
    """One panel as JSON."""
    return json_answer(_panel(request, key).as_json())


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """Every study and survey that was imported."""
    asked, travel = _asked(request)
    context = {
        "rows": [shown.study_card(one, 0) for one in queries.studies(asked.language, asked.day)],
        "travel": travel,
        "downloads": _twins("market_studies", travel.query),
        "imports": may_import(actor_of(request)).allowed,
        "crumbs": shown.crumbs(Crumb(_("Undersøkelser"))),
    }
    return render(request, "marketplace/overview/studies.html", context)


@require_safe
def studies_csv(request: HttpRequest) -> HttpResponse:
    """The studies as CSV."""
    asked, _travel = _asked(request)
    found = queries.studies(asked.language, asked.day)
    return csv_answer("undersokelser", _ABOUT, ([getattr(one, name) for name in _ABOUT] for one in found))


@require_safe
def studies_json(request: HttpRequest) -> HttpResponse:
    """The studies as JSON, with their figures."""
    asked, _travel = _asked(request)
    return json_answer({"studies": [_as_json(one) for one in queries.studies(asked.language, asked.day)]})


@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """A study: where it comes from, its figures, how they have moved, and its versions."""
    return study_page(request, slug)


def study_page(request: HttpRequest, slug: str, problems: tuple[Problem, ...] = (), status: int = 200) -> HttpResponse:
    """The study's page, perhaps with what was wrong with what was sent to it."""
    asked, travel = _asked(request)
    found = _study(slug, asked)
    context = {
        "study": shown.study_shown(found),
        "trends": [shown.panel_shown(one, asked) for one in trends(found)],
        "versions": list(queries.versions(slug)),
        "travel": travel,
        "csv": reverse("market_study_csv", args=[slug]) + travel.query,
        "downloads": _twins("market_study", travel.query, slug),
        "imports": may_import(actor_of(request)).allowed and not travel.then and not found.withdrawn_reason,
        "form": WithdrawForm(request.POST or None),
        "problems": problems,
        "crumbs": shown.crumbs(Crumb(_("Undersøkelser"), reverse("market_studies")), Crumb(found.title)),
    }
    return render(request, "marketplace/overview/study.html", context, status=status)


@require_safe
def study_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A study's figures as CSV, as they were imported and with their source on each line."""
    found = _study(slug, _asked(request)[0])
    about = ("publisher", "title", "published_on", "method", "licence", "url", "verified")
    source = [getattr(found, name) for name in about]
    rows = ([*(row.get(name, "") for name in _FIGURE), *source] for row in found.figures)
    return csv_answer(slug, (*_FIGURE, *about), rows)


@require_safe
def study_json(request: HttpRequest, slug: str) -> HttpResponse:
    """A study as JSON, with each of its versions."""
    found = _study(slug, _asked(request)[0])
    versions = [
        {
            "number": row.number,
            "imported_at": row.imported_at,
            "verified": row.verified,
            "withdrawn_reason": row.withdrawn_reason,
            "figures": row.figures,
        }
        for row in queries.versions(slug)
    ]
    return json_answer({**_as_json(found), "versions": versions})


@require_safe
def survey(request: HttpRequest) -> HttpResponse:
    """How agencies run their IT: each question's answers, year by year."""
    asked, travel = _asked(request)
    found = list(survey_panels.survey_panels(asked))
    context = {
        "shown": shown.group_shown("", found, asked),
        "hiding": survey_panels.hiding_note(),
        "travel": travel,
        "downloads": _twins("market_survey", shown.query(asked)),
        "imports": may_import(actor_of(request)).allowed,
        "crumbs": shown.crumbs(Crumb(_("IT-drift i staten"))),
    }
    return render(request, "marketplace/overview/survey.html", context)


@require_safe
def survey_csv(request: HttpRequest) -> HttpResponse:
    """Every question's answers as CSV, small counts left empty."""
    asked, _travel = _asked(request)
    headings = (_("Spørsmål"), _("År"), _("Svar"), _("Virksomheter"), _("Svarte på spørsmålet"), _("Andel i prosent"))
    found = [one for one in survey_panels.survey_panels(asked) if len(one.headings) == len(headings) - 1]
    return csv_answer(survey_panels.KEY, headings, ((one.title, *row) for one in found for row in one.rows))


@require_safe
def survey_json(request: HttpRequest) -> HttpResponse:
    """Every question's answers as JSON."""
    asked, _travel = _asked(request)
    return json_answer({"questions": [one.as_json() for one in survey_panels.survey_panels(asked)]})


@require_safe
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The sheet to fill in: a study's, or a survey's."""
    makers = {"undersokelse": reading.figures_template, "it-drift": reading.survey_template}
    if kind not in makers or form not in reading.FORMS:
        raise Http404
    answer = HttpResponse(makers[kind](form), content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return answer


def _asked(request: HttpRequest) -> tuple[Asked, Travel]:
    travel = travelled(request)
    language = (get_language() or "nb")[:2]
    return panels.read_asked(travel.day, request.GET.get("fra", ""), language), travel


def _panel(request: HttpRequest, key: str) -> Panel:
    found = panels.panel(key, _asked(request)[0])
    if found is None:
        raise Http404
    return found


def _study(slug: str, asked: Asked) -> StudyView:
    found = queries.study(slug, asked.language, asked.day)
    if found is None:
        raise Http404
    return found


def _as_json(study: StudyView) -> dict[str, Any]:
    return {name: getattr(study, name) for name in _ABOUT} | {"figures": list(study.figures)}


def _twins(name: str, suffix: str, *arguments: str) -> list[Download]:
    return [
        Download(kind.upper(), reverse(f"{name}_{kind}", args=arguments) + suffix, kind) for kind in ("csv", "json")
    ]
