"""What is open to all: the change log and the journal of cases, with access to their documents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.marketplace.firms.policy import KEEPERS, keeps
from fellestorg.marketplace.listings.models import Listing
from fellestorg.marketplace.moderation import access, senders
from fellestorg.marketplace.moderation import changes as log
from fellestorg.marketplace.moderation import journal as register
from fellestorg.marketplace.moderation.changes import Change
from fellestorg.marketplace.moderation.models import CaseAccess, ModerationCase
from fellestorg.marketplace.moderation.reaching import crumbs, person_of
from fellestorg.marketplace.moderation.words import ACCESS_OUTCOMES
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_CHANGE = ("at", "kind", "listing", "title", "firm", "version", "case", "reason", "source", "text")
_ENTRY = ("case", "document", "date", "direction", "title", "about", "party", "ground")
_SIZE, _FEED = 50, 100


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was published, corrected and removed in the marketplace, the newest first."""
    kind, key, rows = _wanted(request)
    paging = Paging.read(request.GET.dict(), rows.count(), _SIZE)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "rows": [(one, log.KINDS[one.kind]) for one in log.changes(list(rows[paging.start : paging.stop]))],
        "kinds": [(code, words[0]) for code, words in log.KINDS.items()],
        "chosen": kind,
        "key": key,
        "paging": paging,
        "downloads": [
            Download("CSV", reverse("market_changes_csv") + query, "csv"),
            Download("JSON", reverse("market_changes_json") + query, "json"),
            Download("Atom", reverse("market_changes_atom") + query),
        ],
        "crumbs": crumbs(Crumb(_("Endringslogg"))),
    }
    return render(request, "marketplace/moderation/changes.html", context)


@require_safe
def changes_csv(request: HttpRequest) -> HttpResponse:
    """The change log as CSV."""
    found = log.changes(list(_wanted(request)[2]))
    return csv_answer("endringer", _CHANGE, (list(_change(one).values()) for one in found))


@require_safe
def changes_json(request: HttpRequest) -> HttpResponse:
    """The change log as JSON."""
    return json_answer({"changes": [_change(one) for one in log.changes(list(_wanted(request)[2]))]})


