"""The table of a need through the years, as a page, CSV and JSON."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fellestorg.calloffs import texts
from fellestorg.calloffs.answers import names_for
from fellestorg.calloffs.forms import NeedForm
from fellestorg.calloffs.listing import buyer_choices, category_choices
from fellestorg.calloffs.over_time.stretches import Stretch
from fellestorg.calloffs.over_time.stretches import over_time as find
from fellestorg.calloffs.pages import readable
from fellestorg.calloffs.shown import TONES
from fellestorg.catalogues.models import Item
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem

_BUYERS = ("buyer", "approver")
_COLUMNS = ("first", "last", "agreement", "lot", "outcome", "suppliers", "amount", "reason")
_WAYS = {
    "direct": gettext_lazy("Bestilles direkte"),
    "needs_approval": gettext_lazy("Bestilles direkte, når en annen har godkjent"),
    "ranked_offers": gettext_lazy("Leverandørene spørres én om gangen"),
    "mini_competition": gettext_lazy("Minikonkurranse"),
    "dps_invitation": gettext_lazy("Invitasjon i innkjøpsordning"),
    "refused": gettext_lazy("Kan ikke gjøres"),
    "uncovered": gettext_lazy("Ingen fellesavtale"),
}
_TONES = {**TONES, "needs_approval": "success", "uncovered": "warning"}


@require_safe
@for_roles(*_BUYERS)
def over_time(request: HttpRequest) -> HttpResponse:
    """The same need on every day since its first agreement, with the stretches on which the answer was the same."""
    rows, problems = _answers(request) if _asked(request) else ([], [])
    today, asked = clock.today(), urlencode(_asked(request))
    lines = rows[0].answered.need.lines if rows else ()
    names = {
        one.number: localised(one, "name") for one in Item.objects.filter(number__in=[line.item for line in lines])
    }
    context = {
        "asked": asked,
        "rows": [_row(one, today, asked) for one in rows],
        "need_lines": [(line.quantity, names.get(line.item, ""), line.item) for line in lines],
        "stated": rows[-1].answered.need.amount if rows else None,
        "problems": problems,
        "back": f"{reverse('new_call_off')}?{asked}",
        "downloads": [
            Download("CSV", f"{reverse('over_time_csv')}?{asked}", "csv"),
            Download("JSON", f"{reverse('over_time_json')}?{asked}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Nytt avrop"), reverse("new_call_off")), Crumb(_("Over tid"))],
    }
    return render(request, "calloffs/over_time.html", context, status=422 if problems else 200)


@require_safe
@for_roles(*_BUYERS)
def over_time_csv(request: HttpRequest) -> HttpResponse:
    """The table as CSV."""
    rows, problems = _answers(request)
    answer = csv_answer("behov-over-tid", _COLUMNS, ([_cell(value) for value in _plain(one).values()] for one in rows))
    answer.status_code = 422 if problems else 200
    return answer


@require_safe
@for_roles(*_BUYERS)
def over_time_json(request: HttpRequest) -> HttpResponse:
    """The table as JSON."""
    rows, problems = _answers(request)
    told = [{"where": one.where, "code": one.code, "text": one.text} for one in problems]
    answer = json_answer({"stretches": [_plain(one) for one in rows], "problems": told})
    answer.status_code = 422 if problems else 200
    return answer


def _answers(request: HttpRequest) -> tuple[list[Stretch], list[Problem]]:
    actor = actor_of(request)
    buyers = buyer_choices(actor)
    form = NeedForm(
        {"buyer": buyers[0][0], **_asked(request)}, buyers=buyers, categories=category_choices(clock.today())
    )
    if not form.is_valid():
        return [], [
            Problem(str(form.fields[name].label) if name in form.fields else "", "unreadable", str(text))
            for name, said in form.errors.items()
            for text in said
        ]
    try:
        return find(form.need(""), actor=actor, now=clock.now()), []
    except BadInput as error:
        return [], [readable(one) for one in error.problems]


def _asked(request: HttpRequest) -> dict[str, str]:
    names = ("buyer", "text", "lines", "amount", "category")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _row(one: Stretch, today: date, asked: str) -> dict[str, Any]:
    agreement = one.agreement
    return {
        "one": one,
        "agreement": localised(agreement, "title") if agreement else "",
        "agreement_link": f"{reverse('agreement', args=[agreement.key])}?dag={one.first.isoformat()}"
        if agreement
        else "",
        "way": str(_WAYS[one.outcome]),
        "tone": _TONES[one.outcome],
        "now": one.first <= today and (one.last is None or today <= one.last),
        "link": f"{reverse('new_call_off')}?{asked}&day={one.first.isoformat()}",
    }


def _plain(one: Stretch) -> dict[str, Any]:
    answer = one.answered.answer
    return {
        "first": one.first,
        "last": one.last,
        "agreement": one.agreement.key if one.agreement else None,
        "lot": one.answered.lot.key if one.agreement else None,
        "outcome": one.outcome,
        "suppliers": list(one.suppliers),
        "amount": one.amount,
        "reason": texts.render(answer, names_for(answer, one.answered.need.buyer)).reason,
    }


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
