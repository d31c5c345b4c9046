"""A complaint: the firm writes it, a handler who did not decide the case decides it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_people
from fellestorg.marketplace.firms.policy import sees_everything
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.listings.words import refusal_text
from fellestorg.marketplace.moderation import complaints
from fellestorg.marketplace.moderation.acting import reason_of
from fellestorg.marketplace.moderation.models import Complaint, ModerationCase
from fellestorg.marketplace.moderation.reaching import crumbs, firm_name, person_of, seen_case
from fellestorg.marketplace.moderation.reasons import choices
from fellestorg.marketplace.moderation.words import COMPLAINT_DECIDED, COMPLAINT_OUTCOMES, COMPLAINT_STATES, DECIDED
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def complaint(request: HttpRequest, key: int) -> HttpResponse:
    """Complain, see how the complaint stands, decide it."""
    case = seen_case(request, key)
    row = Complaint.objects.select_related("made_by", "first", "second").filter(pk=key).first()
    if row is None and complaints.complain_by(case) is None:
        raise Http404
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            _do(request, case, row)
            messages.success(request, _("Lagret."))
            return HttpResponseRedirect(reverse("moderation_complaint", args=[key]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    return render(
        request, "marketplace/moderation/complaint.html", _context(request, case, row, problems), status=status
    )


def _do(request: HttpRequest, case: ModerationCase, row: Complaint | None) -> None:
    actor, person, now, said = actor_of(request), person_of(request), clock.now(), request.POST.get
    if row is None:
        complaints.complain(case, said("text", ""), actor=actor, person=person, now=now)
    else:
        complaints.decide(
            row,
            said("outcome", ""),
            said("grounds", ""),
            reason=said("reason", ""),
            actor=actor,
            person=person,
            now=now,
        )


def _context(
    request: HttpRequest, case: ModerationCase, row: Complaint | None, problems: tuple[Problem, ...]
) -> dict[str, Any]:
    actor, rules = actor_of(request), complaints.rules()
    inside = sees_everything(actor)
    if row is not None:
        row.case = case
    handles = complaints.may_handle(actor, row, getattr(request, "person", None)) if row else None
    is_open = row is not None and row.state != Complaint.State.CLOSED
    told = row is not None and (row.state in ("closed", "forwarded") or inside)
    return {
        "case": case,
        "title": case.version.text("title"),
        "firm": firm_name(case.version),
        "decided": DECIDED.get(case.outcome, ""),
        "reason": reason_of(case),
        "complaint": row,
        "state": COMPLAINT_STATES[row.state] if row else None,
        "late": row is not None and complaints.is_late(row),
        "outcome": (COMPLAINT_DECIDED if row.state == "closed" else COMPLAINT_OUTCOMES).get(row.outcome, "")
        if row and told
        else "",
        "grounds": row.grounds if row and told else "",
        "complain_by": complaints.complain_by(case),
        "past": (until := complaints.complain_by(case)) is not None and clock.today() > until,
        "may_complain": row is None and complaints.may_complain(actor, case, clock.now()).allowed,
        "writes": may_edit(actor, case.version.listing.firm).allowed,
        "decides": is_open and handles is not None and handles.allowed,
        "why_not": refusal_text(handles.reason) if is_open and inside and handles and not handles.allowed else "",
        "outcomes": [(code, COMPLAINT_OUTCOMES[code]) for code in complaints.outcomes(row)] if row and is_open else [],
        "reasons": choices() if case.outcome == "refuse" else [],
        "stands": complaints.stands(case),
        "rules": rules,
        "sources": [rules.sources[name] for name in ("period", "late", "handling")],
        "given": request.POST,
        "errors": {one.where: one.text for one in problems},
        "problems": problems,
        "crumbs": crumbs(
            Crumb(_("Moderering"), reverse("moderation") if inside else ""),
            Crumb(case.reference, reverse("moderation_case", args=[case.pk])), Crumb(_("Klage")),
        ),
    }  # fmt: skip
