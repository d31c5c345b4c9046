"""A firm's own pages: its listings, a new one, the check of a version, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.http import actor_of, csv_answer, for_people, json_answer
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.firms.queries import firms_of
from fellestorg.marketplace.listings import actions, checks, drafts, queries, shown
from fellestorg.marketplace.listings.advice import LANGUAGE_NAMES, advice_on
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.listings.panels import own_panels
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.listings.questions import categories, parts_of
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_COLUMNS = ("key", "title", "firm", "category", "version", "state", "saved_at")
_BUYER = Actor("preview", "", (Grant("buyer", ""),))


@dataclass(frozen=True, slots=True)
class Row:
    """A listing in the firm's list, by its newest version."""

    key: str
    title: str
    firm: str
    category: str
    version: int
    state: shown.Toned
    public: int
    saved_at: Any
    link: str


@never_cache
@require_safe
@for_people
def my_listings(request: HttpRequest) -> HttpResponse:
    """The listings of the firms somebody acts for, with where each stands."""
    actor = actor_of(request)
    mine = list(firms_of(actor))
    context = {
        "rows": _rows(actor),
        "firms": mine,
        "may_write": any(may_edit(actor, firm).allowed for firm in mine),
        "keys": [(firm.name, reverse("api_tokens", args=[firm.organisation.number])) for firm in mine],
        "downloads": [
            Download("CSV", reverse("my_listings_csv"), "csv"),
            Download("JSON", reverse("my_listings_json"), "json"),
        ],
        "crumbs": crumbs(),
    }
    return render(request, "marketplace/listings/mine.html", context)


@never_cache
@require_safe
@for_people
def my_listings_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    return csv_answer("mine-tjenester", _COLUMNS, (list(_flat(row).values()) for row in _rows(actor_of(request))))


