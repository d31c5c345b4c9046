"""The list of opportunities, its twins and its feeds. Everybody sees the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from fellestorg.competitions.policy import STARTERS
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.law.procedures import procedure
from fellestorg.marketplace.opportunities import choosing, feeds
from fellestorg.marketplace.opportunities.choosing import FACETS, Chosen
from fellestorg.marketplace.opportunities.finding import Opportunity, last_changed, open_now
from fellestorg.marketplace.opportunities.forms import SubscribeForm
from fellestorg.marketplace.opportunities.words import KINDS, TONES
from fellestorg.ui.parts import Crumb, Download, Paging

_PER_PAGE = 25
_MOST_SHOWN = 12
_COLUMNS = (
    "key", "kind", "number", "title", "language", "buyer", "buyer_number", "cpv", "agreement", "procedure",
    "published_at", "changed_at", "deadline", "expected_or_ends", "url",
)  # fmt: skip


@require_safe
def opportunities(request: HttpRequest) -> HttpResponse:
    """What firms can compete for, the nearest date first."""
    return list_page(request)


def list_page(request: HttpRequest, form: SubscribeForm | None = None, status: int = 200) -> HttpResponse:
    """The list, with the form of being told by e-mail as it was filled in."""
    now, chosen = clock.now(), choosing.read(_pairs(request))
    everything = open_now(now)
    rows = choosing.fitting(chosen, everything, now)
    counted = choosing.counts(chosen, everything, now)
    paging = Paging.read(request.GET.dict(), len(rows), _PER_PAGE)
    signed_in = getattr(request, "person", None) is not None
    facets = [_facet(name, chosen, counted[name], everything) for name in FACETS]
    context = {
        "rows": [_row(one) for one in rows[paging.start : paging.stop]],
        "paging": paging,
        "said": ngettext("%(n)s mulighet", "%(n)s muligheter", len(rows)) % {"n": len(rows)},
        "text": chosen.text,
        "chosen": [(name, code) for name, codes in chosen.codes.items() for code in codes],
        "facets": [one for one in facets if one["values"]],
        "choice": choosing.described(chosen, everything),
        "query": chosen.query,
        "feeds": _feeds(chosen),
        "form": form or SubscribeForm(initial={"frequency": "daily"}, signed_in=signed_in),
        "signed_in": signed_in,
        "may_announce": actor_of(request).has(*STARTERS),
        "downloads": [
            Download("CSV", _with(reverse("opportunities_csv"), chosen), "csv"),
            Download("JSON", _with(reverse("opportunities_json"), chosen), "json"),
        ],
        "crumbs": crumbs(),
    }
    return render(request, "marketplace/opportunities/opportunities.html", context, status=status)


@require_safe
def opportunities_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    rows = [{**row, "cpv": " ".join(row["cpv"])} for row in _plain(request)]
    return csv_answer("muligheter", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
def opportunities_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"opportunities": list(_plain(request))})


@require_safe
def opportunities_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The list as ``form``: atom, rss or ics, in the language of the address."""
    if form not in feeds.FORMS:
        raise Http404
    now, chosen = clock.now(), choosing.read(_pairs(request))
    language = request.GET.get("sprak", "")
    with translation.override(language if language in LANGUAGES else request.LANGUAGE_CODE[:2]):
        rows = choosing.fitting(chosen, open_now(now), now)
        changed = last_changed(now)
        code = (translation.get_language() or "nb")[:2]
        page = f"{settings.BASE_URL}{_with(reverse('opportunities'), chosen)}"
        content = feeds.feed(form, rows, page, f"{settings.BASE_URL}{_feed_link(form, chosen, code)}", code, changed)
    return feeds.conditional(request, content, feeds.FORMS[form], changed, now)


def crumbs(*more: Crumb) -> list[Crumb]:
    """The way to a page of opportunities."""
    here = Crumb(_("Muligheter"), reverse("opportunities")) if more else Crumb(_("Muligheter"))
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), here, *more]


def _row(one: Opportunity) -> dict[str, Any]:
    return {
        "title": one.title,
        "link": one.link,
        "language": one.language,
        "kind": KINDS[one.kind],
        "tone": TONES[one.kind],
        "when": feeds.date_of(one),
        "buyer": one.buyer,
        "number": one.number,
        "procedure": in_language(procedure(one.procedure).title) if one.kind == "competition" else "",
        "agreement": one.agreement_title if one.kind != "system" else "",
        "summary": one.summary,
        "changed": one.changed_at if one.changes else None,
    }


def _facet(name: str, chosen: Chosen, counts: dict[str, int], rows: Sequence[Opportunity]) -> dict[str, Any]:
    """A facet with its codes as links that add or take away the choice."""
    facet, mine = FACETS[name], chosen.codes.get(name, ())
    codes = {*counts, *mine}
    order = {code: place for place, code in enumerate((*KINDS, "7", "30", "90", "uten"))}
    named = sorted(
        ((order.get(code, len(order)), facet.name(code, rows), code) for code in codes),
        key=lambda one: (one[2] not in mine, one[0], one[1].casefold()),
    )
    values = []
    for _place, label, code in named[:_MOST_SHOWN]:
        other = tuple(one for one in mine if one != code) if code in mine else (*mine, code)
        link = _with(reverse("opportunities"), Chosen(chosen.text, {**chosen.codes, name: other}))
        values.append({"label": label, "count": counts.get(code, 0), "chosen": code in mine, "link": link})
    return {"label": facet.label, "values": values}


def _feeds(chosen: Chosen) -> list[dict[str, str]]:
    code = (translation.get_language() or "nb")[:2]
    names = {"atom": "Atom", "rss": "RSS", "ics": _("Kalender (iCal)")}
    return [
        {"label": label, "link": _feed_link(form, chosen, code), "type": feeds.FORMS[form].partition(";")[0]}
        for form, label in names.items()
    ]


def _feed_link(form: str, chosen: Chosen, language: str) -> str:
    query = "&".join(part for part in (chosen.query, urlencode({"sprak": language})) if part)
    return f"{reverse('opportunities_feed', args=[form])}?{query}"


def _with(path: str, chosen: Chosen) -> str:
    return f"{path}?{chosen.query}" if chosen.query else path


def _pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.GET.lists():
        for value in values:
            yield name, value


def _plain(request: HttpRequest) -> Iterator[dict[str, Any]]:
    now: datetime = clock.now()
    for one in choosing.fitting(choosing.read(_pairs(request)), open_now(now), now):
        found = {name: getattr(one, name) for name in _COLUMNS if name not in ("cpv", "expected_or_ends")}
        yield {**found, "cpv": list(one.cpv), "expected_or_ends": one.on}
