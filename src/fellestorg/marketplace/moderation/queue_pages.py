"""SI's queue: what waits to be decided, and taking it on oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.marketplace.firms.policy import KEEPERS
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.moderation import deciding
from fellestorg.marketplace.moderation.models import Complaint, ModerationCase
from fellestorg.marketplace.moderation.reaching import READERS, crumbs, firm_name, person_of
from fellestorg.marketplace.moderation.words import COMPLAINT_STATES, KINDS, STATES
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import Refused

_COLUMNS = (
    "kind", "case", "listing", "version", "title", "firm", "waiting_since", "handler", "state", "first_publication",
)  # fmt: skip


@never_cache
@require_safe
@for_roles(*READERS)
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
@for_roles(*READERS)
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The queue as CSV."""
    return csv_answer("moderering", _COLUMNS, ([row[name] for name in _COLUMNS] for row in _rows()))


@require_safe
@for_roles(*READERS)
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
