"""The openers' pages: making and proving a key, giving it after the deadline, and the protocol of what was opened."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions import queries as competitions
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.tenders import halves, keys, opening, papers, renewing
from fellestorg.competitions.tenders.models import Opening, OpeningHalf
from fellestorg.competitions.tenders.policy import may_open
from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, for_people
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_KEY_FILE = 64 * 1024


@only_in_memory(_KEY_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def opening_key(request: HttpRequest) -> HttpResponse:
    """My key, and for administrators the organisation's escrow key: make one, and prove that it can be unlocked."""
    actor, person = actor_of(request), request.person  # type: ignore[attr-defined]
    escrow = Organisation.objects.filter(number__in=actor.organisations(RoleGrant.Role.SI_ADMIN)).first()
    if request.method == "POST":
        holder: Person | Organisation | None = escrow if request.POST.get("for") == "escrow" else person
        if holder is None:
            raise PermissionDenied
        try:
            return _key_action(request, holder, actor)
        except (BadInput, Refused) as error:
            status = 422 if isinstance(error, BadInput) else 409
            text = error.text if isinstance(error, Refused) else error.problems[0].text
            return _keys(request, person, escrow, text, status)
    return _keys(request, person, escrow)


@only_in_memory(_KEY_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def open_tenders(request: HttpRequest, number: str) -> HttpResponse:
    """Give my key after the deadline; the second one opens."""
    competition, actor = _seen(request, number), actor_of(request)
    problem, status = "", 200
    if request.method == "POST":
        upload = request.FILES.get("key")
        given = upload.read() if upload else b""
        try:
            if request.POST.get("do") == "lock":
                keys.lock_late(competition, actor=actor, now=clock.now())
                messages.success(request, _("Konkurransen har fått nøkkelen sin og kan ta imot tilbud."))
                return HttpResponseRedirect(reverse("open_tenders", args=[number]))
            person: Person = request.person  # type: ignore[attr-defined]
            if request.POST.get("do") == "renew":
                passphrase = request.POST.get("passphrase", "")
                made = renewing.give_key(competition, given, passphrase, person=person, actor=actor, now=clock.now())
                all_may = _("Alle som åpner, kan nå åpne med nøkkelen sin.")
                messages.success(request, all_may if made else _("Nøkkelen din er tatt imot. Den andre må gi sin."))
                return HttpResponseRedirect(reverse("open_tenders", args=[number]))
            done = opening.give_key(
                competition, given, request.POST.get("passphrase", ""), person=person, actor=actor, now=clock.now()
            )
        except Refused as refused:
            problem, status = refused.text, 409
        else:
            text = _("Tilbudene er åpnet.") if done.opening else _("Nøkkelen din er tatt imot. Den andre må gi sin.")
            messages.success(request, text)
            return HttpResponseRedirect(reverse("open_tenders", args=[number]))
    may = may_open(actor, competition, clock.now())
    context = {
        "competition": competition,
        "may": may.allowed,
        "why_not": "" if may.allowed else reason_text(may),
        "problem": problem,
        "people": _people(competition),
        "renew": renewing.may_renew(actor, competition).allowed,
        "renewed_for": renewing.without_envelope(competition),
        "renewing": (renewing_now := halves.waiting(competition, OpeningHalf.Purpose.RENEW)),
        "mine_renewed": any(one.key == actor.key for one in renewing_now),
        "may_lock": keys.may_lock_late(competition, actor, clock.now()),
        "escrow": keys.escrow_for(competition) is not None,
        "waiting": (waiting := halves.waiting(competition)),
        "mine_given": any(one.key == actor.key for one in waiting),
        "openings": [_opened(one) for one in competition.openings.select_related("first", "second")],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Konkurranser"), reverse("competitions")),
            Crumb(competition.number, reverse("competition", args=[number])),
            Crumb(_("Åpning")),
        ],
    }
    return render(request, "competitions/tenders/opening.html", context, status=status)


@require_safe
@for_people
def opening_protocol(request: HttpRequest, number: str, round: int) -> HttpResponse:
    """The protocol of an opening as a PDF."""
    competition = _seen(request, number)
    row = competition.openings.select_related("competition__buyer", "first", "second", "first_key", "second_key")
    found = row.filter(round=round).first()
    if found is None:
        raise Http404
    made = papers.opening_protocol(found, request.LANGUAGE_CODE)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="apningsprotokoll-{number}-{round}.pdf"'
    return answer


def _seen(request: HttpRequest, number: str) -> Competition:
    actor = actor_of(request)
    found = competitions.visible_to(actor).filter(number=number).first()
    if found is None or not may_see_inside(actor, found).allowed:
        raise Http404
    return found


def _people(competition: Competition) -> list[tuple[Person, str, str]]:
    late = renewing.without_envelope(competition)
    found = []
    for one in keys.openers(competition):
        if keys.key_of(one) is None:
            found.append((one, "warning", _("Mangler nøkkel")))
        elif one in late:
            found.append((one, "warning", _("Nøkkelen er ny og må slippes til")))
        else:
            found.append((one, "success", _("Har nøkkel")))
    return found


def _opened(row: Opening) -> dict[str, object]:
    tenders = row.tenders.select_related("tender__supplier").defer("tender__quality", "tender__price", "file_keys")
    return {
        "row": row,
        "tenders": [
            (one, papers.finding(one), bool(one.fault or one.bad_files))
            for one in tenders.order_by("tender__received_at")
        ],
    }


def _key_action(request: HttpRequest, holder: Person | Organisation, actor: Actor) -> HttpResponse:
    now, passphrase = clock.now(), request.POST.get("passphrase", "")
    if request.POST.get("do") == "make":
        if passphrase != request.POST.get("again", ""):
            raise BadInput.of("again", "differs", _("De to passordsetningene er ulike."))
        made = keys.make_key(holder, passphrase, actor=actor, now=now)
        name = holder.username if isinstance(holder, Person) else f"reserve-{holder.number}"
        answer = HttpResponse(made, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="apningsnokkel-{name}.age"'
        answer["Cache-Control"] = "no-store"
        return answer
    upload = request.FILES.get("key")
    if upload is None:
        raise BadInput.of("key", "required", _("Velg nøkkelfila."))
    keys.confirm_key(holder, upload.read(), passphrase, actor=actor, now=now)
    messages.success(request, _("Nøkkelen virker og er tatt i bruk."))
    return HttpResponseRedirect(reverse("opening_key"))


def _keys(
    request: HttpRequest, person: Person, escrow: Organisation | None, problem: str = "", status: int = 200
) -> HttpResponse:
    holders = [("own", _("Åpningsnøkkelen min"), person)]
    if escrow is not None:
        title = _("Reservenøkkelen til %s") % escrow.name
        holders.append(("escrow", title, escrow))  # type: ignore[arg-type]
    context = {
        "problem": problem,
        "shortest": keys.SHORTEST_PASSPHRASE,
        "holders": [{"kind": kind, "title": title, "key": keys.key_of(one)} for kind, title, one in holders],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Åpningsnøkkel"))],
    }
    return render(request, "competitions/tenders/key.html", context, status=status)
