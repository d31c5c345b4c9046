"""The search page, its twins, and the searches that people keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from fellestorg.competitions.policy import STARTERS
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.marketplace.search import saving, words
from fellestorg.marketplace.search.facets import Facet, facets
from fellestorg.marketplace.search.models import SavedSearch
from fellestorg.marketplace.search.queries import Found, Hit, Wanted, search
from fellestorg.organisations.models import Person
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_PER_PAGE = 20
_MOST_OF_ALL = 1000
_MOST_SHOWN = 12
_FIRST = 3
_ORDERS = (
    ("relevance", gettext_lazy("Best treff")),
    ("newest", gettext_lazy("Nyest")),
    ("title", gettext_lazy("Tittel")),
)
_COLUMNS = ("kind", "key", "title", "address", "at", "category", "firm")


@require_safe
def search_all(request: HttpRequest) -> HttpResponse:
    """One box for everything public, with facets, excerpts and what helps where there is nothing."""
    wanted = saving.wanted_of(_parameters(request))
    actor, now = actor_of(request), clock.now()
    paging = Paging.read(request.GET.dict(), 1, _PER_PAGE)
    found = search(wanted, actor, now, start=paging.start, stop=paging.start + _PER_PAGE)
    paging = Paging.read(request.GET.dict(), found.total, _PER_PAGE)
    here = saving.query_of(wanted)
    shown = [_facet(facet, wanted, found.counts.get(facet.key, {})) for facet in facets()]
    person = _person(request)
    context = {
        "text": wanted.text,
        "hits": [_row(hit) for hit in found.hits],
        "total": found.total,
        "said": ngettext("%(n)s treff", "%(n)s treff", found.total) % {"n": found.total},
        "corrected": found.corrected,
        "notes": [words.note_text(note) for note in found.notes],
        "facets": [one for one in shown if one["values"]][:_FIRST],
        "more": [one for one in shown if one["values"]][_FIRST:],
        "orders": [{"code": code, "label": label, "chosen": code == wanted.order} for code, label in _ORDERS],
        "chosen": _chosen(wanted),
        "paging": paging,
        "asked": bool(here),
        "saved": person.saved_searches.filter(query=here).first() if person and here else None,
        "may_save": person is not None,
        "may_shortlist": actor.has(*STARTERS),
        "here": here,
        "all_link": reverse("search_all"),
        "downloads": [
            Download("CSV", f"{reverse('search_all_csv')}?{here}", "csv"),
            Download("JSON", f"{reverse('search_all_json')}?{here}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), Crumb(_("Søk"))],
    }
    return render(request, "marketplace/search/search.html", context)


@require_safe
def search_all_csv(request: HttpRequest) -> HttpResponse:
    """The first thousand hits as CSV."""
    return csv_answer("sok", _COLUMNS, ([row[name] for name in _COLUMNS] for row in _plain(request)[0]))


@require_safe
def search_all_json(request: HttpRequest) -> HttpResponse:
    """The first thousand hits as JSON, with how many there are, the facets' counts and how the question was read."""
    rows, found = _plain(request)
    return json_answer({"total": found.total, "hits": rows, "facets": found.counts, **words.told(found)})


