"""The pages of shortlists: begun, written and fixed by the agency's buyers; read by its people and by auditors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.marketplace.listings.queries import published
from fellestorg.marketplace.shortlists import actions, queries, shown, using
from fellestorg.marketplace.shortlists.content import content_of, is_whole, since
from fellestorg.marketplace.shortlists.forms import Written, read_draft, read_wish
from fellestorg.marketplace.shortlists.models import Shortlist
from fellestorg.marketplace.shortlists.papers import shortlist_paper
from fellestorg.marketplace.shortlists.policy import MAKERS, may_change, may_make
from fellestorg.marketplace.shortlists.searching import freeze
from fellestorg.marketplace.shortlists.words import PURPOSES, STATES, VERDICTS
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui.paper import pdf
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_COLUMNS = ("id", "title", "purpose", "state", "buyer_number", "buyer", "made_at", "fixed_at", "sha256")
_ENTRY_COLUMNS = (
    "key", "title", "firm", "organisation", "category", "version", "sha256", "found_by_search", "verdict", "grounds",
)  # fmt: skip
_SIZE = 25


@require_safe
@for_roles(*MAKERS, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
def shortlists(request: HttpRequest) -> HttpResponse:
    """The agency's lists, the newest first; with ``?konkurranse=`` those that may be attached to it."""
    found = queries.visible_to(actor_of(request))
    number = request.GET.get("konkurranse", "").replace("\x00", "")[:40]
    if number:
        found = found.filter(state=Shortlist.State.FIXED)
    paging = Paging.read(request.GET.dict(), found.count(), _SIZE)
    context = {
        "rows": [shown.row_of(one) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "competition": number,
        "may_make": actor_of(request).has(*MAKERS),
        "downloads": [
            Download("CSV", reverse("shortlists_csv"), "csv"), Download("JSON", reverse("shortlists_json"), "json"),
        ],
        "crumbs": _crumbs(),
    }  # fmt: skip
    return render(request, "marketplace/shortlists/shortlists.html", context)


@require_safe
@for_roles(*MAKERS, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
def shortlists_csv(request: HttpRequest) -> HttpResponse:
    """The lists as CSV."""
    return csv_answer("kortlister", _COLUMNS, ([row[name] for name in _COLUMNS] for row in _plain(request)))


@require_safe
@for_roles(*MAKERS, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
def shortlists_json(request: HttpRequest) -> HttpResponse:
    """The lists as JSON."""
    return json_answer({"shortlists": _plain(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MAKERS)
def new_shortlist(request: HttpRequest) -> HttpResponse:
    """Begin one from a search (``sok``), from listings (``tjeneste``), or both."""
    actor, now = actor_of(request), clock.now()
    numbers = actor.organisations(*MAKERS)
    bodies = list(Organisation.objects.filter(number__in=numbers).order_by("name"))
    fields = request.POST if request.method == "POST" else request.GET
    wish = read_wish(fields)
    problems: list[Problem] = []
    status, too_many = 200, False
    if request.method == "POST":
        buyer = next((one for one in bodies if one.number == fields.get("virksomhet")), bodies[0])
        try:
            made = actions.begin(buyer, wish, actor=actor, person=_person(request), now=now)
        except BadInput as error:
            problems, status = list(error.problems), 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
            too_many = refused.code == "too_many_found"
        else:
            messages.success(request, _("Kortlista er påbegynt. Skriv hvorfor hver tjeneste er valgt eller ikke."))
            return HttpResponseRedirect(reverse("shortlist", args=[made.pk]))
    search: Any = None
    if wish.query and not too_many:
        try:
            search = freeze(wish.query, actor, now)
        except (BadInput, Refused) as error:
            if not problems:
                problems, status = _problems(error)
                too_many = isinstance(error, Refused)
    keys = list(dict.fromkeys([*wish.keys, *(one["key"] for one in (search or {}).get("listings", ()))]))
    listings = published(actor, clock.local_day(now), keys=keys) if keys else []
    context = {
        "wish": wish,
        "query": wish.query,
        "bodies": bodies,
        "chosen_body": fields.get("virksomhet", ""),
        "purposes": [(key, label, key == wish.purpose) for key, label in PURPOSES.items()],
        "search": shown.search_of(search),
        "listings": [(one.text("title", _language()), one.firm.name) for one in listings],
        "may_skip_search": too_many and bool(wish.keys),
        "problems": _worded(problems),
        "rule": shown.equal_treatment(clock.local_day(now)),
        "crumbs": _crumbs(Crumb(_("Ny kortliste"))),
    }
    return render(request, "marketplace/shortlists/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def shortlist(request: HttpRequest, number: int) -> HttpResponse:
    """A draft to work on, or what was fixed, with what has changed since and where it is used."""
    found = _found(request, number)
    if request.method != "POST":
        return _page(request, found)
    if not may_make(actor_of(request), found.buyer.number).allowed:
        raise PermissionDenied
    do, _colon, key = request.POST.get("do", "save").partition(":")
    written = read_draft(request.POST) if found.state == Shortlist.State.DRAFT else None
    try:
        return _done(request, found, written, do, key.replace("\x00", "")[:80])
    except (BadInput, Refused) as error:
        problems, status = _problems(error)
        return _page(request, _found(request, number), written, problems, status)


@require_safe
@for_roles()
def shortlist_csv(request: HttpRequest, number: int) -> HttpResponse:
    """The listings with verdicts and grounds as CSV."""
    rows = _content(request, _found(request, number))["listings"]
    return csv_answer(f"kortliste-{number}", _ENTRY_COLUMNS, ([row[name] for name in _ENTRY_COLUMNS] for row in rows))


@require_safe
@for_roles()
def shortlist_json(request: HttpRequest, number: int) -> HttpResponse:
    """The whole content; of a fixed list exactly what its fingerprint is of."""
    found = _found(request, number)
    sha256 = found.fixed.sha256 if found.state == Shortlist.State.FIXED else None
    return json_answer({"state": found.state, "sha256": sha256, "content": _content(request, found)})


@require_safe
@for_roles()
def shortlist_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """A fixed list as an accessible PDF."""
    found = _found(request, number)
    if found.state != Shortlist.State.FIXED:
        raise Http404
    answer = HttpResponse(pdf(shortlist_paper(found.fixed, _language())), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="kortliste-{number}.pdf"'
    return answer


def _done(request: HttpRequest, found: Shortlist, written: Written | None, do: str, key: str) -> HttpResponse:
    """Carry out what a button asks for; what is written in a draft is kept first, whatever the button."""
    actor, person, now = actor_of(request), _person(request), clock.now()
    here = HttpResponseRedirect(reverse("shortlist", args=[found.pk]))
    if do == "anew":
        made = actions.anew(found, actor=actor, person=person, now=now)
        messages.success(request, _("En ny kladd er laget. Tjenester i ny versjon må vurderes på nytt."))
        return HttpResponseRedirect(reverse("shortlist", args=[made.pk]))
    if do == "use":
        competition = next(
            (one for one in using.usable_in(found, actor) if one.number == request.POST.get("konkurranse")), None
        )
        if competition is None:
            raise BadInput.of("konkurranse", "unknown", _("Velg en konkurranse du leder, som ikke er åpnet."))
        using.use(found, competition, actor=actor, person=person, now=now)
        messages.success(request, _("Kortlista er lagt ved {number}.").format(number=competition.number))
        return HttpResponseRedirect(f"{reverse('competition', args=[competition.number])}#grunnlag")
    if do == "drop":
        actions.drop(found, actor=actor, now=now)
        messages.success(request, _("Kladden er forkastet."))
        return HttpResponseRedirect(reverse("shortlists"))
    how: dict[str, Any] = {"actor": actor, "now": now}
    given = written or Written(found.title, found.need, found.common_grounds, {})
    saved = actions.save(
        found, title=given.title, need=given.need, common_grounds=given.common_grounds, judged=given.judged, **how
    )
    if do == "fix":
        actions.fix(saved, person=person, **how)
        messages.success(request, _("Kortlista er låst. Nå kan ingen endre den."))
    elif do == "renew":
        actions.renew(saved, key, **how)
        messages.success(request, _("Den nye versjonen er satt inn. Vurder den på nytt."))
    elif do == "out":
        actions.take_out(saved, key, **how)
    elif do == "add":
        actions.add(saved, [_named(request, saved)], **how)
        messages.success(request, _("Tjenesten er lagt til."))
    else:
        messages.success(request, _("Lagret."))
    return here


def _page(
    request: HttpRequest,
    found: Shortlist,
    written: Written | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, day = actor_of(request), clock.today()
    draft = found.state == Shortlist.State.DRAFT
    told = {} if draft else since(found, day)
    entries = (
        shown.drafted(found, day, written.judged if written else None)
        if draft
        else shown.fixed_entries(found.fixed.content, told)
    )
    search = found.search if draft else found.fixed.content["search"]
    context = {
        "shortlist": found,
        "written": written or Written(found.title, found.need, found.common_grounds, {}),
        "purpose": PURPOSES[found.purpose],
        "state": STATES[found.state],
        "entries": entries,
        "chosen": [one for one in entries if one.verdict == "chosen"],
        "left_out": [one for one in entries if one.verdict == "left_out"],
        "verdicts": [(key, label) for key, (label, _tone) in VERDICTS.items()],
        "search": shown.search_of(search),
        "questions": shown.question_words(found.questions),
        "compare_link": shown.compared(entries, found.questions),
        "may_change": may_change(actor, found).allowed,
        "may_make": may_make(actor, found.buyer.number).allowed,
        "whole": draft or is_whole(found.fixed),
        "uses": [] if draft else shown.uses_of(found),
        "usable": [] if draft else using.usable_in(found, actor),
        "wanted": request.GET.get("konkurranse", ""),
        "suggestions": _suggestions(request, entries) if draft and may_change(actor, found).allowed else [],
        "problems": _worded(problems or []),
        "rule": shown.equal_treatment(clock.local_day(found.made_at)),
        "downloads": _downloads(found),
        "crumbs": _crumbs(Crumb(_("Kortliste {number}").format(number=found.pk))),
    }
    template = "draft" if draft and may_change(actor, found).allowed else "shortlist"
    return render(request, f"marketplace/shortlists/{template}.html", context, status=status)


def _downloads(found: Shortlist) -> list[Download]:
    made = [
        Download("CSV", reverse("shortlist_csv", args=[found.pk]), "csv"),
        Download("JSON", reverse("shortlist_json", args=[found.pk]), "json"),
    ]
    if found.state == Shortlist.State.FIXED:
        made.insert(0, Download("PDF", reverse("shortlist_pdf", args=[found.pk]), "pdf"))
    return made


def _suggestions(request: HttpRequest, entries: list[shown.EntryShown]) -> list[str]:
    """Titles of public listings in the same categories that are not on the list: for the field that adds one."""
    there = {one.key for one in entries}
    return [title for key, title in _others(request, there) if key not in there][:200]


def _named(request: HttpRequest, found: Shortlist) -> str:
    """The key of the listing that was named by its title, key or address. Raises BadInput where it is not one."""
    text = request.POST.get("legg_til", "").replace("\x00", "").strip()
    key = text.rstrip("/").rsplit("/", 1)[-1]
    there = {one.version.listing.key for one in queries.entries_of(found)}
    if not key:
        raise BadInput.of("legg_til", "missing", _("Skriv navnet eller adressen til tjenesten."))
    if published(actor_of(request), clock.today(), keys=[key]):
        return key
    named = [other for other, title in _others(request, there) if title.casefold() == text.casefold()]
    if len(named) != 1:
        raise BadInput.of("legg_til", "unknown", _("Vi fant ikke akkurat én publisert tjeneste med det navnet."))
    return named[0]


def _others(request: HttpRequest, there: set[str]) -> list[tuple[str, str]]:
    """Keys and titles of the public listings in the categories of these."""
    actor, day = actor_of(request), clock.today()
    categories = {one.category for one in published(actor, day, keys=list(there))}
    found = [one for category in sorted(categories) for one in published(actor, day, category=category)]
    return [(one.key, one.text("title", one.main_language)) for one in found]


def _found(request: HttpRequest, number: int) -> Shortlist:
    found = queries.visible_to(actor_of(request)).filter(pk=number).first() if number < 2**62 else None
    if found is None:
        raise Http404
    return found


def _content(request: HttpRequest, found: Shortlist) -> dict[str, Any]:
    if found.state == Shortlist.State.FIXED:
        return found.fixed.content
    return content_of(found, actor_of(request), clock.now())


def _plain(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "title": one.title,
            "purpose": one.purpose,
            "state": one.state,
            "buyer_number": one.buyer.number,
            "buyer": one.buyer.name,
            "made_at": one.made_at,
            "fixed_at": one.fixed.fixed_at if one.state == Shortlist.State.FIXED else None,
            "sha256": one.fixed.sha256 if one.state == Shortlist.State.FIXED else "",
        }
        for one in queries.visible_to(actor_of(request))[:1000]
    ]


def _problems(error: BadInput | Refused) -> tuple[list[Problem], int]:
    if isinstance(error, BadInput):
        return list(error.problems), 422
    return [Problem("", error.code, error.text)], 409


def _worded(problems: list[Problem]) -> list[Problem]:
    """The problems as the page shows them: each text says itself what it is about."""
    return [Problem("", one.code, one.text) for one in problems]


def _person(request: HttpRequest) -> Person:
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise PermissionDenied
    return person


def _language() -> str:
    return (get_language() or "nb")[:2]


def _crumbs(*more: Crumb) -> list[Crumb]:
    here = Crumb(_("Kortlister"), reverse("shortlists") if more else "")
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), here, *more]
