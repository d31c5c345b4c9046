"""Pages of what the lead decides: clauses, environment, team, deadlines, invitees; and the button that sends it out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing import actions, forms, limits
from fellestorg.competitions.preparing.forming import at_fields, back, form_page, page_context, row_id
from fellestorg.competitions.preparing.guards import environment_answered
from fellestorg.competitions.preparing.invitees import invite_able
from fellestorg.competitions.preparing.queries import clauses_of
from fellestorg.competitions.preparing.rules import answers_by, earliest, environment_ways
from fellestorg.competitions.preparing.words import ENVIRONMENT_WAYS
from fellestorg.competitions.reaching import led_or_403
from fellestorg.competitions.words import TASKS, reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import in_language
from fellestorg.law import rule_book
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, Refused

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@for_roles()
def clauses(request: HttpRequest, number: str) -> HttpResponse:
    """The proposed clauses, taken in or left out with a reason."""
    competition = led_or_403(request, number)
    today = clock.today()
    shown = clauses_of(competition, today)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        ids = [one.proposed.rule.id for one in shown]
        chosen = {
            rule: (request.POST.get(f"{rule}-with") == "yes", request.POST.get(f"{rule}-reason", "")[:2000])
            for rule in ids
        }
        try:
            actions.choose_clauses(competition, chosen, actor=actor_of(request), now=clock.now())
            return back(request, competition)
        except BadInput as error:
            status, problems = 422, list(error.problems)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    rows = [
        (one.proposed.rule, in_language(one.proposed.rule.title), in_language(one.proposed.rule.text),
         one.proposed.text[competition.language], one.choice)
        for one in shown
    ]  # fmt: skip
    lead = _("Klausulene foreslås av kategorien, verdien og hvem som kjøper. Kilden står ved hver.")
    context = {**page_context(competition, _("Kontraktsklausuler"), lead), "rows": rows, "problems": problems}
    return render(request, "competitions/preparing/clauses.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles()
def environment(request: HttpRequest, number: str) -> HttpResponse:
    """How the rule on climate and environment is met, by the rule of the day."""
    competition = led_or_403(request, number)
    now = clock.now()
    day = competition.notice_date or clock.local_day(now)
    answer = getattr(competition, "environment", None)
    initial = {"how": answer.how, "reason": answer.reason} if answer else {"how": "weight"}
    ways = [(way, ENVIRONMENT_WAYS[way]) for way in environment_ways(day)]
    form = forms.EnvironmentForm(request.POST or None, ways=ways, initial=initial)

    def save() -> HttpResponse:
        given = form.cleaned_data
        actions.answer_environment(competition, given["how"], given["reason"], actor=actor_of(request), now=now)
        held = environment_answered(Competition.objects.get(pk=competition.pk), now)
        if not held.allowed:
            messages.warning(request, reason_text(held))
            return HttpResponseRedirect(request.path)
        return back(request, competition)

    rule = rule_book().rule("ENV", on=day)
    context = page_context(competition, _("Klima og miljø"), in_language(rule.text))
    return form_page(request, form, save, {**context, "rules": [rule, rule_book().rule("ENV-ALT", on=day)]})


@require_http_methods(["GET", "POST"])
@for_roles()
def across_lots(request: HttpRequest, number: str) -> HttpResponse:
    """Limits across lots, and whether lots may be tendered for in packages."""
    competition = led_or_403(request, number)
    sent = request.POST if request.method == "POST" else None
    form = limits.LimitsForm(sent, initial=limits.LimitsForm.initial_of(competition))

    def save() -> HttpResponse:
        limits.set_limits(competition, form.cleaned_data, actor=actor_of(request), now=clock.now())
        return back(request, competition)

    lead = _(
        "Er noe satt her, regnes tildelingen ut for alle delkontraktene samlet: den laveste summen som holder grensene. "
        "Tomme felt er ingen grense. Grensene kan ikke endres etter kunngjøringen."
    )
    return form_page(request, form, save, page_context(competition, _("Grenser og pakker"), lead))


@require_http_methods(["GET", "POST"])
@for_roles()
def team(request: HttpRequest, number: str) -> HttpResponse:
    """Who does what: leads, evaluators, openers and lawyers."""
    competition = led_or_403(request, number)
    form = forms.MemberForm(request.POST or None)
    status, problems = 200, []
    if request.method == "POST":
        actor, now = actor_of(request), clock.now()
        try:
            if request.POST.get("step") == "remove":
                actions.let_member_go(competition, row_id(request.POST.get("row", "")), actor=actor, now=now)
                return HttpResponseRedirect(request.path)
            status = 422
            if form.is_valid():
                name = form.cleaned_data["person"]
                found = (
                    Person.objects.filter(username__iexact=name).first()
                    or Person.objects.filter(email__iexact=name).first()
                )
                if found is None:
                    form.add_error("person", _("Ingen har dette brukernavnet eller denne e-postadressen."))
                else:
                    actions.name_member(competition, found, form.cleaned_data["task"], actor=actor, now=now)
                    return HttpResponseRedirect(request.path)
        except BadInput as error:
            problems = at_fields(form, error)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    members = competition.team.select_related("person").order_by("task", "person__name")
    rows = [(one, TASKS[one.task], one.task == "lead" and one.person_id == competition.lead_id) for one in members]
    lead = _("To åpner tilbudene sammen. De som evaluerer, ser kvaliteten uten å kjenne prisen.")
    context = {**page_context(competition, _("Laget"), lead), "form": form, "rows": rows, "problems": problems}
    return render(request, "competitions/preparing/team.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles()
def deadlines(request: HttpRequest, number: str) -> HttpResponse:
    """The dates, with the earliest lawful day beside each that the law counts."""
    competition = led_or_403(request, number)
    kind = procedure(competition.procedure)
    now = clock.now()
    rows = [row for row in kind.dates if competition.stage == "preparing" or row.field != "requests_until"]
    titles = {row.field: in_language(row.title) for row in rows}
    initial = {name: getattr(competition, name) for name in (*titles, "voluntary_standstill")}
    initial |= {"reason": competition.deadline_reason}
    form = forms.DeadlinesForm(
        request.POST or None, titles=titles, voluntary=kind.standstill == "voluntary", initial=initial
    )

    def save() -> HttpResponse:
        actions.set_deadlines(competition, **form.cleaned_data, actor=actor_of(request), now=now)
        return back(request, competition)

    today = clock.local_day(now)
    lawful = [
        (in_language(row.title), found.due, found.rules[0])
        for row in rows
        if row.field in ("requests_until", "tenders_until") and (found := earliest(row, today)) is not None
    ]
    answer = answers_by(clock.local_day(competition.tenders_until), today) if competition.tenders_until else None
    context = {
        **page_context(
            competition, _("Frister"), _("Dagene er regnet fra i dag, og flytter seg med dagen det sendes ut.")
        ),
        "earliest": lawful,
        "answers_by": answer,
        "locked": competition.stage != "preparing",
    }
    return form_page(request, form, save, context, "competitions/preparing/deadlines.html")


@require_POST
@for_roles()
def send_out(request: HttpRequest, number: str) -> HttpResponse:
    """Publish or invite."""
    competition = led_or_403(request, number)
    try:
        actions.send_out(competition, request.POST.get("move", "")[:40], actor=actor_of(request), now=clock.now())
        messages.success(request, _("Konkurransen er sendt ut."))
    except (Refused, BadInput) as error:
        messages.error(request, error.text if isinstance(error, Refused) else str(error))
    return HttpResponseRedirect(reverse("competition", args=[number]))


@require_POST
@for_roles()
def invite(request: HttpRequest, number: str) -> HttpResponse:
    """Let the invitees be those who are able today."""
    competition = led_or_403(request, number)
    now = clock.now()
    try:
        invite_able(competition, clock.local_day(now), basis="policy", actor=actor_of(request), now=now)
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("competition", args=[number]))
