"""The pages about options: what an agency has chosen in a lot, and what every agency of an agreement has answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import directory, options
from fellestorg.agreements.models import AssortmentOption, Lot
from fellestorg.agreements.options import AgencyAnswer, AnswerView
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.panels import Panel
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.words import category_name, listed
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations import panels as organisation_panels
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.policy import may_see_people
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_LIST = ("agency", "agency_name", "lot", "option", "name", "state", "valid_from", "by", "at", "coming", "coming_from")
STATES = {
    "chosen": (gettext_lazy("Valgt"), "success"),
    "declined": (gettext_lazy("Valgt bort"), "neutral"),
    "unanswered": (gettext_lazy("Ikke svart"), "warning"),
}


class AnswerForm(forms.Form):
    """An answer to one option: yes or no, from a day, and why where SI answers for the agency."""

    option = forms.IntegerField(widget=forms.HiddenInput)
    agency = forms.CharField(widget=forms.HiddenInput, max_length=9)
    chosen = forms.ChoiceField(
        label=gettext_lazy("Svar"),
        choices=[("1", gettext_lazy("Vi velger opsjonen")), ("0", gettext_lazy("Vi velger den bort"))],
        widget=forms.RadioSelect,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Gjelder fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor svarer du for virksomheten?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One option with an agency's answer in words, and the form to answer it anew (None for those who may not)."""

    name: str
    goods: str
    source: str
    tag: str
    tone: str
    told: str
    coming: str
    form: AnswerForm | None
    button: str
    opener: str
    opened: bool


