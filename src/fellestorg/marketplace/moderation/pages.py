"""SI's queue, a case with all that decides it, and the firm's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import in_language
from fellestorg.marketplace.firms.policy import KEEPERS, sees_everything
from fellestorg.marketplace.listings import drafts, shown
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit, may_rule
from fellestorg.marketplace.listings.queries import as_seen
from fellestorg.marketplace.listings.questions import category, question
from fellestorg.marketplace.moderation import deciding, language
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_READERS = (*KEEPERS, RoleGrant.Role.AUDITOR)
_COLUMNS = ("listing", "version", "title", "firm", "waiting_since", "handler", "state", "first_publication")
STATES = {
    "waiting": (gettext_lazy("Venter"), "warning"),
    "open": (gettext_lazy("Tatt"), "info"),
    "recommended": (gettext_lazy("Innstilt, venter på en annen"), "info"),
    "hearing": (gettext_lazy("Firmaet kan uttale seg"), "warning"),
    "closed": (gettext_lazy("Avgjort"), "neutral"),
}
OUTCOMES = {
    "publish": gettext_lazy("Publiser"),
    "refuse": gettext_lazy("Avslå"),
    "remove": gettext_lazy("Fjern"),
    "keep": gettext_lazy("La stå"),
}
STEPS = {
    "taken": gettext_lazy("Tatt til behandling"),
    "recommended": gettext_lazy("Innstilt"),
    "decided": gettext_lazy("Avgjort"),
    "noticed": gettext_lazy("Firmaet er varslet"),
    "answered": gettext_lazy("Firmaet har uttalt seg"),
}


@never_cache
@require_safe
@for_roles(*_READERS)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be decided, the longest first, and listings that may have to go."""
    context = {
        "rows": _rows(),
        "downloads": [
            Download("CSV", reverse("moderation_csv"), "csv"),
            Download("JSON", reverse("moderation_json"), "json"),
        ],
        "crumbs": _crumbs(Crumb(_("Moderering"))),
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
        case = deciding.take(version, actor=actor_of(request), person=_person(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("moderation"))
    return HttpResponseRedirect(reverse("moderation_case", args=[case.pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, key: int) -> HttpResponse:
    """A case: what is claimed and what it rests on, what has changed, what the language checker found; and the decision.
    The firm reads what concerns it, and answers here."""
    found = ModerationCase.objects.select_related("version__listing__firm__organisation", "first", "handler").filter(
        pk=key
    )
    row = found.first()
    actor = actor_of(request)
    if row is None or actor.key == ANONYMOUS.key:
        raise Http404
    firm = row.version.listing.firm
    if not (sees_everything(actor) or may_edit(actor, firm).allowed):
        raise Http404
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
                person=_person(request), now=clock.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("moderation_case", args=[made.pk]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    context = {
        "title": row.text("title"), "firm": firm_name(row), "key": key, "problems": problems, "reasons": _reasons(),
        "days": reasons().answer_days, "source": reasons().source, "given": request.POST,
        "crumbs": _crumbs(Crumb(_("Moderering"), reverse("moderation")), Crumb(_("Varsle om fjerning"))),
    }  # fmt: skip
    return render(request, "marketplace/moderation/notice.html", context, status=status)


def firm_name(version: ListingVersion) -> str:
    """The firm's name, as on its page."""
    return version.listing.firm.organisation.name


def _do(request: HttpRequest, row: ModerationCase) -> None:
    actor, person, now = actor_of(request), _person(request), clock.now()
    said = request.POST.get
    if said("do") == "answer":
        deciding.answer(row, said("text", ""), actor=actor, person=person, now=now)
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
    publication = row.kind == ModerationCase.Kind.PUBLICATION
    reason = deciding.reason_of(row)
    inside = sees_everything(actor)
    first_time = not version.listing.versions.filter(published_at__isnull=False).exists()
    return {
        "case": row,
        "title": version.text("title"),
        "firm": firm_name(version),
        "category": found.label if (found := category(version.listing.category)) else "",
        "state": STATES[row.state],
        "outcome": OUTCOMES.get(row.outcome, "") if inside or row.state in ("closed", "hearing") else "",
        "reason": reason if inside or row.state in ("closed", "hearing") else None,
        "problems": problems,
        "sections": shown.sections(seen, "listing_draft_file", number=version.number),
        "prices": shown.prices(seen.prices),
        "texts": [(code, said) for code, said in version.texts.items()],
        "changes": [asked.text if (asked := question(one)) else one for one in drafts.changes(version)],
        "first_time": first_time,
        "findings": findings(version),
        "decides": decides and (row.first_id != _person(request).pk),
        "waits_for_another": decides and row.first_id == _person(request).pk,
        "outcomes": [(code, OUTCOMES[code]) for code in (("publish", "refuse") if publication else ("remove", "keep"))],
        "publication": publication,
        "reasons": _reasons(),
        "answers": may_edit(actor, version.listing.firm).allowed
        and row.state == ModerationCase.State.HEARING
        and row.answered_at is None,
        "inside": inside,
        "steps": [(step, STEPS.get(step.verb, step.verb)) for step in row.steps.select_related("by")] if inside else [],
        "given": request.POST,
        "crumbs": _crumbs(Crumb(_("Moderering"), reverse("moderation") if inside else ""), Crumb(row.reference)),
    }


def findings(version: ListingVersion) -> list[dict[str, Any]]:
    """What the language checker found in a version's texts, with what to write instead."""
    return [
        {"language": code, "text": one.text, "kind": one.kind, "advice": in_language(one.advice)}
        for code, said in version.texts.items()
        for name in ("title", "summary", "description")
        for one in language.check(str(said.get(name) or ""))
    ]


def _rows() -> list[dict[str, Any]]:
    waiting = ListingVersion.objects.filter(state=ListingVersion.State.SUBMITTED)
    cases = {one.version_id: one for one in ModerationCase.objects.exclude(state="closed").select_related("handler")}
    others = ListingVersion.objects.filter(pk__in=[pk for pk, one in cases.items() if one.kind == "removal"])
    rows = []
    for version in (waiting | others).select_related("listing__firm__organisation").order_by("submitted_at", "id"):
        case = cases.get(version.pk)
        state = case.state if case else "waiting"
        rows.append(
            {
                "listing": version.listing.key,
                "version": version.number,
                "title": version.text("title"),
                "firm": firm_name(version),
                "waiting_since": version.submitted_at.isoformat() if version.submitted_at else "",
                "since": version.submitted_at,
                "handler": case.handler.name if case and case.handler else "",
                "state": state,
                "shown": STATES[state],
                "first_publication": not version.listing.versions.filter(published_at__isnull=False).exists(),
                "link": reverse("moderation_case", args=[case.pk]) if case else "",
            }
        )
    return rows


def _reasons() -> list[tuple[str, str]]:
    return [(one.code, one.label) for one in reasons().by_code.values()]


def _person(request: HttpRequest) -> Person:
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise PermissionDenied
    return person


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), *more]
