"""The pages where a lead fills a competition in: start it, its parts, documents, clauses, team, dates, and out it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.models import Competition, PriceSheetLine
from fellestorg.competitions.policy import STARTERS
from fellestorg.competitions.preparing import actions, forms, price_sheet
from fellestorg.competitions.preparing.guards import environment_answered
from fellestorg.competitions.preparing.invitees import invite_able
from fellestorg.competitions.preparing.parts import PARTS
from fellestorg.competitions.preparing.queries import clauses_of
from fellestorg.competitions.preparing.reaching import crumbs, led_or_403, person_of, seen_or_404
from fellestorg.competitions.preparing.rules import answers_by, earliest, environment_ways
from fellestorg.competitions.preparing.words import ENVIRONMENT_WAYS
from fellestorg.competitions.words import TASKS, reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles
from fellestorg.kernel.text import in_language
from fellestorg.law import rule_book
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Organisation, Person
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@for_roles(*STARTERS)
def start(request: HttpRequest) -> HttpResponse:
    """Start a competition."""
    actor = actor_of(request)
    numbers = actor.organisations(*STARTERS)
    buyers = list(Organisation.objects.filter(number__in=numbers).order_by("name").values_list("number", "name"))
    form = forms.StartForm(
        request.POST or None, buyers=buyers, initial={"procedure": "open", "language": actor.language}
    )

    def save() -> HttpResponse:
        made = actions.start(
            buyer=Organisation.objects.get(number=form.cleaned_data["buyer"]),
            lead=person_of(request),
            actor=actor,
            now=clock.now(),
            **form.values(),
        )
        messages.success(request, _("Konkurransen er påbegynt. Listen under viser hva som gjenstår."))
        return HttpResponseRedirect(reverse("competition", args=[made.number]))

    context = {
        "title": _("Ny konkurranse"),
        "lead": _("Velg prosedyre og fyll ut det du vet. Alt kan endres fram til kunngjøringen."),
        "button": _("Start konkurransen"),
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Konkurranser"), reverse("competitions")),
            Crumb(_("Ny konkurranse")),
        ],
    }
    return form_page(request, form, save, context)


@require_http_methods(["GET", "POST"])
@for_roles()
def about(request: HttpRequest, number: str) -> HttpResponse:
    """Title, description, codes and values."""
    competition = led_or_403(request, number)
    form = forms.AboutForm(request.POST or None, initial=forms.AboutForm.initial_of(competition))

    def save() -> HttpResponse:
        actions.change(competition, form.cleaned_data, actor=actor_of(request), now=clock.now())
        return _back(request, competition)

    return form_page(request, form, save, _context(competition, _("Om konkurransen")))


@require_http_methods(["GET", "POST"])
@for_roles()
def part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    """The rows of one part, with a form for a new one or, by ``?rad=``, for one that is there."""
    competition = led_or_403(request, number)
    page = PARTS.get(part)
    if page is None:
        raise Http404
    model: Any = page.form.model
    here = reverse("competition_part", args=[number, part])
    rows = actions.rows_of(competition, model)
    asked = request.GET.get("rad", "")
    row = rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    status, problems, form = 200, [], page.form(competition=competition, initial=_initial(page, row))
    grounds_form = request.POST.get("step") == "grounds"
    if request.method == "POST":
        actor, now = actor_of(request), clock.now()
        try:
            if request.POST.get("step") == "remove":
                actions.remove(competition, model, _id(request.POST.get("row", "")), actor=actor, now=now)
                return HttpResponseRedirect(here)
            if grounds_form:
                actions.ask_declaration(competition, request.POST.getlist("ground"), actor=actor, now=now)
                return HttpResponseRedirect(here)
            form = page.form(request.POST, competition=competition)
            if form.is_valid():
                actions.put(competition, model, row.pk if row else None, form.values(), actor=actor, now=now)
                messages.success(request, _("Lagret."))
                return HttpResponseRedirect(here)
            status = 422
        except BadInput as error:
            status, problems = 422, _at_fields(form, error)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    found = list(rows)
    paging = Paging.read(request.GET.dict(), len(found), 50)
    context = {
        **_context(competition, str(page.title), str(page.lead)),
        "page": page,
        "rows": [(one.pk, page.labelled(one)) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "form": form,
        "row": row,
        "problems": problems,
        "editable": competition.stage == "preparing",
        "sheet": part == "prisskjema",
        "downloads": _sheet_downloads(competition) if part == "prisskjema" else [],
        "grounds": _grounds(competition) if part == "kvalifikasjon" else [],
    }
    return render(request, "competitions/preparing/part.html", context, status=status)


@require_POST
@for_roles()
def upload_lines(request: HttpRequest, number: str) -> HttpResponse:
    """Let the lines of a workbook or CSV file be the price sheet."""
    competition = led_or_403(request, number)
    form = forms.SheetForm(request.POST, request.FILES)
    problems = [Problem("", "required", _("Velg en fil."))]
    status = 422
    if form.is_valid():
        try:
            lines = price_sheet.read_lines(form.cleaned_data["file"].read(), competition)
            actions.replace_price_lines(competition, lines, actor=actor_of(request), now=clock.now())
            messages.success(request, _("Prisskjemaet har nå %(lines)s linjer.") % {"lines": len(lines)})
            return HttpResponseRedirect(reverse("competition_part", args=[number, "prisskjema"]))
        except BadInput as error:
            problems = list(error.problems[:100])
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    context = {
        **_context(competition, _("Prisskjema")),
        "problems": problems,
        "downloads": _sheet_downloads(competition),
    }
    return render(request, "competitions/preparing/faults.html", context, status=status)


@require_safe
def price_sheet_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The price sheet as a workbook; also the template to fill in."""
    competition = seen_or_404(request, number)
    response = HttpResponse(price_sheet.workbook(competition), content_type=_SHEET)
    response["Content-Disposition"] = f'attachment; filename="prisskjema-{competition.number}.xlsx"'
    return response


