"""What everybody sees: listings by category, and each one's page with what its answers rest on. With CSV and JSON twins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.marketplace.listings import queries, shown
from fellestorg.marketplace.listings.models import Listing
from fellestorg.marketplace.listings.panels import public_panels
from fellestorg.marketplace.listings.queries import Published
from fellestorg.marketplace.listings.questions import categories, category, parts_of, questions_of
from fellestorg.ui.parts import Crumb, Download, Paging

_COLUMNS = ("key", "title", "firm", "organisation", "category", "version", "published_at", "summary")
_ANSWER_COLUMNS = (
    "question",
    "label",
    "answer",
    "basis",
    "evidence",
    "answered_at",
    "expires_at",
    "standing",
    "withheld",
)
_SIZE = 30


@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """Public listings, all or of one category, by name: the same order for everybody."""
    chosen, rows = _wanted(request)
    paging = Paging.read(request.GET.dict(), len(rows), _SIZE)
    query = f"?kategori={chosen}" if chosen else ""
    counts: dict[str, int] = {}
    for one in queries.published_rows().values_list("listing__category", flat=True):
        counts[one] = counts.get(one, 0) + 1
    groups = []
    for top in categories():
        parts = [(part.label, f"?kategori={part.key}", counts.get(part.key, 0), part.key == chosen)
                 for part in parts_of(top.key)]  # fmt: skip
        total = counts.get(top.key, 0) + sum(part[2] for part in parts)
        groups.append((top.label, f"?kategori={top.key}", total, top.key == chosen, parts))
    found = category(chosen)
    context = {
        "title": found.label if found else _("Tjenester i markedsplassen"),
        "lead": found.text if found else "",
        "rows": [_row(one, _language(request)) for one in rows[paging.start : paging.stop]],
        "total": len(rows),
        "paging": paging,
        "groups": groups,
        "chosen": chosen,
        "downloads": [
            Download("CSV", reverse("listings_csv") + query, "csv"),
            Download("JSON", reverse("listings_json") + query, "json"),
        ],
        "crumbs": _crumbs(*([Crumb(found.label)] if found else [])),
    }
    return render(request, "marketplace/listings/browse.html", context)


@require_safe
def listings_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one, _language(request)) for one in _wanted(request)[1])
    return csv_answer("tjenester", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
def listings_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"listings": [_flat(one, _language(request)) for one in _wanted(request)[1]]})


@require_safe
def listing(request: HttpRequest, key: str) -> HttpResponse:
    """One listing: what it says, what that rests on, how fresh it is, and what has changed. One that was public and is no
    more says so, with 410."""
    seen = _seen(request, key)
    if seen is None:
        return _gone(request, key)
    language = _language(request)
    row = Listing.objects.get(key=key)
    old = [one for one in seen.answers.values() if one.get("standing") in ("outdated", "hidden")]
    context = {
        "listing": seen,
        "title": seen.text("title", language),
        "summary": seen.text("summary", language),
        "description": seen.text("description", language),
        "category": shown.category_path(seen.category),
        "category_link": f"{reverse('listings')}?kategori={seen.category}",
        "sections": shown.sections(seen),
        "prices": shown.prices(seen.prices),
        "outdated": len(old),
        "panels": public_panels(row, actor_of(request)),
        "steps": [(step, shown.state_of(step.state)) for step in queries.public_steps(row)[:50]],
        "downloads": [
            Download("CSV", reverse("listing_csv", args=[key]), "csv"),
            Download("JSON", reverse("listing_json", args=[key]), "json"),
        ],
        "crumbs": _crumbs(Crumb(seen.text("title", language))),
    }
    return render(request, "marketplace/listings/listing.html", context)


@require_safe
def listing_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The answers as CSV."""
    seen = _seen(request, key)
    if seen is None:
        raise Http404
    return csv_answer(key, _ANSWER_COLUMNS, ([row[name] for name in _ANSWER_COLUMNS] for row in _answers(seen)))


