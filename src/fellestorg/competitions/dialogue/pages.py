"""Pages of questions and answers, of information from the buyer, and of deadlines moved for everybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.dialogue import actions
from fellestorg.competitions.dialogue.policy import OPEN_STAGES, may_ask
from fellestorg.competitions.dialogue.queries import answers_of, own_questions, unanswered
from fellestorg.competitions.dialogue.rules import AnswerTime, answer_time
from fellestorg.competitions.dialogue.words import DEADLINE_NAMES
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.preparing.forming import form_page
from fellestorg.competitions.reaching import crumbs, led_or_403, person_of, seen_or_404
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui import formats
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_LIST = ("number", "version", "question", "answer", "answered_at", "information")
_AREA = forms.Textarea(attrs={"rows": 5})
_INSTANT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class AskForm(forms.Form):
    """A question from a supplier."""

    text = forms.CharField(
        label=gettext_lazy("Spørsmålet"),
        widget=_AREA,
        max_length=10_000,
        help_text=gettext_lazy("Alle får se spørsmålet og svaret. Skriv ikke hvem dere er, eller noe som er hemmelig."),
    )


class AnswerForm(forms.Form):
    """An answer to all."""

    question = forms.CharField(
        label=gettext_lazy("Spørsmålet slik alle ser det"),
        widget=_AREA,
        max_length=10_000,
        help_text=gettext_lazy("Ta bort alt som viser hvem som spurte."),
    )
    answer = forms.CharField(label=gettext_lazy("Svaret"), widget=_AREA, max_length=10_000)
    extend_to = forms.DateTimeField(label=gettext_lazy("Ny tilbudsfrist for alle"), required=False, widget=_INSTANT)


class ExtendForm(forms.Form):
    """A deadline moved later."""

    field = forms.ChoiceField(label=gettext_lazy("Frist"))
    until = forms.DateTimeField(label=gettext_lazy("Ny frist"), widget=_INSTANT)
    reason = forms.CharField(label=gettext_lazy("Hvorfor flyttes den?"), widget=_AREA, max_length=2000)


@require_safe
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """What has been asked and answered; for suppliers a form to ask, for the lead what waits."""
    return _page(request, number, AskForm())


@require_POST
@for_roles(RoleGrant.Role.SUPPLIER)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask."""
    competition = seen_or_404(request, number)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, number, form, status=422)
    try:
        actions.ask(
            competition, form.cleaned_data["text"], actor=actor_of(request), person=person_of(request), now=clock.now()
        )
    except BadInput as error:
        form.add_error("text", error.problems[0].text)
        return _page(request, number, form, status=422)
    except Refused as refused:
        return _page(request, number, form, problems=[Problem("", refused.code, refused.text)], status=409)
    messages.success(request, _("Spørsmålet er sendt. Du får melding når det er besvart."))
    return HttpResponseRedirect(reverse("questions_and_answers", args=[number]))


@require_http_methods(["GET", "POST"])
@for_roles()
def answer(request: HttpRequest, number: str, asked: int) -> HttpResponse:
    """Answer a question, for everybody."""
    competition = led_or_403(request, number)
    found = next((one for one in competition.asked.select_related("supplier") if one.number == asked), None)
    if found is None:
        raise Http404
    return _answer_page(request, competition, _("Svar til alle"), {"question": found.text}, asked=found)


@require_http_methods(["GET", "POST"])
@for_roles()
def inform(request: HttpRequest, number: str) -> HttpResponse:
    """Tell everybody something nobody asked, or by ``?svar=`` correct an answer."""
    competition = led_or_403(request, number)
    text = request.GET.get("svar", "")
    wanted = int(text) if text.isdecimal() and len(text) < 5 else None
    old = next((row for row in answers_of(competition) if row.number == wanted), None)
    if text and old is None:
        raise Http404
    initial = {"question": old.question, "answer": old.answer} if old else {}
    title = _("Rett et svar") if old else _("Opplysning til alle")
    return _answer_page(request, competition, title, initial, number=wanted)


