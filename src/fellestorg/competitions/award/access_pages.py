"""The pages of access requests and debrief meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.award import access as acts
from fellestorg.competitions.award.models import AccessRequest, DebriefSlot
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.award.words import ABOUT, ACCESS_OUTCOMES
from fellestorg.competitions.evaluation.entrance import tenderer
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.reaching import crumbs, person_of, problems_of, seen_or_404
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel import clock, files
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_TONES = {"waiting": "warning", "given": "success", "partly": "info", "refused": "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, number: str) -> HttpResponse:
    """Requests for access and their answers, open to everybody, and the form to ask by. Nobody needs to sign in."""
    competition = seen_or_404(request, number)
    if request.method == "POST":
        return _do(request, competition, lambda: _asked(request, competition), _("Kravet er registrert."), _access)
    return _access(request, competition)


@require_safe
def access_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The requests as a sheet."""
    rows = _rows(request, seen_or_404(request, number))
    heading = ["id", "about", "tender", "asked_by", "received_at", "due", "outcome", "reason", "source", "decided_at"]
    return csv_answer(f"innsyn-{number}", heading, [list(one.values()) for one in rows])


@require_safe
def access_json(request: HttpRequest, number: str) -> HttpResponse:
    """The requests as data."""
    return json_answer({"requests": _rows(request, seen_or_404(request, number))})