@never_cache
@require_safe
@for_people
def my_listings_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"listings": [_flat(row) for row in _rows(actor_of(request))]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new_listing(request: HttpRequest) -> HttpResponse:
    """A new listing: its category first, for the questions follow from it."""
    actor, person = actor_of(request), request.person  # type: ignore[attr-defined]
    mine = [firm for firm in firms_of(actor) if may_edit(actor, firm).allowed]
    if not mine:
        raise PermissionDenied
    problems: Sequence[Problem] = ()
    status = 200
    if request.method == "POST":
        given = request.POST
        firm = next((one for one in mine if str(one.pk) == given.get("firm", "")), mine[0] if len(mine) == 1 else None)
        try:
            if firm is None:
                raise BadInput.of("firm", "required", _("Velg firma."))
            language = given.get("language", "nb")
            version = actions.create(
                firm, given.get("category", ""), given.get("title", ""), actor=actor, person=person, now=clock.now(),
                language=language if language in LANGUAGES else "nb",
            )  # fmt: skip
            return HttpResponseRedirect(reverse("listing_texts", args=[version.listing.key, version.number]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
    context = {
        "firms": mine,
        "groups": [(one, parts_of(one.key)) for one in categories()],
        "languages": LANGUAGE_NAMES.items(),
        "typed": request.POST,
        "problems": problems,
        "crumbs": crumbs(Crumb(_("Ny tjeneste"))),
    }
    return render(request, "marketplace/listings/new.html", context, status=status)


@never_cache
@require_safe
@for_people
def listing_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version: how far the draft has come and what is missing, or where the version stands."""
    version = version_of(request, key, number)
    actor = actor_of(request)
    is_draft = version.state == ListingVersion.State.DRAFT
    problems = checks.problems_of(version, clock.now()) if is_draft else []
    advice = advice_on(version) if is_draft else []
    parts = shown.parts(version, problems) if is_draft else []
    advised = {one.part for one in advice}
    versions = list(version.listing.versions.order_by("-number"))
    context = {
        "version": version,
        "title": version.text("title") or version.listing.key,
        "category": shown.category_path(version.listing.category),
        "state": shown.state_of(version.state),
        "is_draft": is_draft,
        "may_edit": may_edit(actor, version.listing.firm).allowed,
        "parts": parts,
        "advice": advice,
        "rewrite": [part for part in parts if part.key in advised],
        "panels": own_panels(version, actor),
        "problems": shown.problem_links(version, problems),
        "changes": shown.change_words(drafts.changes(version)) if version.number > 1 else [],
        "files": version.listing.files.order_by("added_at"),
        "versions": [(one, shown.state_of(one.state)) for one in versions],
        "latest": versions[0].number == version.number,
        "steps": [(step, shown.state_of(step.state)) for step in version.steps.all()],
        "is_public": version.listing.state == Listing.State.PUBLISHED,
        "crumbs": crumbs(Crumb(version.text("title") or version.listing.key)),
    }
    return render(request, "marketplace/listings/version.html", context)


@require_POST
@for_people
def change_listing(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Submit, take back, begin a new version, copy, or end what is public: ``do`` says which."""
    version = version_of(request, key, number)
    actor, person, now = actor_of(request), request.person, clock.now()  # type: ignore[attr-defined]
    back = reverse("listing_version", args=[key, number])
    if not may_edit(actor, version.listing.firm).allowed:
        raise PermissionDenied
    try:
        match request.POST.get("do"):
            case "submit":
                actions.submit(version, actor=actor, person=person, now=now)
                messages.success(request, _("Tjenesten er sendt inn. SI ser på den før den blir synlig for andre."))
            case "withdraw":
                actions.withdraw(version, actor=actor, now=now)
                messages.success(request, _("Versjonen er trukket."))
            case "new":
                made = actions.new_version(version.listing, actor=actor, person=person, now=now)
                back = reverse("listing_version", args=[key, made.number])
            case "copy":
                title = _("%(title)s (kopi)") % {"title": version.text("title")}
                made = actions.copy(version, title, actor=actor, person=person, now=now)
                back = reverse("listing_version", args=[made.listing.key, made.number])
                messages.success(request, _("Kopien er en kladd. Gi den et eget navn."))
            case "end":
                actions.end(version, request.POST.get("reason", ""), actor=actor, now=now)
                messages.success(request, _("Tjenesten vises ikke lenger."))
            case _:
                raise Http404
    except BadInput as error:
        messages.error(request, _("Noe mangler eller er feil: %(count)s punkter.") % {"count": len(error.problems)})
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(back)


@never_cache
@require_safe
@for_people
def preview_listing(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A version as it will be seen: by everybody, or by signed-in buyers (``?som=innkjoper``)."""
    version = version_of(request, key, number)
    as_buyer = request.GET.get("som") == "innkjoper"
    day = clock.now().astimezone(OSLO).date()
    seen = queries.as_seen(version, _BUYER if as_buyer else ANONYMOUS, day)
    context = {
        "listing": seen,
        "version": version,
        "as_buyer": as_buyer,
        "title": seen.text("title", _language(request)),
        "summary": seen.text("summary", _language(request)),
        "description": seen.text("description", _language(request)),
        "category": shown.category_path(seen.category),
        "sections": shown.sections(seen, "listing_draft_file", number=number),
        "prices": shown.prices(seen.prices),
        "advice": advice_on(version),
        "crumbs": crumbs(
            Crumb(version.text("title") or key, reverse("listing_version", args=[key, number])),
            Crumb(_("Forhåndsvisning")),
        ),
    }
    return render(request, "marketplace/listings/preview.html", context)


def version_of(request: HttpRequest, key: str, number: int) -> ListingVersion:
    """The version, for those who work with it; 404 for others."""
    version = queries.version_for(actor_of(request), key, number)
    if version is None:
        raise Http404
    return version


def crumbs(*more: Crumb) -> list[Crumb]:
    """The path to a firm's own pages."""
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Skytjenester"), reverse("marketplace")),
        Crumb(_("Mine tjenester"), reverse("my_listings") if more else ""),
        *more,
    ]


def _rows(actor: Actor) -> list[Row]:
    newest: dict[int, ListingVersion] = {}
    public: dict[int, int] = {}
    rows = ListingVersion.objects.filter(listing__in=queries.own(actor)).defer("answers", "prices")
    for version in rows.select_related("listing__firm").order_by("listing", "number"):
        newest[version.listing_id] = version
        if version.state == ListingVersion.State.PUBLISHED:
            public[version.listing_id] = version.number
    made = [
        Row(
            one.listing.key, one.text("title") or one.listing.key, one.listing.firm.name,
            shown.category_path(one.listing.category), one.number, shown.state_of(one.state), public.get(pk, 0),
            one.saved_at, reverse("listing_version", args=[one.listing.key, one.number]),
        )
        for pk, one in newest.items()
    ]  # fmt: skip
    return sorted(made, key=lambda row: (row.firm, row.title.casefold(), row.key))


def _flat(row: Row) -> dict[str, Any]:
    return {
        "key": row.key, "title": row.title, "firm": row.firm, "category": row.category, "version": row.version,
        "state": str(row.state[0]), "saved_at": row.saved_at,
    }  # fmt: skip


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "nb"))[:2]
