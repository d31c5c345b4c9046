"""The event log as pages, for auditors and SI's own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.kernel import queries
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.queries import LOG_READERS, EventFilter, LoggedEvent
from fellestorg.kernel.verbs import subject_link, verb_name
from fellestorg.values import canonical_json

_MOST_ROWS = 20_000
_COLUMNS = (
    "id", "at", "actor", "actor_name", "verb", "subject", "stream", "seq", "payload", "covers", "prev_hash", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path to this page, as the page layout wants it."""

    label: str
    url: str = ""


@require_safe
@for_roles(*LOG_READERS)
def events(request: HttpRequest) -> HttpResponse:
    """The log, newest first, with filters. The next page is found by key, so it holds still while the log grows."""
    wanted, before = _filter(request)
    page = queries.events(wanted, actor_of(request), before=before)
    asked = {name: value for name, value in request.GET.items() if name != "for" and value}
    context = {
        "rows": [(one, verb_name(one.verb)) for one in page.events],
        "wanted": wanted,
        "verbs": [(verb, verb_name(verb)) for verb in queries.known_verbs()],
        "older": f"?{urlencode({**asked, 'for': page.next_before})}" if page.next_before else "",
        "newest": f"?{urlencode(asked)}" if before is not None else "",
        "csv": f"{reverse('events_csv')}?{urlencode(asked)}",
        "json": f"{reverse('events_json')}?{urlencode(asked)}",
        "crumbs": [Step(_("Forsiden"), "/"), Step(_("Hendelser"))],
    }
    return render(request, "kernel/events.html", context)


@require_safe
@for_roles(*LOG_READERS)
def events_csv(request: HttpRequest) -> HttpResponse:
    """The log as CSV, with the same filters; at most 20,000 events, the newest."""
    wanted, before = _filter(request)
    page = queries.events(wanted, actor_of(request), before=before, limit=_MOST_ROWS)
    return csv_answer("hendelser", _COLUMNS, (tuple(_written(one).values()) for one in page.events))


@require_safe
@for_roles(*LOG_READERS)
def events_json(request: HttpRequest) -> HttpResponse:
    """The log as JSON; ``next`` is the ``for`` of the next stretch of up to 1,000 events, or null."""
    wanted, before = _filter(request)
    page = queries.events(wanted, actor_of(request), before=before, limit=1000)
    return json_answer({"events": [_as_json(one) for one in page.events], "next": page.next_before})


@require_safe
@for_roles(*LOG_READERS)
def event(request: HttpRequest, key: int) -> HttpResponse:
    """One event with everything it says and covers."""
    found = queries.event(key, actor_of(request)) if key < 2**63 else None
    if found is None:
        raise Http404
    context = {
        "event": found,
        "verb": verb_name(found.verb),
        "subject_link": subject_link(found.subject),
        "payload": [(name, _shown(value)) for name, value in found.payload.items()],
        "crumbs": [Step(_("Forsiden"), "/"), Step(_("Hendelser"), reverse("events")), Step(str(found.id))],
    }
    return render(request, "kernel/event.html", context)


def _filter(request: HttpRequest) -> tuple[EventFilter, int | None]:
    def text(name: str) -> str:
        return request.GET.get(name, "").replace("\x00", "").strip()[:120]

    before = text("for")
    wanted = EventFilter(text("emne"), text("hvem"), text("hva"), _day(text("fra")), _day(text("til")))
    return wanted, int(before) if before.isdecimal() and len(before) < 19 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _as_json(one: LoggedEvent) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _COLUMNS}


def _written(one: LoggedEvent) -> dict[str, Any]:
    """As JSON, but for a table's cells: what has a shape of its own is written out."""
    return {**_as_json(one), "payload": canonical_json(one.payload), "covers": canonical_json(list(one.covers))}


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else canonical_json(value)
