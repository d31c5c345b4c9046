"""Questions to one tenderer: asking and assessing for the team, answering for the tenderer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.competitions.evaluation import clarifying, policy
from fellestorg.competitions.evaluation.entrance import evaluated, overview_crumb
from fellestorg.competitions.evaluation.models import Clarification
from fellestorg.competitions.evaluation.reading import due_day
from fellestorg.competitions.evaluation.words import KINDS
from fellestorg.competitions.models import Competition
from fellestorg.competitions.reaching import crumbs, person_of, problems_of
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def clarifications(request: HttpRequest, number: str) -> HttpResponse:
    """Every question to tenderers about their tenders, for the team; the lead asks new ones."""
    competition = evaluated(request, number)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            _asked(request, competition)
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            messages.success(request, _("Spørsmålet er sendt til leverandøren."))
            return HttpResponseRedirect(reverse("clarifications", args=[number]))
    rows = competition.clarifications.select_related("supplier", "asked_by").order_by("-id")
    context = {
        "competition": competition,
        "rows": [(one, KINDS[Clarification.Kind(one.kind)], one.due < clock.now()) for one in rows],
        "tenders": opened(competition),
        "kinds": list(KINDS.items()),
        "filled": request.POST.dict() if problems else {},
        "may_decide": policy.may_decide(actor_of(request), competition).allowed,
        "problems": problems,
        "crumbs": crumbs(competition, overview_crumb(competition), Crumb(_("Avklaringer"))),
    }
    return render(request, "competitions/evaluation/clarifications.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def clarification(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """One question: the tenderer answers it, the team writes what it made of the answer."""
    row, asked = _clarification(request, number, key)
    problems: tuple[Problem, ...] = ()
    status = 200
    actor = actor_of(request)
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            if asked:
                clarifying.answer(row, text, actor=actor, person=person_of(request))
            else:
                clarifying.assess(row, text, actor=actor)
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            messages.success(request, _("Svaret er sendt.") if asked else _("Vurderingen er lagret."))
            return HttpResponseRedirect(request.path)
    competition = row.competition
    context = {
        "competition": competition,
        "row": row,
        "kind": KINDS[Clarification.Kind(row.kind)],
        "may_answer": policy.may_answer(actor, row).allowed,
        "may_assess": not asked and policy.may_decide(actor, competition).allowed and not row.assessment,
        "inside": not asked,
        "late": row.answered_at is not None and row.answered_at > row.due,
        "filled": request.POST.get("text", "") if problems else "",
        "problems": problems,
        "crumbs": crumbs(competition, *([] if asked else [overview_crumb(competition)]), Crumb(_("Avklaring"))),
    }
    return render(request, "competitions/evaluation/clarification.html", context, status=status)


def _asked(request: HttpRequest, competition: Competition) -> None:
    supplier = Organisation.objects.filter(number=request.POST.get("supplier", "")).first()
    if supplier is None or supplier.number not in {one.supplier_number for one in opened(competition)}:
        raise BadInput.of("supplier", "unknown", _("Velg en av tilbyderne."))
    clarifying.ask(
        competition,
        supplier,
        request.POST.get("kind", ""),
        request.POST.get("text", ""),
        due_day(request.POST.dict()),
        actor=actor_of(request),
        person=person_of(request),
    )


def _clarification(request: HttpRequest, number: str, key: int) -> tuple[Clarification, bool]:
    """The question, and whether the reader is the tenderer that was asked. 404 for everybody else."""
    row = (
        Clarification.objects.filter(pk=key, competition__number=number)
        .select_related("supplier", "competition__buyer", "competition__lead")
        .first()
    )
    if row is None:
        raise Http404
    actor = actor_of(request)
    if row.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return row, True
    if not policy.may_see_tenders(actor, row.competition).allowed:
        raise Http404
    return row, False