@require_POST
@for_roles()
def decide(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Decide on a request."""
    competition = seen_or_404(request, number)
    row = competition.access_requests.filter(pk=key).first()
    if row is None:
        raise Http404
    upload = request.FILES.get("redacted")
    version = acts.Redacted(upload.name or "", upload.read(acts.LARGEST + 1)) if upload else None
    return _do(
        request,
        competition,
        lambda: acts.decide(
            row,
            request.POST.get("outcome", ""),
            request.POST.get("reason", ""),
            rule_id=request.POST.get("source", ""),
            redacted=version,
            actor=actor_of(request),
            person=person_of(request),
        ),
        _("Innsynskravet er avgjort."),
        _access,
    )


@require_safe
def redacted(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The redacted version that was given."""
    competition = seen_or_404(request, number)
    row = next((one for one in acts.shown_to(actor_of(request), competition) if one.pk == key and one.redacted), None)
    if row is None or row.redacted is None:
        raise Http404
    answer = HttpResponse(files.content_of(row.redacted), content_type=row.redacted.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{row.redacted.name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def debrief(request: HttpRequest, number: str) -> HttpResponse:
    """Times for debrief meetings: the lead sets them, a tenderer takes one."""
    competition = seen_or_404(request, number)
    if request.method == "POST":
        return _do(request, competition, lambda: _offered(request, competition), _("Tiden er satt opp."), _debrief)
    return _debrief(request, competition)


@require_POST
@for_roles()
def book(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Take a time."""
    competition = seen_or_404(request, number)
    slot = competition.debriefs.filter(pk=key).first()
    if slot is None:
        raise Http404
    return _do(
        request,
        competition,
        lambda: acts.book_debrief(slot, actor=actor_of(request)),
        _("Møtet er avtalt."),
        _debrief,
    )


def _access(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    leads = may_award(actor, competition).allowed
    own = actor.organisations(RoleGrant.Role.SUPPLIER)
    tenders = opened(competition) if competition.opened_at else []
    tendered = any(one.supplier_number in own for one in tenders)
    # Who has tendered is not told before the choice is made.
    named = competition.decided_at is not None or may_see_inside(actor, competition).allowed
    today = clock.today()
    context = {
        "competition": competition,
        "rows": [
            {
                "row": one,
                "about": ABOUT[one.about],
                "outcome": ACCESS_OUTCOMES[one.outcome],
                "tone": _TONES[one.outcome],
                "due": acts.due(one),
                "late": one.decided_at is None and acts.due(one) < today,
                "open": one.outcome == AccessRequest.Outcome.WAITING,
            }
            for one in acts.shown_to(actor, competition)
        ],
        "leads": leads,
        "choices": [
            (key, name)
            for key, name in ABOUT.items()
            if (key != "reasons" or (competition.decided_at and (leads or tendered))) and (key != "tender" or named)
        ],
        "tenderers": sorted((one.supplier_number, one.supplier.name) for one in tenders) if named else [],
        "may_ask": competition.opened_at is not None,
        "outcomes": [(key, name) for key, name in ACCESS_OUTCOMES.items() if key != AccessRequest.Outcome.WAITING],
        "sources": [
            (rule.id, in_language(rule.title), rule.source, rule.verified) for rule in acts.sources(competition, today)
        ],
        "filled": request.POST.dict() if problems else {},
        "downloads": [
            Download("CSV", reverse("access_requests_csv", args=[competition.number]), "csv"),
            Download("JSON", reverse("access_requests_json", args=[competition.number]), "json"),
        ],
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Innsyn"))),
    }
    return render(request, "competitions/award/access.html", context, status=status)


def _debrief(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    leads = may_see_inside(actor, competition).allowed
    own = actor.organisations(RoleGrant.Role.SUPPLIER)
    now = clock.now()
    tendered = competition.letters.filter(supplier__number__in=own).exists()
    if not leads and not tendered:
        raise Http404
    slots = list(competition.debriefs.select_related("supplier"))
    has = any(one.supplier and one.supplier.number in own for one in slots)
    context = {
        "competition": competition,
        "rows": [
            (one, _whom(one, own, leads), tendered and not has and one.supplier is None and one.at > now)
            for one in slots
        ],
        "may_set": may_award(actor, competition).allowed and competition.decided_at is not None,
        "filled": request.POST.dict() if problems else {},
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Debriefmøte"))),
    }
    return render(request, "competitions/award/debrief.html", context, status=status)


def _whom(slot: DebriefSlot, own: frozenset[str] | set[str], inside: bool) -> str:
    if slot.supplier is None:
        return str(_("Ledig"))
    # Tenderers do not see who else meets the team.
    return slot.supplier.name if inside or slot.supplier.number in own else str(_("Opptatt"))


def _asked(request: HttpRequest, competition: Competition) -> AccessRequest:
    whose = request.POST.get("supplier", "")
    return acts.ask(
        competition,
        request.POST.get("about", ""),
        whose=tenderer(whose) if whose and request.POST.get("about") == "tender" else None,
        asked_by=request.POST.get("asked_by", ""),
        actor=actor_of(request),
    )


def _offered(request: HttpRequest, competition: Competition) -> DebriefSlot:
    try:
        at = datetime.fromisoformat(f"{request.POST.get('day', '')}T{request.POST.get('time', '')}")
        minutes = int(request.POST.get("minutes", ""))
    except ValueError:
        raise BadInput.of("at", "not_a_time", _("Oppgi dag, klokkeslett og antall minutter.")) from None
    return acts.offer_debrief(competition, at.replace(tzinfo=OSLO), minutes, actor=actor_of(request))


def _do(
    request: HttpRequest,
    competition: Competition,
    act: Callable[[], object],
    told: str,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    try:
        act()
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return page(request, competition, problems, status)
    messages.success(request, told)
    name = "debrief" if page is _debrief else "access_requests"
    return HttpResponseRedirect(reverse(name, args=[competition.number]))


def _rows(request: HttpRequest, competition: Competition) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "about": one.about,
            "tender": one.supplier.number if one.supplier else "",
            "asked_by": one.asked_by,
            "received_at": one.received_at.isoformat(),
            "due": acts.due(one).isoformat(),
            "outcome": one.outcome,
            "reason": one.reason,
            "source": one.source,
            "decided_at": one.decided_at.isoformat() if one.decided_at else "",
        }
        for one in acts.shown_to(actor_of(request), competition)
    ]
