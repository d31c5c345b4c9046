"""The lead's pages of the first stage: what is announced, the candidates, the selection, and the letters."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions import procedures
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation.entrance import tenderer
from fellestorg.competitions.evaluation.grounds import ground, rejection_grounds
from fellestorg.competitions.evaluation.words import OUTCOMES
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.competitions.preparing.forming import back, form_page, page_context
from fellestorg.competitions.reaching import crumbs, led_or_403, person_of, problems_of, seen_or_404
from fellestorg.competitions.selecting import actions, policy, queries, requests
from fellestorg.competitions.selecting.models import CandidateLetter
from fellestorg.competitions.selecting.papers import letter_paper
from fellestorg.competitions.selecting.shown import candidate_views, table_rows
from fellestorg.competitions.selecting.words import LETTERS, METHODS
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import in_language
from fellestorg.ui.paper import pdf
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_LIST = ("supplier", "name", "standing", "place", "total", "selected")
_STEPS = ("close_requests", *actions.INVITING)
_GROUNDS = ("REJECT-UNMET", "REJECT-EXCLUDED")


class RulesForm(forms.Form):
    """How many go on, and how they are chosen."""

    minimum = forms.IntegerField(label=gettext_lazy("Minst så mange inviteres"), min_value=1, max_value=100)
    maximum = forms.IntegerField(
        label=gettext_lazy("Høyst så mange inviteres"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("La stå tomt når alle som er kvalifisert, skal inviteres."),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Slik brukes kriteriene"), choices=list(METHODS.items()), widget=forms.RadioSelect
    )
    rounds = forms.BooleanField(
        label=gettext_lazy("Antallet kan reduseres mellom rundene, etter tildelingskriteriene"), required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def announced(request: HttpRequest, number: str) -> HttpResponse:
    """What the notice will say of how the field is reduced."""
    competition = led_or_403(request, number)
    if not policy.two_stages(competition):
        raise Http404
    given = queries.rules_of(competition)
    names = ("minimum", "maximum", "method", "rounds")
    form = RulesForm(request.POST or None, initial={name: getattr(given, name) for name in names})

    def save() -> HttpResponse:
        actions.announce(competition, **form.cleaned_data, actor=actor_of(request), now=clock.now())
        return back(request, competition)

    least, rule = queries.law_minimum(competition)
    lead = _("Loven krever at minst %(least)s inviteres når antallet begrenses og så mange er kvalifisert.")
    context = page_context(competition, _("Hvem som inviteres"), lead % {"least": least})
    return form_page(request, form, save, {**context, "rules": [rule]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def selection(request: HttpRequest, number: str) -> HttpResponse:
    """The candidates: qualification, points, who goes on, and the letters to all."""
    competition = seen_or_404(request, number)
    if not policy.two_stages(competition) or competition.stage == "preparing":
        raise Http404
    if not may_see_inside(actor_of(request), competition).allowed:
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, competition)
    steps = _steps(request, competition)
    name = request.POST.get("do", "")
    if name not in steps:
        raise Http404
    act, told = steps[name]
    try:
        act()
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return _page(request, Competition.objects.get(pk=competition.pk), problems, status)
    messages.success(request, told)
    return HttpResponseRedirect(request.path)


@require_safe
@for_roles()
def selection_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The candidates as a sheet."""
    rows = table_rows(_readable(request, number))
    return csv_answer(f"utvelgelse-{number}", _LIST, ([row[name] for name in _LIST] for row in rows))


@require_safe
@for_roles()
def selection_json(request: HttpRequest, number: str) -> HttpResponse:
    """The candidates, and what the newest selection rests on."""
    competition = _readable(request, number)
    newest = queries.newest_selection(competition)
    return json_answer(
        {
            "candidates": table_rows(competition),
            "selection": {"facts": newest.facts, "table": newest.placed} if newest else None,
        }
    )


@require_safe
@for_roles()
def request_file(request: HttpRequest, number: str, supplier: str, file: str) -> HttpResponse:
    """A file of a candidate's request."""
    competition = _readable(request, number)
    found = next((one for one in requests.candidates(competition) if one.row.supplier.number == supplier), None)
    content = requests.file_content(found, file) if found else None
    if content is None:
        raise Http404
    answer = HttpResponse(content[1], content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, content[0]) or "attachment"
    return answer