@require_http_methods(["GET", "HEAD", "POST"])
def lot_options(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The options of a lot: what they open, how many have chosen them and, for those concerned, the own answer."""
    agreement, view, row = lot_or_404(key, lot)
    actor = actor_of(request)
    if request.method == "POST" and not actor.grants:
        raise PermissionDenied
    posted = AnswerForm(request.POST) if request.method == "POST" else None
    problems: list[Problem] = []
    status = 200
    if posted is not None:
        if posted.is_valid():
            try:
                text = _answer(row, posted, actor)
                messages.success(request, text)
                where = reverse("lot_options", args=[key, lot])
                return HttpResponseRedirect(f"{where}?{urlencode({'virksomhet': posted.cleaned_data['agency']})}")
            except BadInput as error:
                for problem in error.problems:
                    posted.add_error(problem.where if problem.where in posted.fields else None, problem.text)
                status = 422
            except Refused as refused:
                problems, status = [Problem("", refused.code, refused.text)], 409
        else:
            status = 422
    today = clock.today()
    agency = _agency(request, actor, row)
    own = options.answers(key, today, lot=lot, agencies=[agency.number]) if agency else []
    context = {
        "agreement": agreement,
        "lot": view,
        "options": [
            (one, _goods(one.categories), one.chosen + one.declined + one.unanswered)
            for one in options.options_of(key, today, lot, also_ended=True)
        ],
        "agency": agency,
        "agency_name": own[0].agency_name if own else agency.name if agency else "",
        "answers": [_shown(one, actor, agency, row, posted) for one in own] if agency else [],
        "posted": posted,
        "problems": problems,
        "manages": may_manage(actor, row.agreement).allowed,
        "agencies": _agencies(key) if may_manage(actor, row.agreement).allowed else [],
        "change_days": options.change_days(today),
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(_("Opsjoner"))],
    }
    return render(request, "agreements/options.html", context, status=status)


def option_panel(lot: Lot, actor: Actor) -> Panel | None:
    """The lot's options on its page: what each opens, and what the reader's own agency has answered."""
    found = options.options_of(lot.agreement.key, clock.today(), lot.key)
    if not found:
        return None
    own = sorted(actor.organisations("local_agreement_manager", "approver", "buyer"))[:1]
    mine = {
        one.option.id: STATES[one.state]
        for one in options.answers(lot.agreement.key, clock.today(), lot=lot.key, agencies=own)
    }
    rows = [(one, _goods(one.categories), *mine.get(one.id, ("", ""))) for one in found]
    return Panel("agreements/options_panel.html", {"rows": rows, "agreement": lot.agreement.key, "lot": lot.key})


def agency_panel(number: str, actor: Actor) -> organisation_panels.Panel | None:
    """What an agency has answered, on its own page."""
    rows = [
        (localised(agreement, "title"), agreement.key, one, *STATES[one.state])
        for agreement, one in options.answers_of_agency(number, clock.today())
    ]
    return organisation_panels.Panel("agreements/agency_options_panel.html", {"rows": rows}) if rows else None


@require_safe
@for_roles()
def answers(request: HttpRequest, key: str) -> HttpResponse:
    """What every agency under an agreement has answered."""
    found, rows = _listed(request, key)
    paging = Paging.read(request.GET.dict(), len(rows), 50)
    context = {
        "agreement": found,
        "rows": [(row, *STATES[row.state]) for row in rows[paging.start : paging.stop]],
        "options": options.options_of(key, clock.today()),
        "states": [(state, name) for state, (name, _tone) in STATES.items()],
        "text": _text(request, "q"),
        "state": _text(request, "svar"),
        "paging": paging,
        "downloads": [
            Download("CSV", f"{reverse('option_answers_csv', args=[key])}?{request.GET.urlencode()}", "csv"),
            Download("JSON", f"{reverse('option_answers_json', args=[key])}?{request.GET.urlencode()}", "json"),
        ],
        "crumbs": [*agreement_crumbs(found, last=False), Crumb(_("Opsjoner"))],
    }
    return render(request, "agreements/option_answers.html", context)


@require_safe
@for_roles()
def answers_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The list as CSV."""
    rows, actor = _listed(request, key)[1], actor_of(request)
    return csv_answer(f"opsjoner-{key}", _LIST, ([_flat(row, actor)[name] for name in _LIST] for row in rows))


@require_safe
@for_roles()
def answers_json(request: HttpRequest, key: str) -> HttpResponse:
    """The list as JSON, with the counts."""
    rows, actor = _listed(request, key)[1], actor_of(request)
    counts = [
        {
            "lot": one.lot,
            "option": one.key,
            "name": one.name,
            "categories": one.categories,
            "chosen": one.chosen,
            "declined": one.declined,
            "unanswered": one.unanswered,
            "valid_to": one.valid_to,
        }
        for one in options.options_of(key, clock.today(), also_ended=True)
    ]
    return json_answer({"options": counts, "answers": [_flat(row, actor) for row in rows]})


def _answer(row: Lot, form: AnswerForm, actor: Actor) -> str:
    given = form.cleaned_data
    option = AssortmentOption.objects.select_related("lot__agreement__owner", "lot__agreement__manager")
    found = option.filter(pk=given["option"], lot=row).first()
    agency = Organisation.objects.filter(number=given["agency"]).first()
    if found is None or agency is None:
        raise Http404
    made = options.answer(
        found,
        agency,
        given["chosen"] == "1",
        actor=actor,
        now=clock.now(),
        valid_from=given["valid_from"],
        reason=given["reason"],
    )
    return _("Svaret er lagret og gjelder fra %(day)s.") % {"day": day_text(made.valid_from)}


def _agency(request: HttpRequest, actor: Actor, row: Lot) -> Organisation | None:
    """The agency whose answers are shown: the one asked for, where one may see them, else the actor's own."""
    wanted = request.POST.get("agency") or _text(request, "virksomhet")
    own = sorted(actor.organisations("local_agreement_manager", "approver", "buyer"))
    if wanted and (wanted in own or may_manage(actor, row.agreement).allowed):
        return Organisation.objects.filter(number=wanted[:9]).first()
    return Organisation.objects.filter(number=own[0]).first() if own else None


def _shown(
    one: AgencyAnswer, actor: Actor, agency: Organisation | None, row: Lot, posted: AnswerForm | None
) -> AnswerShown:
    assert agency is not None
    may = options.may_answer(actor, agency, row.agreement, clock.today())
    form = None
    if may.allowed:
        mine = posted is not None and posted.data.get("option") == str(one.option.id)
        initial = {
            "option": one.option.id,
            "agency": one.agency,
            "chosen": "" if one.now is None else "0" if one.now.chosen else "1",
            "valid_from": one.earliest,
        }
        auto = f"id_{one.option.id}_%s"
        form = posted if mine else AnswerForm(initial=initial, auto_id=auto)
        assert form is not None
        if may.reason != "on_behalf":
            del form.fields["reason"]
    name, tone = STATES[one.state]
    return AnswerShown(
        one.option.name,
        _goods(one.option.categories),
        one.option.source,
        str(name),
        tone,
        _told(one.now) if one.now else _("Ingenting er svart. Da kan ingen hos dere gjøre avrop på disse varene."),
        _coming(one.coming) if one.coming else "",
        form,
        _("Lagre svaret") if one.now is None else _("Endre svaret"),
        _("Svar") if one.now is None else _("Endre svaret"),
        one.now is None or (form is not None and form.is_bound),
    )


def _told(one: AnswerView) -> str:
    words = {"day": day_text(one.valid_from), "who": one.by, "at": day_text(one.at)}
    text = _("Gjelder fra %(day)s. Svart av %(who)s %(at)s.") % words
    return f"{text} {_('Begrunnelse:')} {one.reason}" if one.reason else text


def _coming(one: AnswerView) -> str:
    words = {"day": day_text(one.valid_from), "who": one.by, "at": day_text(one.at)}
    if one.chosen:
        return _("Fra %(day)s er opsjonen valgt. Meldt av %(who)s %(at)s.") % words
    return _("Fra %(day)s er opsjonen valgt bort. Meldt av %(who)s %(at)s.") % words


def _goods(categories: tuple[str, ...]) -> str:
    return listed(category_name(code).lower() for code in categories)


def _agencies(key: str) -> list[tuple[str, str]]:
    return [(one.number, one.name) for one in directory.participants(key, clock.today())]


def _listed(request: HttpRequest, key: str) -> tuple[Any, list[AgencyAnswer]]:
    today = clock.today()
    found = directory.agreement(key, today)
    if found is None:
        raise Http404
    text, state = _text(request, "q").lower(), _text(request, "svar")
    rows = options.answers(key, today)
    return found, [
        row
        for row in rows
        if (not state or row.state == state) and (text in row.agency_name.lower() or row.agency.startswith(text))
    ]


def _flat(row: AgencyAnswer, actor: Actor) -> dict[str, Any]:
    """One answer for a file. Who answered shows to those who may see the agency's people."""
    sees = may_see_people(actor, Organisation(number=row.agency)).allowed
    now, coming = row.now, row.coming
    return {
        "agency": row.agency,
        "agency_name": row.agency_name,
        "lot": row.option.lot,
        "option": row.option.key,
        "name": row.option.name,
        "state": row.state,
        "valid_from": now.valid_from if now else None,
        "by": now.by if now and sees else None,
        "at": now.at if now else None,
        "coming": None if coming is None else "chosen" if coming.chosen else "declined",
        "coming_from": coming.valid_from if coming else None,
    }


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]
