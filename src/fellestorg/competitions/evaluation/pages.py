"""The overview of the evaluation, and qualification and rejection. Each page calls one query or action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions import procedures
from fellestorg.competitions.evaluation import actions, policy, queries
from fellestorg.competitions.evaluation.entrance import (
    evaluated,
    evaluation_page,
    lot_of,
    overview_crumb,
    tenderer,
)
from fellestorg.competitions.evaluation.grounds import REDUCE, ground, rejection_grounds
from fellestorg.competitions.evaluation.models import Rejection
from fellestorg.competitions.evaluation.shown import qualification_table
from fellestorg.competitions.evaluation.words import OUTCOMES
from fellestorg.competitions.models import Competition, CompetitionLot, TeamMember
from fellestorg.competitions.reaching import crumbs, person_of, problems_of
from fellestorg.competitions.words import TASKS, reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import in_language
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@require_safe
@for_roles()
def evaluation(request: HttpRequest, number: str) -> HttpResponse:
    """Where the evaluation stands: impartiality, qualification, each lot's scores and ranking, rejected tenders."""
    return _overview(request, evaluated(request, number))


@require_POST
@for_roles()
def declare(request: HttpRequest, number: str) -> HttpResponse:
    """Declare oneself impartial, or step back."""
    competition = evaluated(request, number)
    conflict = request.POST.get("habil") != "ja"
    return _do(
        request,
        competition,
        lambda: actions.declare(
            competition,
            request.POST.get("text", ""),
            conflict=conflict,
            actor=actor_of(request),
            person=person_of(request),
        ),
        _("Takk. Erklæringen er lagret."),
        evaluation_page,
    )


@require_POST
@for_roles()
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the evaluation."""
    competition = evaluated(request, number)
    return _do(
        request,
        competition,
        lambda: actions.start(competition, actor=actor_of(request)),
        _("Evalueringen er startet."),
        evaluation_page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def qualification(request: HttpRequest, number: str) -> HttpResponse:
    """Every tenderer against every requirement; the lead decides cell by cell."""
    competition = evaluated(request, number)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            _decided(request, competition)
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            messages.success(request, _("Avgjørelsen er lagret."))
            return HttpResponseRedirect(reverse("qualification", args=[number]))
    context = {
        "competition": competition,
        "table": qualification_table(competition),
        "outcomes": list(OUTCOMES.items()),
        "may_decide": policy.may_decide(actor_of(request), competition).allowed,
        "problems": problems,
        "crumbs": crumbs(competition, overview_crumb(competition), Crumb(_("Kvalifisering"))),
    }
    return render(request, "competitions/evaluation/qualification.html", context, status=status)


@require_POST
@for_roles()
def close_quality(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """Close a lot's quality, or open it again with a reason."""
    competition = evaluated(request, number)
    row = lot_of(competition, lot)
    actor, person = actor_of(request), person_of(request)
    if "reason" in request.POST:
        return _do(
            request,
            competition,
            lambda: actions.reopen_quality(row, request.POST["reason"], actor=actor, person=person),
            _("Kvaliteten er åpnet igjen. Loggen sier hvorfor."),
            evaluation_page,
        )
    return _do(
        request,
        competition,
        lambda: actions.close_quality(row, actor=actor, person=person),
        _("Kvaliteten er lukket. Prisene vises nå."),
        lambda one: reverse("ranking", args=[one.number, row.key]),
    )


@require_POST
@for_roles()
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """Take a tender out with a ground and a reason, or take it in again."""
    competition = evaluated(request, number)
    actor, person, given = actor_of(request), person_of(request), request.POST

    def act() -> None:
        if given.get("rejection", "").isdigit():
            row = Rejection.objects.filter(pk=given["rejection"], competition=competition).first()
            if row is None:
                raise Http404
            actions.take_in(row, given.get("reason", ""), actor=actor, person=person)
            return
        lot = lot_of(competition, given["lot"]) if given.get("lot") else None
        actions.reject(
            competition,
            tenderer(given.get("supplier", "")),
            given.get("ground", ""),
            given.get("reason", ""),
            lot=lot,
            actor=actor,
            person=person,
        )

    return _do(request, competition, act, _("Avgjørelsen er lagret."), evaluation_page)