@require_safe
def changes_atom(request: HttpRequest) -> HttpResponse:
    """The newest of the change log as an Atom feed."""
    page = f"{settings.BASE_URL}{reverse('market_changes')}"
    feed = Atom1Feed(
        title=_("Endringer i markedsplassen for skytjenester"), link=page, description="",
        language=get_language() or "nb", feed_url=f"{settings.BASE_URL}{reverse('market_changes_atom')}",
    )  # fmt: skip
    for one in log.changes(list(_wanted(request)[2][:_FEED])):
        feed.add_item(
            title=f"{log.KINDS[one.kind][0]}: {one.title}", link=f"{settings.BASE_URL}{one.link}",
            description=" ".join(filter(None, (one.firm + ".", one.reason.label + "." if one.reason else "", one.text))),
            unique_id=f"{page}#{one.id}", pubdate=one.at, updateddate=one.at,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """The public journal: every document of moderation's cases, shielded where there is a ground."""
    sizes = register.sizes()
    paging = Paging.read(request.GET.dict(), sum(sizes.values()), _SIZE)
    context = {
        "rows": [
            (one, register.DIRECTIONS[one.direction]) for one in register.stretch(sizes, paging.start, paging.stop)
        ],
        "paging": paging,
        "downloads": [
            Download("CSV", reverse("moderation_journal_csv"), "csv"),
            Download("JSON", reverse("moderation_journal_json"), "json"),
        ],
        "crumbs": crumbs(Crumb(_("Offentlig journal"))),
    }
    return render(request, "marketplace/moderation/journal.html", context)


@require_safe
def journal_csv(request: HttpRequest) -> HttpResponse:
    """The journal as CSV."""
    found = register.entries(register.cases())
    return csv_answer("journal", _ENTRY, (list(one.as_row().values()) for one in found))


@require_safe
def journal_json(request: HttpRequest) -> HttpResponse:
    """The journal as JSON."""
    return json_answer({"entries": [one.as_row() for one in register.entries(register.cases())]})


@require_http_methods(["GET", "HEAD", "POST"])
def journal_case(request: HttpRequest, key: int) -> HttpResponse:
    """A case's documents: the entries, and what they say where access has been given. Anybody asks for access here."""
    case = get_object_or_404(ModerationCase, pk=key)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        now = clock.now()
        try:
            access.ask(case, sender=senders.sender_of(request, now), actor=actor_of(request), now=now)
            messages.success(request, _("Kravet er registrert. Svaret kommer på denne siden."))
            return HttpResponseRedirect(reverse("moderation_journal_case", args=[key]))
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    return _case_page(request, case, problems, status)


@require_POST
@for_roles(*KEEPERS)
def decide_access(request: HttpRequest, key: int) -> HttpResponse:
    """Decide on the request that waits in a case."""
    case = get_object_or_404(ModerationCase, pk=key)
    waiting = case.access_requests.filter(outcome=CaseAccess.Outcome.WAITING).first()
    if waiting is None:
        raise Http404
    said = request.POST
    try:
        access.decide(
            waiting, said.get("outcome", ""), [int(one) for one in said.getlist("held_back") if one.isdecimal()],
            said.get("ground", ""), said.get("reason", ""), actor=actor_of(request), person=person_of(request),
            now=clock.now(),
        )  # fmt: skip
    except BadInput as error:
        return _case_page(request, case, error.problems, 422)
    except Refused as refused:
        return _case_page(request, case, (Problem("", refused.code, refused.text),), 409)
    messages.success(request, _("Innsynskravet er avgjort."))
    return HttpResponseRedirect(reverse("moderation_journal_case", args=[key]))


def _case_page(request: HttpRequest, case: ModerationCase, problems: tuple[Problem, ...], status: int) -> HttpResponse:
    inside = keeps(actor_of(request)).allowed
    asked = list(case.access_requests.all())
    readable = set(access.open_to_all(case))
    known = register.grounds()
    entries = access.documents(case)
    context = {
        "case": case,
        "about": entries[0].about if entries else "",
        "documents": [(one, register.DIRECTIONS[one.direction], inside or one.number in readable) for one in entries],
        "requests": [(one, ACCESS_OUTCOMES[one.outcome], access.due(one), known.get(one.ground)) for one in asked],
        "waits": any(one.outcome == CaseAccess.Outcome.WAITING for one in asked),
        "decides": inside,
        "grounds": list(known.values()),
        "outcomes": [(code, words[0]) for code, words in ACCESS_OUTCOMES.items() if code != "waiting"],
        "given": request.POST,
        "held_back": request.POST.getlist("held_back"),
        "errors": {one.where: one.text for one in problems},
        "problems": problems,
        "crumbs": crumbs(Crumb(_("Offentlig journal"), reverse("moderation_journal")), Crumb(case.reference)),
    }
    return render(request, "marketplace/moderation/journal_case.html", context, status=status)


def _wanted(request: HttpRequest) -> tuple[str, str, Any]:
    kind, key = request.GET.get("slag", ""), request.GET.get("tjeneste", "")[:80]
    kind = kind if kind in log.KINDS else ""
    key = key if key and Listing.objects.filter(key=key).exists() else ""
    return kind, key, log.rows(kind, key)


def _change(one: Change) -> dict[str, Any]:
    return {
        "at": one.at, "kind": one.kind, "listing": one.key, "title": one.title, "firm": one.firm, "version": one.version,
        "case": one.case, "reason": one.reason.code if one.reason else "", "source": one.reason.source if one.reason else "",
        "text": one.text,
    }  # fmt: skip
