"""The form of a draft in parts: texts, the questions a section at a time, and prices. What is typed is always kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_people
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.listings import checks, drafts, forms
from fellestorg.marketplace.listings.advice import LANGUAGE_NAMES, Advice, advice_on
from fellestorg.marketplace.listings.firm_pages import crumbs, version_of
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.listings.questions import catalogue, questions_of, section_label, units_of
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def listing_texts(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Name, summary and description in three languages."""
    version = _writable(request, key, number)

    def save(pairs: forms.Pairs) -> None:
        typed = dict(pairs)
        texts = {one: {name: typed.get(f"{name}:{one}", "") for name in drafts.LONGEST} for one in LANGUAGES}
        main = typed.get("main_language", version.main_language)
        drafts.save_texts(version, main, texts, actor=actor_of(request), now=clock.now())

    def answer(problems: Sequence[Problem], status: int) -> HttpResponse:
        typed = dict(forms.pairs_of(request)) if request.method == "POST" else {}
        advice = _advice_of(version, "texts")
        fields = [
            (
                code,
                name,
                {
                    field: typed.get(f"{field}:{code}", version.texts.get(code, {}).get(field, ""))
                    for field in drafts.LONGEST
                },
                bool(version.texts.get(code)) or code == version.main_language,
                {field: forms.about(advice, f"{field}:{code}") for field in drafts.LONGEST},
            )
            for code, name in LANGUAGE_NAMES.items()
        ]
        more = {"fields": fields, "languages": LANGUAGE_NAMES.items(), "advice": advice}
        return _part(request, version, "texts", _("Navn og beskrivelse"), more, problems, status)

    return _saving(request, version, "texts", save, answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def listing_section(request: HttpRequest, key: str, number: int, section: str) -> HttpResponse:
    """One section of the questions. POST keeps what is typed, whatever is wrong with it."""
    version = _writable(request, key, number)
    asked = [one for one in questions_of(version.listing.category) if one.section == section]
    if not asked:
        raise Http404

    def save(pairs: forms.Pairs) -> None:
        confirmed = ("confirmed", "1") in pairs
        given = forms.read_section(pairs, asked)
        now = clock.now()
        drafts.save_answers(version, given, actor=actor_of(request), now=now, confirmed=confirmed)
        kept = ListingVersion.objects.get(pk=version.pk)
        kept.listing = version.listing
        keys = {one.key for one in asked}
        # What is only missing may be filled in later; what cannot be read is told at once.
        BadInput.raise_if(
            one
            for one in checks.problems_of(kept, now)
            if one.where in keys and (one.code != "required" or "typed" in kept.answers.get(one.where, {}))
        )

    def answer(problems: Sequence[Problem], status: int) -> HttpResponse:
        version.refresh_from_db(fields=["answers"])
        files = {str(one.pk): one.name for one in version.listing.files.all()}
        advice = _advice_of(version, section)
        asked_now = forms.section(version, section, files, problems, advice)
        more = {"asked": asked_now, "again": version.number > 1, "advice": advice}
        return _part(request, version, section, section_label(section), more, problems, status)

    return _saving(request, version, section, save, answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def listing_prices(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The price lines, each in a unit that can be compared."""
    version = _writable(request, key, number)

    def save(pairs: forms.Pairs) -> None:
        kept = drafts.save_prices(version, forms.read_prices(pairs), actor=actor_of(request), now=clock.now())
        BadInput.raise_if(one for one in checks.problems_of(kept, clock.now()) if one.where.startswith("prices."))

    def answer(problems: Sequence[Problem], status: int) -> HttpResponse:
        version.refresh_from_db(fields=["prices"])
        advice = _advice_of(version, "prices")
        lines = forms.price_rows(version, advice)
        more = {"lines": lines, "units": units_of(version.listing.category), "advice": advice}
        return _part(request, version, "prices", _("Priser"), more, problems, status)

    return _saving(request, version, "prices", save, answer)


def _advice_of(version: ListingVersion, part: str) -> list[Advice]:
    """The advice on one part of the form."""
    return [one for one in advice_on(version) if one.part == part]


def _writable(request: HttpRequest, key: str, number: int) -> ListingVersion:
    version = version_of(request, key, number)
    if not may_edit(actor_of(request), version.listing.firm).allowed:
        raise PermissionDenied
    return version


def _saving(
    request: HttpRequest,
    version: ListingVersion,
    part: str,
    save: Callable[[forms.Pairs], None],
    answer: Callable[[Sequence[Problem], int], HttpResponse],
) -> HttpResponse:
    """Show the part, or save it and go on: to the next part, or to the same one with more empty lines."""
    if version.state != ListingVersion.State.DRAFT:
        return HttpResponseRedirect(reverse("listing_version", args=[version.listing.key, version.number]))
    if request.method != "POST":
        return answer((), 200)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    problems: Sequence[Problem] = ()
    status = 200
    try:
        save(forms.pairs_of(request))
    except BadInput as error:
        problems, status = error.problems, 422
    except Refused as refused:
        problems, status = [Problem("", refused.code, refused.text)], 409
    if wants_json:
        return JsonResponse({"problems": [one.text for one in problems]}, status=200 if status == 422 else status)
    if problems:
        return answer(problems, status)
    messages.success(request, _("Lagret."))
    where = [version.listing.key, version.number]
    if request.POST.get("next") != "on":
        return HttpResponseRedirect(request.path)
    names = _part_addresses(version)
    place = names.index(part) + 1
    if place == len(names):
        return HttpResponseRedirect(reverse("listing_version", args=where))
    return HttpResponseRedirect(_address(version, names[place]))


def _part(
    request: HttpRequest, version: ListingVersion, part: str, label: str, more: dict[str, Any],
    problems: Sequence[Problem], status: int,
) -> HttpResponse:  # fmt: skip
    names = _part_addresses(version)
    context = {
        "version": version,
        "title": version.text("title") or version.listing.key,
        "label": label,
        "place": names.index(part) + 1,
        "of": len(names),
        "last": names[-1] == part,
        "problems": problems,
        "crumbs": crumbs(
            Crumb(version.text("title") or version.listing.key,
                  reverse("listing_version", args=[version.listing.key, version.number])),
            Crumb(label),
        ),
        **more,
    }  # fmt: skip
    template = part if part in ("texts", "prices") else "section"
    return render(request, f"marketplace/listings/{template}.html", context, status=status)


def _part_addresses(version: ListingVersion) -> list[str]:
    asked = {one.section for one in questions_of(version.listing.category)}
    return ["texts", *(key for key in catalogue().sections if key in asked), "prices"]


def _address(version: ListingVersion, part: str) -> str:
    where = [version.listing.key, version.number]
    if part in ("texts", "prices"):
        return reverse(f"listing_{part}", args=where)
    return reverse("listing_section", args=[*where, part])
