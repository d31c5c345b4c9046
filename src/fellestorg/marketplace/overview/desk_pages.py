"""SI's pages of the overview: importing studies and surveys, and withdrawing them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.marketplace.listings.file_pages import receiving
from fellestorg.marketplace.overview import actions, pages, reading, shown
from fellestorg.marketplace.overview.forms import AboutForm, SurveyForm
from fellestorg.marketplace.overview.models import Study, StudyVersion
from fellestorg.marketplace.overview.policy import IMPORTERS
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@receiving(reading.LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*IMPORTERS)
def import_study(request: HttpRequest) -> HttpResponse:
    """Read in a study: what it says of itself, and a sheet with its figures."""

    def write(form: AboutForm) -> StudyVersion:
        figures = reading.figures(form.cleaned_data["sheet"].read())
        return actions.import_study(form.about(), figures, actor=actor_of(request), now=clock.now())

    form = AboutForm(request.POST or None, request.FILES or None)
    return _import(request, form, "undersokelse", _("Les inn undersøkelse"), write)


@receiving(reading.LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*IMPORTERS)
def import_survey(request: HttpRequest) -> HttpResponse:
    """Read in a year's survey of how agencies run their IT."""

    def write(form: AboutForm) -> StudyVersion:
        answers = reading.answers(form.cleaned_data["sheet"].read())
        year = form.cleaned_data["year"]
        return actions.import_survey(year, form.about(), answers, actor=actor_of(request), now=clock.now())

    form = SurveyForm(request.POST or None, request.FILES or None)
    return _import(request, form, "it-drift", _("Les inn kartlegging av IT-drift"), write)


@require_POST
@for_roles(*IMPORTERS)
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a study off the pages."""
    study = Study.objects.filter(key=slug).first()
    if study is None:
        raise Http404
    try:
        actions.withdraw(study, request.POST.get("reason", ""), actor=actor_of(request), now=clock.now())
    except BadInput as error:
        return pages.study_page(request, slug, error.problems, 422)
    except Refused as refused:
        return pages.study_page(request, slug, (Problem("", refused.code, refused.text),), 409)
    messages.success(request, _("Undersøkelsen er trukket."))
    return HttpResponseRedirect(reverse("market_study", args=[slug]))


def _import(
    request: HttpRequest, form: AboutForm, kind: str, title: str, write: Callable[[AboutForm], StudyVersion]
) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = write(form)
            except BadInput as error:
                problems = error.problems
            except Refused as refused:
                problems, status = (Problem("", refused.code, refused.text),), 409
            else:
                messages.success(request, _("Versjon %(number)s er lest inn.") % {"number": made.number})
                return HttpResponseRedirect(reverse("market_study", args=[made.study.key]))
    context = {
        "form": form,
        "problems": problems,
        "kind": kind,
        "title": title,
        "templates": [(one, reverse("market_template", args=[kind, one])) for one in reading.FORMS],
        "crumbs": shown.crumbs(Crumb(title)),
    }
    return render(request, "marketplace/overview/import.html", context, status=status)