@require_safe
def listing_json(request: HttpRequest, key: str) -> HttpResponse:
    """The listing as JSON: texts, answers with what they rest on, prices."""
    seen = _seen(request, key)
    if seen is None:
        raise Http404
    return json_answer(as_json(seen))


def as_json(seen: Published) -> dict[str, Any]:
    """A listing as other systems read it."""
    names = ("value", "basis", "answered_at", "expires_at", "standing", "withheld")
    return {
        "key": seen.key,
        "version": seen.number,
        "sha256": seen.sha256,
        "firm": seen.firm.name,
        "organisation": seen.firm.organisation.number,
        "category": seen.category,
        "published_at": seen.published_at,
        "main_language": seen.main_language,
        "texts": seen.texts,
        "answers": {
            key: {name: kept.get(name) for name in names} | {"evidence": kept.get("evidence") or None}
            for key, kept in seen.answers.items()
        },
        "prices": [{name: line.get(name) for name in _PRICE} for line in seen.prices],
        "prices_for_buyers_only": seen.hidden_prices,
    }


_PRICE = ("title", "unit", "amount", "from_quantity", "note")


def _wanted(request: HttpRequest) -> tuple[str, list[Published]]:
    chosen = request.GET.get("kategori", "")
    if category(chosen) is None:
        chosen = ""
    return chosen, queries.published(actor_of(request), _today(), category=chosen)


def _seen(request: HttpRequest, key: str) -> Published | None:
    return next(iter(queries.published(actor_of(request), _today(), keys=[key])), None)


def _gone(request: HttpRequest, key: str) -> HttpResponse:
    """What was public once is not hidden as if it never was; what never was does not exist."""
    row = Listing.objects.filter(key=key, firm__state="verified", state__in=["removed", "ended"]).first()
    if row is None:
        raise Http404
    last = row.versions.filter(published_at__isnull=False).order_by("-number").first()
    context = {
        "title": last.text("title", _language(request)) if last else key,
        "state": shown.state_of(row.state),
        "steps": [(step, shown.state_of(step.state)) for step in queries.public_steps(row)[:50]],
        "crumbs": _crumbs(Crumb(key)),
    }
    return render(request, "marketplace/listings/gone.html", context, status=410)


def _row(seen: Published, language: str) -> dict[str, Any]:
    cheapest = shown.prices(seen.prices)[:1]
    return {
        "key": seen.key,
        "title": seen.text("title", language),
        "link": reverse("listing", args=[seen.key]),
        "firm": seen.firm.name,
        "category": shown.category_path(seen.category),
        "summary": seen.text("summary", language),
        "price": cheapest[0] if cheapest else None,
        "outdated": any(one.get("standing") in ("outdated", "hidden") for one in seen.answers.values()),
    }


def _flat(seen: Published, language: str) -> dict[str, Any]:
    return {
        "key": seen.key,
        "title": seen.text("title", language),
        "firm": seen.firm.name,
        "organisation": seen.firm.organisation.number,
        "category": seen.category,
        "version": seen.number,
        "published_at": seen.published_at,
        "summary": seen.text("summary", language),
    }


def _answers(seen: Published) -> Iterator[Mapping[str, Any]]:
    words = {one.key: one for part in shown.sections(seen) for one in part.answers}
    for question in questions_of(seen.category):
        kept = seen.answers.get(question.key)
        if kept is None:
            continue
        one = words[question.key]
        yield {
            "question": question.key,
            "label": question.text,
            "answer": "" if one.withheld else one.words.text,
            "basis": kept.get("basis"),
            "evidence": one.evidence,
            "answered_at": kept.get("answered_at"),
            "expires_at": kept.get("expires_at"),
            "standing": kept.get("standing"),
            "withheld": one.withheld,
        }


def _crumbs(*more: Crumb) -> list[Crumb]:
    here = Crumb(_("Tjenester"), reverse("listings") if more else "")
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), here, *more]


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "nb"))[:2]


def _today() -> Any:
    return clock.now().astimezone(OSLO).date()