@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    """The searches somebody keeps."""
    person = _signed_in(request)
    rows = [
        {"name": one.name, "link": f"{reverse('search_all')}?{one.query}", "alerts": one.alerts, "id": one.pk}
        for one in person.saved_searches.all()
    ]
    crumbs = [
        Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")),
        Crumb(_("Søk"), reverse("search_all")), Crumb(_("Lagrede søk")),
    ]  # fmt: skip
    return render(request, "marketplace/search/saved.html", {"rows": rows, "crumbs": crumbs})


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search that the page shows."""
    person, query = _signed_in(request), request.POST.get("query", "")
    wanted = saving.wanted_of(_read(query))
    try:
        saving.save(
            person, request.POST.get("name", ""), wanted, alerts=request.POST.get("alerts") == "1", now=clock.now()
        )
    except BadInput as error:
        messages.error(request, " ".join(problem.text for problem in error.problems))
    except Refused as error:
        messages.error(request, error.text)
    else:
        messages.success(request, _("Søket er lagret."))
    return HttpResponseRedirect(f"{reverse('search_all')}?{saving.query_of(wanted)}")


@require_POST
def change_saved_search(request: HttpRequest, key: int) -> HttpResponse:
    """Remove a kept search, or turn its alerts on or off."""
    row = SavedSearch.objects.filter(person=_signed_in(request), pk=key).first()
    if row is None:
        raise Http404
    if request.POST.get("do") == "remove":
        row.delete()
        messages.success(request, _("Søket er slettet."))
    else:
        now: datetime = clock.now()
        SavedSearch.objects.filter(pk=row.pk).update(alerts=not row.alerts, told_until=now)
        messages.success(request, _("Varsling er slått av.") if row.alerts else _("Varsling er slått på."))
    return HttpResponseRedirect(reverse("saved_searches"))


def _row(hit: Hit) -> dict[str, Any]:
    labels = {facet.key: facet for facet in facets()[:3]}
    return {
        "kind": labels["type"].labels([hit.kind]).get(hit.kind, hit.kind),
        "title": hit.title,
        "link": hit.address,
        "service": hit.key if hit.kind == "service" else "",
        "excerpt": hit.excerpt,
        "language": hit.language,
        "at": hit.at,
        "firm": next(iter(labels["firm"].labels(list(hit.facets.get("firm", ()))).values()), "")
        if hit.kind == "service"
        else "",
    }


def _facet(facet: Facet, wanted: Wanted, counts: dict[str, int] | Any) -> dict[str, Any]:
    """A facet with its codes as links that add or take away the choice, those with most hits first."""
    chosen = wanted.chosen.get(facet.key, ())
    codes = sorted({*counts, *chosen}, key=lambda code: (code not in chosen, -counts.get(code, 0), code))[:_MOST_SHOWN]
    labels = facet.labels(codes)
    values = []
    for code in codes:
        now = tuple(one for one in chosen if one != code) if code in chosen else (*chosen, code)
        other = Wanted(wanted.text, {**wanted.chosen, facet.key: now}, wanted.order)
        values.append(
            {
                "code": code,
                "label": labels.get(code, code),
                "count": counts.get(code, 0),
                "chosen": code in chosen,
                "link": f"{reverse('search_all')}?{_address(other)}",
            }
        )
    return {"label": facet.label, "values": values, "open": bool(chosen)}


def _chosen(wanted: Wanted) -> list[tuple[str, str]]:
    """The choices as hidden fields of the form."""
    return [(facet, code) for facet, codes in wanted.chosen.items() for code in codes]


def _address(wanted: Wanted) -> str:
    query = saving.query_of(wanted)
    return query if wanted.order == "relevance" else f"{query}&{urlencode({'sorter': wanted.order})}"


def _plain(request: HttpRequest) -> tuple[list[dict[str, Any]], Found]:
    wanted = saving.wanted_of(_parameters(request))
    found = search(wanted, actor_of(request), clock.now(), stop=_MOST_OF_ALL)
    rows = [
        {
            "kind": hit.kind,
            "key": hit.key,
            "title": "".join(piece.text for piece in hit.title),
            "address": hit.address,
            "at": hit.at.isoformat(),
            "category": " ".join(hit.facets.get("category", ())),
            "firm": " ".join(hit.facets.get("firm", ())),
        }
        for hit in found.hits
    ]
    return rows, found


def _parameters(request: HttpRequest) -> dict[str, list[str]]:
    return {name: [value.replace("\x00", "") for value in values] for name, values in request.GET.lists()}


def _read(query: str) -> dict[str, list[str]]:
    return parse_qs(query[:2000])


def _person(request: HttpRequest) -> Person | None:
    return getattr(request, "person", None)


def _signed_in(request: HttpRequest) -> Person:
    person = _person(request)
    if person is None:
        raise PermissionDenied
    return person