def _overview(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    team = list(competition.team.filter(stepped_back_at=None).select_related("person"))
    mine = [one for one in team if one.person.key == actor.key]
    notice = competition.notice_date or clock.today()
    steps = [one for one in procedures.open_moves(competition, clock.now()) if one.move.key == "evaluate"]
    context = {
        "competition": competition,
        "team": [(one, TASKS[one.task]) for one in team],
        "must_declare": any(one.declared_at is None for one in mine),
        "is_evaluator": any(one.task == TeamMember.Task.EVALUATOR for one in mine),
        "may_decide": policy.may_decide(actor, competition).allowed,
        "start": [(one.possible, [reason_text(refusal) for refusal in one.refusals]) for one in steps],
        "lots": [_lot_view(lot, actor) for lot in competition.lots.all()],
        "grounds": [(key, in_language(ground(key, notice).title), ground(key, notice)) for key in rejection_grounds()],
        "clarifications": reverse("clarifications", args=[competition.number]),
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Evaluering"))),
    }
    return render(request, "competitions/evaluation/evaluation.html", context, status=status)


def _lot_view(lot: CompetitionLot, actor: Any) -> dict[str, Any]:
    rows = queries.standings(lot)
    notice = lot.competition.notice_date or clock.today()
    out = [
        (one.tender, one.rejection, in_language(ground(one.rejection.ground, notice).title))
        for one in rows
        if one.rejection is not None
    ]
    return {
        "lot": lot,
        "tenders": [one.tender for one in rows if one.remains],
        "out": [
            (title, found)
            for title, found in (
                (_("Avviste tilbud"), [one for one in out if one[1].ground != REDUCE]),
                (_("Ikke valgt til neste runde"), [one for one in out if one[1].ground == REDUCE]),
            )
            if found
        ],
        "closed": queries.is_closed(lot),
        "progress": queries.progress(lot),
        "ranking": queries.newest_ranking(lot) if policy.prices_may_be_seen(actor, lot).allowed else None,
    }


def _decided(request: HttpRequest, competition: Competition) -> None:
    if request.POST.get("do") == "all":
        _decided_as_declared(request, competition)
        return
    requirement = competition.requirements.filter(key=request.POST.get("requirement", "")).first()
    if requirement is None:
        raise BadInput.of("requirement", "unknown", _("Velg et av konkurransens krav."))
    actions.decide_requirement(
        requirement,
        tenderer(request.POST.get("supplier", "")),
        request.POST.get("outcome", ""),
        request.POST.get("reason", ""),
        actor=actor_of(request),
        person=person_of(request),
    )


def _decided_as_declared(request: HttpRequest, competition: Competition) -> None:
    """What a tenderer declares that it meets is met, where nothing is decided yet."""
    supplier = tenderer(request.POST.get("supplier", ""))
    line = next((one for one in qualification_table(competition) if one.tender.supplier == supplier), None)
    waiting = [
        actions.Decided(cell.requirement, supplier, "met")
        for cell in (line.cells if line else ())
        if not cell.outcome and cell.declared and cell.declared["met"]
    ]
    if waiting:
        actions.decide_requirements(competition, waiting, actor=actor_of(request), person=person_of(request))


def _do(
    request: HttpRequest,
    competition: Competition,
    act: Callable[[], object],
    told: str,
    back: Callable[[Competition], str],
) -> HttpResponse:
    try:
        act()
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return _overview(request, evaluated(request, competition.number), problems, status)
    messages.success(request, told)
    return HttpResponseRedirect(back(competition))
