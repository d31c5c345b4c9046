"""A case with all that decides it, the firm's answer, and notice of a removal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.marketplace.firms.policy import KEEPERS, sees_everything
from fellestorg.marketplace.listings import drafts, shown
from fellestorg.marketplace.listings.advice import advice_on
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit, may_rule
from fellestorg.marketplace.listings.queries import Published, as_seen
from fellestorg.marketplace.listings.questions import category
from fellestorg.marketplace.moderation import casefile, deciding, reports
from fellestorg.marketplace.moderation.acting import reason_of
from fellestorg.marketplace.moderation.complaints import complain_by
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.marketplace.moderation.reaching import READERS, crumbs, firm_name, person_of, seen_case
from fellestorg.marketplace.moderation.reasons import choices, reasons
from fellestorg.marketplace.moderation.words import COMPLAINT_STATES, DECIDED, KINDS, OUTCOMES, STATES, STEPS
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, key: int) -> HttpResponse:
    """A case: what is claimed and what it rests on, what has changed, what the language checker found; and the decision.
    The firm reads what concerns it, and answers here."""
    row = seen_case(request, key)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            _do(request, row)
            messages.success(request, _("Lagret."))
            return HttpResponseRedirect(reverse("moderation_case", args=[key]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    return render(request, "marketplace/moderation/case.html", _context(request, row, problems), status=status)


@never_cache
@require_safe
@for_roles(*READERS)
def case_file(request: HttpRequest, key: int) -> HttpResponse:
    """The case as the archive takes it."""
    row = seen_case(request, key)
    answer = HttpResponse(casefile.pack(row), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{row.reference}.zip"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*KEEPERS)
def notice(request: HttpRequest, key: str) -> HttpResponse:
    """Tell a firm that its public listing may be removed."""
    version = ListingVersion.objects.select_related("listing__firm__organisation").filter(
        listing__key=key, state=ListingVersion.State.PUBLISHED
    )
    row = version.first()
    if row is None:
        raise Http404
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            made = deciding.give_notice(
                row, request.POST.get("reason", ""), request.POST.get("text", ""), actor=actor_of(request),
                person=person_of(request), now=clock.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("moderation_case", args=[made.pk]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    running = ModerationCase.objects.filter(version=row, kind=ModerationCase.Kind.REMOVAL).exclude(
        state=ModerationCase.State.CLOSED
    )
    context = {
        "title": row.text("title"), "firm": firm_name(row), "key": key, "problems": problems,
        "errors": {one.where: one.text for one in problems}, "running": running.first(),
        "reasons": reasons().by_code.values(), "rule": reasons(), "days": reasons().answer_days, "given": request.POST,
        "at_once": [one.label for one in reasons().by_code.values() if one.at_once],
        "crumbs": crumbs(Crumb(_("Moderering"), reverse("moderation")), Crumb(_("Varsle om fjerning"))),
    }  # fmt: skip
    return render(request, "marketplace/moderation/notice.html", context, status=status)


def _do(request: HttpRequest, row: ModerationCase) -> None:
    actor, person, now = actor_of(request), person_of(request), clock.now()
    said = request.POST.get
    if said("do") == "answer":
        deciding.answer(row, said("text", ""), actor=actor, person=person, now=now)
    elif said("do") == "ask" and row.kind == ModerationCase.Kind.REPORT:
        reports.ask_firm(row, said("text", ""), actor=actor, person=person, now=now)
    elif row.kind == ModerationCase.Kind.REPORT:
        reports.settle(
            row, said("outcome", ""), said("reason", ""), said("text", ""), actor=actor, person=person, now=now
        )
    elif row.kind == ModerationCase.Kind.PUBLICATION:
        deciding.decide(
            row, said("outcome", ""), said("reason", ""), said("text", ""), actor=actor, person=person, now=now
        )
    else:
        deciding.settle(row, said("outcome", ""), said("text", ""), actor=actor, person=person, now=now)


def _context(request: HttpRequest, row: ModerationCase, problems: tuple[Problem, ...]) -> dict[str, Any]:
    actor, version = actor_of(request), row.version
    seen = as_seen(version, actor, clock.today(), everything=True)
    decides = may_rule(actor, version.listing.firm).allowed and row.state != ModerationCase.State.CLOSED
    inside, own = sees_everything(actor), getattr(request, "person", None)
    told = inside or row.state in ("closed", "hearing")
    report = getattr(row, "report", None)
    complaint = getattr(row, "complaint", None)
    said_mine = own is not None and row.first_id == own.pk
    first_time = not version.listing.versions.filter(published_at__isnull=False).exists()
    firm_may_complain = complaint is None and complain_by(row) is not None
    return {
        "case": row,
        "title": version.text("title"),
        "firm": firm_name(version),
        "category": found.label if (found := category(version.listing.category)) else "",
        "kind": KINDS[row.kind],
        "state": STATES["reported" if report and row.state == "open" else row.state],
        "outcome": _outcome(row) if told else "",
        "reason": reason_of(row) if told else None,
        "told": told,
        "problems": problems,
        "errors": {one.where: one.text for one in problems},
        "report": report,
        "about": reports.about_words(report.about) if report else "",
        "about_now": _now_says(seen, report.about) if report else None,
        "sections": shown.sections(seen, "listing_draft_file", number=version.number),
        "prices": shown.prices(seen.prices),
        "texts": [(code, said) for code, said in version.texts.items()],
        "changes": shown.change_words(drafts.changes(version)) if row.state != ModerationCase.State.CLOSED else [],
        "first_time": first_time,
        "advice": advice_on(version),
        "decides": decides and (report is not None or not said_mine),
        "asks": decides and report is not None and row.state == ModerationCase.State.OPEN,
        "waits_for_another": decides and report is None and said_mine,
        "outcomes": [(code, OUTCOMES[code]) for code in _outcomes(row)],
        "needs_reason": row.kind != ModerationCase.Kind.REMOVAL,
        "publication": row.kind == ModerationCase.Kind.PUBLICATION,
        "recommended": row.state == ModerationCase.State.RECOMMENDED,
        "days": reports.rules().answer_days,
        "reasons": choices(),
        "answers": may_edit(actor, version.listing.firm).allowed
        and row.state == ModerationCase.State.HEARING
        and row.answered_at is None,
        "complaint": complaint,
        "complaint_state": COMPLAINT_STATES[complaint.state] if complaint else None,
        "complain_by": complain_by(row) if firm_may_complain else None,
        "inside": inside,
        "steps": [(step, STEPS.get(step.verb, step.verb)) for step in row.steps.select_related("by")] if inside else [],
        "given": request.POST,
        "crumbs": crumbs(Crumb(_("Moderering"), reverse("moderation") if inside else ""), Crumb(row.reference)),
    }


def _outcome(row: ModerationCase) -> str:
    """What is decided, recommended, or given notice of."""
    if row.kind == ModerationCase.Kind.REMOVAL and row.state == ModerationCase.State.HEARING:
        return _("Varslet om fjerning")
    return str((DECIDED if row.state == ModerationCase.State.CLOSED else OUTCOMES).get(row.outcome, ""))


def _outcomes(row: ModerationCase) -> tuple[str, ...]:
    if row.kind == ModerationCase.Kind.REPORT:
        return reports.OUTCOMES
    return ("publish", "refuse") if row.kind == ModerationCase.Kind.PUBLICATION else ("remove", "keep")


def _now_says(seen: Published, about: str) -> shown.AnswerShown | None:
    """The answer that a report is about."""
    found = [
        one for section in shown.sections(seen, "listing_draft_file", number=seen.number) for one in section.answers
    ]
    return next((one for one in found if one.key == about), None)
