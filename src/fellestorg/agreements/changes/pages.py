"""Pages about proposed changes: what waits for whom, what was decided, and the decision itself."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import policy
from fellestorg.agreements.changes import views as proposal_views
from fellestorg.agreements.changes.views import READERS, STATES
from fellestorg.agreements.models import ChangeProposal
from fellestorg.agreements.panels import Panel, Trial, trial_panels
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_COLUMNS = (
    "id", "kind", "agreement", "lot", "state", "reason", "proposed_by", "proposed_at", "decided_by", "decided_at",
    "decision_reason",
)  # fmt: skip


class DecisionForm(forms.Form):
    """Why somebody decides as they do."""

    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Må fylles ut når du avviser."),
    )


class AnewForm(forms.Form):
    """Why a stale proposal is made anew; the field is not called as the decision's, which stands on the same page."""

    why = forms.CharField(
        label=gettext_lazy("Hvorfor foreslår du dette?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Den som skal avgjøre, ser dette. Minst ti tegn."),
    )


@require_safe
@for_roles(*READERS)
def proposals_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, and everything else that is or was proposed."""
    actor, rows = actor_of(request), _listed(request)
    paging = Paging.read(request.GET.dict(), len(rows), 25)
    parameters = request.GET.urlencode()
    context = {
        "waiting": proposal_views.waiting_for(actor),
        "rows": rows[paging.start : paging.stop],
        "paging": paging,
        "states": list(STATES.items()),
        "state": request.GET.get("status", ""),
        "downloads": [
            Download("CSV", f"{reverse('proposals_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('proposals_json')}?{parameters}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Avtaler"), reverse("agreements")), Crumb(_("Endringer"))],
    }
    return render(request, "agreements/proposals.html", context)


@require_safe
@for_roles(*READERS)
def proposals_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    rows = ([getattr(one, name) for name in _COLUMNS] for one in _listed(request))
    return csv_answer("endringer", _COLUMNS, rows)


@require_safe
@for_roles(*READERS)
def proposals_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"proposals": [{name: getattr(one, name) for name in _COLUMNS} for one in _listed(request)]})


@require_safe
@for_roles(*READERS)
def proposal(request: HttpRequest, key: int) -> HttpResponse:
    """One proposal: before and after, why, who, and the buttons for whoever may press them."""
    return _page(request, _found(request, key), DecisionForm())


@require_POST
@for_roles(*READERS)
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Carry it out."""
    return _decide(request, key, proposals.approve, _("Endringen er godkjent og gjennomført."))


@require_POST
@for_roles(*READERS)
def reject(request: HttpRequest, key: int) -> HttpResponse:
    """Say no."""
    return _decide(request, key, proposals.reject, _("Endringen er avvist."))


@require_POST
@for_roles(*READERS)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take it back."""
    return _decide(request, key, proposals.withdraw, _("Forslaget er trukket."))


@require_POST
@for_roles(*READERS)
def anew(request: HttpRequest, key: int) -> HttpResponse:
    """Make a stale proposal anew from today's state."""
    row, form = _found(request, key), AnewForm(request.POST)
    if not form.is_valid():
        return _page(request, row, DecisionForm(), status=422, again=form)
    try:
        made = proposals.propose_anew(row, form.cleaned_data["why"], actor=actor_of(request), now=clock.now())
    except BadInput as error:
        rest = []
        for problem in error.problems:
            if problem.where == "reason":
                form.add_error("why", problem.text)
            else:
                rest.append(problem)
        return _page(request, row, DecisionForm(), rest, status=422, again=form)
    except Refused as refused:
        return _page(request, row, DecisionForm(), [Problem("", refused.code, refused.text)], status=409, again=form)
    messages.success(request, _("Forslaget er laget på nytt. En annen må godkjenne det før det gjelder."))
    return HttpResponseRedirect(reverse("proposal", args=[made.pk]))


def _decide(request: HttpRequest, key: int, verb: Callable[..., ChangeProposal], done: str) -> HttpResponse:
    row, form = _found(request, key), DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        verb(row, form.cleaned_data["reason"], actor=actor_of(request), now=clock.now())
    except BadInput as error:
        rest = []
        for problem in error.problems:
            if problem.where == "reason":
                form.add_error("reason", problem.text)
            else:
                rest.append(problem)
        return _page(request, row, form, rest, status=422)
    except Refused as refused:
        row.refresh_from_db()
        return _page(request, row, form, [Problem("", refused.code, refused.text)], status=409)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("proposal", args=[key]))


def _page(
    request: HttpRequest,
    row: ChangeProposal,
    form: DecisionForm,
    problems: list[Problem] | None = None,
    status: int = 200,
    again: AnewForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    view = proposal_views.view_of(row, actor)
    stale = proposal_views.stale_of(row, actor, clock.now())
    context = {
        "proposal": view,
        "form": form,
        "stale": stale,
        "again": (again or AnewForm(initial={"why": row.reason})) if stale is not None and stale.may_remake else None,
        "problems": problems or [],
        "panels": _trials(row, request, actor),
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Avtaler"), reverse("agreements")),
            Crumb(_("Endringer"), reverse("proposals")),
            Crumb(view.row.kind_name),
        ],
    }
    return render(request, "agreements/proposal.html", context, status=status)


def _trials(row: ChangeProposal, request: HttpRequest, actor: Actor) -> list[Panel]:
    """What a proposed policy would lead to, while it is to be decided."""
    if row.kind != policy.KIND or row.lot is None or row.state != ChangeProposal.State.PROPOSED:
        return []
    return trial_panels(Trial(row.lot, row.payload["change"]["document"], request.GET.dict(), actor))


def _listed(request: HttpRequest) -> list[proposal_views.ProposalRow]:
    state = request.GET.get("status", "")
    agreement = request.GET.get("avtale", "").replace("\x00", "")[:60]
    return proposal_views.listed(actor_of(request), state=state if state in STATES else "", agreement=agreement)


def _found(request: HttpRequest, key: int) -> ChangeProposal:
    row = proposal_views.find(actor_of(request), key)
    if row is None:
        raise Http404
    return row