@require_safe
@for_roles()
def letter(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A letter to a candidate as a page."""
    row = _letter(request, number, key)
    context = {
        "letter": row,
        "paper": letter_paper(row),
        "language": row.language,
        "pdf": reverse("candidate_letter_pdf", args=[number, key]),
        "crumbs": crumbs(row.competition, Crumb(_("Brev"))),
    }
    return render(request, "competitions/award/letter.html", context)


@require_safe
@for_roles()
def letter_pdf(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The letter as an accessible PDF."""
    row = _letter(request, number, key)
    answer = HttpResponse(pdf(letter_paper(row)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="brev-{number}-{row.supplier.number}.pdf"'
    return answer


def _steps(request: HttpRequest, competition: Competition) -> dict[str, tuple[Callable[[], object], str]]:
    actor, person, given = actor_of(request), person_of(request), request.POST
    who: Any = {"actor": actor, "person": person}

    def decide() -> None:
        requirement = competition.requirements.filter(key=given.get("requirement", "")).first()
        if requirement is None:
            raise BadInput.of("requirement", "unknown", _("Kravet finnes ikke."))
        supplier = tenderer(given.get("supplier", ""))
        evaluating.decide_requirement(requirement, supplier, given.get("outcome", ""), given.get("reason", ""), **who)

    def decide_all() -> None:
        supplier = tenderer(given.get("supplier", ""))
        found = next((one for one in queries.candidates_of(competition) if one.number == supplier.number), None)
        declared = found.request.declared if found else {}
        met = [
            evaluating.Decided(requirement, supplier, "met")
            for requirement in competition.requirements.filter(key__in=found.waiting if found else ())
            if requirement.key in declared and declared[requirement.key].met
        ]
        if met:
            evaluating.decide_requirements(competition, met, **who)

    def reject() -> None:
        supplier = tenderer(given.get("supplier", ""))
        evaluating.reject(competition, supplier, given.get("ground", ""), given.get("reason", ""), **who)

    def take_in() -> None:
        row = competition.rejections.filter(supplier__number=given.get("supplier", "")).order_by("-id").first()
        if row is None:
            raise Http404
        evaluating.take_in(row, given.get("reason", ""), **who)

    def score() -> None:
        supplier = tenderer(given.get("supplier", ""))
        held = queries.points_of(competition)
        for key, points, reason in filled_points(request, [one.key for one in queries.criteria_of(competition)]):
            row = held.get((supplier.number, key))
            if row is None or (row.points, row.reason) != (points, reason.strip()):
                actions.give_points(competition, key, supplier, points, reason, **who)

    return {
        "close": (lambda: actions.close_requests(competition, actor=actor), _("Forespørslene er åpnet.")),
        "decide": (decide, _("Avgjørelsen er lagret.")),
        "decide_all": (decide_all, _("Avgjørelsene er lagret.")),
        "reject": (reject, _("Kandidaten er avvist.")),
        "take_in": (take_in, _("Kandidaten er tatt inn igjen.")),
        "score": (score, _("Poengene er lagret.")),
        "select": (lambda: actions.select(competition, **who), _("Utvelgelsen er gjort.")),
        "invite": (
            lambda: actions.invite(competition, actor=actor),
            _("De utvalgte er invitert, og alle har fått brev samtidig."),
        ),
    }


def filled_points(request: HttpRequest, keys: list[str]) -> list[tuple[str, Decimal, str]]:
    """The points that are filled in, by criterion. Raises BadInput for what is no number."""
    found, problems = [], []
    for key in keys:
        text, reason = request.POST.get(f"p:{key}", "").strip(), request.POST.get(f"r:{key}", "")[:5000]
        if not text and not reason.strip():
            continue
        try:
            found.append((key, decimal_in(text), reason))
        except RowError as error:
            problems.append(Problem(f"p:{key}", error.code, error.text))
    BadInput.raise_if(problems)
    return found


def _page(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    readable = policy.may_read_requests(actor, competition).allowed
    found = queries.candidates_of(competition) if readable else []
    newest = queries.newest_selection(competition)
    notice = competition.notice_date or clock.today()
    least, rule = queries.law_minimum(competition)
    moves = [one for one in procedures.open_moves(competition, clock.now()) if one.move.key in _STEPS]
    context: dict[str, Any] = {
        "competition": competition,
        "leads": may_lead(actor, competition).allowed,
        "may_select": policy.may_select(actor, competition).allowed,
        "readable": readable,
        "announced": queries.rules_of(competition),
        "method": METHODS[queries.rules_of(competition).method],
        "criteria": queries.criteria_of(competition),
        "least": least,
        "rule": rule,
        "candidates": candidate_views(competition, found),
        "outcomes": list(OUTCOMES.items()),
        "grounds": [
            (key, in_language(ground(key, notice).title), ground(key, notice))
            for key in rejection_grounds()
            if key in _GROUNDS
        ],
        "newest": newest,
        "current": newest is not None and queries.is_current(newest) if readable else False,
        "table": [row for row in table_rows(competition) if row["place"]] if newest and readable else [],
        "moves": [
            (one.move, in_language(one.move.title), one.possible, [reason_text(no) for no in one.refusals])
            for one in moves
        ],
        "letters": [
            (one, LETTERS[one.outcome])
            for one in competition.candidate_letters.select_related("supplier").order_by("supplier__name", "id")
        ],
        "downloads": [
            Download("CSV", reverse("selection_csv", args=[competition.number]), "csv"),
            Download("JSON", reverse("selection_json", args=[competition.number]), "json"),
        ]
        if readable
        else [],
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Utvelgelse"))),
    }
    return render(request, "competitions/selecting/selection.html", context, status=status)


def _readable(request: HttpRequest, number: str) -> Competition:
    competition = seen_or_404(request, number)
    if not policy.may_read_requests(actor_of(request), competition).allowed:
        raise PermissionDenied
    return competition


def _letter(request: HttpRequest, number: str, key: int) -> CandidateLetter:
    rows = CandidateLetter.objects.filter(pk=key, competition__number=number)
    row: CandidateLetter | None = rows.select_related("supplier", "competition__buyer", "competition__lead").first()
    if row is None or not policy.may_read_letter(actor_of(request), row).allowed:
        raise Http404
    return row