@require_safe
def price_sheet_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The price sheet as CSV."""
    competition = seen_or_404(request, number)
    return csv_answer(
        f"prisskjema-{competition.number}", price_sheet.headings(), price_sheet.rows_of_sheet(competition)
    )


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
            return _back(request, competition)
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
    context = {**_context(competition, _("Kontraktsklausuler"), lead), "rows": rows, "problems": problems}
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
        return _back(request, competition)

    rule = rule_book().rule("ENV", on=day)
    context = _context(competition, _("Klima og miljø"), in_language(rule.text))
    return form_page(request, form, save, {**context, "rules": [rule, rule_book().rule("ENV-ALT", on=day)]})


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
                actions.let_member_go(competition, _id(request.POST.get("row", "")), actor=actor, now=now)
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
            problems = _at_fields(form, error)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    members = competition.team.select_related("person").order_by("task", "person__name")
    rows = [(one, TASKS[one.task], one.task == "lead" and one.person_id == competition.lead_id) for one in members]
    lead = _("To åpner tilbudene sammen. De som evaluerer, ser kvaliteten uten å kjenne prisen.")
    context = {**_context(competition, _("Laget"), lead), "form": form, "rows": rows, "problems": problems}
    return render(request, "competitions/preparing/team.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles()
def deadlines(request: HttpRequest, number: str) -> HttpResponse:
    """The dates, with the earliest lawful day beside each that the law counts."""
    competition = led_or_403(request, number)
    kind = procedure(competition.procedure)
    now = clock.now()
    names = tuple(row.field for row in kind.dates)
    initial = {name: getattr(competition, name) for name in (*names, "voluntary_standstill")}
    initial |= {"reason": competition.deadline_reason}
    form = forms.DeadlinesForm(
        request.POST or None, names=names, voluntary=kind.standstill == "voluntary", initial=initial
    )

    def save() -> HttpResponse:
        actions.set_deadlines(competition, **form.cleaned_data, actor=actor_of(request), now=now)
        return _back(request, competition)

    today = clock.local_day(now)
    rows = [
        (in_language(row.title), found.due, found.rules[0])
        for row in kind.dates
        if row.field in ("requests_until", "tenders_until") and (found := earliest(row, today)) is not None
    ]
    answer = answers_by(clock.local_day(competition.tenders_until), today) if competition.tenders_until else None
    context = {
        **_context(competition, _("Frister"), _("Dagene er regnet fra i dag, og flytter seg med dagen det sendes ut.")),
        "earliest": rows,
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
                problems = _at_fields(form, error)
            except Refused as refused:
                status, problems = 409, [Problem("", refused.code, refused.text)]
    return render(
        request, template, {"button": _("Lagre"), **context, "form": form, "problems": problems}, status=status
    )


def _context(competition: Competition, title: str, lead: str = "") -> dict[str, Any]:
    return {"competition": competition, "title": title, "lead": lead, "crumbs": crumbs(competition, Crumb(title))}


def _back(request: HttpRequest, competition: Competition) -> HttpResponse:
    messages.success(request, _("Lagret."))
    return HttpResponseRedirect(reverse("competition", args=[competition.number]))


def _at_fields(form: django_forms.Form, error: BadInput) -> list[Problem]:
    """Put each problem beside its field; those without one are given back."""
    rest = []
    for problem in error.problems:
        name = {"lot_id": "lot", "criterion_id": "purpose"}.get(problem.where, problem.where)
        if name in form.fields:
            form.add_error(name, problem.text)
        else:
            rest.append(problem)
    return rest


def _initial(page: Any, row: Any) -> dict[str, Any]:
    return page.form.initial_of(row) if row is not None else {}


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _grounds(competition: Competition) -> list[tuple[str, str, bool, bool]]:
    asked = set(competition.requirements.exclude(ground="").values_list("ground", flat=True))
    rows = exclusion_grounds()
    return [(one.code, in_language(one.title), one.mandatory, one.mandatory or one.code in asked) for one in rows]


def _sheet_downloads(competition: Competition) -> list[Download]:
    empty = not PriceSheetLine.objects.filter(lot__competition=competition).exists()
    note = _("Mal") if empty else ""
    return [
        Download("XLSX", reverse("price_sheet_xlsx", args=[competition.number]), "file", note),
        Download("CSV", reverse("price_sheet_csv", args=[competition.number]), "csv", note),
    ]