@require_http_methods(["GET", "POST"])
@for_roles()
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Move a deadline later, for everybody."""
    competition = led_or_403(request, number)
    form = ExtendForm(request.POST or None)
    field = form.fields["field"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [
        (name, DEADLINE_NAMES[name]) for name in reversed(actions.DEADLINES) if getattr(competition, name) is not None
    ]

    def save() -> HttpResponse:
        given = form.cleaned_data
        actions.extend(
            competition,
            given["field"],
            given["until"],
            given["reason"],
            actor=actor_of(request),
            person=person_of(request),
            now=clock.now(),
        )
        messages.success(request, _("Fristen er flyttet for alle, og alle har fått melding."))
        return HttpResponseRedirect(reverse("competition", args=[number]))

    context = {
        "competition": competition,
        "title": _("Flytt en frist"),
        "lead": _("En frist flyttes bare senere, og for alle. Alle som følger konkurransen, får melding."),
        "button": _("Flytt fristen for alle"),
        "crumbs": crumbs(competition, Crumb(_("Flytt en frist"))),
    }
    return form_page(request, form, save, context)


@require_POST
@for_roles(RoleGrant.Role.SUPPLIER)
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Follow, or stop following."""
    competition = seen_or_404(request, number)
    if request.POST.get("step") == "stop":
        actions.unfollow(competition, person=person_of(request))
    else:
        actions.follow(competition, actor=actor_of(request), person=person_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("competition", args=[number]))


@require_safe
def questions_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Questions and answers as CSV, without who asked."""
    rows = _rows(request, number)
    return csv_answer(f"sporsmal-og-svar-{number}", _LIST, ([row[name] for name in _LIST] for row in rows))


@require_safe
def questions_json(request: HttpRequest, number: str) -> HttpResponse:
    """The same as JSON, with the deadlines that were moved."""
    competition = seen_or_404(request, number)
    moved = [
        {
            "field": one.field,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
            "changed_at": one.changed_at,
        }
        for one in competition.deadline_changes.all()
    ]
    return json_answer({"answers": _rows(request, number), "deadlines_moved": moved})


def _page(
    request: HttpRequest, number: str, form: AskForm, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    competition = seen_or_404(request, number)
    actor, now = actor_of(request), clock.now()
    leads = may_lead(actor, competition).allowed
    until = competition.tenders_until
    is_open = competition.stage in OPEN_STAGES and (until is None or until > now)
    context = {
        "competition": competition,
        "rows": answers_of(competition),
        "own": own_questions(competition, actor),
        "waiting": unanswered(competition) if leads else [],
        "leads": leads and is_open,
        "time": _time(competition, now) if leads else None,
        "moved": [(one, DEADLINE_NAMES[one.field]) for one in competition.deadline_changes.all()],
        "form": form if may_ask(actor, competition, now).allowed else None,
        "problems": problems or [],
        "downloads": [
            Download("CSV", reverse("questions_and_answers_csv", args=[number]), "csv"),
            Download("JSON", reverse("questions_and_answers_json", args=[number]), "json"),
        ],
        "crumbs": crumbs(competition, Crumb(_("Spørsmål og svar"))),
    }
    return render(request, "competitions/dialogue/questions.html", context, status=status)


def _answer_page(
    request: HttpRequest, competition: Competition, title: str, initial: dict[str, str], **given: Any
) -> HttpResponse:
    now = clock.now()
    time = _time(competition, now)
    form = AnswerForm(request.POST or None, initial=initial)
    lead = ""
    if time is None or time.in_time:
        del form.fields["extend_to"]
    else:
        lead = _("Det er for sent å svare uten å flytte tilbudsfristen (%(rule)s). Tidligste nye frist er %(day)s.") % {
            "rule": time.rule.id,
            "day": _day(time.earliest_deadline),
        }

    def save() -> HttpResponse:
        data = form.cleaned_data
        actions.answer(
            competition,
            given.get("asked"),
            data["question"],
            data["answer"],
            number=given.get("number"),
            extend_to=data.get("extend_to"),
            actor=actor_of(request),
            person=person_of(request),
            now=now,
        )
        messages.success(request, _("Svaret er lagt ut for alle."))
        return HttpResponseRedirect(reverse("questions_and_answers", args=[competition.number]))

    context = {
        "competition": competition,
        "title": title,
        "lead": lead,
        "button": _("Legg ut for alle"),
        "crumbs": crumbs(
            competition,
            Crumb(_("Spørsmål og svar"), reverse("questions_and_answers", args=[competition.number])),
            Crumb(title),
        ),
    }
    return form_page(request, form, save, context)


def _time(competition: Competition, now: datetime) -> AnswerTime | None:
    if competition.tenders_until is None:
        return None
    notice = competition.notice_date or clock.local_day(now)
    return answer_time(clock.local_day(competition.tenders_until), clock.local_day(now), notice)


def _day(day: date) -> str:
    return formats.day(day)


def _rows(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    competition = seen_or_404(request, number)
    return [
        {
            "number": row.number,
            "version": row.version,
            "question": row.question,
            "answer": row.answer,
            "answered_at": row.answered_at,
            "information": row.information,
        }
        for row in answers_of(competition)
    ]
