"""What pages with one form share: shown, saved and left, or shown again with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.reaching import crumbs
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


def form_page(
    request: HttpRequest,
    form: django_forms.Form,
    save: Callable[[], HttpResponse],
    context: dict[str, Any],
    template: str = "competitions/preparing/form.html",
) -> HttpResponse:
    """A page with one form: shown, or saved and left; what is wrong stands beside it."""
    status, problems = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return save()
            except BadInput as error:
                problems = at_fields(form, error)
            except Refused as refused:
                status, problems = 409, [Problem("", refused.code, refused.text)]
    return render(
        request, template, {"button": _("Lagre"), **context, "form": form, "problems": problems}, status=status
    )


def page_context(competition: Competition, title: str, lead: str = "") -> dict[str, Any]:
    """The heading of a page about a competition."""
    return {"competition": competition, "title": title, "lead": lead, "crumbs": crumbs(competition, Crumb(title))}


def back(request: HttpRequest, competition: Competition) -> HttpResponse:
    """Saved, and back to the competition."""
    messages.success(request, _("Lagret."))
    return HttpResponseRedirect(reverse("competition", args=[competition.number]))


def at_fields(form: django_forms.Form, error: BadInput) -> list[Problem]:
    """Put each problem beside its field; those without one are given back."""
    rest = []
    for problem in error.problems:
        name = {"lot_id": "lot", "criterion_id": "purpose"}.get(problem.where, problem.where)
        if name in form.fields:
            form.add_error(name, problem.text)
        else:
            rest.append(problem)
    return rest


def row_id(text: str) -> int:
    """The id of a row as a form sends it; 0 for nonsense."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0
