"""SI's queue, a case with all that decides it, and the firm's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
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
from fellestorg.marketplace.moderation.models import Complaint, ModerationCase
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.marketplace.moderation.words import COMPLAINT_STATES, DECIDED, KINDS, OUTCOMES, STATES, STEPS
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_READERS = (*KEEPERS, RoleGrant.Role.AUDITOR)
_COLUMNS = (
    "kind", "case", "listing", "version", "title", "firm", "waiting_since", "handler", "state", "first_publication",
)  # fmt: skip


@never_cache
@require_safe
@for_roles(*_READERS)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be decided: publications, removals, reported faults and complaints, the longest first."""
    kind = request.GET.get("slag", "")
    rows = _rows()
    counts = {code: sum(1 for row in rows if row["kind"] == code) for code in KINDS}
    context = {
        "rows": [row for row in rows if kind not in KINDS or row["kind"] == kind],
        "kinds": [(code, words, counts[code]) for code, words in KINDS.items()],
        "chosen": kind if kind in KINDS else "",
        "total": len(rows),
        "downloads": [
            Download("CSV", reverse("moderation_csv"), "csv"),
            Download("JSON", reverse("moderation_json"), "json"),
        ],
        "crumbs": crumbs(Crumb(_("Moderering"))),
    }
    return render(request, "marketplace/moderation/queue.html", context)


@require_safe
@for_roles(*_READERS)
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The queue as CSV."""
    return csv_answer("moderering", _COLUMNS, ([row[name] for name in _COLUMNS] for row in _rows()))


@require_safe
@for_roles(*_READERS)
def queue_json(request: HttpRequest) -> HttpResponse:
    """The queue as JSON."""
    return json_answer({"cases": [{name: row[name] for name in _COLUMNS} for row in _rows()]})


@require_POST
@for_roles(*KEEPERS)
def take_case(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Take a submitted version on oneself."""
    version = get_object_or_404(ListingVersion, listing__key=key, number=number)
    try:
        case = deciding.take(version, actor=actor_of(request), person=person_of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("moderation"))
    return HttpResponseRedirect(reverse("moderation_case", args=[case.pk]))


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
@for_roles(*_READERS)
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


def seen_case(request: HttpRequest, key: int) -> ModerationCase:
    """A case for SI, auditors and those who write for its firm; a report only once the firm has been asked."""
    found = ModerationCase.objects.select_related(
        "version__listing__firm__organisation", "first", "handler", "report", "complaint"
    )
    row, actor = found.filter(pk=key).first(), actor_of(request)
    if row is None or actor.key == ANONYMOUS.key:
        raise Http404
    if not sees_everything(actor):
        unknown = row.kind == ModerationCase.Kind.REPORT and row.answer_by is None
        if unknown or not may_edit(actor, row.version.listing.firm).allowed:
            raise Http404
    return row


def firm_name(version: ListingVersion) -> str:
    """The firm's name, as on its page."""
    return version.listing.firm.organisation.name


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
        "reasons": reason_choices(),
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


def _rows() -> list[dict[str, Any]]:
    rows = [*_waiting(), *_cases(), *_complaints()]
    return sorted(rows, key=lambda row: (row["since"] is None, row["since"]))


def _waiting() -> list[dict[str, Any]]:
    """Submitted versions that nobody has taken."""
    taken = ModerationCase.objects.exclude(state="closed").filter(kind="publication").values("version")
    versions = ListingVersion.objects.filter(state=ListingVersion.State.SUBMITTED).exclude(pk__in=taken)
    found = versions.select_related("listing__firm__organisation").prefetch_related("listing__versions")
    return [_row(one, "publication", "waiting", one.submitted_at) for one in found]


def _cases() -> list[dict[str, Any]]:
    cases = ModerationCase.objects.exclude(state="closed").select_related(
        "version__listing__firm__organisation", "handler"
    )
    made = []
    for case in cases.prefetch_related("version__listing__versions"):
        version, publication = case.version, case.kind == ModerationCase.Kind.PUBLICATION
        if publication and version.state != ListingVersion.State.SUBMITTED:
            continue
        state = "reported" if case.kind == ModerationCase.Kind.REPORT and case.state == "open" else case.state
        since = version.submitted_at if publication else case.opened_at
        link = reverse("moderation_case", args=[case.pk])
        handler = case.handler.name if case.handler else ""
        made.append(_row(version, case.kind, state, since, case.reference, handler, link))
    return made


def _complaints() -> list[dict[str, Any]]:
    rows = Complaint.objects.exclude(state=Complaint.State.CLOSED).select_related(
        "case__version__listing__firm__organisation", "first"
    )
    return [
        _row(
            one.case.version, "complaint", one.state, one.made_at, one.case.reference, one.first.name if one.first else "",
            reverse("moderation_complaint", args=[one.pk]),
        )
        for one in rows.prefetch_related("case__version__listing__versions")
    ]  # fmt: skip


def _row(
    version: ListingVersion,
    kind: str,
    state: str,
    since: datetime | None,
    case: str = "",
    handler: str = "",
    link: str = "",
) -> dict[str, Any]:
    was_public = any(one.published_at for one in version.listing.versions.all())
    return {
        "kind": kind, "kind_name": KINDS[kind], "case": case, "listing": version.listing.key, "version": version.number,
        "title": version.text("title"), "firm": firm_name(version), "since": since,
        "waiting_since": since.isoformat() if since else "", "handler": handler, "state": state,
        "shown": COMPLAINT_STATES[state] if kind == "complaint" else STATES[state],
        "first_publication": kind == "publication" and not was_public, "link": link,
    }  # fmt: skip


def reason_choices() -> list[tuple[str, str]]:
    """The reasons one may choose among."""
    return [(one.code, one.label) for one in reasons().by_code.values()]


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; 403 for others."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise PermissionDenied
    return person


def crumbs(*more: Crumb) -> list[Crumb]:
    """The path to moderation's pages."""
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), *more]
