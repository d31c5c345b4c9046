"""How pages of firms find a firm and their crumbs."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel.http import actor_of
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.queries import visible_to
from fellestorg.organisations.models import Person
from fellestorg.ui.parts import Crumb
from fellestorg.values import Problem


def find(request: HttpRequest, number: str) -> Firm:
    """The firm, if the reader may see it; else as if it did not exist."""
    # A zero byte is no text to the database.
    firm = visible_to(actor_of(request)).filter(organisation__number=number.replace("\0", "")).first()
    if firm is None:
        raise Http404
    return firm


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in. Asked only on pages for people."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def crumbs(*rest: Crumb) -> list[Crumb]:
    """The way to the firms' pages."""
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Skytjenester"), reverse("marketplace")),
        Crumb(_("Firmaer"), reverse("firms") if rest else ""),
        *rest,
    ]


def crumbs_of(firm: Firm, last: str) -> list[Crumb]:
    """The way to a page about one firm."""
    return crumbs(Crumb(firm.name, reverse("firm", args=[firm.organisation.number])), Crumb(last))


def put_beside(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put each problem at its field."""
    for problem in problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)
