"""The page of an advance notice, and the pages on which it is written, changed and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.policy import STARTERS, may_start
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import localised
from fellestorg.marketplace.opportunities import notices
from fellestorg.marketplace.opportunities.forms import NoticeForm
from fellestorg.marketplace.opportunities.models import AdvanceNotice
from fellestorg.marketplace.opportunities.pages import crumbs
from fellestorg.marketplace.opportunities.words import KINDS, TONES, division_name
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused


@require_safe
def advance_notice(request: HttpRequest, key: int) -> HttpResponse:
    """What is planned or asked about; also after it is over, so that its address goes on leading somewhere."""
    return _page(request, _row_or_404(key))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*STARTERS)
def new_notice(request: HttpRequest) -> HttpResponse:
    """Tell of something that is planned, or ask the market about it."""
    actor, person = actor_of(request), request.person  # type: ignore[attr-defined]
    form = NoticeForm(request.POST if request.method == "POST" else None, buyers=_buyers(actor))

    def publish() -> AdvanceNotice:
        buyer = Organisation.objects.get(number=form.cleaned_data["buyer"])
        return notices.publish(form.told(), buyer, actor=actor, person=person, now=clock.now())

    title, done = _("Fortell om noe som kommer"), _("Kunngjort. Den står i lista nå.")
    return _written(request, form, publish, done, {"title": title, "crumbs": crumbs(Crumb(_("Ny")))})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*STARTERS)
def change_notice(request: HttpRequest, key: int) -> HttpResponse:
    """Say it otherwise."""
    row, actor = _mine_or_403(request, key), actor_of(request)
    form = NoticeForm(request.POST if request.method == "POST" else None, buyers=[], row=row)

    def change() -> AdvanceNotice:
        seen = form.cleaned_data["seen"]
        return notices.change(row, form.told(row.kind), -1 if seen is None else seen, actor=actor, now=clock.now())

    path = crumbs(Crumb(row.title, reverse("advance_notice", args=[key])), Crumb(_("Endre")))
    more = {"title": _("Endre"), "eyebrow": row.title, "crumbs": path}
    return _written(request, form, change, _("Endringen er kunngjort."), more)


@require_POST
@for_roles(*STARTERS)
def withdraw_notice(request: HttpRequest, key: int) -> HttpResponse:
    """Take it off the list."""
    row = _mine_or_403(request, key)
    try:
        notices.withdraw(row, request.POST.get("reason", ""), actor=actor_of(request), now=clock.now())
    except BadInput as error:
        return _page(request, row, error=" ".join(one.text for one in error.problems), status=422)
    except Refused as refused:
        return _page(request, row, error=refused.text, status=409)
    messages.success(request, _("Trukket. Den står ikke i lista lenger."))
    return HttpResponseRedirect(reverse("advance_notice", args=[key]))


def _written(
    request: HttpRequest, form: NoticeForm, write: Callable[[], AdvanceNotice], done: str, more: dict[str, Any]
) -> HttpResponse:
    """The form; or where it was sent, the notice as it now stands, or the form with all that is wrong."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = write()
            except BadInput as error:
                _beside(form, error)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
            else:
                messages.success(request, done)
                return HttpResponseRedirect(reverse("advance_notice", args=[row.pk]))
    return render(request, "marketplace/opportunities/notice_form.html", {"form": form, **more}, status=status)


def _page(request: HttpRequest, row: AdvanceNotice, error: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    planned = row.kind == AdvanceNotice.Kind.PLANNED
    passed = (
        (row.expected_on is not None and row.expected_on < clock.local_day(now))
        if planned
        else (row.answer_until is not None and row.answer_until <= now)
    )
    became = row.competition if row.competition and row.competition.published_at else None
    context = {
        "row": row,
        "kind": KINDS[row.kind],
        "tone": TONES[row.kind],
        "planned": planned,
        "over": passed and row.withdrawn_at is None and became is None,
        "became": became,
        "agreement": _agreement(row.agreement),
        "divisions": [division_name(code) for code in dict.fromkeys(one[:2] for one in row.cpv)],
        "may_change": may_start(actor_of(request), row.buyer.number).allowed and row.withdrawn_at is None,
        "error": error,
        "reason": request.POST.get("reason", ""),
        "crumbs": crumbs(Crumb(row.title)),
    }
    return render(request, "marketplace/opportunities/notice.html", context, status=status)


def _agreement(row: FrameworkAgreement | None) -> tuple[str, str] | None:
    return (localised(row, "title"), reverse("agreement", args=[row.key])) if row else None


def _row_or_404(key: int) -> AdvanceNotice:
    row = AdvanceNotice.objects.select_related("buyer", "agreement", "competition").filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _mine_or_403(request: HttpRequest, key: int) -> AdvanceNotice:
    row = _row_or_404(key)
    if not may_start(actor_of(request), row.buyer.number).allowed:
        raise PermissionDenied
    return row


def _buyers(actor: Actor) -> list[tuple[str, str]]:
    rows = Organisation.objects.filter(number__in=actor.organisations(*STARTERS))
    return [(one.number, one.name) for one in rows]


def _beside(form: NoticeForm, error: BadInput) -> None:
    at = {"answer_until": "answer_day"}
    for problem in error.problems:
        where = at.get(problem.where, problem.where)
        form.add_error(where if where in form.fields else None, problem.text)
