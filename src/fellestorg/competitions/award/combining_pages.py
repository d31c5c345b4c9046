"""The page of an award over lots: what it costs, what the limits cost, and what the losers lacked."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions.award import combining, combining_runs
from fellestorg.competitions.award.models import CombinationRun
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.award.words import LIMITS, STEPS
from fellestorg.competitions.evaluation.entrance import evaluated
from fellestorg.competitions.evaluation.policy import prices_may_be_seen
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.limits import limits_shown
from fellestorg.competitions.preparing.plan import current_plan
from fellestorg.competitions.reaching import crumbs, person_of, problems_of
from fellestorg.competitions.words import reason_text
from fellestorg.engines.evaluation import PRICED_QUALITY
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles, json_answer
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Decision, Problem, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def combination(request: HttpRequest, number: str) -> HttpResponse:
    """Show the award over lots and how far its computation has come, or ask for it."""
    competition = _priced(request, number)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            run = combining_runs.ask(competition, actor=actor_of(request), person=person_of(request))
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            if run is None:
                messages.info(request, _("Den samlede tildelingen er alt regnet ut, og rangeringene er de samme."))
            return HttpResponseRedirect(reverse("award_over_lots", args=[number]))
    found = combining.newest(competition)
    view = combining.shown(competition, found) if found else None
    run, plan = combining_runs.newest(competition), current_plan(competition)
    context = {
        "competition": competition,
        "view": view,
        "limits": limits_shown(competition),
        "costs": _costs(view) if view else None,
        "priced_quality": plan is not None and plan.model in PRICED_QUALITY,
        "prices": [(LIMITS[key], price) for key, price in view.limits] if view else [],
        "may_combine": may_award(actor_of(request), competition).allowed and competition.stage == "evaluating",
        "run": run if run is not None and run.state in run.UNDER_WAY else None,
        "seconds": int((clock.now() - run.asked_at).total_seconds()) if run is not None else 0,
        "step": STEPS[run.step] if run is not None else "",
        "refusal": _refusal(run),
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Samlet tildeling"))),
    }
    return render(request, "competitions/award/combination.html", context, status=status)


@require_safe
@for_roles()
def combination_json(request: HttpRequest, number: str) -> HttpResponse:
    """The problem as `fellestorg award` reads it."""
    found = combining.newest(_priced(request, number))
    if found is None:
        raise Http404
    return json_answer(combining.kept(found)["problem"])


def _costs(view: combining.Combined) -> tuple[Decimal, Decimal] | None:
    """What is counted for having that many suppliers: all lots together, and each for itself. None where it is nothing."""
    together = view.total - sum((one.price for one in view.won), Decimal(0))
    apart = view.lot_by_lot_total - sum((one.alone_price for one in view.won), Decimal(0))
    return (together, apart) if round(together, 2) or round(apart, 2) else None


def _priced(request: HttpRequest, number: str) -> Competition:
    competition = evaluated(request, number)
    if not all(prices_may_be_seen(actor_of(request), lot).allowed for lot in competition.lots.all()):
        raise PermissionDenied
    return competition


def _refusal(run: CombinationRun | None) -> str:
    if run is None or not run.refusal:
        return ""
    return reason_text(Decision("refused", run.refusal["code"], params=run.refusal["params"]))
